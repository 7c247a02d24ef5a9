"""Codes and answers as people really type them: pasted whole, without the word, 是 and 不是."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.tickets.case import State
from tests.handlers.linking import (
    DINGTALK,
    MANNERS,
    WECHAT,
    account,
    arrival,
    coded,
    linked,
    owner,
    said,
    writes,
)
from tests.handlers.story import CLERK, OWNER, REPORT, carry, ticket
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)
ASKED = "是您本人吗"


async def test_our_whole_message_can_be_pasted(play: Stage) -> None:
    made = await writes(play, OWNER, "关联账号", DINGTALK)
    assert ASKED in await writes(play, OWNER, made)


@pytest.mark.parametrize("between", [" ", "", "-"])
async def test_a_code_needs_no_word(play: Stage, between: str) -> None:
    code = await coded(play, OWNER)
    while code.startswith("20"):  # like a year: such a code needs its word
        code = await coded(play, OWNER)
    assert ASKED in await writes(play, OWNER, code.replace(" ", between))


async def test_a_number_that_a_form_asks_for_is_no_code(play: Stage) -> None:
    code = await coded(play, OWNER)
    await writes(play, OWNER, REPORT)
    assert ASKED not in await writes(play, OWNER, code.replace(" ", ""))


async def test_a_number_that_the_desk_asked_for_is_no_code(play: Stage) -> None:
    await carry(play, State.SUBMITTED)
    await play.say(CLERK, "请补充 1 您那边的固定电话是多少")
    await play.say(CLERK, "确认")
    assert (await ticket(play)).state is State.NEED_INFO
    assert "关联码" not in await writes(play, OWNER, "86123456", DINGTALK)


@pytest.mark.parametrize("line", ["2026-0001", "2026 0001"])
async def test_the_number_of_a_case_is_no_code(play: Stage, line: str) -> None:
    await carry(play, State.SUBMITTED)
    assert "关联码" not in await writes(play, OWNER, line, DINGTALK)


async def test_a_bare_code_in_a_group_is_void_like_any_other(play: Stage) -> None:
    code = await coded(play, OWNER)
    while code.startswith("20"):
        code = await coded(play, OWNER)
    letters = await play.say(OWNER, code, group="企业群")
    assert ["这个码作废了" in one.message.text for one in letters] == [True]
    assert "关联码不对" in await writes(play, OWNER, code)


@pytest.mark.parametrize("line", ["是", "是的", "对", "对的。", "确认", "是本人！", "没错"])
async def test_who_was_asked_may_answer_yes_in_their_own_words(play: Stage, line: str) -> None:
    code = await coded(play, OWNER)
    await writes(play, OWNER, f"关联 {code}")
    assert "关联好了" in await writes(play, OWNER, line)


@pytest.mark.parametrize("line", ["不是", "否", "不对", "不是本人。"])
async def test_and_no(play: Stage, line: str) -> None:
    code = await coded(play, OWNER)
    await writes(play, OWNER, f"关联 {code}")
    assert "没有关联，这个码作废了" in await writes(play, OWNER, line)
    assert (await owner(play, OWNER)).id != (await owner(play, OWNER, WECHAT)).id


async def test_a_yes_to_something_else_links_nothing(play: Stage) -> None:
    code = await coded(play, OWNER)
    await writes(play, OWNER, f"关联 {code}")
    await writes(play, OWNER, "菜单")
    assert "关联好了" not in await writes(play, OWNER, "是")


async def test_a_yes_of_the_next_day_is_no_answer_to_it(play: Stage) -> None:
    code = await coded(play, OWNER)
    await writes(play, OWNER, f"关联 {code}")
    play.clock.now += timedelta(days=1)
    assert "没有在等您确认的关联" not in await writes(play, OWNER, "是")


async def test_a_form_that_was_open_goes_on_behind_the_answer(play: Stage) -> None:
    await writes(play, OWNER, REPORT)
    code = await coded(play, OWNER)
    await writes(play, OWNER, f"关联 {code}")
    letters = await play.take([arrival(play, OWNER, "确认")])
    told = said(letters, account(play, OWNER))
    assert "关联好了" in told
    assert "已登记" not in told


@pytest.mark.parametrize("line", ["我要关联账号", "怎么关联账号", "关联微信", "关联公众号"])
async def test_who_asks_for_it_gets_a_code(play: Stage, line: str) -> None:
    assert "里私聊我，发这一行" in await writes(play, OWNER, line, DINGTALK)


@pytest.mark.parametrize("line", ["取消关联", "断开关联 公众号"])
async def test_it_is_taken_back_in_other_words(play: Stage, line: str) -> None:
    await linked(play, OWNER)
    assert "已解除关联" in await writes(play, OWNER, line, DINGTALK)
