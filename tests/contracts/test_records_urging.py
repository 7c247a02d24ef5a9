"""What people are urged with, on both engines: told once, however often it was added."""

from __future__ import annotations

from datetime import date, timedelta

from handlers.ports import Nudge
from tests.engines import Opened


def line(person: int, dedupe: str, ticket: str = "ZH-2026-0001") -> Nudge:
    return Nudge(person, ticket, "urged", dedupe, "handle", 1)


async def test_a_line_that_is_added_twice_waits_once(records: Opened) -> None:
    person = await records.person("a")
    for _ in range(2):
        async with records.database.begin() as tx:
            await tx.urging.add([line(person, "x"), line(person, "x")], records.clock())
    async with records.database.read() as tx:
        (waiting,) = (await tx.urging.waiting([person]))[person]
    assert (waiting.dedupe, waiting.clock, waiting.rung) == ("x", "handle", 1)


async def test_what_was_told_waits_no_more_and_is_not_added_again(records: Opened) -> None:
    person, other = await records.person("a"), await records.person("b")
    async with records.database.begin() as tx:
        await tx.urging.add([line(person, "x"), line(other, "y")], records.clock())
        waiting = await tx.urging.waiting([person])
        await tx.urging.told(waiting[person], records.clock())
    records.clock.move(days=1)
    async with records.database.begin() as tx:
        await tx.urging.add([line(person, "x")], records.clock())
        assert set(await tx.urging.waiting([person, other])) == {other}
        latest = await tx.urging.latest([person, other])
    assert latest == {person: records.clock() - timedelta(days=1)}


async def test_what_is_moot_is_forgotten_and_may_come_again(records: Opened) -> None:
    person = await records.person("a")
    async with records.database.begin() as tx:
        await tx.urging.add([line(person, "x")], records.clock())
        await tx.urging.drop((await tx.urging.waiting([person]))[person])
        assert await tx.urging.waiting([person]) == {}
        assert await tx.urging.latest([person]) == {}
        await tx.urging.add([line(person, "x")], records.clock())
        assert len((await tx.urging.waiting([person]))[person]) == 1


async def test_the_calm_that_was_said_last_counts(records: Opened) -> None:
    person = await records.person("a")
    async with records.database.begin() as tx:
        assert await tx.urging.calm() is None
        for until in (date(2026, 12, 7), date(2026, 11, 23)):
            await tx.urging.set_calm(until, person, records.clock())
        assert await tx.urging.calm() == date(2026, 11, 23)
