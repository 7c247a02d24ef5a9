"""The month's meters and the vital signs, on every engine."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.channels.base import Receipt
from bot.storage.meters import RELEASED
from bot.storage.rows import Settlement
from bot.storage.transaction import Transaction
from tests import outbox
from tests.engines import NOON, Opened, arrival, post, roll_back
from tests.outbox import WORKER

MONTH = "2026-11"


async def test_what_several_processes_count_adds_up(records: Opened) -> None:
    async with records.database.begin() as tx:
        assert await tx.meters.add(MONTH, {"api": 3, "messages": 1}) == {"api": 3, "messages": 1}
    async with records.database.begin() as tx:
        assert await tx.meters.add(MONTH, {"api": 4}) == {"api": 7, "messages": 1}
        assert await tx.meters.used("2026-12") == {}


async def test_a_meter_is_raised_and_never_lowered(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.meters.add(MONTH, {"api": 5})
        await tx.meters.at_least(MONTH, {"api": 3, "messages": 9})
        assert await tx.meters.used(MONTH) == {"api": 5, "messages": 9}
        await tx.meters.at_least(MONTH, {"api": 8})
        assert await tx.meters.used(MONTH) == {"api": 8, "messages": 9}


async def test_who_asks_hears_how_a_transaction_ended(records: Opened) -> None:
    heard: list[bool] = []

    async def listen(tx: Transaction) -> None:
        tx.at_end.append(heard.append)

    await roll_back(records, listen)
    async with records.database.begin() as tx:
        await listen(tx)
        assert heard == [False]
    assert heard == [False, True]


async def test_the_records_prove_what_came_in(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.admit([arrival("1", staff="a"), arrival("2", staff="a")])
    async with records.database.read() as tx:
        assert await tx.meters.proved(NOON - timedelta(days=1)) == {"api": 0, "messages": 2}
        assert await tx.meters.proved(NOON + timedelta(days=1)) == {"api": 0, "messages": 0}
        (came,) = await tx.meters.spent(NOON - timedelta(days=1))
        assert (came.kind, came.via, came.count) == ("arrival", "", 2)
        days = await tx.meters.by_day(NOON - timedelta(days=1))
        assert list(days.values()) == [(2, 0)]


async def test_a_day_of_the_meter_is_a_day_of_the_office(records: Opened) -> None:
    late = replace(arrival("1", staff="a"), at=NOON.replace(hour=17))
    async with records.database.begin() as tx:
        await tx.admit([late])
        (day,) = await tx.meters.by_day(NOON - timedelta(days=1))
    assert date(1970, 1, 1) + timedelta(days=day) == date(2026, 11, 25)


async def test_what_waits_is_seen(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("one"), post("two")], {})
    records.clock.move(seconds=30)
    async with records.database.read() as tx:
        assert await tx.vitals.is_current()
        assert tx.vitals.engine()
        signs = await tx.vitals.signs()
    assert signs.deliveries["ready"] == 2
    assert signs.oldest_due == NOON
    assert (signs.breakers, signs.waiting, signs.oldest_timer) == (0, 0, None)


async def test_the_key_of_the_records_is_told_by_what_it_sealed(records: Opened) -> None:
    async with records.database.read() as tx:
        assert await tx.vitals.canary()


async def test_what_the_quota_holds_lets_the_others_of_its_lane_go(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("held"), post("urgent")], {})
    async with records.database.begin() as tx:
        (head,) = (await tx.queue.heads("notices", 9)).letters
        await tx.meters.hold([head.id], NOON + timedelta(days=7))
    async with records.database.begin() as tx:
        (head,) = (await tx.queue.heads("notices", 9)).letters
        assert head.dedupe == "urgent"
        assert await tx.meters.held() == 1
        signs = await tx.vitals.signs()
        assert (signs.deliveries["held"], signs.deliveries["ready"]) == (1, 1)
        assert signs.oldest_due == NOON


@pytest.mark.parametrize("code", [RELEASED, ""])
async def test_what_is_released_goes_at_once(records: Opened, code: str) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("held")], {})
    async with records.database.begin() as tx:
        (head,) = (await tx.queue.heads("notices", 9)).letters
        for _ in range(2):  # held again a month later
            await tx.meters.hold([head.id], NOON + timedelta(days=7))
        assert await tx.meters.release(code=code) == {head.id: "ready"}
        assert await tx.meters.held() == 0
    async with records.database.begin() as tx:
        (head,) = (await tx.queue.heads("notices", 9)).letters
        assert (head.dedupe, head.code, head.lane) == ("held", code, "h:g:staff")


async def test_a_doubtful_one_that_the_quota_holds_is_counted_and_released(
    records: Opened,
) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("doubtful")], {})
        (letter,) = await outbox.claim(tx)
        again = Settlement(letter.id, 1, letter.lane, "unknown", "no_answer", NOON)
        await tx.ledger.settle(WORKER, [again])
        await tx.meters.hold([letter.id], NOON + timedelta(days=7))
    async with records.database.begin() as tx:
        assert await tx.meters.held() == 1
        (doubt,) = await tx.doubts.open()
        assert doubt.why == "held"
        assert await tx.meters.release() == {letter.id: "unknown"}
        (letter,) = await outbox.claim(tx)
    assert letter.resends == 1


async def test_what_was_held_last_month_is_used_in_the_month_it_is_sent_in(
    records: Opened,
) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("held")], {})
    sent_at = records.clock.move(days=20)
    async with records.database.begin() as tx:
        await outbox.sent(tx, await outbox.claim(tx), sent_at, Receipt("key"))
    async with records.database.read() as tx:
        since = sent_at - timedelta(days=1)
        assert await tx.meters.proved(since) == {"api": 1, "messages": 0}
        (spent,) = await tx.meters.spent(since)
        assert (spent.via, spent.count) == ("api", 1)
