"""Policies are found by their 文号 however it is typed; facts of enterprises are kept sealed."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from flows.policies.conditions import EnterpriseFact, Field, Source
from flows.policies.policy import Policy
from handlers.ports import PersonId, Stale
from tests.engines import NOON, Opened, everything, rows
from tests.flows.policies.policies import policy

FIRM = "镇海恒通紧固件有限公司"
DOCNO = "镇经信〔2026〕15号"


@pytest.fixture
async def clerk(records: Opened) -> PersonId:
    return await records.person("s1")


async def keep(records: Opened, *several: Policy) -> None:
    async with records.database.begin() as tx:
        for one in several:
            await tx.policies.save(one)


def entered(by: PersonId, number: str = "ZC-2026-001", **more: Any) -> Policy:
    return policy(number, created_by=by, created_at=NOON, **more)


def fact(field: Field = Field.REGION, *value: str, **more: Any) -> EnterpriseFact:
    told: dict[str, Any] = {
        "enterprise": FIRM,
        "value": value or ("骆驼街道",),
        "source": Source.SELF,
        "on": date(2026, 11, 24),
    }
    return EnterpriseFact(field=field, **{**told, **more})


async def test_numbers_of_a_year_are_given_once(records: Opened) -> None:
    async with records.database.begin() as tx:
        found = [await tx.policies.next_number(year) for year in (2026, 2026, 2027)]
    assert found == [1, 2, 1]


async def test_a_policy_comes_back_as_it_was(records: Opened, clerk: PersonId) -> None:
    one = entered(clerk, docno=DOCNO, support="最多100万元")
    await keep(records, one)
    async with records.database.begin() as tx:
        assert await tx.policies.hold(one.number) == one
        assert await tx.policies.seen(one.number) == one
        assert await tx.policies.seen("ZC-2026-009") is None
        assert await tx.policies.latest(5) == [one]


@pytest.mark.parametrize(
    "typed",
    ["镇经信〔2026〕15号", "镇经信[2026]15号", "镇经信（2026）第15号", "镇经信【2026】15号"],
)
async def test_a_policy_is_found_by_its_paper_number_in_any_brackets(
    records: Opened, clerk: PersonId, typed: str
) -> None:
    await keep(records, entered(clerk, docno=DOCNO))
    async with records.database.read() as tx:
        found = await tx.policies.by_doc_no(typed)
        assert await tx.policies.by_doc_no("镇经信〔2026〕16号") is None
        assert await tx.policies.by_doc_no("设备更新") is None
    assert found is not None
    assert found.number == "ZC-2026-001"


async def test_one_paper_is_one_policy_and_those_without_a_number_are_many(
    records: Opened, clerk: PersonId
) -> None:
    await keep(records, entered(clerk, docno=DOCNO), entered(clerk, "ZC-2026-002"))
    await keep(records, entered(clerk, "ZC-2026-003"))
    with pytest.raises(Stale):
        await keep(records, entered(clerk, "ZC-2026-004", docno=DOCNO))


async def test_of_two_who_enter_one_paper_at_once_one_is_first(
    records: Opened, clerk: PersonId
) -> None:
    async def enter(number: str) -> bool:
        try:
            await keep(records, entered(clerk, number, docno=DOCNO))
        except Stale:
            return False
        return True

    done = await asyncio.gather(enter("ZC-2026-001"), enter("ZC-2026-002"))
    assert sorted(done) == [False, True]


async def test_a_new_version_keeps_the_row_and_the_reminders_that_are_done(
    records: Opened, clerk: PersonId
) -> None:
    await keep(records, entered(clerk))
    async with records.database.begin() as tx:
        assert await tx.policies.reminded("ZC-2026-001") == frozenset()
        await tx.policies.remind("ZC-2026-001", "3:2026-12-20")
        await tx.policies.remind("ZC-2026-001", "1:2026-12-20")
        await tx.policies.remind("ZC-2026-001", "1:2026-12-20")
    await keep(records, entered(clerk, version=2, replaced_by="ZC-2026-002"))
    async with records.database.read() as tx:
        assert await tx.policies.reminded("ZC-2026-001") == {"3:2026-12-20", "1:2026-12-20"}
        assert await tx.policies.reminded("ZC-2026-009") == frozenset()
    assert rows(records.url, "SELECT stage, version FROM policy") == [("replaced", 2)]


async def test_who_asks_twice_is_one_who_asked(records: Opened, clerk: PersonId) -> None:
    other = await records.person("s2")
    await keep(records, entered(clerk))
    async with records.database.begin() as tx:
        await tx.policies.ask("ZC-2026-001", other, NOON)
        await tx.policies.ask("ZC-2026-001", clerk, NOON + timedelta(hours=1))
        await tx.policies.ask("ZC-2026-001", other, NOON + timedelta(hours=2))
    async with records.database.read() as tx:
        assert await tx.policies.askers("ZC-2026-001") == [other, clerk]


# 一企一档 --------------------------------------------------------------------------------------


async def test_a_fact_comes_back_with_its_source_day_and_who_told_it(
    records: Opened, clerk: PersonId
) -> None:
    tags = fact(Field.TAG, "高新技术企业", lacks=("专精特新",))
    async with records.database.begin() as tx:
        await tx.facts.save([fact(), tags], clerk)
    async with records.database.read() as tx:
        assert await tx.facts.of(FIRM) == [
            fact(by=str(clerk)),
            tags.model_copy(update={"by": str(clerk)}),
        ]
        assert await tx.facts.of("没听说过的厂") == []


async def test_each_source_keeps_its_own_word_and_only_the_last_one(
    records: Opened, clerk: PersonId
) -> None:
    async with records.database.begin() as tx:
        await tx.facts.save([fact(Field.REVENUE, "800")], clerk)
        await tx.facts.save([fact(Field.REVENUE, "900", on=date(2026, 12, 1))], clerk)
        await tx.facts.save([fact(Field.REVENUE, "1200", source=Source.STAFF)], clerk)
    async with records.database.read() as tx:
        found = {one.source: one.value for one in await tx.facts.of(FIRM)}
    assert found == {Source.SELF: ("900",), Source.STAFF: ("1200",)}


async def test_what_an_enterprise_told_does_not_stand_in_the_file(
    records: Opened, clerk: PersonId
) -> None:
    async with records.database.begin() as tx:
        await tx.facts.save([fact(Field.REVENUE, "7654321")], clerk)
    assert b"7654321" not in everything(records.url)


async def test_facts_of_two_enterprises_are_not_stored_as_one(
    records: Opened, clerk: PersonId
) -> None:
    other = fact().model_copy(update={"enterprise": "宏业铸造厂"})
    async with records.database.begin() as tx:
        with pytest.raises(ValueError, match="one enterprise"):
            await tx.facts.save([fact(), other], clerk)


async def test_what_is_known_of_every_enterprise_comes_by_its_name(
    records: Opened, clerk: PersonId
) -> None:
    other = "宏业铸造厂"
    told = [fact(), fact(source=Source.STAFF), fact(Field.SIZE, "small"), fact(Field.STAFF, "80")]
    async with records.database.begin() as tx:
        await tx.facts.save(told, clerk)
        await tx.facts.save([fact(Field.SIZE, "large", enterprise=other)], clerk)
    async with records.database.read() as tx:
        found = await tx.facts.every([Field.REGION, Field.SIZE])
    assert sorted((one.field, one.source) for one in found[FIRM]) == [
        (Field.REGION, Source.SELF),
        (Field.REGION, Source.STAFF),
        (Field.SIZE, Source.SELF),
    ]
    assert [(one.enterprise, one.value) for one in found[other]] == [(other, ("large",))]
