"""What is told of enterprises is undone by its mark, once, and old rows without one are read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from flows.policies.conditions import EnterpriseFact, Field, Source
from handlers.ports import PersonId
from tests.engines import Opened

FIRM = "镇海恒通紧固件有限公司"


@pytest.fixture
async def clerk(records: Opened) -> PersonId:
    return await records.person("s1")


def fact(value: str, field: Field = Field.STAFF, **more: Any) -> EnterpriseFact:
    told = {"source": Source.STAFF, "on": date(2026, 11, 24), **more}
    return EnterpriseFact(enterprise=FIRM, field=field, value=(value,), **told)


async def tell(records: Opened, clerk: PersonId, mark: str, *facts: EnterpriseFact) -> None:
    async with records.database.begin() as tx:
        await tx.facts.save(facts, clerk, mark)


async def undo(
    records: Opened, mark: str, source: Source = Source.STAFF
) -> list[tuple[str, list[Field]]]:
    async with records.database.begin() as tx:
        found = await tx.facts.undo(mark, source)
    return [(name, list(fields)) for name, fields in found.values()]


async def told(records: Opened) -> list[tuple[tuple[str, ...], date]]:
    async with records.database.begin() as tx:
        return [(one.value, one.on) for one in await tx.facts.of(FIRM)]


async def test_what_was_told_first_is_gone_when_it_is_undone(
    records: Opened, clerk: PersonId
) -> None:
    await tell(records, clerk, "1", fact("86"))
    assert await undo(records, "1") == [(FIRM, [Field.STAFF])]
    assert await told(records) == []
    assert await undo(records, "1") == []


async def test_what_was_told_before_counts_again_with_its_day(
    records: Opened, clerk: PersonId
) -> None:
    await tell(records, clerk, "1", fact("86"))
    await tell(records, clerk, "2", fact("90", on=date(2026, 11, 25)))
    await undo(records, "2")
    assert await told(records) == [(("86",), date(2026, 11, 24))]
    assert await undo(records, "2") == []


async def test_what_was_told_since_is_not_taken_back_by_an_older_mark(
    records: Opened, clerk: PersonId
) -> None:
    await tell(records, clerk, "1", fact("86"))
    await tell(records, clerk, "2", fact("90"))
    assert await undo(records, "1") == []
    assert [value for value, _ in await told(records)] == [("90",)]


async def test_what_is_told_twice_under_one_mark_is_undone_as_one(
    records: Opened, clerk: PersonId
) -> None:
    await tell(records, clerk, "1", fact("86"))
    await tell(records, clerk, "2", fact("90"))
    await tell(records, clerk, "2", fact("95"))
    await undo(records, "2")
    assert [value for value, _ in await told(records)] == [("86",)]


async def test_another_source_under_the_same_mark_stays(records: Opened, clerk: PersonId) -> None:
    await tell(records, clerk, "1", fact("86"))
    await tell(records, clerk, "1", fact("90", source=Source.IMPORT))
    await undo(records, "1", Source.IMPORT)
    assert [value for value, _ in await told(records)] == [("86",)]


async def test_what_was_told_without_a_mark_is_undone_by_none(
    records: Opened, clerk: PersonId
) -> None:
    await tell(records, clerk, "", fact("86"))
    assert await undo(records, "") == []
    assert [value for value, _ in await told(records)] == [("86",)]


async def test_tellings_are_undone_one_after_another_down_to_the_first(
    records: Opened, clerk: PersonId
) -> None:
    for mark, value in (("1", "50"), ("2", "86"), ("3", "90")):
        await tell(records, clerk, mark, fact(value))
    await undo(records, "3")
    assert [value for value, _ in await told(records)] == [("86",)]
    await undo(records, "2")
    assert [value for value, _ in await told(records)] == [("50",)]
    await undo(records, "1")
    assert await told(records) == []


async def test_what_lies_too_far_back_stays_and_is_never_deleted_instead(
    records: Opened, clerk: PersonId
) -> None:
    marks = [str(n) for n in range(1, 13)]
    for mark in marks:
        await tell(records, clerk, mark, fact(mark))
    for mark in reversed(marks):
        await undo(records, mark)
    assert [value for value, _ in await told(records)] == [("4",)]
