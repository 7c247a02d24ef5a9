"""What is on its way while a campaign is called off: it does not leave again, and is counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from bot.channels.base import Letter
from bot.storage.rows import Settlement
from flows.campaigns.campaign import Button as Answer
from flows.campaigns.campaign import Stage as At
from handlers.ports import Button
from tests.engines import address, rows
from tests.handlers.campaigning import CLERK, GROUP, NUMBER, approved, stored, tally, texts
from tests.outbox import WORKER
from tests.stage import Stage

SECOND = timedelta(seconds=1)
Landed = Literal["sent", "ready", "unknown"]


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office on each engine, with a campaign whose one message is on its way."""
    await approved(play)
    await play.wait(timedelta(seconds=61))
    flies = "UPDATE delivery SET state = 'sending', owner = ?, sent_at = NULL"
    url = await address(play.folder / "stage.db")
    rows(url, f"{flies} WHERE campaign = ?", WORKER, NUMBER)
    return play


async def call_off(play: Stage, how: str) -> None:
    """Let the clerk press a button, or its last moment pass."""
    if how != "expire":
        await play.say(CLERK, button=Button(f"c:{how}:{NUMBER}", "card"))
        return
    async with play.database.begin() as tx:
        one = await tx.campaigns.hold(NUMBER)
        assert one is not None
        over = {"expires_at": play.clock.now, "remind": True, "buttons": (Answer.RECEIVED,)}
        draft = one.draft.model_copy(update=over)
        await tx.campaigns.save(one.model_copy(update={"draft": draft}))
    await play.wait(SECOND)
    assert (await stored(play)).stage is At.DONE


async def lands(play: Stage, state: Landed) -> list[Letter]:
    """Note what became of the message, which may be due again at once; return what leaves."""
    again = None if state == "sent" else play.clock.now
    async with play.database.begin() as tx:
        await tx.queue.lock()
        url = await address(play.folder / "stage.db")
        ((number, attempt, lane),) = rows(
            url, "SELECT id, attempts, lane FROM delivery WHERE campaign = ?", NUMBER
        )
        code = "" if state == "sent" else "busy"
        at = play.clock.now if state == "sent" else None
        end = Settlement(number, attempt, lane, state, code, again, at)
        await tx.ledger.settle(WORKER, [end])
    return await play.send()


@pytest.mark.parametrize("state", ["ready", "unknown"])
@pytest.mark.parametrize("how", ["cancel", "recall", "expire"])
async def test_what_comes_back_does_not_leave_again(play: Stage, how: str, state: Landed) -> None:
    await call_off(play, how)
    assert (await tally(play)).under_way == 1
    letters = await lands(play, state)
    for _ in range(3):
        letters += await play.wait(timedelta(hours=1))
    assert texts(play, letters, GROUP) == []
    found = await tally(play)
    assert (found.cancelled, found.unknown) == ((1, 0) if state == "ready" else (0, 1))


async def test_what_was_put_back_by_other_hands_is_given_up_by_the_clock(play: Stage) -> None:
    await call_off(play, "cancel")
    url = await address(play.folder / "stage.db")
    later = round((play.clock.now + 5 * SECOND).timestamp() * 1e6)
    update = "UPDATE delivery SET state = 'ready', code = 'busy', due_at = ? WHERE campaign = ?"
    rows(url, update, later, NUMBER)
    letters = [*await play.wait(SECOND), *await play.wait(timedelta(hours=1))]
    assert texts(play, letters, GROUP) == []


async def test_the_card_counts_what_landed(play: Stage) -> None:
    await call_off(play, "cancel")
    await lands(play, "ready")
    (card,) = [x for x in texts(play, await play.wait(SECOND), "工作群") if NUMBER in x]
    assert "1 个没有发" in card


async def test_what_arrived_after_a_recall_is_taken_back(play: Stage) -> None:
    await call_off(play, "recall")
    later = play.clock.now + timedelta(minutes=1)
    async with play.database.begin() as tx:
        assert await tx.recalling.claim(9, later) == {}
    await lands(play, "sent")
    async with play.database.begin() as tx:
        (asking,) = (await tx.recalling.claim(9, later))["dingtalk"]
    assert asking.stands


async def test_nobody_is_reminded_before_the_time_because_the_clock_looked(play: Stage) -> None:
    await call_off(play, "expire")
    await lands(play, "sent")
    await play.wait(SECOND)
    assert (await stored(play)).reminded_at is None
    await play.wait(timedelta(hours=24))
    assert (await stored(play)).reminded_at is not None
