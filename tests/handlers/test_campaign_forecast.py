"""Refusals before approval: a month that is too short, groups without our robot, demo content."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.channels.base import Letter
from bot.storage.monthly import Monthly
from flows.campaigns.campaign import Stage as Campaigning
from handlers.ports import Group
from tests.handlers.campaigning import (
    CLERK,
    GROUP,
    HEAD,
    NUMBER,
    OWNER,
    TEXT,
    approved,
    sent,
    stored,
    tally,
    texts,
    written,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

OTHER = "写推送\n稳岗补贴通知\n请各企业12月15日（周二）前申报稳岗补贴。"
LIMIT = 5000


@asynccontextmanager
async def month(
    folder: Path, used: int, *, limit: int = LIMIT, held: int | None = 100, groups: int = 3
) -> AsyncIterator[Stage]:
    """Open the office in a month of which so many calls are used, with further groups."""
    monthly = Monthly({"api": limit, "messages": 0}, True, held, held)
    async with stage(folder, monthly=monthly) as play:
        async with play.database.begin() as tx:
            await tx.meters.add("2026-11", {"api": used})
            for n in range(1, groups):
                await tx.people.set_group(Group(f"cid-{n}", f"第{n}群", "enterprise"))
        yield play


async def used(play: Stage, count: int) -> None:
    """Let calls be used for something else."""
    async with play.database.begin() as tx:
        await tx.meters.add("2026-11", {"api": count})


async def test_refused_before_approval_quota_short_is_told_with_the_numbers(tmp_path: Path) -> None:
    async with month(tmp_path, LIMIT - 2) as play:
        told = "\n".join(texts(play, await written(play), CLERK))
        assert "需要 3 次调用，本月剩 2" in told
        told = texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]
        assert "额度不够：需要 3 次调用，本月剩 2，差 1" in told
        assert "少选几个群" in told
        assert (await stored(play)).stage is Campaigning.DRAFT


async def test_a_month_with_enough_is_said_in_the_preview_and_to_who_decides(
    tmp_path: Path,
) -> None:
    async with month(tmp_path, LIMIT - 1930) as play:
        assert "需要 3 次调用，本月剩 1,930" in "\n".join(texts(play, await written(play), CLERK))
        letters = await play.press(CLERK, "提交审批")
        assert "需要 3 次调用，本月剩 1,930" in texts(play, letters, HEAD)[0]
        assert "已批准" in texts(play, await play.press(HEAD, "通过"), HEAD)[0]


async def test_what_is_approved_already_is_kept_for_it(tmp_path: Path) -> None:
    async with month(tmp_path, LIMIT - 5) as play:
        await approved(play)
        told = "\n".join(texts(play, await written(play, OTHER), CLERK))
        assert "需要 3 次调用，本月剩 5，其中 3 次留给已批准的推送" in told
        told = texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]
        assert "本月剩 5，其中 3 次留给已批准的推送，差 1" in told


async def test_an_approval_is_refused_when_the_month_ran_out_meanwhile(tmp_path: Path) -> None:
    async with month(tmp_path, LIMIT - 4) as play:
        await written(play)
        await play.press(CLERK, "提交审批")
        await used(play, 2)
        letters = await play.press(HEAD, "通过")
        assert "差 1" in texts(play, letters, HEAD)[0]
        assert "退回修改" in [one.label for one in letters[0].message.options]
        assert (await stored(play)).stage is Campaigning.PENDING


async def test_what_the_office_lets_go_in_a_used_up_month_is_said_and_not_refused(
    tmp_path: Path,
) -> None:
    async with month(tmp_path, LIMIT, held=None) as play:
        assert "需要 3 次调用，本月剩 0" in "\n".join(texts(play, await written(play), CLERK))
        assert "已送审" in texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]


async def test_what_leaves_in_another_month_costs_that_month(tmp_path: Path) -> None:
    async with month(tmp_path, LIMIT) as play:
        await play.say(CLERK, TEXT)
        await play.say(CLERK, "全部企业群")
        await play.say(CLERK, "发送时间：12月2日上午9点")
        told = "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))
        assert "需要 3 次调用，12月剩 5,000" in told
        assert "已送审" in texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]


async def test_without_a_limit_nothing_is_said_of_calls(tmp_path: Path) -> None:
    async with month(tmp_path, LIMIT, limit=0) as play:
        assert "次调用" not in "\n".join(texts(play, await written(play), CLERK))
        assert "已送审" in texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]


async def test_refused_before_approval_no_robot_in_the_group_is_named_in_the_preview(
    tmp_path: Path,
) -> None:
    async with month(tmp_path, 0, groups=2) as play:
        async with play.database.begin() as tx:
            await tx.note_robots({"cid-1": False})
        told = "\n".join(texts(play, await written(play), CLERK))
        assert "发给：1 个群" in told
        assert "群里没有我们的机器人，没有发：第1群（1 个）。请把机器人加进群" in told
        await play.say(OWNER, "在吗", group="cid-1")
        told = "\n".join(texts(play, await press_view(play), CLERK))
        assert "发给：2 个群" in told


async def test_refused_before_approval_when_no_group_has_our_robot(tmp_path: Path) -> None:
    async with month(tmp_path, 0, groups=1) as play:
        async with play.database.begin() as tx:
            await tx.note_robots({play.chat(GROUP): False})
        await written(play)
        told = texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]
        assert "没有人会收到" in told


async def test_a_group_that_lost_its_robot_after_the_approval_is_left_out_with_its_reason(
    tmp_path: Path,
) -> None:
    async with month(tmp_path, 0, groups=2) as play:
        await approved(play)
        async with play.database.begin() as tx:
            await tx.note_robots({"cid-1": False})
        letters = await sent(play)
        assert texts(play, letters, "cid-1") == []
        found = await tally(play)
        assert (found.sent, found.skipped, found.failed) == (1, 1, 0)


@pytest.mark.parametrize(
    ("cards", "text", "calls"),
    [
        (True, TEXT, 2),
        (False, TEXT, 1),
        (True, f"{TEXT}{'请带上用工台账。' * 60}", 1),
        (False, f"{TEXT}\n${{称呼}}收。", 2),
    ],
    ids=["cards", "the same words", "too long for a card", "each their own words"],
)
async def test_people_cost_what_their_way_costs(
    cards: bool, text: str, calls: int, tmp_path: Path
) -> None:
    monthly = Monthly({"api": LIMIT}, cards, 100, 100)
    async with stage(tmp_path, monthly=monthly) as play:
        letters = await play.say(CLERK, "发邀请码 镇海恒通紧固件有限公司 小周")
        (code,) = re.findall(r"邀请码 ([A-Z2-9-]{9})", letters[-1].message.text)[:1]
        await play.say("小周", f"邀请码 {code}")
        told = "\n".join(texts(play, await written(play, text, "全部企业的负责人"), CLERK))
        assert "0 个群，2 个人" in told
        assert f"需要 {calls} 次调用" in told


async def press_view(play: Stage) -> list[Letter]:
    """Look at the campaign again."""
    return await play.say(CLERK, f"打开 {NUMBER}")
