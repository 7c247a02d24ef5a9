"""What the platform drops without a word is never sent: to a member, and into the app's groups."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from bot.channels.base import Window
from bot.channels.wecom.rates import Rates
from bot.config import load_config
from bot.config.wecom import Member
from bot.simulator.wecom.people import RATES
from flows.office import Door
from handlers.person import CUSTOMERS
from tests.wecom import MEMBER, Line, letter, line

IN_GROUPS = ((200, timedelta(minutes=1)), (10_000, timedelta(days=1)))  # a member (path/90248)


def spans_of(window: Window) -> dict[float, int]:
    return {window.seconds: window.limit, **{one.seconds: one.limit for one in window.also}}


def into(there: Line, chat: str) -> Window:
    window = there.channel.window(letter(door=Door.STAFF_GROUP, to=chat))
    assert window is not None
    return window


async def test_a_member_gets_less_than_what_is_dropped() -> None:
    async with line() as there:
        window = there.channel.window(letter())
        assert window is not None
        assert window.key.endswith(f":to:{MEMBER.lower()}")
        for most, span in RATES:
            assert spans_of(window)[span.total_seconds()] < most


async def test_somebody_who_sits_in_every_group_gets_less_than_what_is_dropped() -> None:
    async with line() as there:
        first, second = into(there, "wr1"), into(there, "wr2")
        assert first == second  # whichever group it is
        for most, span in IN_GROUPS:
            assert spans_of(first)[span.total_seconds()] < most


async def test_tasks_for_owners_are_counted_apart_from_groups() -> None:
    async with line() as there:
        assert into(there, f"{CUSTOMERS}c1").key != into(there, "wr1").key
        assert into(there, f"{CUSTOMERS}c1").rests == into(there, "wr1").rests


async def test_the_office_may_allow_less() -> None:
    async with line(rates=Rates(member_a_minute=5, member_an_hour=20)) as there:
        window = there.channel.window(letter())
        assert window is not None
        assert spans_of(window) == {60.0: 5, 3600.0: 20}


def test_what_stands_in_the_configuration_is_what_is_meant_without_one() -> None:
    told = load_config().wecom
    member, groups = told.member, told.groups
    assert Rates() == Rates(
        member.a_minute, member.an_hour, groups.a_minute, groups.an_hour, groups.a_day
    )


@pytest.mark.parametrize(("name", "much"), [("a_minute", 31), ("an_hour", 1001)])
def test_more_than_the_platform_takes_cannot_be_configured(name: str, much: int) -> None:
    with pytest.raises(ValidationError):
        Member.model_validate({"a_minute": 28, "an_hour": 950, name: much})
