"""Rows of a 接龙 become places on a list, once each, whatever is pasted again."""

from __future__ import annotations

import pytest

from flows.registration.firms import firms_of
from flows.registration.registration import Registration, Standing
from flows.registration.relay import Row, is_relay, read_relay
from flows.registration.relay_filing import Became, Entered, enter, known_already, pass_over
from flows.registration.relay_rows import read_row
from flows.registration.roll import Roll, Rolled
from flows.registration.signing import Wish, cancel
from tests.flows.registration.relay_list import HEAD, KNOWN, WHOLE
from tests.flows.registration.rolls import CLERK, NOW, WAKING, empty, rolled

HENGTONG = KNOWN[0]


def wish(row: Row) -> Wish:
    """Say who comes by a row."""
    return Wish(
        attendee=f"n:{row.enterprise}:{row.name}",
        by=CLERK,
        name=row.name,
        phone=row.phone,
        enterprise=row.enterprise,
        also_for=row.also_for,
        party=row.party,
        listed=(f"row:{row.text}",),
        waits=True,
    )


def put(roll: Roll, line: str, *, sure: bool = False) -> tuple[Roll, Entered]:
    """Enter one line."""
    row = read_row(line, firms_of(KNOWN))
    done, entered = enter(Rolled(roll), row, wish(row), NOW, sure=sure)
    return done.roll, entered


def only(roll: Roll) -> Registration:
    """Return the one place on a list."""
    (one,) = roll.registrations.values()
    return one


def test_a_row_takes_its_seats_and_the_same_row_changes_nothing() -> None:
    roll, first = put(empty(), "恒通 李总 2人")
    assert (first.became, only(roll).party, only(roll).by) == (Became.SEATED, 2, CLERK)
    again, second = put(roll, "恒通 李总 2人")
    assert (second.became, again) == (Became.THERE, roll)


def test_a_whole_list_entered_twice_is_the_list_entered_once() -> None:
    roll = empty(capacity=99)
    for _ in range(2):
        done = Rolled(roll)
        for row in read_relay(WHOLE, KNOWN).taken:
            done, _ = enter(done, row, wish(row), NOW)
        happened, roll = len(done.happened), done.roll
    assert (happened, len(roll.registrations)) == (0, 24)


def test_who_does_not_fit_waits_or_is_refused() -> None:
    roll, _ = put(empty(capacity=1, waitlist=1), "恒通 李总")
    roll, second = put(roll, "明达 沈工")
    roll, third = put(roll, "天成 谢芳")
    assert (second.became, third.became) == (Became.WAITING, Became.REFUSED)
    assert third.refused is not None
    assert third.refused.key == "registration.refused.waitlist_full"
    assert len(roll.registrations) == 2


def test_who_gave_the_place_up_is_not_put_back_by_the_old_row() -> None:
    roll, _ = put(empty(), "恒通 李总")
    roll = rolled(cancel(roll, 1, NOW, WAKING)).roll
    roll, again = put(roll, "恒通 李总")
    assert again.became is Became.GONE
    assert only(roll).standing is Standing.CANCELLED


def test_another_number_of_people_changes_nothing() -> None:
    roll, _ = put(empty(), "恒通 李总 1人")
    after, told = put(roll, "恒通 李总 2人")
    assert (told.became, after) == (Became.DIFFERS, roll)


def test_a_later_row_may_add_for_whom_somebody_speaks() -> None:
    roll, _ = put(empty(), "恒通 陈国强 13800000002")
    row = Row(
        enterprise=HENGTONG,
        name="陈国强",
        phone="13800000002",
        also_for=(KNOWN[3],),
        text="恒通 陈国强 13800000002",
    )
    done, told = enter(Rolled(roll), row, wish(row), NOW)
    assert told.became is Became.THERE
    assert only(done.roll).also_for == (KNOWN[3],)
    assert [one.act for one in done.happened] == ["speak_for"]


@pytest.mark.parametrize(
    ("line", "became"),
    [("恒通 李总", Became.ASKED), ("恒通 王总", Became.SEATED), ("明达 李总", Became.SEATED)],
)
def test_another_form_of_address_in_one_enterprise_is_asked(line: str, became: Became) -> None:
    roll, _ = put(empty(), "恒通 李明")
    assert put(roll, line)[1].became is became
    assert put(roll, line, sure=True)[1].became is Became.SEATED


def test_a_row_that_was_passed_over_is_known_again() -> None:
    roll = pass_over(empty(), "row:宏达 戚总")
    assert known_already(roll, "row:宏达 戚总") is Became.PASSED
    assert known_already(roll, "row:宏达 戚总 2人") is None
    assert roll.event.version == empty().event.version


# What is a list -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        "#接龙 面对面\n1. 恒通 李总\n2. 明达 沈工",
        HEAD + "1. 恒通 李总\n2. 明达 沈工",
        "1. 恒通 李总\n2. 明达 沈工\n3. 天成 谢芳 1人",
    ],
)
def test_a_list_is_known_by_its_word_or_by_its_rows(text: str) -> None:
    assert is_relay(text, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "恒通 李总 1人",
        "企业反映三件事：\n1. 厂区停电三次\n2. 门口积水\n3. 招工困难",
        "昨天走访恒通，李总说：\n厂里停电三次\n门口积水没过脚踝\n招不到工",
        "1. 恒通 李总\n2. 明达 沈工",
        "建议：\n1、请供电公司尽快查清\n2、请街道清淤\n3、请人社局办招聘会",
        "",
    ],
)
def test_a_problem_and_a_sentence_are_no_list(text: str) -> None:
    assert not is_relay(text, KNOWN)
