"""Whom people forbade to act for them is kept as rows, and a right that is given again is whole."""

from __future__ import annotations

from datetime import timedelta

from tests.engines import NOON, Opened


async def test_a_right_is_taken_back_once_and_given_again(records: Opened) -> None:
    owner, one, two = [await records.person(name) for name in ("owner", "one", "two")]
    async with records.database.begin() as tx:
        await tx.proxies.bar(owner, one, NOON)
        await tx.proxies.bar(owner, two, NOON + timedelta(minutes=1))
        await tx.proxies.bar(owner, one, NOON + timedelta(minutes=2))
    async with records.database.read() as tx:
        assert list(await tx.proxies.barred([owner])) == [(owner, two), (owner, one)]
        assert list(await tx.proxies.barred([one, two])) == []
        assert list(await tx.proxies.barred([])) == []
    async with records.database.begin() as tx:
        await tx.proxies.trust(owner, two)
        await tx.proxies.trust(owner, two)
    async with records.database.read() as tx:
        assert list(await tx.proxies.barred([owner])) == [(owner, one)]
