"""Whose place is meant on the telephone, when a word counts as received, what 撤销取消 does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.registration.office import restore
from flows.registration.party_told import party_in, people_in
from flows.registration.receipt import received
from flows.registration.registration import Standing
from flows.registration.roll import Roll
from flows.registration.signing import Party, cancel, resize_party, sign_up
from flows.registration.telephoned import meant
from tests.flows.registration.rolls import (
    NOW,
    WAKING,
    empty,
    local,
    refused,
    rolled,
    signed,
    standing,
    wish,
)

HOUR = timedelta(hours=1)
CLOSED = local("2026-11-30 18:00")


def listed() -> Roll:
    """Return a list with three people of two enterprises."""
    roll = empty()
    for n, (name, firm) in enumerate(
        (
            ("陈建国", "镇海恒通紧固件有限公司"),
            ("周芳", "镇海恒通紧固件有限公司"),
            ("陈国强", "宁波宏业铸造厂"),
        ),
        1,
    ):
        phone = f"1380574000{n}"
        roll = rolled(sign_up(roll, wish(n, name=name, enterprise=firm, phone=phone), NOW)).roll
    return roll


@pytest.mark.parametrize(
    ("said", "seqs", "rest"),
    [
        ("陈建国", [1], ""),
        ("恒通紧固件 陈总 来电说来不了", [1], "来电说来不了"),
        ("恒通陈总，出差", [1], "出差"),
        ("恒通陈建国 出差", [1], "出差"),
        ("恒通", [1, 2], ""),
        ("陈总 出差", [1, 3], "出差"),
        ("13805740003 3人 带同事", [3], "3人 带同事"),
        ("40003", [], "40003"),
        ("恒通 高烧", [1, 2], "高烧"),
        ("宏业 周总 出差", [], ""),
        ("王麻子 出差", [], "王麻子 出差"),
        ("", [], ""),
    ],
)
def test_whose_place_is_meant_and_what_else_is_said(said: str, seqs: list[int], rest: str) -> None:
    found = meant([listed()], said)
    assert [one.seq for one in found.places] == seqs
    assert found.rest == rest


@pytest.mark.parametrize(
    ("said", "party", "rest"),
    [
        ("3人 来电说多带两位", "3", "来电说多带两位"),
        ("改为两位，司机不来了", "2", "司机不来了"),
        ("来电 一共十个人", "10", "来电 一共十个人"),
        ("改成十二人 全车间都来", "12", "全车间都来"),
        ("2位改3位", "3", "2位改3位"),
        ("2位 来电说改为3位", "3", "2位 来电说改为3位"),
        ("来电说多带两位，共三位", "3", "来电说多带两位，共三位"),
        ("增加到二十人", "20", "增加到二十人"),
        ("来电说三个人都来", "3", "来电说三个人都来"),
    ],
)
def test_how_many_people_are_told(said: str, party: str, rest: str) -> None:
    assert people_in(said) == (party, rest)


@pytest.mark.parametrize(
    "said",
    [
        "来电说多带人",
        "来电说多带一位",
        "来电说多来两位",
        "少来一位",
        "多一位",
        "再加2人",
        "带一位同事",
        "多带2位同事",
        "来电说司机一人也来",
        "一位来不了",
        "来电说迟到一位",
        "120人",
        "一百二十人",
        "3-4人",
        "第一位",
        "两位老总，三位车间主任",
        "改为3人或者改为4人",
    ],
)
def test_a_number_that_may_not_mean_everybody_is_asked_for(said: str) -> None:
    assert people_in(said) == ("", said)


@pytest.mark.parametrize(
    ("said", "party"),
    [("3", "3"), (" 十二 ", "12"), ("两", "2"), ("改成3人", "3"), ("多带2位", None), ("120", None)],
)
def test_the_answer_to_how_many_come_in_all(said: str, party: str | None) -> None:
    assert party_in(said) == party


@pytest.mark.parametrize(
    ("before", "counts"),
    [
        (timedelta(), timedelta()),
        (timedelta(minutes=5), timedelta(minutes=5)),
        (HOUR, HOUR),
        (2 * HOUR, HOUR),
        (-HOUR, timedelta()),
    ],
)
def test_the_moment_of_receipt_is_never_later_than_now_nor_long_before(
    before: timedelta, counts: timedelta
) -> None:
    assert received(NOW - before, NOW, HOUR) == NOW - counts


def test_staff_let_more_come_after_the_close_but_not_beyond_the_seats() -> None:
    roll = signed(empty(capacity=3), 1)
    late = refused(resize_party(roll, 1, Party(2), CLOSED, WAKING))
    assert late.key == "registration.refused.closed"
    done = rolled(resize_party(roll, 1, Party(2), CLOSED, WAKING, office=True, reason="来电"))
    assert (done.roll.free, done.roll.registrations[1].reason) == (1, "来电")
    full = refused(resize_party(roll, 1, Party(4), CLOSED, WAKING, office=True))
    assert (full.key, full.at) == ("registration.refused.no_more", "party")


def test_what_is_taken_back_passes_nobody_who_waited_before() -> None:
    roll = signed(empty(capacity=1), 1, 2, 3)
    gone = rolled(cancel(roll, 3, NOW, WAKING, office=True)).roll
    back = rolled(restore(gone, 3, NOW)).roll
    assert [standing(back, n) for n in (2, 3)] == [Standing.WAITING, Standing.WAITING]


def test_a_seat_that_is_gone_is_not_given_back_where_nobody_can_wait() -> None:
    roll = signed(empty(capacity=1, waitlist=0), 1)
    gone = signed(rolled(cancel(roll, 1, NOW, WAKING, office=True)).roll, 2)
    assert refused(restore(gone, 1, NOW)).key == "registration.refused.no_more"


def test_whoever_signed_up_again_is_not_restored_beside_themselves() -> None:
    roll = signed(empty(), 1)
    again = signed(rolled(cancel(roll, 1, NOW, WAKING, office=True)).roll, 1)
    assert refused(restore(again, 1, NOW)).key == "registration.refused.signed_already"
