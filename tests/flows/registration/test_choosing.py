"""Which activity a text means: one, several that are to be asked, or none."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.calendar import OFFICE_ZONE
from flows.registration.choosing import matching
from flows.registration.event import Event
from flows.registration.reading import read_sign_up

TODAY = date(2026, 11, 30)  # a Monday


def event(number: str, series: str, title: str, day: str, hour: int = 14) -> Event:
    """Make an open activity."""
    starts = datetime.fromisoformat(day).replace(hour=hour, tzinfo=OFFICE_ZONE)
    return Event(
        number=number,
        series=series,
        title=title,
        starts_at=starts.astimezone(UTC),
        ends_at=starts + timedelta(hours=2),
        venue="区行政中心3号楼",
        capacity=40,
        closes_at=starts,
        created_by=1,
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


EVENTS = (
    event("EV-2026-001", "亲清直通车", "亲清直通车·政商面对面:新材料专场", "2026-12-01"),
    event("EV-2026-002", "惠企恳谈会", "用工保障惠企恳谈会", "2026-12-03"),
    event("EV-2026-003", "企业家·科学家握手行动", "握手行动走进材料所:防腐", "2026-12-08"),
    event("EV-2026-004", "企业家·科学家握手行动", "机械学院专场:传动与液压", "2026-12-15"),
    event("EV-2026-005", "宁波帮学堂", "宁波帮学堂第六讲:家族传承", "2026-12-11", hour=1),
    event("EV-2026-006", "云课堂", "法智卫士云课堂:年终劳动用工风险", "2026-12-03", hour=19),
    event("EV-2026-007", "云课堂", "法智卫士云课堂:合同回款", "2026-12-04", hour=19),
)


def found(text: str) -> list[str]:
    """Return the last digits of the activities that a text may mean, the likeliest first."""
    return [one.number[-1] for one in matching(text, EVENTS, TODAY).events]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("EV-2026-004", "4"),
        ("报名ev2026－００4", "4"),
        ("明天的面对面我报名,2个人", "1"),
        ("周二", "1"),
        ("12月1日", "1"),
        ("12.1 直通车", "1"),
        ("1号的那场", "1"),
        ("十二月十一日", "5"),  # at 01:00, which is the day before in UTC
        ("恳谈会", "2"),
        ("面对面", "1"),
        ("新材料专场", "1"),
        ("云课堂 合同", "7"),
        ("12月4日的云课堂", "7"),
        ("周四的恳谈会", "2"),
    ],
)
def test_one_activity_is_meant(text: str, number: str) -> None:
    matched = matching(text, EVENTS, TODAY)
    assert matched.certain
    assert matched.one is not None
    assert matched.one.number[-1] == number


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("云课堂", ["6", "7"]),
        ("握手行动", ["3", "4"]),
        ("12月3日", ["2", "6"]),
        ("面对面和恳谈会", ["1", "2"]),
        ("EV-2026-001和EV-2026-002", ["1", "2"]),
    ],
)
def test_several_are_to_be_asked(text: str, numbers: list[str]) -> None:
    matched = matching(text, EVENTS, TODAY)
    assert (found(text), matched.one) == (numbers, None)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("明天的恳谈会", ["1", "2"]),  # it is on Thursday
        ("周四的面对面和恳谈会", ["2", "1"]),
        ("12月20日的面对面", ["1"]),
        ("5号的恳谈会", ["2"]),
    ],
)
def test_a_day_that_does_not_fit_the_words_is_asked_about(text: str, numbers: list[str]) -> None:
    assert (found(text), matching(text, EVENTS, TODAY).one) == (numbers, None)


@pytest.mark.parametrize(
    "text",
    ["", "我报名", "我们企业报名参加活动", "宁波恒通科技有限公司", "3号楼2楼", "2点", "12月25日"],
)
def test_a_text_that_names_no_activity_gives_none(text: str) -> None:
    assert found(text) == []


def test_without_activities_there_is_none() -> None:
    assert matching("明天的面对面", (), TODAY).events == ()


def test_the_hint_of_a_sentence_finds_what_the_sentence_means() -> None:
    hint = read_sign_up("明天的面对面我报名，恒通机械李总，2个人", (), EVENTS).event
    assert hint is not None
    assert matching(hint, EVENTS, TODAY).one == EVENTS[0]


def test_a_title_told_in_full_is_no_name() -> None:
    sign_up = read_sign_up("机械学院专场:传动与液压 报名 李明", (), EVENTS)
    assert (sign_up.name, sign_up.event) == ("李明", "机械学院专场:传动与液压")


@settings(deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_no_text_breaks_the_choice(text: str) -> None:
    matched = matching(text, EVENTS, TODAY)
    assert len({event.number for event in matched.events}) == len(matched.events)
    assert not matched.certain or len(matched.events) == 1
