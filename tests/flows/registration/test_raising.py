"""Whose a problem is that was raised at an activity, and how messages become problems."""

from __future__ import annotations

import pytest

from flows.outreach.problems import problems_of
from flows.registration.raising import RAISED, RaisedFacts
from flows.registration.speakers import Attendee, cut, whose
from tests.flows.registration.rolls import event

HENGTONG, HENGDA = "镇海恒通紧固件有限公司", "镇海恒大机械有限公司"
CHEN = Attendee("陈建国", HENGTONG, "13805740001", 7)
ZHOU = Attendee("周芳", HENGTONG, "13805740002")
SUN = Attendee("孙立", HENGDA)
LISTED = (CHEN, ZHOU, SUN)
NAMES = (HENGTONG, HENGDA)
FACTS = RaisedFacts((event(),), {"HD-2026-001": LISTED}, known=(HENGTONG,))


@pytest.mark.parametrize(
    ("said", "enterprise", "contact"),
    [
        ("恒通：招工难", HENGTONG, "陈建国"),
        ("恒通周芳：招工难", HENGTONG, "周芳"),
        ("恒通 周芳：招工难", HENGTONG, "周芳"),
        ("恒通陈总：招工难", HENGTONG, "陈建国"),
        ("孙立:招工难", HENGDA, "孙立"),
        ("新安模具厂王工：招工难", "新安模具厂", "王工"),
        ("新安模具厂：招工难", "新安模具厂", ""),
        ("恒通吴总：招工难", HENGTONG, "吴总"),
    ],
)
def test_a_problem_is_theirs_who_stand_in_front_of_it(
    said: str, enterprise: str, contact: str
) -> None:
    one = whose(said, LISTED, NAMES)
    assert (one.enterprise, one.contact, one.body) == (enterprise, contact, "招工难")


def test_who_is_not_on_the_list_has_no_account() -> None:
    assert whose("恒通吴总：招工难", LISTED, NAMES).attendee is None
    assert whose("恒通陈总：招工难", LISTED, NAMES).attendee == CHEN


@pytest.mark.parametrize("said", ["门口积水没人管", "问题：门口积水没人管", "时间：上周三就没人管"])
def test_nobody_is_guessed_where_nobody_was_named(said: str) -> None:
    assert whose(said, LISTED, NAMES).enterprise == ""


def test_of_several_enterprises_none_is_chosen() -> None:
    listed = (CHEN, Attendee("何平", "镇海恒通物流有限公司"))
    one = whose("恒通：招工难", listed, NAMES)
    assert (one.enterprise, set(one.doubt)) == ("", {HENGTONG, "镇海恒通物流有限公司"})


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("恒通：招工难\n恒大：停电三次", 2),
        ("恒通：招工难\n焊工尤其缺", 1),
        ("恒通：招工难\n时间：上周起", 1),
        ("恒通：1. 招工难 2. 停电三次", 2),
        ("1. 恒通：招工难 2. 恒大：停电三次", 2),
        ("门口积水没人管", 1),
    ],
)
def test_each_line_that_says_whose_it_is_begins_a_problem(text: str, count: int) -> None:
    assert len(cut(text, NAMES)) == count


def test_numbered_problems_of_one_enterprise_all_stay_with_it() -> None:
    parts = cut("恒通：1. 招工难 2. 停电三次", NAMES)
    assert [whose(one, LISTED, NAMES).enterprise for one in parts] == [HENGTONG, HENGTONG]


def say(before: str, text: str) -> str:
    step = RAISED.step("problems")
    assert step is not None
    return step.adds(before, text, (), FACTS)


def test_messages_come_one_after_the_other() -> None:
    kept = say(say("", "恒通：招工难"), "恒大：停电三次")
    assert [one.text for one in problems_of(kept)] == ["恒通：招工难", "恒大：停电三次"]


def test_whose_it_is_can_be_put_right_by_its_number() -> None:
    kept = say(say("", "门口积水没人管"), "1 恒大")
    (one,) = problems_of(kept)
    assert one.text == "恒大：门口积水没人管"


def test_what_is_rewritten_stays_with_whoever_raised_it() -> None:
    kept = say(say("", "恒通：招工难"), "1 改成 焊工招不到")
    (one,) = problems_of(kept)
    assert one.text == "恒通：焊工招不到"


def test_one_can_be_dropped() -> None:
    kept = say(say("", "恒通：招工难\n恒大：停电三次"), "删 1")
    assert [one.text for one in problems_of(kept)] == ["恒大：停电三次"]
