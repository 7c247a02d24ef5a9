"""Leases: one owner at a time, and every new one with a higher fence."""

from datetime import timedelta

from bot.storage.leases import Lease
from tests.engines import NOON, Opened

LIFE = timedelta(seconds=15)


async def take(records: Opened, owner: str, name: str = "stream:dingtalk:r") -> Lease | None:
    async with records.database.begin() as tx:
        return await tx.leases.take(name, owner, LIFE)


async def test_a_lease_has_one_owner_until_it_ends(records: Opened) -> None:
    assert await take(records, "a") == Lease("stream:dingtalk:r", "a", 1, NOON + LIFE)
    assert await take(records, "b") is None
    records.clock.move(seconds=14)
    assert await take(records, "b") is None
    records.clock.move(seconds=1)
    taken = await take(records, "b")
    assert taken is not None
    assert (taken.owner, taken.fence) == ("b", 2)
    assert await take(records, "a") is None


async def test_names_do_not_disturb_each_other(records: Opened) -> None:
    assert await take(records, "a", "one") is not None
    assert await take(records, "b", "two") is not None


async def test_an_owner_keeps_its_fence_while_nobody_else_comes(records: Opened) -> None:
    first = await take(records, "a")
    records.clock.move(seconds=60)
    again = await take(records, "a")
    assert first is not None
    assert again == Lease(first.name, "a", first.fence, NOON + timedelta(seconds=75))


async def test_renewing_makes_it_last_longer(records: Opened) -> None:
    held = await take(records, "a")
    assert held is not None
    records.clock.move(seconds=10)
    async with records.database.begin() as tx:
        longer = await tx.leases.renew(held, LIFE)
    assert longer is not None
    assert longer.until == NOON + timedelta(seconds=25)
    records.clock.move(seconds=14)
    assert await take(records, "b") is None


async def test_a_lost_lease_can_neither_be_renewed_nor_released(records: Opened) -> None:
    lost = await take(records, "a")
    assert lost is not None
    records.clock.move(seconds=15)
    assert await take(records, "b") is not None
    async with records.database.begin() as tx:
        assert await tx.leases.renew(lost, LIFE) is None
        await tx.leases.release(lost)
        held = await tx.leases.get(lost.name)
    assert held is not None
    assert held.owner == "b"


async def test_an_earlier_turn_of_the_same_owner_is_fenced_off(records: Opened) -> None:
    early = await take(records, "a")
    assert early is not None
    for owner in ("b", "a"):
        records.clock.move(seconds=15)
        assert await take(records, owner) is not None
    async with records.database.begin() as tx:
        assert await tx.leases.renew(early, LIFE) is None
        held = await tx.leases.get(early.name)
    assert held is not None
    assert held.fence == 3


async def test_what_is_released_is_free_at_once(records: Opened) -> None:
    held = await take(records, "a")
    assert held is not None
    async with records.database.begin() as tx:
        await tx.leases.release(held)
        assert await tx.leases.get(held.name) is None
    taken = await take(records, "b")
    assert taken is not None
    assert taken.fence == 2


async def test_processes_show_that_they_live(records: Opened) -> None:
    await take(records, "host:1:x", "process:host:1:x")
    records.clock.move(seconds=10)
    await take(records, "host:2:y", "process:host:2:y")
    async with records.database.begin() as tx:
        assert await tx.leases.living({"host:1:x", "host:2:y", "host:3:z"}) == {
            "host:1:x",
            "host:2:y",
        }
        assert await tx.leases.living(()) == frozenset()
    records.clock.move(seconds=5)
    async with records.database.begin() as tx:
        assert await tx.leases.living({"host:1:x", "host:2:y"}) == {"host:2:y"}


async def test_a_lease_is_the_latest_until_somebody_else_takes_it(records: Opened) -> None:
    held = await take(records, "a")
    assert held is not None
    records.clock.move(seconds=60)
    async with records.database.begin() as tx:
        assert await tx.leases.is_latest(held)
    assert await take(records, "b") is not None
    async with records.database.begin() as tx:
        assert not await tx.leases.is_latest(held)


async def test_others_are_seen_to_stand_by_while_they_show_it(records: Opened) -> None:
    async def others(name: str, me: str) -> bool:
        async with records.database.read() as tx:
            return await tx.leases.has_standby(name, me)

    async def show(owner: str, life: timedelta) -> None:
        async with records.database.begin() as tx:
            await tx.leases.stand_by("stream:dingtalk:r", owner, life)

    assert not await others("stream:dingtalk:r", "a")
    await show("a", LIFE)
    assert not await others("stream:dingtalk:r", "a")  # nobody stands by for itself
    await show("b", LIFE)
    assert await others("stream:dingtalk:r", "a")
    assert not await others("stream:dingtalk:r2", "a")
    await show("b", timedelta())
    assert not await others("stream:dingtalk:r", "a")
    await show("b", LIFE)
    records.clock.move(seconds=15)
    assert not await others("stream:dingtalk:r", "a")


async def test_only_processes_that_ended_long_ago_are_forgotten(records: Opened) -> None:
    for owner, name in (("a", "process:a"), ("a", "stream:dingtalk:r"), ("a", "standby:s:a")):
        await take(records, owner, name)
    records.clock.move(seconds=15)
    async with records.database.begin() as tx:
        await tx.leases.forget(NOON + LIFE)
        await tx.leases.forget(NOON + LIFE + timedelta(seconds=1))
    names = ("stream:dingtalk:r", "process:a", "standby:s:a")
    taken = [await take(records, "b", name) for name in names]
    assert [one and one.fence for one in taken] == [2, 1, 1]
