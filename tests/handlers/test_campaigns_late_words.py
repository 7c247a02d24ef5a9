"""What platforms say of a campaign that is over: told, never lost, never the wrong way round."""

from __future__ import annotations

from datetime import timedelta

from bot.channels.base import Letter
from bot.delivery.books import Books, nowhere
from bot.delivery.late import Late, look_again
from bot.storage.asked import Verdict
from flows.campaigns.campaign import Stage as At
from handlers.ports import Button
from tests.engines import address, rows
from tests.handlers import test_campaigns_asked
from tests.handlers.campaigning import CLERK, NUMBER, sent, stored, texts
from tests.handlers.test_campaigns_asked import SECOND, settle
from tests.stage import Stage

play = test_campaigns_asked.play
TOGETHER = timedelta(minutes=10)


async def press(play: Stage, act: str) -> str:
    """Let the clerk press a button of the campaign, and return what that says."""
    letters = await play.say(CLERK, button=Button(f"c:{act}:{NUMBER}", "card"))
    return "\n".join(texts(play, letters, CLERK))


async def over(play: Stage) -> None:
    """Let everything have been sent before it ends."""
    url = await address(play.folder / "stage.db")
    rows(url, "UPDATE delivery SET state = 'sent' WHERE campaign = ?", NUMBER)
    await sent(play, 1)


async def blocked(play: Stage) -> list[Letter]:
    """Let the platform report that what was sent did not arrive."""
    return await reported(play, Verdict("failed", "blocked.by_reader"))


async def reported(play: Stage, verdict: Verdict) -> list[Letter]:
    """Let the platform report what became of it."""
    books = Books(play.database, play.clock, "test", lambda: 0.5, nowhere)
    url = await address(play.folder / "stage.db")
    numbers = [n for (n,) in rows(url, "SELECT id FROM delivery WHERE campaign = ?", NUMBER)]
    async with play.database.begin() as tx:
        told = dict.fromkeys(numbers, verdict)
        await Late(books, play.clock).settle(tx, told)
    return await play.wait(SECOND)


async def test_what_is_cancelled_is_asked_to_be_refused_there(play: Stage) -> None:
    said = await press(play, "cancel")
    assert (await stored(play)).stage is At.CANCELLED
    assert "不要点“发送”" in said
    assert "点“拒绝”" in said
    assert "点了确认" not in said


async def test_what_is_let_go_although_it_was_cancelled_is_told(play: Stage) -> None:
    await press(play, "cancel")
    letters = await settle(play, Verdict("sent", reached=30))
    (told,) = [x for x in texts(play, letters, CLERK) if "待确认的都有结果了" in x]
    assert "已送达 1" in told


async def test_taking_back_what_waits_there_says_that_it_is_being_taken_back(play: Stage) -> None:
    await sent(play, 1)
    assert "正在撤回" in await press(play, "recall")
    assert "正在撤回" not in await press(play, "recall")


async def test_what_fails_after_it_was_sent_is_told_once_with_the_counts(play: Stage) -> None:
    await over(play)
    letters = await blocked(play)
    assert not [x for x in texts(play, letters, CLERK) if "又有没送到" in x]
    letters = [*await play.wait(TOGETHER), *await play.wait(TOGETHER)]
    (told,) = [x for x in texts(play, letters, CLERK) if "又有没送到" in x]
    assert "已送达 0，没发成 1" in told


async def test_what_fails_after_it_was_sent_stands_on_the_card(play: Stage) -> None:
    await over(play)
    await blocked(play)
    letters = await play.wait(TOGETHER)
    (card,) = [one for one in letters if one.update and play.where(one) == "工作群"]
    assert "失败 1" in card.message.text


async def test_what_turns_out_to_have_arrived_stands_on_the_card(play: Stage) -> None:
    url = await address(play.folder / "stage.db")
    given_up = "UPDATE delivery SET state = 'unknown', receipt = 'task-1', due_at = NULL"
    rows(url, f"{given_up} WHERE campaign = ?", NUMBER)
    await sent(play, 1)
    letters = await reported(play, Verdict("sent"))
    (card,) = [one for one in letters if one.update and play.where(one) == "工作群"]
    assert "不明" not in card.message.text or "不明 0" in card.message.text


async def test_what_had_failed_when_it_ended_is_not_told_again(play: Stage) -> None:
    url = await address(play.folder / "stage.db")
    rows(url, "UPDATE delivery SET state = 'failed' WHERE campaign = ?", NUMBER)
    await sent(play, 1)
    async with play.database.begin() as tx:
        await look_again(tx, [NUMBER], play.clock.now)
    letters = [*await play.wait(SECOND), *await play.wait(TOGETHER)]
    assert not [x for x in texts(play, letters, CLERK) if "又有没送到" in x]


async def test_what_was_noted_as_arrived_at_the_terminal_ends_the_waiting(play: Stage) -> None:
    await sent(play, 1)
    async with play.database.begin() as tx:
        numbers = [x.one.id for found in (await tx.asked.waiting()).values() for x in found]
        await tx.doubts.decide("arrived", numbers, "root")
        await look_again(tx, await tx.asked.campaigns(numbers), play.clock.now)
    letters = await play.wait(SECOND)
    (told,) = [x for x in texts(play, letters, CLERK) if "待确认的都有结果了" in x]
    assert "已送达 1" in told
    assert (await stored(play)).asked == 0
