"""What the preview promises of a group's messages is what arrives there."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal

import pytest

from bot.channels.base import Letter
from bot.channels.tencent.wording import shown
from bot.channels.wecom_robot import NAME as ROBOTS
from bot.config import load_config
from flows.campaigns.campaign import Button
from flows.campaigns.campaign import Stage as Campaigning
from flows.office import Content
from handlers.campaigns import fitting
from handlers.ports import Group, Post, Text, ToGroup
from tests.engines import address, rows
from tests.handlers.attending import publish
from tests.handlers.campaigning import CLERK, HEAD, approved, sent, stored, texts, written
from tests.handlers.test_campaign_channels import FIRST, HOOK, MANNERS, SECOND, to
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)

GroupKind = Literal["enterprise", "staff"]
EVERY_BUTTON = "按钮：收到、我要报名、我有疑问"
CUSTOMERS = "customer:wr1"
WORDED = load_config().texts


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office on each engine, with a group of a robot that hears nothing."""
    await robot(play, FIRST)
    return play


async def robot(play: Stage, chat: str, kind: GroupKind = "enterprise") -> None:
    """Register a group's robot."""
    async with play.database.begin() as tx:
        name = chat.partition(":")[2]
        await tx.webhooks.put(Group(chat, name, kind, channel=ROBOTS), HOOK)


async def group_of_wecom(play: Stage, chat: str, name: str) -> None:
    """Let there be a group that the app writes into, and no other of WeCom."""
    async with play.database.begin() as tx:
        await tx.webhooks.remove(FIRST.partition(":")[2])
        await tx.people.set_group(Group(chat, name, "enterprise", channel="wecom"))


async def offered(play: Stage, body: str, buttons: str = "按钮：收到") -> str:
    """Write a push with buttons; what the preview says of it."""
    await written(play, f"写推送\n用工政策\n{body}")
    await play.press(CLERK, "修改")
    await play.say(CLERK, buttons)
    return "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))


async def sent_out(play: Stage) -> list[Letter]:
    """Have it approved and sent."""
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    return await sent(play)


def lines(count: int) -> str:
    return "\n".join(f"第{n}条：政策要点，请各企业知悉。" for n in range(count))


@pytest.mark.parametrize("count", [150, 158, 205, 215, 219, 222, 226])
async def test_what_the_preview_counts_arrives_whole_or_is_refused(play: Stage, count: int) -> None:
    told = await offered(play, lines(count))
    promised = re.search(r"会分 (\d) 条发", told)
    if promised is None:
        assert "企业微信群放不下" in told
        await play.press(CLERK, "提交审批")
        assert (await stored(play)).stage is Campaigning.DRAFT
        return
    parts = to(await sent_out(play), FIRST)
    assert len(parts) == int(promised[1])
    assert f"第{count - 1}条" in parts[-1]
    assert "太长" not in "".join(parts)


async def test_three_parts_with_buttons_are_not_cut(play: Stage) -> None:
    told = await offered(play, lines(205))
    assert "会分 3 条发" in told
    parts = to(await sent_out(play), FIRST)
    assert len(parts) == 3
    assert "第204条" in parts[-1]
    assert "收到：「收到 " in parts[-1]


async def test_a_group_of_the_app_gets_what_was_promised(play: Stage) -> None:
    await group_of_wecom(play, "wrA", "应用群")
    told = await offered(play, lines(100))
    assert "会分 3 条发" in told
    parts = to(await sent_out(play), "wrA")
    assert len(parts) == 3
    assert "第99条" in parts[-1]


@pytest.mark.parametrize("characters", [1_150, 1_200, 1_240, 1_290])
async def test_a_customer_group_gets_all_of_it_in_one_message_or_it_is_refused(
    play: Stage, characters: int
) -> None:
    await group_of_wecom(play, CUSTOMERS, "客户群")
    told = await offered(play, "政" * characters, EVERY_BUTTON)
    if "客户群放不下" in told:
        assert characters > 1_150
        return
    (letter,) = [one for one in await sent_out(play) if one.to == CUSTOMERS]
    whole = shown(letter.message, 4_000)
    assert not whole.endswith("…")
    assert "我有疑问：「我有疑问 " in whole


