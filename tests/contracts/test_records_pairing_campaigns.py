"""A campaign is fed in the very moment in which one of those whom it means links accounts."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from bot.storage.tables import campaign, target
from tests.contracts.test_records_pairings import aimed, two, unite
from tests.engines import Opened

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


async def test_what_the_ledger_has_by_then_stays_as_it_is_named_there(records: Opened) -> None:
    one, other = await two(records)
    await aimed(records, "TS-1", other)
    async with records.database.begin() as tx:
        await tx._session.connection.execute(select(campaign).with_for_update())
        assert [x.key for x in await tx.campaigns.waiting("TS-1", 5)] == [f"p:{other}"]
        linking = asyncio.create_task(unite(records, other, one))
        await asyncio.wait([linking], timeout=1)
        await tx.campaigns.owe("TS-1", [f"p:{other}"])
    await linking
    assert await targets(records) == [(f"p:{other}", "owed")]


async def test_who_was_linked_by_then_is_fed_once_under_who_they_are(records: Opened) -> None:
    one, other = await two(records)
    await aimed(records, "TS-1", other)
    async with records.database.begin() as tx:
        await tx.pairings.unite(other, one, "wechat")
        feeding = asyncio.create_task(fed(records))
        await asyncio.wait([feeding], timeout=1)
    assert await feeding == [f"p:{one}"]
    assert await targets(records) == [(f"p:{one}", "owed")]


async def fed(records: Opened) -> list[str]:
    """Feed the ledger as the clock does, which holds the campaign first."""
    async with records.database.begin() as tx:
        await tx._session.connection.execute(select(campaign).with_for_update())
        keys = [one.key for one in await tx.campaigns.waiting("TS-1", 5)]
        await tx.campaigns.owe("TS-1", keys)
    return keys


async def targets(records: Opened) -> list[tuple[str, str]]:
    """Return whom the campaign is aimed at, and how that stands."""
    async with records.database.read() as tx:
        result = await tx._session.connection.execute(select(target.c.key, target.c.state))
        return [(row.key, row.state) for row in result]
