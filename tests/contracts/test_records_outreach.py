"""走访 are kept as rows of their own, sealed where they name people, and counted by SQL."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.outreach.record import ASKED, BEEN, Count, Counts, Outreach
from handlers.ports import PersonId, Stale
from tests.contracts.test_records_cases import ticket
from tests.engines import NOON, Opened, everything, rows

TUESDAY = date(2026, 11, 24)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def heard(by: PersonId, **more: object) -> Outreach:
    one = Outreach(
        id=0,
        enterprise="恒通紧固件",
        mode=BEEN,
        day=TUESDAY,
        contact="陈建国",
        phone="13805740001",
        by=by,
        at=NOON,
        leader="郑伟民",
    )
    return replace(one, **more)  # type: ignore[arg-type]


async def keep(records: Opened, *several: Outreach) -> list[int]:
    async with records.database.begin() as tx:
        return [await tx.outreaches.add(one) for one in several]


async def counted(records: Opened, since: date = YEAR[0], until: date = YEAR[1]) -> Counts:
    async with records.database.read() as tx:
        return await tx.outreaches.counts(since, until)


@pytest.fixture
async def clerk(records: Opened) -> PersonId:
    return await records.person("s1")


async def test_a_visit_comes_back_as_it_was(records: Opened, clerk: PersonId) -> None:
    (ident,) = await keep(records, heard(clerk))
    async with records.database.begin() as tx:
        assert await tx.outreaches.get(ident) == heard(clerk, id=ident)
        assert await tx.outreaches.of("恒通紧固件") == [heard(clerk, id=ident)]
        assert await tx.outreaches.of("宏业铸造厂") == []
        assert await tx.outreaches.enterprises() == ["恒通紧固件"]


async def test_who_was_met_does_not_stand_in_the_file(records: Opened, clerk: PersonId) -> None:
    await keep(records, heard(clerk))
    stored = everything(records.url)
    for secret in ("陈建国", "13805740001", "郑伟民"):
        assert secret.encode() not in stored


async def test_the_latest_of_an_enterprise_comes_first(records: Opened, clerk: PersonId) -> None:
    days = [TUESDAY, TUESDAY - timedelta(days=9), TUESDAY - timedelta(days=2)]
    await keep(records, *(heard(clerk, day=day) for day in days))
    async with records.database.read() as tx:
        found = [one.day for one in await tx.outreaches.of("恒通紧固件")]
    assert found == sorted(days, reverse=True)


async def test_what_was_put_right_is_found_under_what_it_is_now(
    records: Opened, clerk: PersonId
) -> None:
    one, two = await keep(records, heard(clerk), heard(clerk))
    moved = heard(clerk, id=two, mode=ASKED, day=TUESDAY - timedelta(days=1), contact="小周")
    async with records.database.begin() as tx:
        await tx.outreaches.change(moved)
        await tx.outreaches.change(replace(moved, id=one, contact="老陈"))  # twice the same
    async with records.database.begin() as tx:
        assert await tx.outreaches.get(two) == moved
        assert await tx.outreaches.get(one) == replace(moved, id=one, contact="老陈")


async def test_what_was_taken_back_is_in_no_answer_and_its_number_is_not_used_again(
    records: Opened, clerk: PersonId
) -> None:
    (one,) = await keep(records, heard(clerk))
    async with records.database.begin() as tx:
        await tx.outreaches.drop(one, clerk, NOON)
    async with records.database.begin() as tx:
        assert await tx.outreaches.get(one) is None
        assert await tx.outreaches.of("恒通紧固件") == []
        assert await tx.outreaches.enterprises() == []
    assert await counted(records) == Counts()
    assert await keep(records, heard(clerk)) != [one]
    kept = rows(records.url, "SELECT dropped_by FROM outreach WHERE id = ?", one)
    assert kept == [(clerk,)]


async def test_two_at_the_same_time_do_not_both_count_as_the_first(
    records: Opened, clerk: PersonId
) -> None:
    async def write() -> bool:
        try:
            await keep(records, heard(clerk))
        except Stale:
            return False
        return True

    stored = sum(await asyncio.gather(write(), write()))
    found = rows(records.url, "SELECT nth FROM outreach ORDER BY nth")
    assert found == [(n,) for n in range(1, stored + 1)]


async def test_a_ticket_names_the_visit_it_came_of(records: Opened, clerk: PersonId) -> None:
    one, two = await keep(records, heard(clerk), heard(clerk, mode=ASKED))
    async with records.database.begin() as tx:
        await tx.tickets.save(
            [
                ticket("ZH-2026-0002", clerk, source="visit", source_ref=str(one)),
                ticket("ZH-2026-0001", clerk, source="visit", source_ref=str(one)),
                ticket("ZH-2026-0003", clerk, source="event", source_ref=str(one)),
                ticket("ZH-2026-0004", clerk),
            ],
            {},
        )
    async with records.database.read() as tx:
        assert await tx.outreaches.tickets(one) == ["ZH-2026-0001", "ZH-2026-0002"]
        assert await tx.outreaches.tickets(two) == []
    assert (await counted(records)).problems == 2


# Counting --------------------------------------------------------------------------------------


def recounted(
    several: Sequence[Outreach], problems: Sequence[int], since: date, until: date
) -> Counts:
    """Count again, the slow way."""
    pairs = list(zip(several, problems, strict=True))
    within = [(one, n) for one, n in pairs if since <= one.day <= until]

    def count(mode: str) -> Count:
        of = [one.enterprise for one, _ in within if one.mode == mode]
        return Count(len(set(of)), len(of))

    return Counts(
        asked=count(ASKED),
        been=count(BEEN),
        enterprises=len({one.enterprise for one, _ in within}),
        problems=sum(n for _, n in within),
    )


async def test_the_counts_agree_with_a_recount_of_the_rows(
    records: Opened, clerk: PersonId
) -> None:
    chance = random.Random(7)  # noqa: S311 - which visits there are, not a secret
    several = [
        heard(
            clerk,
            enterprise=f"企业{chance.randrange(12)}",
            mode=chance.choice((BEEN, ASKED)),
            day=date(2026, 10, 1) + timedelta(days=chance.randrange(60)),
        )
        for _ in range(80)
    ]
    idents = await keep(records, *several)
    problems = [chance.randrange(4) for _ in several]
    tickets = [
        ticket(f"ZH-2026-{n:04d}", clerk, source="visit", source_ref=str(ident))
        for n, ident in enumerate(
            (i for i, many in zip(idents, problems, strict=True) for _ in range(many)), 1
        )
    ]
    dropped = {ident for ident, many in zip(idents, problems, strict=True) if not many}
    async with records.database.begin() as tx:
        await tx.tickets.save(tickets, {})
        for ident in sorted(dropped)[:5]:
            await tx.outreaches.drop(ident, clerk, NOON)
    gone = set(sorted(dropped)[:5])
    stands = [n for n, ident in enumerate(idents) if ident not in gone]
    left, found = [several[n] for n in stands], [problems[n] for n in stands]
    for since, until in (
        YEAR,
        (date(2026, 11, 1), date(2026, 11, 24)),
        (date(2026, 10, 1), date(2026, 10, 31)),
        (TUESDAY, TUESDAY),
        (date(2025, 1, 1), date(2025, 12, 31)),
    ):
        assert await counted(records, since, until) == recounted(left, found, since, until)


# People ----------------------------------------------------------------------------------------


async def test_who_was_met_is_one_person_for_one_enterprise_and_number(records: Opened) -> None:
    async with records.database.begin() as tx:
        one = await tx.people.meet("新安模具", "王工", "13957401234")
        assert await tx.people.meet("新安模具", "王小明", "13957401234") == one
        other = await tx.people.meet("新安模具", "李工", "13957401235")
        elsewhere = await tx.people.meet("宏业铸造厂", "王工", "13957401234")
        assert len({one, other, elsewhere}) == 3
        met = (await tx.people.load([one]))[one]
    assert (met.name, met.phone, met.enterprise) == ("王小明", "13957401234", "新安模具")
    assert (met.binding, met.reachable) == ("none", False)


async def test_somebody_who_only_told_the_same_number_is_not_who_was_met(records: Opened) -> None:
    stranger = await records.person("s2")
    async with records.database.begin() as tx:
        known = (await tx.people.load([stranger]))[stranger]
        told = replace(known, name="王工", phone="13957401234", enterprise="新安模具")
        await tx.people.save([told])
        assert await tx.people.meet("新安模具", "王工", "13957401234") != stranger


async def test_only_who_is_bound_speaks_for_an_enterprise(records: Opened) -> None:
    bound, claims = await records.person("s3"), await records.person("s4")
    async with records.database.begin() as tx:
        loaded = await tx.people.load([bound, claims])
        of = "新安模具"
        await tx.people.save(
            [
                replace(loaded[bound], binding="bound", name="王工", enterprise=of),
                replace(loaded[claims], binding="pending", name="王工", enterprise=of),
            ]
        )
    async with records.database.read() as tx:
        assert [one.id for one in await tx.people.speakers("新安模具")] == [bound]
        assert await tx.people.speakers("宏业铸造厂") == []
        assert await tx.people.speakers_of(["宏业铸造厂", of, "无此企业"]) == {
            of: await tx.people.speakers(of)
        }
        assert await tx.people.speakers_of([]) == {}
