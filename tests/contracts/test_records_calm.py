"""What bothered whom is read out of what was sent; what waits for Friday is named once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from flows.campaigns.audience import Target, Why
from flows.office import Content
from handlers.campaigns.calm_records import Pushed
from handlers.ports import PersonId, Post, Text, ToPerson
from tests.engines import NOON, Opened, rows
from tests.flows.campaigns.drafts import campaign

FIRST, SECOND = "TS-2026-001", "TS-2026-002"
FIRM = "镇海恒通紧固件有限公司"


async def people(records: Opened, count: int = 3) -> list[PersonId]:
    """Meet some people."""
    return [await records.person(f"owner{n}") for n in range(count)]


async def frozen(records: Opened, number: str, targets: Mapping[PersonId, Why | None]) -> None:
    """Store a campaign with its targets."""
    async with records.database.begin() as tx:
        me = await tx.people.meet(FIRM, "陈建国", "13805740001")
        code = f"CODE{number[-3:]}"
        await tx.campaigns.save(campaign(number=number, created_by=me, code=code))
        named = [Target(f"p:{who}", f"第{who}人", why) for who, why in targets.items()]
        await tx.campaigns.freeze(number, named)


async def posted(records: Opened, number: str, *who: PersonId) -> None:
    """Let messages of a campaign be in the ledger."""
    posts = [
        Post(
            to=ToPerson(person),
            content=Content.NOTICE,
            parts=(Text("echo", {"x": "通知"}),),
            dedupe=f"c:{number}:p:{person}",
            campaign=number,
        )
        for person in who
    ]
    async with records.database.begin() as tx:
        await tx.post(posts, {})


async def pushed(
    records: Opened, but: str = "", persons: Sequence[PersonId] | None = None
) -> list[Pushed]:
    """Return what people were sent within the last day."""
    async with records.database.begin() as tx:
        return list(await tx.campaigns.calm.pushed(NOON - timedelta(days=1), but, persons))


async def test_what_was_sent_to_people_is_in_the_ledger(records: Opened) -> None:
    one, two, _ = await people(records)
    await frozen(records, FIRST, {one: None, two: None})
    await posted(records, FIRST, one, two)
    assert [(x.person, x.campaign) for x in await pushed(records)] == [(one, FIRST), (two, FIRST)]
    assert [x.person for x in await pushed(records, persons=[two])] == [two]
    assert await pushed(records, but=FIRST) == []


@pytest.mark.parametrize(
    ("state", "counts"),
    [("sent", True), ("unknown", True), ("sending", True), ("failed", False), ("cancelled", False)],
)
async def test_what_may_have_arrived_counts_and_what_surely_did_not_does_not(
    records: Opened, state: str, counts: bool
) -> None:
    (one,) = await people(records, 1)
    await frozen(records, FIRST, {one: None})
    await posted(records, FIRST, one)
    rows(records.url, "UPDATE delivery SET state = ?", state)
    assert bool(await pushed(records)) is counts


async def test_what_arrived_before_is_not_of_these_days(records: Opened) -> None:
    (one,) = await people(records, 1)
    await frozen(records, FIRST, {one: None})
    await posted(records, FIRST, one)
    records.clock.move(days=2)
    async with records.database.begin() as tx:
        assert await tx.campaigns.calm.pushed(records.clock.now - timedelta(days=1), "") == []


async def test_what_waits_for_the_digest_comes_by_people_and_is_named_once(
    records: Opened,
) -> None:
    one, two, three = await people(records)
    left = {one: Why.DIGEST, two: Why.DIGEST, three: Why.UNSUBSCRIBED}
    await frozen(records, FIRST, left)
    await frozen(records, SECOND, {one: Why.DIGEST, two: None})
    async with records.database.begin() as tx:
        calm = tx.campaigns.calm
        first = await calm.owed("", 1)
        ((key, numbers),) = first.items()
        assert (key, numbers) == (f"p:{one}", [FIRST, SECOND])
        assert await calm.owed(key, 5) == {f"p:{two}": [FIRST]}
        await calm.told({f"p:{one}": [FIRST]}, NOON)
    async with records.database.begin() as tx:
        assert await tx.campaigns.calm.owed("", 5) == {f"p:{one}": [SECOND], f"p:{two}": [FIRST]}


async def test_whoever_was_meant_may_read_it_and_nobody_else(records: Opened) -> None:
    one, two, three = await people(records)
    await frozen(records, FIRST, {one: None, two: Why.DIGEST, three: Why.UNSUBSCRIBED})
    async with records.database.begin() as tx:
        calm = tx.campaigns.calm
        assert await calm.is_target(FIRST, one)
        assert await calm.is_target(FIRST, two)
        assert not await calm.is_target(FIRST, three)
        assert not await calm.is_target(SECOND, one)


async def test_several_campaigns_come_at_once(records: Opened) -> None:
    (one,) = await people(records, 1)
    await frozen(records, FIRST, {one: None})
    await frozen(records, SECOND, {one: None})
    async with records.database.begin() as tx:
        found = await tx.campaigns.calm.campaigns([FIRST, SECOND, "TS-2026-009"])
        assert sorted(found) == [FIRST, SECOND]
        assert await tx.campaigns.calm.campaigns([]) == {}
