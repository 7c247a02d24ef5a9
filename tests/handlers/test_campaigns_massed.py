"""群发: the subscribers of the 公众号 as a target, named by hand, counted against their month."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.base import Letter, Manner
from bot.config import BASE
from bot.storage.asked import Verdict
from flows.campaigns.campaign import Stage as At
from flows.office import Content, Door
from handlers.ports import Button, Post, Text, ToGroup
from tests.engines import address, rows
from tests.handlers.campaigning import (
    CLERK,
    HEAD,
    NUMBER,
    TEXT,
    sent,
    stored,
    texts,
    written,
)
from tests.handlers.test_campaigns_asked import settle
from tests.stage import Stage, stage

SUBSCRIBERS = "公众号全体订阅者"
ALL = "mass:all"
ACCOUNT = Manner(door=Door.OFFICIAL_ACCOUNT, cards=False, limit=2047)


@pytest.fixture
async def play(engine: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Open the office on each engine, with the subscribers among its groups."""
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    people = (BASE / "people.toml").read_text("utf-8").replace("demo = true", "demo = false")
    group = f'id = "{ALL}"\nname = "{SUBSCRIBERS}"\nkind = "enterprise"\nchannel = "wechat"\n'
    (overlay / "people.toml").write_text(f"{people}\n[[group]]\n{group}", "utf-8")
    async with stage(tmp_path, overlay, beside={"wechat": ACCOUNT}) as opened:
        yield opened


async def massed(play: Stage, text: str = TEXT) -> list[Letter]:
    """Let the clerk write a campaign to the subscribers."""
    return await written(play, text, SUBSCRIBERS)


async def used(play: Stage, count: int) -> None:
    """Let so many mass sends have been made this month."""
    async with play.database.begin() as tx:
        posts = [
            Post(ToGroup(ALL), Content.NOTICE, (Text("engine.busy"),), f"m{n}", campaign=NUMBER)
            for n in range(count)
        ]
        await tx.post(posts, {})
    await play.send()


def to_all(letters: list[Letter]) -> list[str]:
    return [one.message.text for one in letters if one.to == ALL]


async def test_the_preview_says_who_lets_it_go_and_what_is_left_of_the_month(play: Stage) -> None:
    told = "\n".join(texts(play, await massed(play), CLERK))
    assert f"{SUBSCRIBERS}：公众号订阅者（群发，平台上可能要管理员在 30 分钟内确认）" in told
    assert "本月已群发 0 次" in told
    assert "还剩 4 次" in told
    letters = await play.press(CLERK, "提交审批")
    assert "群发的文字发出后撤不回" in texts(play, letters, HEAD)[0]


async def test_all_the_groups_are_not_the_subscribers(play: Stage) -> None:
    told = "\n".join(texts(play, await written(play), CLERK))
    assert "公众号订阅者" not in told


async def test_a_month_that_is_used_up_is_said_before_anybody_decides(play: Stage) -> None:
    await used(play, 4)
    assert "还剩 0 次" in "\n".join(texts(play, await massed(play), CLERK))
    told = texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]
    assert "公众号群发本月已用 4 次，这条要 1 次" in told


async def test_what_was_refused_costs_nothing_of_the_month(play: Stage) -> None:
    await used(play, 4)
    url = await address(play.folder / "stage.db")
    rows(url, "UPDATE delivery SET state = 'failed' WHERE dedupe = 'm0'")
    assert "还剩 1 次" in "\n".join(texts(play, await massed(play), CLERK))


async def test_what_is_approved_already_counts_and_an_approval_is_refused_when_it_is_too_much(
    play: Stage,
) -> None:
    await used(play, 3)
    await massed(play)
    await play.press(CLERK, "提交审批")
    await massed(play, TEXT.replace("年底", "年初"))
    await play.press(CLERK, "提交审批")
    assert "已批准" in texts(play, await play.press(HEAD, "通过"), HEAD)[0]
    letters = await play.say(HEAD, button=Button(f"c:approve:{NUMBER}:1", "card"))
    assert "公众号群发本月已用 4 次，这条要 1 次" in "\n".join(texts(play, letters, HEAD))


async def test_what_is_too_long_for_one_message_is_refused(play: Stage) -> None:
    await massed(play, f"写推送\n年底座谈会\n{'请各企业派人参加。' * 90}")
    told = texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]
    assert "公众号群发只能是一条" in told


async def test_it_leaves_as_one_message_and_its_report_says_whom_it_reached(play: Stage) -> None:
    await massed(play)
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    letters = await sent(play)
    assert len(to_all(letters)) == 1
    assert (await stored(play)).stage is At.DONE
    url = await address(play.folder / "stage.db")
    rows(url, "UPDATE delivery SET state = 'asked', sent_at = NULL WHERE campaign = ?", NUMBER)
    await settle(play, Verdict("sent", reached=1234))
    letters = await play.say(CLERK, button=Button(f"c:report:{NUMBER}", "card"))
    assert f"{SUBSCRIBERS}：送到 1,234 人" in texts(play, letters, CLERK)[0]


async def test_a_month_that_was_used_up_elsewhere_is_said_in_words(play: Stage) -> None:
    await massed(play)
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    await sent(play)
    url = await address(play.folder / "stage.db")
    failed = "UPDATE delivery SET state = 'failed', code = '45028' WHERE campaign = ?"
    rows(url, failed, NUMBER)
    letters = await play.say(CLERK, button=Button(f"c:report:{NUMBER}", "card"))
    assert "每人每月只能收到 4 次群发" in texts(play, letters, CLERK)[0]


async def test_subscribers_hear_nothing_that_was_not_approved(play: Stage) -> None:
    async with play.database.begin() as tx:
        await tx.post([Post(ToGroup(ALL), Content.NOTICE, (Text("engine.busy"),), "x")], {})
    assert to_all(await play.send()) == []
