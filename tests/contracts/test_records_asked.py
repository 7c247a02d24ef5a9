"""Asked: what the platform took and somebody there has to let go; it is settled once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.base import Delivered, Receipt
from bot.delivery.outcome import Landed
from bot.storage.asked import NOT_CONFIRMED, Verdict
from bot.storage.ledger import CALLED_OFF
from bot.storage.rows import Claimed
from bot.storage.transaction import Transaction
from handlers.campaigns.records import tally_of
from tests.contracts.test_records_campaigns import NUMBER, owed, stored
from tests.engines import Opened, post, rows
from tests.outbox import WORKER, claim

TASK = Receipt("task-1", via="task", awaits=True)


async def take(tx: Transaction, letters: list[Claimed], receipt: Receipt = TASK) -> None:
    """Let the platform take them."""
    landed = [Landed(letter, receipt) for letter in letters]
    now = tx.ledger._session.steady()
    await tx.ledger.settle(WORKER, [one.settlement(now, lambda: 0.5) for one in landed])


async def asked(records: Opened, count: int = 1) -> list[Claimed]:
    """Let messages of a campaign wait for somebody at the platform."""
    await stored(records, count=count + 1)  # one is left out
    await owed(records, count)
    async with records.database.begin() as tx:
        letters = await claim(tx)
        await take(tx, letters)
    return letters


async def state(records: Opened, number: int) -> str:
    async with records.database.read() as tx:
        story = await tx.doubts.story(number)
    assert story is not None
    return story.state


async def note(records: Opened, number: int, verdict: Verdict) -> list[str]:
    async with records.database.begin() as tx:
        await tx.queue.lock()
        return list(await tx.asked.note({number: verdict}))


async def test_what_waits_is_neither_sent_nor_due_and_keeps_its_receipt(records: Opened) -> None:
    (letter,) = await asked(records)
    async with records.database.read() as tx:
        ((waiting,),) = (await tx.asked.waiting()).values()
        assert await tx.queue.next_due() is None
        assert (await tx.vitals.signs()).deliveries["asked"] == 1
    assert waiting.one == Delivered(
        letter.id, letter.robot, letter.door, letter.to, "task-1", via="task"
    )
    found = rows(records.url, "SELECT state, due_at, sent_at FROM delivery")
    assert [tuple(row) for row in found] == [("asked", None, None)]


async def test_a_lane_goes_on_behind_what_waits(records: Opened) -> None:
    await asked(records)
    async with records.database.begin() as tx:
        await tx.post([post("next", group="cid0")], {})
        assert [letter.dedupe for letter in await claim(tx)] == ["next"]


async def test_what_was_let_go_is_sent_and_counts_whom_it_reached(records: Opened) -> None:
    (letter,) = await asked(records)
    assert await note(records, letter.id, Verdict("sent", reached=321)) == [NUMBER]
    found = rows(records.url, "SELECT state, reached, sent_at IS NOT NULL FROM delivery")
    assert [tuple(row) for row in found] == [("sent", 321, True)]


async def test_a_verdict_that_comes_again_changes_nothing(records: Opened) -> None:
    (letter,) = await asked(records)
    await note(records, letter.id, Verdict("sent"))
    before = rows(records.url, "SELECT sent_at FROM delivery")
    records.clock.move(minutes=5)
    assert await note(records, letter.id, Verdict("sent")) == []
    assert rows(records.url, "SELECT sent_at FROM delivery") == before


async def test_what_the_platform_drops_later_has_failed_although_it_was_sent(
    records: Opened,
) -> None:
    (letter,) = await asked(records)
    await note(records, letter.id, Verdict("sent"))
    await note(records, letter.id, Verdict("failed", "system.failed"))
    assert await state(records, letter.id) == "failed"


async def test_what_failed_is_not_called_sent_by_a_late_word(records: Opened) -> None:
    (letter,) = await asked(records)
    await note(records, letter.id, Verdict("failed", NOT_CONFIRMED))
    assert await note(records, letter.id, Verdict("sent")) == []
    assert await state(records, letter.id) == "failed"


async def test_a_delivery_is_found_by_the_name_that_its_own_platform_gave_it(
    records: Opened,
) -> None:
    (letter,) = await asked(records)
    channel = letter.channel
    async with records.database.read() as tx:
        assert await tx.asked.known(channel, "task-1") == {letter.id: "asked"}
        assert await tx.asked.known("another", "task-1") == {}


async def test_a_campaign_counts_what_waits_as_that_and_is_over(records: Opened) -> None:
    await asked(records, 2)
    async with records.database.read() as tx:
        tally = tally_of(await tx.campaigns.fates(NUMBER))
        assert await tx.campaigns.under_way(NUMBER) == 0
        assert (await tx.campaigns.outcomes(NUMBER, 5, None))[0] == ("asked", "")
    assert (tally.asked, tally.sent, tally.over) == (2, 0, True)
    assert tally.total == 2 + tally.skipped


async def test_a_failed_part_goes_before_one_that_waits(records: Opened) -> None:
    await asked(records)
    rows(
        records.url,
        'INSERT INTO delivery (dedupe, channel, robot, door, "to", lane, card, updates_card,'
        " content, body, state, code, attempts, resends, created_at, campaign)"
        " SELECT dedupe || '/2', channel, robot, door, \"to\", lane, card, updates_card, content,"
        " body, 'failed', 'busy', attempts, resends, created_at, campaign FROM delivery",
    )
    async with records.database.read() as tx:
        fate, _ = await tx.campaigns.fates(NUMBER)
    assert (fate.state, fate.code) == ("failed", "busy")


async def test_a_place_of_which_a_part_still_waits_is_not_taken_back(records: Opened) -> None:
    (letter,) = await asked(records)
    rows(
        records.url,
        'INSERT INTO delivery (dedupe, channel, robot, door, "to", lane, card, updates_card,'
        " content, body, state, code, attempts, resends, created_at, recalled_at, campaign)"
        " SELECT dedupe || '/2', channel, robot, door, \"to\", lane, card, updates_card, content,"
        " body, 'recalled', '', attempts, resends, created_at, created_at, campaign FROM delivery",
    )
    async with records.database.read() as tx:
        fate, _ = await tx.campaigns.fates(NUMBER)
    assert not fate.recalled
    async with records.database.begin() as tx:
        await tx.doubts.recalled([letter.id], "wang")
        fate, _ = await tx.campaigns.fates(NUMBER)
    assert fate.recalled


async def test_who_was_asked_to_let_it_go_is_not_asked_for_the_same_document_again(
    records: Opened,
) -> None:
    await asked(records)
    rows(records.url, "UPDATE campaign SET doc_no = '1号'")
    since = records.clock() - timedelta(days=7)
    async with records.database.read() as tx:
        assert len(await tx.campaigns.had("1号", since, "TS-2026-999")) == 1


async def test_what_waits_is_taken_back_at_the_platform_when_its_campaign_is_cancelled(
    records: Opened,
) -> None:
    (letter,) = await asked(records)
    async with records.database.begin() as tx:
        await tx.campaigns.cancel(NUMBER)
    later = records.clock() + timedelta(minutes=1)
    async with records.database.begin() as tx:
        ((asking,),) = (await tx.recalling.claim(9, later)).values()
        assert (asking.one.id, asking.one.via, asking.stands) == (letter.id, "task", True)
        await tx.doubts.recalled([letter.id], "campaign")
    async with records.database.read() as tx:
        tally = tally_of(await tx.campaigns.fates(NUMBER))
    assert (tally.cancelled, tally.recalled, tally.sent) == (1, 0, 0)


async def test_a_recall_takes_back_what_waits_as_well(records: Opened) -> None:
    await asked(records, 2)
    async with records.database.begin() as tx:
        assert await tx.recalling.ask(NUMBER) == 2


async def test_what_is_taken_while_its_campaign_is_called_off_waits_all_the_same(
    records: Opened,
) -> None:
    await stored(records, count=2)
    await owed(records, 1)
    async with records.database.begin() as tx:
        (letter,) = await claim(tx)
    async with records.database.begin() as tx:
        await tx.campaigns.cancel(NUMBER)
    assert rows(records.url, "SELECT code FROM delivery")[0][0] == CALLED_OFF
    async with records.database.begin() as tx:
        await take(tx, [letter])
        await tx.campaigns.cancel(NUMBER)
    assert await state(records, letter.id) == "asked"
    assert len(rows(records.url, "SELECT delivery FROM recall")) == 1


@pytest.mark.parametrize(
    ("act", "ends"), [("resend", "not_now"), ("drop", "not_now"), ("arrived", "done")]
)
async def test_what_waits_is_not_sent_again_and_may_be_known_to_have_arrived(
    records: Opened, act: str, ends: str
) -> None:
    (letter,) = await asked(records)
    async with records.database.begin() as tx:
        await tx.queue.lock()
        done = await tx.doubts.decide(act, [letter.id], "wang")  # type: ignore[arg-type]
    assert done == {letter.id: ends}


async def test_what_waits_is_listed_for_whoever_asks_people_to_let_it_go(records: Opened) -> None:
    (letter,) = await asked(records)
    async with records.database.read() as tx:
        (doubt,) = await tx.doubts.open()
        known = await tx.doubts.recallable([letter.id])
    assert doubt.why == "asked"
    assert isinstance(known[letter.id], Delivered)
