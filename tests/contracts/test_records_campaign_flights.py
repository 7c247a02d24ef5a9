"""What of a campaign was on its way when it was called off is not tried again, whoever sent it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from bot.channels.base import SendFault
from bot.config import load_config
from bot.delivery.books import Books
from bot.delivery.outcome import Landed
from bot.office import office_of
from bot.storage.rows import Claimed, DeliveryRow, Settlement
from bot.storage.transaction import Transaction
from flows.campaigns.campaign import Stage
from flows.office import Door
from handlers.campaigns.feeding import CampaignClock
from handlers.campaigns.keeping import CAMPAIGN
from handlers.campaigns.records import tally_of
from handlers.ports import Due
from tests.contracts.test_records_campaigns import NUMBER, become, owed, stored
from tests.engines import Opened
from tests.flows.campaigns.drafts import campaign
from tests.outbox import WORKER, claim

OTHER = "TS-2026-002"
OFFICE = office_of(load_config())


async def flying(records: Opened) -> Claimed:
    """Let one message be on its way and its campaign called off meanwhile."""
    await stored(records, count=2)
    await owed(records, 1)
    async with records.database.begin() as tx:
        (letter,) = await claim(tx)
    async with records.database.begin() as tx:
        await tx.campaigns.cancel(NUMBER)
        assert await tx.campaigns.flying(NUMBER)
    return letter


@pytest.mark.parametrize(
    ("landed", "doubts", "becomes"),
    [("ready", 0, "cancelled"), ("ready", 1, "unknown"), ("unknown", 0, "unknown")],
)
async def test_what_lands_to_be_tried_again_is_not(
    records: Opened, landed: str, doubts: int, becomes: str
) -> None:
    letter = await flying(records)
    become(records, "sending", "%cid0%", resends=doubts)
    now = records.clock()
    async with records.database.begin() as tx:
        end = Settlement(letter.id, 1, letter.lane, landed, "busy", now)  # type: ignore[arg-type]
        await tx.ledger.settle(WORKER, [end])
        assert not (await tx.queue.heads("notices", 9)).letters
        assert not await tx.campaigns.flying(NUMBER)
        fates = await tx.campaigns.fates(NUMBER)
    assert (fates[0].state, fates[0].again) == (becomes, False)
    assert tally_of(fates).under_way == 0


async def test_what_a_dead_process_was_sending_is_not_tried_again(records: Opened) -> None:
    await flying(records)
    become(records, "sending", "%cid0%", card="qq-1")  # the platform knows a repetition
    async with records.database.begin() as tx:
        await tx.queue.judge("another", (), (), alone=True)
        assert not (await tx.queue.heads("notices", 9)).letters
        assert (await tx.campaigns.fates(NUMBER))[0].state == "unknown"
        assert await tx.campaigns.under_way(NUMBER) == 0


async def test_what_arrives_all_the_same_was_sent(records: Opened) -> None:
    letter = await flying(records)
    async with records.database.begin() as tx:
        end = Settlement(letter.id, 1, letter.lane, "sent", sent_at=records.clock())
        await tx.ledger.settle(WORKER, [end])
        tally = tally_of(await tx.campaigns.fates(NUMBER))
    assert (tally.sent, tally.cancelled) == (1, 0)


async def test_what_others_have_for_the_place_follows_what_landed(records: Opened) -> None:
    letter = await flying(records)
    await stored(records, campaign().model_copy(update={"number": OTHER, "code": "OTHER1"}), 2)
    await owed(records, 1, OTHER)
    now = records.clock()
    async with records.database.begin() as tx:
        await tx.queue.heads("notices", 9)  # it is behind what is on its way
        await tx.ledger.settle(
            WORKER, [Settlement(letter.id, 1, letter.lane, "ready", "busy", now)]
        )
        assert len((await tx.queue.heads("notices", 9)).letters) == 1


@pytest.mark.parametrize("off", [True, False])
async def test_no_other_channel_takes_over_what_was_called_off(records: Opened, off: bool) -> None:
    letter = await flying(records)
    asked: list[int] = []

    async def elsewhere(
        tx: Transaction, refused: Sequence[Claimed]
    ) -> Mapping[int, Sequence[DeliveryRow]]:
        asked.extend(one.id for one in refused)
        return {}

    books = Books(records.database, records.clock, WORKER, lambda: 0.5, elsewhere)
    if not off:
        become(records, "sending", "%cid0%", code="")
    to_one = letter.model_copy(update={"door": Door.PRIVATE, "person": 1})
    async with records.database.begin() as tx:
        await tx.queue.lock()
        await books.write(tx, [Landed(to_one, SendFault("gone", None))])
    assert asked == ([] if off else [letter.id])


async def test_a_message_that_may_still_leave_is_not_said_to_be_gone(records: Opened) -> None:
    await flying(records)
    async with records.database.begin() as tx:
        assert await tx.recalls.ask(NUMBER) == 1
    later = records.clock() + timedelta(minutes=1)
    become(records, "ready", "%cid0%", due_at=1)  # however that came about
    async with records.database.begin() as tx:
        assert await tx.recalling.claim(9, later) == {}
        await tx.campaigns.cancel(NUMBER)
        (asking,) = (await tx.recalling.claim(9, later))["dingtalk"]
    assert not asking.stands


async def test_the_clock_and_a_button_do_not_wait_for_each_other(records: Opened) -> None:
    paused = {"stage": Stage.PAUSED}
    await stored(records, campaign().model_copy(update=paused))
    other = {"number": OTHER, "code": "OTHER1", **paused}
    await stored(records, campaign().model_copy(update=other))
    now = records.clock()
    dues = [Due(CAMPAIGN, number, now, f"{CAMPAIGN}:{number}") for number in (NUMBER, OTHER)]
    held = asyncio.Event()

    async def press() -> None:
        async with records.database.begin() as tx:
            await tx.campaigns.hold(OTHER)
            held.set()
            await asyncio.sleep(0.5)  # meanwhile the clock comes as far as it can
            await tx.campaigns.draw_back(OTHER)

    async def strike() -> None:
        await held.wait()
        async with records.database.begin() as tx:
            await CampaignClock(OFFICE, records.clock).tick(tx, dues)

    async with asyncio.timeout(30):
        await asyncio.gather(press(), strike())
