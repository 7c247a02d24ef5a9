"""One push over several platforms: DingTalk groups, groups of 企业微信, people of the 公众号."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from bot.channels.base import Hook, Letter, Manner
from bot.channels.wecom import manner_of
from bot.channels.wecom_robot import MANNER as ROBOTS_MANNER
from bot.channels.wecom_robot import NAME as ROBOTS
from flows.campaigns.campaign import Stage as Campaigning
from flows.office import Door
from handlers.ports import Arrival, Button, Group, Place, Sender
from tests.engines import address, rows
from tests.handlers.campaigning import (
    CLERK,
    GROUP,
    HEAD,
    NUMBER,
    TEXT,
    approved,
    sent,
    stored,
    tally,
    texts,
    written,
)
from tests.sending import send_file
from tests.stage import Stage

ACCOUNT = Manner(door=Door.OFFICIAL_ACCOUNT, cards=False, limit=2047)
MANNERS = {ROBOTS: ROBOTS_MANNER, "wechat": ACCOUNT, "wecom": manner_of(plugin=False)}
pytestmark = pytest.mark.beside(MANNERS)
FOLLOWER = "oA-follower"
HOOK = Hook(address="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k")
FIRST, SECOND = "webhook:甲群", "webhook:乙群"


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office on each engine, with two groups of 企业微信 and somebody who follows."""
    async with play.database.begin() as tx:
        for chat in (FIRST, SECOND):
            name = chat.partition(":")[2]
            await tx.webhooks.put(Group(chat, name, "enterprise", channel=ROBOTS), HOOK)
    return play


async def write(play: Stage, text: str) -> list[Letter]:
    """Let the follower write to the 公众号."""
    play.count += 1
    return await play.take(
        [
            Arrival(
                channel="wechat",
                robot="",
                msg_id=f"w{play.count}",
                sender=Sender(FOLLOWER, FOLLOWER, FOLLOWER, ""),
                place=Place(True, FOLLOWER, ""),
                at=play.clock.now,
                kind="text",
                text=text,
            )
        ]
    )


async def follow(play: Stage) -> None:
    """Bind the follower to an enterprise."""
    await play.say(CLERK, "发邀请码 镇海恒通紧固件有限公司 小周")
    (code,) = re.findall(r"邀请码 ([A-Z2-9-]{9})", play.seen[-1].message.text)[:1]
    await write(play, f"邀请码 {code}")


async def ended(play: Stage, *states: tuple[str, str, str]) -> None:
    """Let messages have ended: (part of the target's key, state, code)."""
    url = await address(play.folder / "stage.db")
    for part, state, code in states:
        statement = "UPDATE delivery SET state = ?, code = ?, due_at = NULL WHERE dedupe LIKE ?"
        rows(url, statement, state, code, f"c:{NUMBER}:%{part}%")


def to(letters: Sequence[Letter], where: str) -> list[str]:
    """Return what one address was sent."""
    return [one.message.text for one in letters if one.to == where]


async def test_a_push_over_three_platforms_is_counted_in_one_report(play: Stage) -> None:
    await follow(play)
    await approved(play, to="全部企业群和全部企业的负责人")
    letters = await sent(play)
    for where in (FIRST, SECOND, FOLLOWER):
        assert "年底用工座谈会" in to(letters, where)[0], where
    assert "年底用工座谈会" in texts(play, letters, GROUP)[0]
    found = await tally(play)
    assert (found.total, found.sent, found.failed) == (5, 5, 0)
    url = await address(play.folder / "stage.db")
    by_channel = rows(
        url,
        "SELECT channel, count(*) FROM delivery WHERE campaign = ? GROUP BY channel ORDER BY 1",
        NUMBER,
    )
    assert by_channel == [("dingtalk", 2), ("wechat", 1), (ROBOTS, 2)]
    (told,) = texts(play, letters, CLERK)[-1:]
    assert "已送达 5" in told


async def test_what_failed_and_what_is_unknown_on_any_platform_adds_up(play: Stage) -> None:
    await follow(play)
    await approved(play, to="全部企业群和全部企业的负责人")
    await sent(play)
    await ended(play, ("甲群", "failed", "93000"), ("乙群", "unknown", "no_answer"))
    found = await tally(play)
    counted = (found.total, found.sent, found.failed, found.unknown)
    assert counted == (5, 3, 1, 1)
    asked = Button(f"c:report:{NUMBER}", "card")
    told = "\n".join(texts(play, await play.say(CLERK, button=asked), CLERK))
    assert "共 5：已送达 3，没发成 1，不明 1" in told
    assert "甲群（群机器人已被移除）" in told


