"""A message in several parts, or that another channel took over, is one message of one place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from flows.campaigns.again import Again
from flows.campaigns.audience import Target
from flows.office import Content
from handlers.campaigns.records import Fate, tally_of
from handlers.ports import Post, Text, ToGroup
from tests.contracts.test_records_campaigns import CHATS, NUMBER, become, owed, stored
from tests.engines import Opened, rows


async def further(records: Opened, *names: str, of: str = CHATS[0]) -> None:
    """Let the ledger have more of a message."""
    posts = [
        Post(
            ToGroup(of),
            Content.NOTICE,
            (Text("echo", {"x": "续"}),),
            f"c:{NUMBER}:g:{of}{name}",
            campaign=NUMBER,
        )
        for name in names
    ]
    async with records.database.begin() as tx:
        await tx.post(posts, {})


async def in_parts(records: Opened, *states: str) -> None:
    """Let one place have been sent a message of so many parts, which ended so."""
    await stored(records, count=2)
    await owed(records, 1)
    await further(records, *(f"/{n}" for n in range(2, len(states) + 1)))
    for n, state in enumerate(states, 1):
        about = {} if state == "ready" else {"due_at": None}
        become(records, state, ending(n), attempts=1, attempted_at=n, code=f"c{n}", **about)


def ending(part: int) -> str:
    """Match the name of a part."""
    return f"%{CHATS[0]}" if part == 1 else f"%{CHATS[0]}/{part}"


async def fate(records: Opened) -> Fate:
    async with records.database.begin() as tx:
        return (await tx.campaigns.fates(NUMBER))[0]


async def names(records: Opened) -> Sequence[str]:
    """Return what the ledger has, by what stands behind the place."""
    front = len(f"c:{NUMBER}:g:{CHATS[0]}")
    found = rows(records.url, "SELECT dedupe FROM delivery ORDER BY id")
    return [row[0][front:] for row in found]


async def test_what_another_channel_took_over_is_not_drawn_back(records: Opened) -> None:
    await stored(records, count=2)
    await owed(records, 1)
    become(records, "cancelled", "%cid0%", attempts=1, code="gone", due_at=None)
    await further(records, "#after:dingtalk")
    async with records.database.begin() as tx:
        assert await tx.campaigns.draw_back(NUMBER) == 0
        assert await tx.campaigns.put_off(NUMBER, None) is False
        assert not (await tx.queue.heads("notices", 9)).letters
        await tx.campaigns.bring_back(NUMBER, None)
        assert len((await tx.queue.heads("notices", 9)).letters) == 1
    assert (await fate(records)).state == "ready"


async def test_the_second_half_of_a_text_follows_the_first_when_a_campaign_goes_on(
    records: Opened,
) -> None:
    await in_parts(records, "sent")
    await further(records, "/2")
    async with records.database.begin() as tx:
        await tx.campaigns.draw_back(NUMBER)
        await tx.campaigns.put_off(NUMBER, None)
        await tx.campaigns.bring_back(NUMBER, None)
        (letter,) = (await tx.queue.heads("notices", 9)).letters
    assert letter.dedupe.endswith("/2")


async def test_a_text_of_which_no_part_was_tried_waits_as_a_whole(records: Opened) -> None:
    await stored(records, count=2)
    await owed(records, 1)
    await further(records, "/2", "/3")
    async with records.database.begin() as tx:
        assert await tx.campaigns.draw_back(NUMBER) == 3
        assert [one.key for one in await tx.campaigns.waiting(NUMBER, 9)] == [f"g:{CHATS[0]}"]
    assert not await names(records)


async def test_a_chat_whose_own_name_looks_like_a_part_is_a_place_of_its_own(
    records: Opened,
) -> None:
    await stored(records, count=2)
    chats = ("cid/1", "cid/2", "cid")
    async with records.database.begin() as tx:
        await tx.campaigns.freeze(NUMBER, [Target(f"g:{chat}", chat) for chat in chats])
    await owed(records, 3)
    become(records, "failed", "%cid/1", attempts=1, due_at=None)
    become(records, "sent", "%cid", attempts=1, due_at=None)
    async with records.database.begin() as tx:
        assert await tx.campaigns.draw_back(NUMBER) == 1
        states = [one.state for one in await tx.campaigns.fates(NUMBER)]
    assert states == ["failed", "waiting", "sent"]


@pytest.mark.parametrize(
    ("parts", "state", "code"),
    [
        (("unknown", "sent"), "unknown", "c1"),
        (("failed", "sent", "sent"), "failed", "c1"),
        (("sent", "failed"), "failed", "c2"),
        (("unknown", "failed", "sent"), "failed", "c2"),
        (("failed", "ready"), "ready", "c2"),
        (("sent", "cancelled"), "cancelled", "c2"),
        (("sent", "sent", "sent"), "sent", "c3"),
    ],
    ids=lambda x: "-".join(x) if isinstance(x, tuple) else "",
)
async def test_a_place_was_sent_it_when_every_part_was(
    records: Opened, parts: Sequence[str], state: str, code: str
) -> None:
    await in_parts(records, *parts)
    found = await fate(records)
    assert (found.state, found.code) == (state, code)
    async with records.database.begin() as tx:
        fates = await tx.campaigns.fates(NUMBER)
        under_way = await tx.campaigns.under_way(NUMBER)
    assert (tally_of(fates).total, tally_of(fates).under_way) == (2, under_way)


async def test_a_part_counts_as_the_channel_ended_that_took_it_over(records: Opened) -> None:
    await in_parts(records, "sent", "failed")
    await further(records, "/2#after:wechat")
    become(records, "sent", "%#after:wechat", due_at=None)
    assert (await fate(records)).state == "sent"


async def test_what_is_sent_again_is_every_part_that_lacks_and_no_other(records: Opened) -> None:
    await in_parts(records, "sent", "failed", "failed", "unknown")
    found = await fate(records)
    async with records.database.begin() as tx:
        told = await tx.campaigns.decide(NUMBER, Again.RESEND, [found.delivery])
    assert told[found.delivery] == "done"
    states = rows(records.url, "SELECT state FROM delivery ORDER BY id")
    assert [row[0] for row in states] == ["sent", "ready", "ready", "unknown"]


async def test_a_message_of_several_parts_is_one_failure(records: Opened) -> None:
    await in_parts(records, "failed", "failed", "failed")
    async with records.database.begin() as tx:
        assert await tx.campaigns.outcomes(NUMBER, 5, None) == [("failed", "c3")]


async def test_a_place_is_taken_back_when_no_part_of_it_stands(records: Opened) -> None:
    await in_parts(records, "sent", "sent")
    numbers = [row[0] for row in rows(records.url, "SELECT id FROM delivery ORDER BY id")]
    for many, recalled in ((1, 0), (2, 1)):
        async with records.database.begin() as tx:
            await tx.doubts.recalled(numbers[:many], "campaign")
            tally = tally_of(await tx.campaigns.fates(NUMBER))
        assert (tally.sent, tally.recalled) == (1, recalled)


async def test_what_the_quota_holds_is_asked_about_anew_after_a_night(records: Opened) -> None:
    await stored(records, count=2)
    await owed(records, 1)
    become(records, "ready", "%cid0%", attempts=1, attempted_at=1)
    morning = records.clock() + timedelta(hours=11)
    async with records.database.begin() as tx:
        await tx.meters.hold((await fate_rows(records)), records.clock() + timedelta(days=20))
        await tx.campaigns.put_off(NUMBER, morning)
        assert await tx.meters.release() == {}  # nobody lets it go in the night
        assert await tx.queue.next_due() == morning


async def test_what_a_person_let_go_is_not_held_again_after_a_night(records: Opened) -> None:
    await stored(records, count=3)
    await owed(records, 2)
    numbers = await fate_rows(records)
    async with records.database.begin() as tx:
        await tx.meters.hold(numbers, records.clock() + timedelta(days=20))
        assert await tx.doubts.release("wang") == 2
    async with records.database.begin() as tx:
        await tx.campaigns.draw_back(NUMBER)
        await tx.campaigns.put_off(NUMBER, records.clock() + timedelta(hours=11))
    codes = rows(records.url, "SELECT code FROM delivery")
    assert [row[0] for row in codes] == ["quota.released"] * 2


async def fate_rows(records: Opened) -> list[int]:
    """Return the numbers of what the ledger has."""
    return [row[0] for row in rows(records.url, "SELECT id FROM delivery ORDER BY id")]


async def test_what_was_to_be_sent_again_in_doubt_is_unknown_for_want_of_an_answer(
    records: Opened,
) -> None:
    await in_parts(records, "unknown")
    async with records.database.begin() as tx:
        await tx.campaigns.decide(NUMBER, Again.RESEND, await fate_rows(records))
        await tx.campaigns.cancel(NUMBER)
    found = await fate(records)
    assert (found.state, found.code) == ("unknown", "no_answer")