async def test_a_customer_group_is_told_the_telephone_and_not_to_write_to_the_robot(
    play: Stage,
) -> None:
    await group_of_wecom(play, CUSTOMERS, "客户群")
    await offered(play, "请查收。")
    (letter,) = [one for one in await sent_out(play) if one.to == CUSTOMERS]
    told = letter.message.spelt
    assert "私聊" not in told
    assert "请打电话 0574-" in told
    assert "公众号" in told


async def test_a_text_is_refused_at_the_approval_if_a_group_came_meanwhile(play: Stage) -> None:
    async with play.database.begin() as tx:
        await tx.webhooks.remove(FIRST.partition(":")[2])
    await written(play, "写推送\n用工政策\n" + "𠮷" * 3200)
    await play.press(CLERK, "提交审批")
    await robot(play, FIRST)
    told = texts(play, await play.press(HEAD, "通过"), HEAD)
    assert "企业微信群放不下" in told[0]
    assert (await stored(play)).stage is Campaigning.PENDING
    assert to(await sent(play), FIRST) == []


async def test_progress_is_shown_to_persons_where_the_only_staff_group_hears_nothing(
    play: Stage,
) -> None:
    rows(await address(play.folder / "stage.db"), "DELETE FROM chat_group WHERE kind='staff'")
    await robot(play, SECOND, "staff")
    await approved(play, to="全部企业群")
    letters = await sent(play)
    letters += await play.wait(timedelta(minutes=2))
    assert to(letters, SECOND) == []
    assert any("进度" in one or "已送达" in one for one in texts(play, letters, CLERK))


async def test_the_card_of_an_activity_goes_where_it_may_go_and_is_counted_so(play: Stage) -> None:
    async with play.database.begin() as tx:
        await tx.people.set_group(Group(CUSTOMERS, "客户群", "enterprise", channel="wecom"))
        await tx.people.set_group(Group("mass:all", "订阅者", "enterprise", channel="wechat"))
        await tx.people.set_group(Group("webhook:没地址", "没地址", "enterprise", channel=ROBOTS))
    asked = texts(play, await publish(play), CLERK)[-1]
    for name in ("客户群", "订阅者", "没地址"):
        assert name not in asked
    letters = await play.say(CLERK, "全部")
    there = {one.to for one in letters if one.door.is_group}
    assert f"{len(there)} 个企业群" in "\n".join(texts(play, letters, CLERK))
    assert FIRST in there
    assert not there & {CUSTOMERS, "mass:all", "webhook:没地址"}


async def test_nothing_but_a_campaign_becomes_a_task_of_a_customer_group(play: Stage) -> None:
    await group_of_wecom(play, CUSTOMERS, "客户群")
    post = Post(
        to=ToGroup(CUSTOMERS), content=Content.PROGRESS, parts=(Text("door.choose"),), dedupe="x"
    )
    async with play.database.begin() as tx:
        await tx.post([post], {})
    assert to(await play.wait(timedelta(seconds=1)), CUSTOMERS) == []


@pytest.mark.parametrize(
    ("key", "around", "room"),
    [
        ("campaign.message.notice", "****\n", fitting._SIGNED),
        ("campaign.message.policy", "****\n", fitting._SIGNED),
        (
            "campaign.message.correction",
            "****\n",
            fitting._SIGNED + fitting._CORRECTED + fitting._CORRECTS,
        ),
        ("door.deaf.head", "", fitting._HEAD),
        ("door.customers.head", "", fitting._THEIR_HEAD),
        ("door.deaf.typed", "", fitting._TYPED),
        ("door.customers.typed", "", fitting._TYPED),
        ("enclosed.ask_us", "", fitting._ENCLOSED),
        *((f"campaign.button.{one.value}", "", fitting._LABEL + 1) for one in Button),
    ],
)
def test_what_stands_around_a_text_is_no_longer_than_is_counted(
    key: str, around: str, room: int
) -> None:
    words = "".join(re.split(r"\$\{\w+\}", WORDED[key]))
    assert len(words.encode()) + 1 - len(around) <= room  # with the end of its line
