"""Rulings on 退单 are kept by class, and shown the latest first."""

from flows.tickets.precedents import Precedent
from tests.engines import NOON, Opened


def ruling(
    number: str, unit: str = "gdj", category: str = "power", ruled: str = "zjj"
) -> Precedent:
    return Precedent(number, category, unit, "zjj", ruled, NOON)


async def test_the_latest_rulings_on_a_class_come_first(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.precedents.add([ruling("ZH-2026-0001"), ruling("ZH-2026-0002")])
        await tx.precedents.add([ruling("ZH-2026-0003"), ruling("ZH-2026-0004", category="water")])
    async with records.database.read() as tx:
        found = await tx.precedents.of("power", 2)
        assert found == [ruling("ZH-2026-0003"), ruling("ZH-2026-0002")]
        assert await tx.precedents.of("roads", 2) == []


async def test_a_ruling_on_the_same_return_is_kept_once(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.precedents.add([ruling("ZH-2026-0001")])
        await tx.precedents.add(
            [ruling("ZH-2026-0001", ruled="gdj"), ruling("ZH-2026-0001", "zjj")]
        )
    async with records.database.read() as tx:
        found = await tx.precedents.of("power", 9)
    assert found == [ruling("ZH-2026-0001", "zjj"), ruling("ZH-2026-0001")]
