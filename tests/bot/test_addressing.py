"""To which of a person's accounts a post goes."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.addressing import Target
from bot.storage.rows import Reach
from flows.office import Content, Door
from handlers.ports import (
    Arrival,
    Filed,
    Place,
    Post,
    ReplyPath,
    Sender,
    Text,
    To,
    ToArrival,
    ToPerson,
)
from tests.bot.accounts import ADDRESSING, POOR, RICH, Records

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LAST_AT_POOR, AT_WORK, UNREACHABLE, NOWHERE = 1, 2, 3, 4
ACCOUNTS = {
    LAST_AT_POOR: [POOR, RICH],
    AT_WORK: [POOR, RICH],
    UNREACHABLE: [Reach("poor", "gh", None), RICH],
}
RECORDS = Records(ACCOUNTS, {AT_WORK})


def filed(channel: str, *, private: bool = True) -> Filed:
    sender = Sender("p-1" if channel == "poor" else "r-1", None, None)
    path = ReplyPath("here", NOW + timedelta(seconds=5))
    place = Place(private, "chat")
    return Filed(7, Arrival(channel, "gh", "m1", sender, place, NOW, reply_path=path), LAST_AT_POOR)


async def target(
    to: To,
    content: Content = Content.PROGRESS,
    *,
    arrival: Filed | None = None,
    update: bool = False,
) -> Target:
    post = Post(to, content, (Text("t"),), "d", update=update, arrival=7 if arrival else None)
    arrivals = {arrival.id: arrival} if arrival else {}
    known = await ADDRESSING.look_up(RECORDS, [post], arrivals)
    return ADDRESSING.target(post, arrival, known)


async def test_a_notice_goes_to_the_account_that_was_last_used() -> None:
    found = await target(ToPerson(LAST_AT_POOR))
    assert (found.channel, found.robot, found.to) == ("poor", "gh", "p-1")
    assert found.door is Door.OFFICIAL_ACCOUNT


async def test_who_works_here_has_notices_at_the_offices_own_channel() -> None:
    assert (await target(ToPerson(AT_WORK))).channel == "rich"


async def test_what_may_not_be_told_there_goes_where_it_may() -> None:
    found = await target(ToPerson(LAST_AT_POOR), Content.CONTACT)
    assert (found.channel, found.door) == ("rich", Door.PRIVATE)


async def test_an_account_that_cannot_be_written_to_is_passed_over() -> None:
    assert (await target(ToPerson(UNREACHABLE))).channel == "rich"


async def test_who_is_nowhere_is_looked_for_at_the_offices_own_channel() -> None:
    found = await target(ToPerson(NOWHERE))
    assert (found.channel, found.to) == ("rich", "")


async def test_a_card_is_changed_where_there_are_cards() -> None:
    assert (await target(ToPerson(LAST_AT_POOR), update=True)).channel == "rich"


@pytest.mark.parametrize("channel", ["rich", "poor"])
@pytest.mark.parametrize("to", [ToArrival(), ToPerson(LAST_AT_POOR)])
@pytest.mark.parametrize("content", [Content.PROGRESS, Content.CONTACT])
async def test_an_answer_goes_where_it_was_asked(channel: str, to: To, content: Content) -> None:
    found = await target(to, content, arrival=filed(channel))
    assert (found.channel, found.reply_url, found.answers) == (channel, "here", True)


async def test_who_asked_in_a_group_is_answered_alone_at_the_same_channel() -> None:
    found = await target(ToPerson(LAST_AT_POOR), arrival=filed("rich", private=False))
    assert (found.channel, found.to, found.reply_url) == ("rich", "r-1", "")


def test_what_was_refused_is_tried_where_it_was_not_tried_yet() -> None:
    def other(*tried: str) -> Reach | None:
        return ADDRESSING.other(Content.PROGRESS, [RICH, POOR], tried)

    assert (other("rich"), other("poor"), other("rich", "poor")) == (POOR, RICH, None)
