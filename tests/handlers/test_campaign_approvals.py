"""Who may approve a campaign, from whatever account, and whom it reaches when it was approved."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.people import seed_groups, seed_persons
from flows.campaigns.audience import Why
from flows.campaigns.campaign import Stage as Campaigning
from handlers.ports import Group
from tests.doors import at, two_doors
from tests.handlers.campaigning import (
    CLERK,
    GROUP,
    HEAD,
    NUMBER,
    TEXT,
    approved,
    sent,
    stored,
    texts,
    written,
)
from tests.handlers.test_campaigns import press
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")

LATE = "新来的群"


async def test_b9_a_second_account_of_who_wrote_it_approves_nothing(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await play.link(HEAD)
        await play.say(HEAD, TEXT)
        await play.say(HEAD, "全部企业群")
        await play.say(HEAD, "确认")
        await play.press(HEAD, "提交审批")
        seen = (await stored(play)).version
        letters = await play.write(HEAD, f"通过 {NUMBER} {seen}")
        told = "\n".join(texts(play, letters, at(HEAD)))
        assert "要请另一位审批" in told
        assert (await stored(play)).stage is Campaigning.PENDING


async def test_b9_of_two_who_decide_the_second_hears_that_it_is_over(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await written(play)
        await play.press(CLERK, "提交审批")
        seen = (await stored(play)).version
        await press(play, HEAD, f"c:reject:{NUMBER}:{seen}")
        await press(play, HEAD, f"c:approve:{NUMBER}:{seen}")
        told = texts(play, await play.say(HEAD, "时间写错了"), HEAD)
        assert "现在不能这样做" in told[0]
        one = await stored(play)
        assert (one.stage, len(one.decisions)) == (Campaigning.APPROVED, 1)
        assert len(texts(play, await sent(play), GROUP)) == 1


async def test_b10_a_group_that_came_later_gets_nothing_and_one_that_went_is_named_with_the_reason(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await approved(play)
        async with play.database.begin() as tx:
            known = seed_groups(play.config)
            await tx.people.set_group(Group("cidLate==", LATE, "enterprise"))
            people = seed_persons(play.config, (), "dingtalk")
            await tx.seed(people, [one for one in known if one.kind != "enterprise"])
        letters = await sent(play)
        assert texts(play, letters, GROUP) == []
        assert not [one for one in letters if one.to == "cidLate=="]
        async with play.database.read() as tx:
            fates = await tx.campaigns.fates(NUMBER)
        assert [(fate.state, fate.why) for fate in fates] == [("skipped", Why.GONE)]
        told = texts(play, await press(play, CLERK, f"c:view:{NUMBER}"), CLERK)
        assert "群已不在：镇海民营企业交流群（1 个）" in told[0]
