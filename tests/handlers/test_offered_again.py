"""Whoever types a number that is none is offered the same choices again, and nothing is lost."""

from __future__ import annotations

import pytest

from flows.tickets.case import State
from tests.handlers.linking import DINGTALK, MANNERS, WECHAT, WECOM, linked, owner, writes
from tests.handlers.story import CLERK, OWNER, REPORT, carry, ticket
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)
NONE = "没有这个数字"


async def test_a_rating_waits_through_a_wrong_number(play: Stage) -> None:
    await carry(play, State.CALLBACK)
    told = await writes(play, OWNER, "5", DINGTALK)
    assert NONE in told
    assert "我要反映问题" not in told
    await writes(play, OWNER, "9", DINGTALK)
    await writes(play, OWNER, "2", DINGTALK)
    kept = await ticket(play)
    assert (kept.state, kept.satisfaction) == (State.CLOSED, "mostly")


async def test_the_list_shown_last_is_shown_again_and_its_numbers_hold(play: Stage) -> None:
    await linked(play, OWNER)
    await writes(play, OWNER, "账号", WECHAT)
    told = await writes(play, OWNER, "9", WECHAT)
    assert NONE in told
    assert ["1 公众号" in told, "2 钉钉" in told, "3 哪里都行" in told] == [True] * 3
    assert "以后通知先发到钉钉" in await writes(play, OWNER, "2", WECHAT)


async def test_choices_that_are_names_are_shown_as_they_were(play: Stage) -> None:
    for _ in range(2):
        for line in (REPORT, "确认"):
            await writes(play, OWNER, line, DINGTALK)
    await writes(play, OWNER, "撤回", DINGTALK)
    told = await writes(play, OWNER, "7", DINGTALK)
    assert "ZH-2026-0001" in told
    assert "确定撤回" in await writes(play, OWNER, "1", DINGTALK)


async def test_a_report_that_staff_wrote_down_is_asked_about_again(play: Stage) -> None:
    await writes(play, "小周", "请给我回电话 13987654321", WECHAT)
    told = f"我是镇海华昌机械有限公司的周小燕，13987654321。{REPORT}"
    for line in ("代录 1", told, "确认"):
        await play.say(CLERK, line)
    again = await writes(play, "小周", "6", WECHAT)
    assert [NONE in again, "1 对" in again, "2 补充" in again] == [True] * 3
    assert "ZH-2026-0001" in await writes(play, "小周", "1", WECHAT)


async def test_who_was_shown_nothing_gets_the_menu(play: Stage) -> None:
    told = await writes(play, "小吴", "9", WECOM)
    assert [NONE in told, "我要反映问题" in told] == [True, True]
    assert (await owner(play, "小吴", WECOM)).name == ""
