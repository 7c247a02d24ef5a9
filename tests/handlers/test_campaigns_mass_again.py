"""补发 of a mass send: within the month, never twice, and only what one message has room for."""

from __future__ import annotations

from datetime import timedelta

from bot.channels.base import Letter
from bot.channels.tencent.wording import shown
from bot.channels.wechat.outbound import LIMIT
from bot.storage.rows import KNOWN_FOR
from handlers.ports import Button
from tests.engines import address, rows
from tests.handlers import test_campaigns_massed
from tests.handlers.campaigning import CLERK, HEAD, NUMBER, sent, tally, texts
from tests.handlers.test_campaigns_massed import ALL, massed, to_all, used
from tests.stage import Stage

play = test_campaigns_massed.play


async def out(play: Stage) -> list[Letter]:
    """Let a campaign to the subscribers leave."""
    await massed(play)
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    return await sent(play)


async def became(play: Stage, state: str, code: str) -> None:
    """Let that have become of it."""
    url = await address(play.folder / "stage.db")
    ended = "UPDATE delivery SET state = ?, code = ?, due_at = NULL, sent_at = NULL"
    rows(url, f"{ended} WHERE campaign = ?", state, code, NUMBER)


async def again(play: Stage) -> tuple[str, list[Letter]]:
    """Let the clerk have it sent again: what that says, and what goes out."""
    letters = await play.say(CLERK, f"补发 {NUMBER} 1")
    return "\n".join(texts(play, letters, CLERK)), letters


async def test_a_month_that_is_used_up_has_room_for_nothing_that_failed_either(play: Stage) -> None:
    await out(play)
    await became(play, "failed", "mass.failed")
    await used(play, 4)
    said, letters = await again(play)
    assert "本月的群发次数用完了，现在补发不了" in said
    assert to_all(letters) == []


async def test_what_failed_last_month_and_is_sent_this_month_counts_this_month(play: Stage) -> None:
    await out(play)
    await became(play, "failed", "mass.failed")
    await play.wait(timedelta(days=20))
    _, letters = await again(play)
    assert len(to_all(letters)) == 1
    month = play.clock.now.replace(day=1, hour=0, minute=0)
    async with play.database.read() as tx:
        assert await tx.campaigns.masses(month) == 1


async def test_what_may_have_left_long_ago_is_not_sent_again_and_the_clerk_hears_why(
    play: Stage,
) -> None:
    await out(play)
    await became(play, "unknown", "no_answer")
    await play.wait(KNOWN_FOR)
    said, letters = await again(play)
    assert "让订阅者收到两遍" in said
    assert to_all(letters) == []


async def test_what_may_have_left_before_a_weekend_stays_unknown_when_it_goes_on(
    play: Stage,
) -> None:
    await massed(play)
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    await play.wait(timedelta(seconds=61))
    url = await address(play.folder / "stage.db")
    unheard = "UPDATE delivery SET state = 'unknown', code = 'no_answer', sent_at = NULL"
    rows(url, f"{unheard}, due_at = attempted_at WHERE campaign = ?", NUMBER)
    await play.say(CLERK, button=Button(f"c:pause:{NUMBER}", "card"))
    await play.wait(timedelta(days=3))
    letters = await play.say(CLERK, button=Button(f"c:resume:{NUMBER}", "card"))
    for _ in range(3):
        letters += await play.wait(timedelta(seconds=5))
    assert to_all(letters) == []
    assert (await tally(play)).unknown == 1


async def test_what_is_let_pass_has_room_with_its_title_its_code_and_its_buttons(
    play: Stage,
) -> None:
    title = ("关于召开" + "年底用工座谈会暨企业家茶话会的通知" * 4)[:58]
    fits, over = 300, 682
    while over - fits > 1:  # find the longest text that is let pass
        count = (fits + over) // 2
        await massed(play, f"写推送\n{title}\n{'政' * (count - 1)}。")
        (said, *_) = texts(play, await play.press(CLERK, "提交审批"), CLERK)
        fits, over = (fits, count) if "公众号群发只能是一条" in said else (count, over)
    await massed(play, f"写推送\n{title}\n{'政' * (fits - 1)}。")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    (letter,) = [x for x in await sent(play) if x.to == ALL]
    assert "验真码" in letter.message.text
    assert letter.message.spelt
    assert len(shown(letter.message, 1_000_000).encode()) <= LIMIT
