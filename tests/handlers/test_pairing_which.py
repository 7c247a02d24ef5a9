"""Which linking 解除关联 means where there are several, and that people know what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.handlers.linking import (
    DINGTALK,
    MANNERS,
    WECHAT,
    WECOM,
    account,
    arrival,
    filed,
    linked,
    owner,
    said,
    writes,
)
from tests.handlers.story import OWNER
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)


async def both(play: Stage) -> None:
    """Link 公众号 and 企业微信 to the account at DingTalk."""
    await linked(play, OWNER)
    await linked(play, OWNER, at=WECOM)


async def ids(play: Stage) -> list[int]:
    """Return whose each account is: DingTalk, 公众号, 企业微信."""
    return [(await owner(play, OWNER, one)).id for one in (DINGTALK, WECHAT, WECOM)]


async def test_what_is_offered_as_still_linked_can_be_parted_as_it_says(play: Stage) -> None:
    await both(play)
    told = await writes(play, OWNER, "解除关联 企业微信", WECHAT)
    assert "也要分开，发“解除关联 钉钉”" in told
    assert "公众号账号和原来一样" in await writes(play, OWNER, "解除关联 钉钉", WECHAT)
    assert len(set(await ids(play))) == 3


@pytest.mark.parametrize(
    "line",
    ["解除关联 公众号的账号", "解除关联公众号账号", "解除关联 公众号吧", "解除关联 微信那边"],
)
async def test_a_channel_is_understood_as_people_say_it(play: Stage, line: str) -> None:
    await both(play)
    assert "公众号账号和原来一样" in await writes(play, OWNER, line, DINGTALK)


@pytest.mark.parametrize("line", ["解除关联 小程序", "解除关联 浙政钉", "解除关联 钉钉"])
async def test_where_it_is_not_clear_it_is_asked_and_a_number_answers(
    play: Stage, line: str
) -> None:
    await both(play)
    told = await writes(play, OWNER, line, DINGTALK)
    assert "要分开哪一个？和您连着的：企业微信、公众号" in told
    assert len(set(await ids(play))) == 1
    assert "公众号账号和原来一样" in await writes(play, OWNER, "2", DINGTALK)


async def test_what_was_parted_meanwhile_is_said_to_be(play: Stage) -> None:
    await linked(play, OWNER)
    await writes(play, OWNER, "解除关联", WECHAT)
    pressed = arrival(play, OWNER, "", DINGTALK, button="k:part:wechat")
    assert "没有关联过别的账号" in said(await play.take([pressed]), account(play, OWNER, DINGTALK))


async def test_who_has_one_linking_means_that_one_whichever_side_is_named(play: Stage) -> None:
    await linked(play, OWNER)
    assert "公众号账号和原来一样" in await writes(play, OWNER, "解除关联 钉钉", DINGTALK)


@pytest.mark.parametrize("line", ["解除关联", "解除关联吧"])
async def test_without_a_name_it_is_asked_which_of_several(play: Stage, line: str) -> None:
    await both(play)
    told = await writes(play, OWNER, line, DINGTALK)
    assert "要分开哪一个？和您连着的：企业微信、公众号" in told
    assert len(set(await ids(play))) == 1


async def test_who_links_hears_until_when_it_can_be_taken_back_whole(play: Stage) -> None:
    letters = await linked(play, OWNER)
    assert "24 小时内发“解除关联”" in said(letters, account(play, OWNER))


@pytest.mark.parametrize("at", [DINGTALK, WECHAT])
async def test_after_a_day_every_account_hears_where_everything_is(play: Stage, at: str) -> None:
    await filed(play)
    await linked(play, OWNER)
    play.clock.now += timedelta(days=1, minutes=1)
    letters = await play.take([arrival(play, OWNER, "解除关联", at)])
    for channel in (DINGTALK, WECHAT):
        told = said(letters, account(play, OWNER, channel))
        assert "之前的事项都留在钉钉那边，要查要办请到那里找我" in told
        assert "请打 0574-00000000" in told


async def test_within_a_day_it_is_said_where_the_new_things_stay(play: Stage) -> None:
    await linked(play, OWNER)
    await filed(play)
    assert "关联后新办的留在钉钉那边" in await writes(play, OWNER, "解除关联")