async def test_a_group_that_hears_nothing_says_where_to_answer(play: Stage) -> None:
    await written(play)
    await play.press(CLERK, "修改")
    await play.say(CLERK, "按钮：收到")
    await play.say(CLERK, "确认")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    letters = await sent(play)
    (message,) = [one.message for one in letters if one.to == FIRST]
    told = f"{message.text}\n{message.spelt}"
    assert f"请私聊亲清助手，回复：\n收到：「收到 {NUMBER}」" in told
    assert "＠我" not in told
    (heard,) = [one for one in letters if play.where(one) == GROUP]
    assert "私聊" not in f"{heard.message.text}{heard.message.spelt}"


async def test_a_group_whose_robot_is_gone_is_left_out_and_named(play: Stage) -> None:
    async with play.database.begin() as tx:
        await tx.note_robots({FIRST: False})
    told = "\n".join(texts(play, await written(play), CLERK))
    assert "甲群" in told
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    assert to(await sent(play), FIRST) == []
    found = await tally(play)
    assert (found.total, found.sent, found.skipped) == (3, 2, 1)


async def test_attachments_reach_groups_of_wecom(play: Stage) -> None:
    await play.say(CLERK, TEXT)
    await play.say(CLERK, "全部企业群")
    await send_file(play, CLERK, "议程.pdf", b"%PDF-1.7")
    await play.fetched(mime="application/pdf")
    told = "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))
    assert "收不到附件" not in told
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    letters = await sent(play)
    names = [one.message.file.name for one in letters if one.to == FIRST and one.message.file]
    assert names == ["议程.pdf"]


async def test_b17_a_text_of_more_than_one_message_is_said_before_the_approval(
    play: Stage,
) -> None:
    body = "\n".join(f"第{n}条：政策要点，请各企业知悉。" for n in range(130))  # some 6,500 bytes
    told = "\n".join(texts(play, await written(play, f"写推送\n用工政策\n{body}"), CLERK))
    assert "会分 2 条发：" in told
    asked = await play.press(CLERK, "提交审批")
    assert "会分 2 条发：" in "\n".join(texts(play, asked, HEAD))
    await play.press(HEAD, "通过")
    parts = to(await sent(play), FIRST)
    assert len(parts) == 2
    assert max(len(part.encode()) for part in parts) <= 4096
    assert (await tally(play)).total == 3


async def test_b17_what_no_group_of_wecom_has_room_for_is_refused_in_bytes(play: Stage) -> None:
    body = "𠮷" * 3200  # 12,800 bytes: DingTalk takes it, three messages of 4,096 do not
    told = "\n".join(texts(play, await written(play, f"写推送\n用工政策\n{body}"), CLERK))
    over = re.search(r"企业微信群放不下（一条 4,096 字节，最多分 3 条），还要删 (\d+) 个字节", told)
    assert over is not None
    assert 0 < int(over[1]) < 12_800
    refused = texts(play, await play.press(CLERK, "提交审批"), CLERK)
    assert "企业微信群放不下" in refused[0]
    assert (await stored(play)).stage is Campaigning.DRAFT


async def test_b17_the_same_text_for_dingtalk_groups_alone_is_taken(play: Stage) -> None:
    async with play.database.begin() as tx:
        for chat in (FIRST, SECOND):
            await tx.webhooks.remove(chat.partition(":")[2])
    told = "\n".join(texts(play, await written(play, "写推送\n用工政策\n" + "𠮷" * 3200), CLERK))
    assert "放不下" not in told


async def test_groups_of_wecom_cost_nothing_of_dingtalks_month(play: Stage) -> None:
    await play.used_up(1000, 0)
    told = "\n".join(texts(play, await written(play), CLERK))
    assert "发给：3 个群" in told
    assert "需要 1 次调用" in told


async def customers(play: Stage) -> str:
    """Let there be a customer group of 企业微信; its chat id."""
    chat = "customer:wr1"
    async with play.database.begin() as tx:
        await tx.people.set_group(Group(chat, "客户群", "enterprise", channel="wecom"))
    return chat


async def test_b17_a_customer_group_gets_one_message_or_none(play: Stage) -> None:
    chat = await customers(play)
    body = "\n".join(f"第{n}条：政策要点，请各企业知悉。" for n in range(60))  # some 2,900 bytes
    told = "\n".join(texts(play, await written(play, f"写推送\n用工政策\n{body}"), CLERK))
    assert "客户群放不下" not in told
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    (message,) = to(await sent(play), chat)
    assert 2_048 < len(message.encode()) <= 4_000


async def test_b17_what_a_customer_group_has_no_room_for_is_refused(play: Stage) -> None:
    await customers(play)
    body = "\n".join(f"第{n}条：政策要点，请各企业知悉。" for n in range(100))  # some 5,000 bytes
    told = "\n".join(texts(play, await written(play, f"写推送\n用工政策\n{body}"), CLERK))
    assert "企业微信客户群放不下（群主一次只确认一条，最多 4,000 字节）" in told
    assert "客户群放不下" in texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]
    assert (await stored(play)).stage is Campaigning.DRAFT
