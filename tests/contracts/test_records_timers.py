"""Timers and the slots of schedules are kept."""

import asyncio
from datetime import timedelta

from handlers.ports import Due
from tests.engines import NOON, Opened, roll_back

KINDS = ("remind", "leave")
HOUR = timedelta(hours=1)


def due(dedupe: str, minutes: int, kind: str = "remind") -> Due:
    return Due(kind, "person:1", NOON + timedelta(minutes=minutes), dedupe)


async def test_timers_come_when_they_are_due(records: Opened) -> None:
    later = NOON + timedelta(minutes=5)
    async with records.database.begin() as tx:
        await tx.remind([due("late", 5), due("soon", 1), due("never", 1)])
        await tx.remind([due("moved", 1)])
        await tx.remind([due("moved", 9)], cancel=["never"])
        assert await tx.timers.due(NOON, 10, KINDS) == []
        assert await tx.timers.due(later, 1, KINDS) == [due("soon", 1)]
    async with records.database.begin() as tx:
        # Read, then the process died: they come again.
        dues = await tx.timers.due(later, 9, KINDS)
        assert dues == [due("soon", 1), due("late", 5)]
        assert await tx.timers.due(later, 9, KINDS, "late") == [due("late", 5)]
        await tx.timers.done(dues)
        assert await tx.timers.due(later, 9, KINDS) == []
        assert await tx.timers.due(NOON + timedelta(minutes=9), 9, KINDS) == [due("moved", 9)]


async def test_a_timer_set_anew_while_it_is_handled_stays(records: Opened) -> None:
    later = NOON + timedelta(minutes=2)
    async with records.database.begin() as tx:
        await tx.remind([due("again", 1), due("slow", 1)])
        dues = await tx.timers.due(NOON + timedelta(minutes=1), 2, KINDS)
        await tx.remind([due("again", 2), due("slow", 2)])
        await tx.timers.done(dues)
        await tx.timers.postpone(dues[1], NOON + HOUR)
        assert await tx.timers.due(later, 2, KINDS) == [due("again", 2), due("slow", 2)]
        await tx.timers.postpone(due("slow", 2), NOON + HOUR)
        assert await tx.timers.due(later, 2, KINDS) == [due("again", 2)]


async def test_kinds_that_nobody_knows_are_named_and_not_given_out(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.remind([due("a", 0, "newer"), due("b", 0, "older"), due("c", 0, "newer")])
        await tx.remind([due("d", 0), due("e", 1, "later")])
        assert await tx.timers.strange(NOON, KINDS) == ["newer", "older"]
        assert await tx.timers.due(NOON, 9, KINDS) == [due("d", 0)]


async def test_timers_are_handled_by_one_at_a_time(records: Opened) -> None:
    async with records.database.begin() as tx:
        assert await tx.timers.turn()
        # SQLite lets one write at a time: there the second would wait for the first.
        if records.url.startswith("postgresql"):
            async with records.database.begin() as other:
                assert not await other.timers.turn()
    async with records.database.begin() as tx:
        assert await tx.timers.turn()


async def test_a_slot_is_taken_once(records: Opened) -> None:
    async def take() -> bool:
        async with records.database.begin() as tx:
            return await tx.schedules.claim("seal", NOON)

    taken = await asyncio.gather(*(take() for _ in range(8)))
    assert sorted(taken) == [False] * 7 + [True]


async def test_a_slot_whose_work_broke_off_is_free_again(records: Opened) -> None:
    await roll_back(records, lambda tx: tx.schedules.claim("seal", NOON))
    async with records.database.begin() as tx:
        assert await tx.schedules.claim("seal", NOON)
        assert await tx.schedules.claim("erase", NOON)
        assert not await tx.schedules.claim("seal", NOON)


async def test_old_slots_are_forgotten(records: Opened) -> None:
    async with records.database.begin() as tx:
        for hours in range(4):
            await tx.schedules.claim("seal", NOON + hours * HOUR)
        assert await tx.schedules.latest("seal", NOON - HOUR) is None
        assert await tx.schedules.latest("seal", NOON + 2 * HOUR) == NOON + 2 * HOUR
        assert await tx.schedules.prune(NOON + 2 * HOUR) == 2
        assert await tx.schedules.latest("seal", NOON + HOUR) is None
        assert not await tx.schedules.claim("seal", NOON + 2 * HOUR)


async def test_a_basis_is_new_once(records: Opened) -> None:
    async with records.database.begin() as tx:
        assert not await tx.schedules.is_based("recount", "2026")
        assert await tx.schedules.rebase("recount", "2026")
        assert await tx.schedules.is_based("recount", "2026")
        assert not await tx.schedules.rebase("recount", "2026")
        assert await tx.schedules.rebase("recount", "2026,2027")
    await roll_back(records, lambda tx: tx.schedules.rebase("recount", "2028"))
    async with records.database.begin() as tx:
        assert await tx.schedules.rebase("seal", "2026")
        assert not await tx.schedules.rebase("recount", "2026,2027")


async def test_winding_sets_what_is_missing_and_leaves_the_rest(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.remind([due("set", 5)])
        await tx.wind([due("set", 1), due("missing", 2)])
        await tx.wind([])
        found = await tx.timers.due(NOON + HOUR, 9, KINDS)
        assert found == [due("missing", 2), due("set", 5)]
