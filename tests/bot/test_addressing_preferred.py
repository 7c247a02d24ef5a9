"""Where somebody hears of things who said where they want to (通知发到)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.storage.rows import Reach
from flows.office import Content
from handlers.ports import (
    Arrival,
    Filed,
    PersonId,
    Place,
    Post,
    Sender,
    Text,
    ToArrival,
    ToPerson,
)
from tests.bot.accounts import ADDRESSING, POOR, RICH, Records

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
WHO, STAFF = 1, 2


def records(*accounts: Reach) -> Records:
    """Say which accounts each of the two has."""
    return Records(dict.fromkeys((WHO, STAFF), accounts), {STAFF})


def wanted(one: Reach) -> Reach:
    """Say that a person wants to hear of things there."""
    return replace(one, preferred=True)


async def channel(
    *accounts: Reach,
    content: Content = Content.PROGRESS,
    person: PersonId = WHO,
    through: str = "",
    update: bool = False,
) -> str:
    """Return the channel at which a notice is sent."""
    post = Post(ToPerson(person), content, (Text("t"),), "d", through=through, update=update)
    known = await ADDRESSING.look_up(records(*accounts), [post], {})
    return ADDRESSING.target(post, None, known).channel


@pytest.mark.parametrize(("asked", "other"), [(RICH, POOR), (POOR, RICH)])
async def test_a_notice_goes_where_it_was_asked_for(asked: Reach, other: Reach) -> None:
    assert await channel(other, wanted(asked)) == asked.channel
    assert await channel(wanted(asked), other) == asked.channel


async def test_what_may_not_be_told_there_goes_where_it_may() -> None:
    assert await channel(wanted(POOR), RICH, content=Content.CONTACT) == "rich"


async def test_who_works_here_hears_at_the_office_unless_they_asked_otherwise() -> None:
    assert await channel(POOR, RICH, person=STAFF) == "rich"
    assert await channel(RICH, wanted(POOR), person=STAFF) == "poor"


async def test_an_account_that_cannot_be_written_to_is_passed_over() -> None:
    gone = Reach("poor", "gh", None, preferred=True)
    assert await channel(gone, RICH) == "rich"


async def test_a_card_is_changed_where_there_are_cards() -> None:
    assert await channel(wanted(POOR), RICH, update=True) == "rich"


async def test_an_answer_comes_back_where_it_was_asked() -> None:
    one = Arrival("poor", "gh", "m1", Sender("p-1", None, None), Place(True, "chat"), NOW)
    filed = Filed(7, one, WHO)
    for to in (ToArrival(), ToPerson(WHO)):
        post = Post(to, Content.PROGRESS, (Text("t"),), "d", arrival=7)
        known = await ADDRESSING.look_up(records(wanted(RICH), POOR), [post], {7: filed})
        assert ADDRESSING.target(post, filed, known).channel == "poor"


async def test_what_is_meant_for_one_account_goes_there() -> None:
    assert await channel(wanted(RICH), POOR, through="poor") == "poor"
    assert await channel(RICH, through="poor") == "rich"


def test_where_it_was_refused_the_one_asked_for_is_next() -> None:
    third = Reach("third", "r", "t-1")
    found = ADDRESSING.other(Content.PROGRESS, [POOR, third, wanted(RICH)], {"poor"})
    assert found == wanted(RICH)
    hidden = ADDRESSING.other(Content.CONTACT, [wanted(POOR), RICH], {"third"})
    assert hidden == RICH
