"""待确认: a campaign is over while somebody at the platform decides, and its report goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from bot.channels.base import Letter
from bot.delivery.books import Books, nowhere
from bot.delivery.late import Late
from bot.storage.asked import NOT_CONFIRMED, Verdict
from bot.storage.rows import Claimed, DeliveryRow
from bot.storage.transaction import Transaction
from flows.campaigns.campaign import Stage as At
from handlers.ports import Button
from tests.engines import address, rows
from tests.handlers.campaigning import CLERK, NUMBER, approved, sent, stored, tally, texts
from tests.stage import Stage

SECOND = timedelta(seconds=1)


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office on each engine, with a campaign that waits at the platform."""
    await approved(play)
    await play.wait(timedelta(seconds=61))
    url = await address(play.folder / "stage.db")
    waits = "UPDATE delivery SET state = 'asked', via = 'task', sent_at = NULL"
    rows(url, f"{waits} WHERE campaign = ?", NUMBER)
    return play


async def settle(play: Stage, verdict: Verdict) -> list[Letter]:
    """Let the platform say what became of it, and the clock look."""
    books = Books(play.database, play.clock, "test", lambda: 0.5, nowhere)
    async with play.database.begin() as tx:
        (found,) = (await tx.asked.waiting()).values()
        await Late(books, play.clock).settle(tx, {x.one.id: verdict for x in found})
    return await play.wait(SECOND)


async def test_it_is_over_and_says_how_many_wait(play: Stage) -> None:
    letters = await sent(play, 1)
    assert (await stored(play)).stage is At.DONE
    (told,) = [x for x in texts(play, letters, CLERK) if "发完了" in x]
    assert "待确认 1" in told
    card = [x for x in texts(play, letters, "工作群") if NUMBER in x][-1]
    assert "已发完 1/1" in card
    assert "待确认 1" in card
    assert (await tally(play)).asked == 1


async def test_its_report_names_the_places_and_whom_to_ask(play: Stage) -> None:
    await sent(play, 1)
    (told,) = texts(play, await play.say(CLERK, button=Button(f"c:report:{NUMBER}", "card")), CLERK)
    assert "待确认 1 个" in told
    assert "请群主打开企业微信" in told


async def test_nobody_can_have_it_sent_again_meanwhile(play: Stage) -> None:
    await sent(play, 1)
    letters = await play.say(CLERK, f"补发 {NUMBER} 1")
    assert "平台收下了" in "\n".join(texts(play, letters, CLERK))
    assert (await tally(play)).asked == 1


async def test_when_it_was_let_go_that_is_told_once_with_the_counts(play: Stage) -> None:
    await sent(play, 1)
    letters = await settle(play, Verdict("sent", reached=30))
    (told,) = [x for x in texts(play, letters, CLERK) if "待确认的都有结果了" in x]
    assert "已送达 1，没发成 0" in told
    letters = await play.wait(SECOND)
    assert not texts(play, letters, CLERK)


async def test_what_nobody_let_go_has_failed_and_can_be_sent_again(play: Stage) -> None:
    await sent(play, 1)
    await settle(play, Verdict("failed", NOT_CONFIRMED))
    (told,) = texts(play, await play.say(CLERK, button=Button(f"c:report:{NUMBER}", "card")), CLERK)
    assert "没有人确认" in told
    letters = await play.say(CLERK, f"补发 {NUMBER} 1")
    assert "正在补发 1 个" in "\n".join(texts(play, letters, CLERK))


async def test_a_correction_goes_where_the_wrong_text_may_still_appear(play: Stage) -> None:
    await sent(play, 1)
    async with play.database.read() as tx:
        (fate, *_) = await tx.campaigns.fates(NUMBER)
    assert fate.state == "asked"
    assert fate.has_text


async def test_the_effect_counts_it_apart(play: Stage) -> None:
    await sent(play, 1)
    letters = await play.say(CLERK, button=Button(f"c:effect:{NUMBER}", "card"))
    assert "已发 0" in texts(play, letters, CLERK)[0]
    assert "待确认 1" in texts(play, letters, CLERK)[0]


@pytest.mark.parametrize("taken_back", [False, True])
async def test_what_fails_late_goes_to_another_account_unless_it_was_taken_back(
    play: Stage, taken_back: bool
) -> None:
    await sent(play, 1)
    moved: list[int] = []

    async def elsewhere(
        tx: Transaction, refused: Sequence[Claimed]
    ) -> Mapping[int, Sequence[DeliveryRow]]:
        moved.extend(letter.id for letter in refused)
        return {}

    if taken_back:
        await play.say(CLERK, button=Button(f"c:recall:{NUMBER}", "card"))
    url = await address(play.folder / "stage.db")
    door = "UPDATE delivery SET door = 'private', person = ? WHERE campaign = ?"
    rows(url, door, (await stored(play)).created_by, NUMBER)
    books = Books(play.database, play.clock, "test", lambda: 0.5, elsewhere)
    async with play.database.begin() as tx:
        ((waiting,),) = (await tx.asked.waiting()).values()
        failed = {waiting.one.id: Verdict("failed", "x")}
        await Late(books, play.clock).settle(tx, failed)
    assert bool(moved) is not taken_back


async def test_who_takes_it_back_before_it_was_let_go_has_it_stopped_there(play: Stage) -> None:
    await sent(play, 1)
    await play.say(CLERK, button=Button(f"c:recall:{NUMBER}", "card"))
    later = play.clock.now + timedelta(minutes=1)
    async with play.database.begin() as tx:
        ((asking,),) = (await tx.recalling.claim(9, later)).values()
    assert asking.one.via == "task"
