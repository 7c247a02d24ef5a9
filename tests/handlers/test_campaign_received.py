"""收到 as people type it, without a number: it confirms the one push that waits for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.engines import address, rows
from tests.handlers.campaigning import CLERK, HEAD, NUMBER, OWNER, sent, texts, written
from tests.handlers.linking import MANNERS, WECHAT, linked, writes
from tests.handlers.test_campaigns import press
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)
NOTED, THANKS = "收到您的确认", "不客气"
SECOND = "TS-2026-002"


async def leaves(play: Stage, number: str = NUMBER, title: str = "年底用工座谈会") -> None:
    """Let a push that asks for 收到 go to the people of the enterprises, with one reminder."""
    await written(play, f"写推送\n{title}\n请各企业派人参加。", "全部企业的负责人")
    await press(play, CLERK, f"c:edit:{number}")
    await play.say(CLERK, "按钮：收到")
    await play.press(CLERK, "催一次没回“收到”的")
    await play.say(CLERK, "确认")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    await sent(play)


async def answered(play: Stage, line: str) -> str:
    """Let the owner say something, and return what they are told."""
    return "\n".join(texts(play, await play.say(OWNER, line), OWNER))


async def noted(play: Stage) -> list[tuple[object, ...]]:
    """Return which pushes were confirmed."""
    url = await address(play.folder / "stage.db")
    return list(rows(url, "SELECT campaign FROM acknowledgement"))


@pytest.mark.parametrize("line", ["收到", "收到。", "已收到", "收到，谢谢", "收到了"])
async def test_what_the_reminder_asks_for_is_what_it_takes(play: Stage, line: str) -> None:
    await leaves(play)
    letters = await play.wait(timedelta(hours=25))
    assert any("还等您回一声“收到”" in one for one in texts(play, letters, OWNER))
    told = await answered(play, line)
    assert NOTED in told
    assert "年底用工座谈会" in told
    assert await noted(play) == [(NUMBER,)]


async def test_again_it_is_thanks_for_nothing_waits(play: Stage) -> None:
    await leaves(play)
    await answered(play, "收到")
    assert THANKS in await answered(play, "收到")


@pytest.mark.parametrize("line", ["收到", "已收到"])
async def test_without_any_it_is_thanks(play: Stage, line: str) -> None:
    assert THANKS in await answered(play, line)


async def test_of_several_it_is_asked_which(play: Stage) -> None:
    await leaves(play)
    await leaves(play, SECOND, "安全生产提醒")
    told = await play.say(OWNER, "收到")
    assert "您回的是哪一条" in "\n".join(texts(play, told, OWNER))
    assert await noted(play) == []
    assert NOTED in await answered(play, "1")
    assert await noted(play) == [(SECOND,)]
    assert NOTED in await answered(play, "收到")
    assert len(await noted(play)) == 2


async def test_one_that_was_taken_back_waits_for_nobody(play: Stage) -> None:
    await leaves(play)
    await play.press(CLERK, "撤回")
    assert THANKS in await answered(play, "收到")


async def test_one_of_long_ago_is_meant_no_more(play: Stage) -> None:
    await leaves(play)
    await play.wait(timedelta(days=15))
    assert THANKS in await answered(play, "收到")


async def test_the_other_account_may_confirm_what_went_to_the_first(play: Stage) -> None:
    await leaves(play)
    await linked(play, OWNER)
    assert NOTED in await writes(play, OWNER, "收到", WECHAT)


async def test_what_a_form_asks_for_is_answered_by_it(play: Stage) -> None:
    await leaves(play)
    await play.say(OWNER, "我要反映问题")
    assert NOTED not in await answered(play, "已收到")
    assert await noted(play) == []


async def test_in_a_group_it_may_mean_anything(play: Stage) -> None:
    await leaves(play)
    await play.say(OWNER, "收到", group="企业群")
    assert await noted(play) == []
