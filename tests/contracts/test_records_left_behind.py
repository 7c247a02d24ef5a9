"""不带附件发 in the ledger: nothing of such a file leaves any more, and its place lacks nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.storage.ledger import CALLED_OFF
from flows.campaigns.audience import Target
from handlers.campaigns.records import FILE_LEFT, tally_of
from tests.contracts.test_records_campaign_parts import further
from tests.contracts.test_records_campaigns import CHATS, NUMBER, become, owed, stored
from tests.engines import Opened, rows

TEXT, FIRST, SECOND = f"%{CHATS[0]}", "%/f1%", "%/f2%"


async def laid(records: Opened, *names: str) -> None:
    """Let a text have been sent to one place, with more of it behind."""
    await stored(records, count=2)
    await owed(records, 1)
    become(records, "sent", TEXT, attempts=1, due_at=None)
    await further(records, *names)


async def left(records: Opened, *files: int) -> None:
    async with records.database.begin() as tx:
        await tx.campaigns.leave_behind(NUMBER, files or (1,))


def states(records: Opened) -> Mapping[str, tuple[str, str]]:
    """Return state and code of each row, by what stands behind the place."""
    front = len(f"c:{NUMBER}:g:{CHATS[0]}")
    found = rows(records.url, "SELECT dedupe, state, code FROM delivery")
    return {row[0][front:]: (row[1], row[2]) for row in found}


async def test_what_waits_of_it_does_not_come_back_with_the_rest(records: Opened) -> None:
    await laid(records, "/f1", "/f1/2", "/f1#after:dingtalk", "/f1#after:dingtalk/2", "/f2")
    async with records.database.begin() as tx:
        await tx.campaigns.put_off(NUMBER, None)
    await left(records)
    async with records.database.begin() as tx:
        await tx.campaigns.bring_back(NUMBER, None)
        letters = (await tx.queue.heads("notices", 9)).letters
    assert [one.dedupe.rpartition("/")[2] for one in letters] == ["f2"]


@pytest.mark.parametrize("state", ["failed", "cancelled"])
async def test_what_failed_of_it_is_no_lack_of_its_place(records: Opened, state: str) -> None:
    await laid(records, "/f1")
    become(records, state, FIRST, attempts=1, due_at=None, code="file.unreadable")
    await left(records)
    async with records.database.begin() as tx:
        (fate, *_) = await tx.campaigns.fates(NUMBER)
        assert (fate.state, fate.lacks_files) == ("sent", False)
        assert tally_of([fate]).sent == 1
        assert list(await tx.campaigns.outcomes(NUMBER, 5, None)) == [("sent", "")]


async def test_what_may_have_arrived_stays_unknown_and_is_not_sent_again(records: Opened) -> None:
    await laid(records, "/f1")
    become(records, "unknown", FIRST, attempts=1, due_at=None, code="no_answer")
    await left(records)
    assert states(records)["/f1"] == ("unknown", FILE_LEFT)
    (number,) = rows(records.url, "SELECT id FROM delivery WHERE dedupe LIKE ?", FIRST)[0]
    async with records.database.begin() as tx:
        await tx.queue.lock()
        assert await tx.doubts.decide("resend", [number], "root") == {number: "not_now"}
        assert await tx.recalls.ask(NUMBER) == 2


async def test_what_is_on_its_way_is_settled_when_it_has_landed(records: Opened) -> None:
    await laid(records, "/f1")
    become(records, "sending", FIRST, attempts=1, owner="w1")
    await left(records)
    assert states(records)["/f1"] == ("sending", CALLED_OFF)
    become(records, "failed", FIRST, due_at=None, code="310000")
    await left(records)
    assert states(records)["/f1"] == ("cancelled", FILE_LEFT)


async def test_what_has_arrived_and_what_goes_out_all_the_same_stays(records: Opened) -> None:
    await laid(records, "/f1", "/f2")
    become(records, "sent", FIRST, attempts=1, due_at=None)
    become(records, "failed", SECOND, attempts=1, due_at=None, code="310000")
    await left(records)
    assert states(records) == {"": ("sent", ""), "/f1": ("sent", ""), "/f2": ("failed", "310000")}


async def test_what_waits_behind_it_in_its_lane_is_due_then(records: Opened) -> None:
    await laid(records, "/f1", "/f2")
    later = records.clock.now + timedelta(hours=1)
    become(records, "ready", FIRST, due_at=round(later.timestamp() * 1_000_000))
    async with records.database.begin() as tx:
        assert not (await tx.queue.heads("notices", 9)).letters
    await left(records)
    async with records.database.begin() as tx:
        (letter,) = (await tx.queue.heads("notices", 9)).letters
    assert letter.dedupe.endswith("/f2")


async def test_a_chat_whose_own_name_looks_like_a_file_gets_its_text(records: Opened) -> None:
    await stored(records, count=2)
    async with records.database.begin() as tx:
        await tx.campaigns.freeze(NUMBER, [Target("g:cid/f1", "群")])
    await owed(records, 1)
    await left(records)
    async with records.database.begin() as tx:
        assert len((await tx.queue.heads("notices", 9)).letters) == 1
