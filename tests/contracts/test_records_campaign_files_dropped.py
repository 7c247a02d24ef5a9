"""A message of a campaign that staff drop takes its files along, and the place is counted once."""

from __future__ import annotations

import pytest

from handlers.campaigns.records import MESSAGE_FAILED, tally_of
from tests import outbox
from tests.contracts.test_records_campaign_files import owed
from tests.contracts.test_records_campaigns import CHATS, NUMBER, become, stored
from tests.engines import Opened, rows


def number_of(records: Opened, ending: str) -> int:
    """Return the number of a row by the end of its name."""
    (found,) = rows(records.url, "SELECT id FROM delivery WHERE dedupe LIKE ?", ending)
    return int(found[0])


async def drop(records: Opened, *numbers: int) -> int:
    """Let staff drop deliveries; return how many were dropped."""
    async with records.database.begin() as tx:
        await tx.queue.lock()
        done = await tx.doubts.decide("drop", numbers, "wang")
    return sum(how == "done" for how in done.values())


async def counts(records: Opened) -> tuple[int, int, int, int]:
    """Return how many targets were sent it, failed, were cancelled, and in all."""
    async with records.database.begin() as tx:
        tally = tally_of(await tx.campaigns.fates(NUMBER))
    return tally.sent, tally.failed, tally.cancelled, tally.total


async def test_files_are_dropped_with_the_message_that_waits(records: Opened) -> None:
    await stored(records, count=3)
    await owed(records, 2, files=2)
    assert await drop(records, number_of(records, f"%{CHATS[0]}")) == 3
    async with records.database.begin() as tx:
        (other,) = await outbox.claim(tx)
    assert other.dedupe == f"c:{NUMBER}:g:{CHATS[1]}"
    assert (await counts(records))[2:] == (1, 3)


async def test_files_that_were_held_back_are_dropped_with_the_message_that_failed(
    records: Opened,
) -> None:
    await stored(records, count=2)
    await owed(records, 1)
    become(records, "failed", f"%{CHATS[0]}", attempts=1, due_at=None, code="gone")
    become(records, "failed", "%/f1", due_at=None, code=MESSAGE_FAILED)
    assert await counts(records) == (0, 1, 0, 2)
    assert await drop(records, number_of(records, f"%{CHATS[0]}")) == 2
    assert await counts(records) == (0, 0, 1, 2)


@pytest.mark.parametrize("state", ["sent", "unknown", "failed"])
async def test_a_file_that_ended_by_itself_stays_what_it_is(records: Opened, state: str) -> None:
    await stored(records, count=2)
    await owed(records, 1)
    become(records, "unknown", f"%{CHATS[0]}", attempts=1, due_at=None)
    become(records, state, "%/f1", attempts=1, due_at=None, code="x")
    assert await drop(records, number_of(records, f"%{CHATS[0]}")) == 1


async def test_a_file_is_dropped_alone_and_its_message_stays(records: Opened) -> None:
    await stored(records, count=2)
    await owed(records, 1, files=2)
    assert await drop(records, number_of(records, "%/f1")) == 1
    async with records.database.begin() as tx:
        (message,) = await outbox.claim(tx)
    assert message.dedupe == f"c:{NUMBER}:g:{CHATS[0]}"


async def test_what_was_dropped_along_stands_in_the_history_too(records: Opened) -> None:
    await stored(records, count=2)
    await owed(records, 1)
    file = number_of(records, "%/f1")
    await drop(records, number_of(records, f"%{CHATS[0]}"))
    async with records.database.begin() as tx:
        (line,) = await tx.history.entries(f"delivery:{file}")
    assert (line.act, line.before, line.after) == ("drop", "ready", "cancelled")
