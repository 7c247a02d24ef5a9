"""The history is chained, sealed, and survives the erasure of a person."""

from handlers.ports import Entry
from tests.engines import NOON, Opened, roll_back


def entry(act: str, subject: str = "ticket:ZH-2026-0001", **personal: str) -> Entry:
    return Entry(
        subject=subject,
        act=act,
        actor=7,
        role="clerk",
        channel="dingtalk",
        at=NOON,
        before="submitted",
        after="accepted",
        public={"unit": "power"},
        personal=personal,
        arrival=3,
    )


async def test_entries_come_back_as_they_were(records: Opened) -> None:
    first, second = entry("file", phone="13800000000"), entry("accept", reason="属实")
    other = entry("file", "ticket:ZH-2026-0002")
    async with records.database.begin() as tx:
        await tx.record([])
        await tx.record([first, other])
        await tx.record([second])
    async with records.database.begin() as tx:
        assert await tx.history.entries(first.subject) == [first, second]
        assert await tx.history.entries(other.subject) == [other]
        assert await tx.seals.verify(first.subject) is None
        assert await tx.seals.verify_all() == []


async def test_erasing_the_values_keeps_the_chain(records: Opened) -> None:
    told = [entry("file", phone="13800000000"), entry("accept", reason="属实")]
    async with records.database.begin() as tx:
        await tx.record([*told, entry("file", "ticket:ZH-2026-0002", phone="1")])
        await tx.history.erase([told[0].subject])
        assert [one.personal for one in await tx.history.entries(told[0].subject)] == [{}, {}]
        assert await tx.seals.verify(told[0].subject) is None
        (kept,) = await tx.history.entries("ticket:ZH-2026-0002")
        assert kept.personal == {"phone": "1"}


async def test_heads_are_sealed_once_until_they_move(records: Opened) -> None:
    async with records.database.begin() as tx:
        assert await tx.seals.seal(NOON) == 0
        await tx.record([entry("file"), entry("file", "person:1")])
        assert await tx.seals.seal(NOON) == 2
        assert await tx.seals.seal(NOON) == 0
        await tx.record([entry("accept")])
        assert await tx.seals.seal(NOON) == 1
        assert await tx.seals.first_bad_seal() is None
        assert await tx.seals.verify_all() == []


async def test_a_batch_that_fails_leaves_no_history(records: Opened) -> None:
    await roll_back(records, lambda tx: tx.record([entry("file", phone="1")]))
    async with records.database.begin() as tx:
        assert await tx.history.entries("ticket:ZH-2026-0001") == []
