"""Accounts that were linked are parted again (解除关联): who hears, what goes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.ports import Arrival
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
from tests.handlers.story import CLERK, ONE, OWNER, ticket
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)

OTHER = "沈丽"


@pytest.mark.parametrize("at", [WECHAT, DINGTALK])
async def test_it_is_taken_back_at_either_account_and_both_hear(play: Stage, at: str) -> None:
    await filed(play)
    other = (await owner(play, OWNER, WECHAT)).id
    await linked(play, OWNER)
    letters = await play.take([arrival(play, OWNER, "解除关联", at)])
    for channel in (WECHAT, DINGTALK):
        assert "解除关联" in said(letters, account(play, OWNER, channel))
    assert (await owner(play, OWNER, WECHAT)).id == other
    assert (await ticket(play)).reporter == other
    assert ONE in await writes(play, OWNER, "进度")
    assert ONE not in await writes(play, OWNER, "进度", DINGTALK)


async def test_a_draft_that_nobody_touched_goes_back(play: Stage) -> None:
    await writes(play, OWNER, "菜单", DINGTALK)
    await writes(play, OWNER, "我要反映问题")
    await writes(play, OWNER, "取消")
    await linked(play, OWNER)
    await writes(play, OWNER, "解除关联", DINGTALK)
    assert "没有" in await writes(play, OWNER, "继续", DINGTALK)
    assert "没有" not in await writes(play, OWNER, "继续")


async def test_after_a_day_only_the_account_goes_back(play: Stage) -> None:
    await filed(play)
    await linked(play, OWNER)
    play.clock.now += timedelta(days=1, minutes=1)
    assert "之前的事项都留在钉钉那边" in await writes(play, OWNER, "解除关联", DINGTALK)
    assert ONE in await writes(play, OWNER, "进度", DINGTALK)
    assert ONE not in await writes(play, OWNER, "进度")


async def test_who_takes_back_what_was_told_is_who_they_were(play: Stage) -> None:
    await filed(play)  # tells a telephone number at 公众号
    await writes(play, OTHER, "菜单", WECOM)
    await linked(play, OTHER, OWNER, known_at=WECOM)
    assert (await owner(play, OTHER, WECOM)).phone == "13805740001"
    await writes(play, OTHER, "解除关联", WECOM)
    assert (await owner(play, OTHER, WECOM)).phone == ""
    assert (await owner(play, OWNER, WECHAT)).phone == "13805740001"


async def test_without_anything_linked_nothing_is_taken_back(play: Stage) -> None:
    assert "没有关联过" in await writes(play, OWNER, "解除关联", DINGTALK)


async def test_who_was_parted_can_be_linked_again(play: Stage) -> None:
    await linked(play, OWNER)
    await writes(play, OWNER, "解除关联", DINGTALK)
    await linked(play, OWNER)
    assert (await owner(play, OWNER, WECHAT)).id == (await owner(play, OWNER)).id


async def test_what_waits_to_be_told_of_a_case_that_goes_back_goes_with_it(play: Stage) -> None:
    await filed(play)
    await linked(play, OWNER)
    async with play.database.begin() as tx:
        (one,) = [each for each in await tx.admit([say(play)]) if each is not None]
        await play.reception.receive(tx, [one])  # posted, and not sent yet
    told = await play.take([arrival(play, OWNER, "解除关联", DINGTALK)])
    assert "已受理" in said(told, account(play, OWNER))
    assert "已受理" not in said(told, account(play, OWNER, DINGTALK))


def say(play: Stage) -> Arrival:
    """Let the desk accept case 1."""
    return arrival(play, CLERK, "受理 1", DINGTALK)


async def test_of_several_that_of_a_channel_is_parted(play: Stage) -> None:
    await linked(play, OWNER)
    await linked(play, OWNER, at=WECOM)
    told = await writes(play, OWNER, "解除关联 公众号", DINGTALK)
    assert "已解除关联：公众号账号" in told
    assert (await owner(play, OWNER, WECOM)).id == (await owner(play, OWNER)).id
    assert (await owner(play, OWNER, WECHAT)).id != (await owner(play, OWNER)).id
    told = await writes(play, OWNER, "解除关联 公众号", DINGTALK)
    assert "要分开哪一个？和您连着的：企业微信。" in told
