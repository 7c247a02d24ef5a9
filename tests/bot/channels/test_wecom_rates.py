"""What the platform drops without a word is never sent: to a member, and into the app's groups."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.channels.base import Window
from bot.channels.wecom.rates import Rates
from bot.config import load_config
from bot.config.source import ConfigFault
from bot.config.wecom import Groups, Member, load_wecom
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


GROUPS = {"a_minute": 180, "an_hour": 1500, "a_day": 9500}


@pytest.mark.parametrize(
    ("name", "most"), [("a_minute", 200), ("an_hour", 12_000), ("a_day", 10_000)]
)
def test_groups_get_no_more_than_a_member_in_all_of_them_may(name: str, most: int) -> None:
    with pytest.raises(ValidationError, match=rf"{name}\n.*less than or equal to {most}"):
        Groups.model_validate({**GROUPS, name: most + 1})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"an_hour": 179}, "an_hour is less than a_minute"),
        ({"a_day": 1499}, "a_day is less than an_hour"),
    ],
)
def test_a_longer_time_takes_no_less_than_a_shorter_one(changed: dict[str, int], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Groups.model_validate({**GROUPS, **changed})


def test_so_it_is_for_a_member() -> None:
    assert Member(a_minute=20, an_hour=20)
    with pytest.raises(ValidationError, match="an_hour is less than a_minute"):
        Member(a_minute=20, an_hour=19)


def test_a_file_that_allows_less_in_an_hour_is_refused_by_table(tmp_path: Path) -> None:
    path = tmp_path / "wecom.toml"
    path.write_text("[member]\na_minute = 28\nan_hour = 5\n")
    with pytest.raises(ConfigFault, match=r'"member": an_hour is less than a_minute\.$'):
        load_wecom(path)
