"""效果报告 in chat: few lines that add up, for who oversees campaigns, of whatever became of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from flows.campaigns.audience import Why
from flows.campaigns.campaign import Button as Pressed
from flows.campaigns.campaign import Stage as Campaigning
from handlers.ports import Button
from tests.engines import address, rows
from tests.handlers.campaigning import (
    CLERK,
    GROUP,
    HEAD,
    NUMBER,
    OWNER,
    approved,
    sent,
    stored,
    texts,
)
from tests.stage import Stage

ASKED = f"效果 {NUMBER}"


async def told(play: Stage, who: str = CLERK, text: str = ASKED) -> str:
    """Ask, and return what is answered."""
    (found,) = texts(play, await play.say(who, text), who)
    return found


async def confirmable(play: Stage) -> None:
    """Let a campaign leave whose readers can confirm it, or ask."""
    await approved(play)
    one = await stored(play)
    draft = one.draft.model_copy(update={"buttons": (Pressed.RECEIVED, Pressed.ASK)})
    said = one.decisions[-1].model_copy(update={"fingerprint": draft.fingerprint})
    async with play.database.begin() as tx:
        await tx.campaigns.save(one.model_copy(update={"draft": draft, "decisions": (said,)}))
    await sent(play)


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


async def test_the_counts_add_up_to_everybody_who_was_meant(play: Stage) -> None:
    await approved(play)
    await sent(play)
    found = lines(await told(play))
    assert f"{NUMBER}《年底用工座谈会》（已发完" in found[0]
    numbers = [int(n) for n in re.findall(r"\d+", found[1])]
    assert numbers[0] == sum(numbers[1:]) == 1
    assert found[1] == "应发 1：已发 1，不明 0，失败 0，跳过 0"


async def test_a_report_with_everything_in_it_has_at_most_eight_lines(play: Stage) -> None:
    await confirmable(play)
    await play.press(OWNER, "收到", group=GROUP)
    url = await address(play.folder / "stage.db")
    rows(url, "UPDATE delivery SET read_at = 1 WHERE campaign = ?", NUMBER)
    ((delivery,),) = rows(url, "SELECT id FROM delivery WHERE campaign = ?", NUMBER)
    rows(url, "INSERT INTO delivery_read VALUES (?, ?, ?)", delivery, "somebody", 1)
    await play.press(CLERK, "撤回")
    found = lines(await told(play))
    assert len(found) <= 8
    assert [line.partition("：")[0] for line in found[1:]] == [
        "应发 1",
        found[2].partition("：")[0],
        "已读",
        "收到",
        "点按钮",
        found[6].partition("：")[0],
    ]
    assert "撤回，已撤掉 0" in found[2]
    assert found[3] == "已读：单聊 0 人，群里 1 人次"
    assert found[4].startswith("收到：1 人、1 家企业，11月24日 09:00 起的一小时最多（1 人）")
    assert found[5].startswith("点按钮：“我有疑问”0 人")


async def test_b15_who_confirms_three_times_counts_once(play: Stage) -> None:
    await confirmable(play)
    for _ in range(3):
        await play.press(OWNER, "收到", group=GROUP)
    assert "收到：1 人、1 家企业" in await told(play)


async def test_a_ticket_that_came_of_it_and_who_left_are_counted(play: Stage) -> None:
    await confirmable(play)
    assert "登记诉求 0 件；发出后退订 0 人" in await told(play)
    await play.press(OWNER, "我有疑问", group=GROUP)
    await play.say(OWNER, "昨天下午三点起我们厂又停电了，希望供电公司尽快查清原因")
    await play.say(OWNER, "确认")
    await play.say(OWNER, "退订")
    assert "登记诉求 1 件；发出后退订 1 人" in await told(play)


async def test_who_left_before_it_began_does_not_count(play: Stage) -> None:
    await play.say(OWNER, "退订")
    await play.wait(timedelta(minutes=1))
    await confirmable(play)
    assert "发出后退订 0 人" in await told(play)


async def test_while_it_is_being_sent_what_waits_is_said(play: Stage) -> None:
    await approved(play)
    one = await stored(play)
    begun = {"stage": Campaigning.SENDING, "begun": True, "begun_at": play.clock.now}
    async with play.database.begin() as tx:
        await tx.campaigns.save(one.model_copy(update=begun))
    assert "已发 0，不明 0，失败 0，跳过 0，还没发 1" in await told(play)


async def test_of_one_that_never_left_it_is_said_so(play: Stage) -> None:
    await approved(play)
    assert "没有发出去过" in await told(play)
    await play.press(CLERK, "取消发送")
    said = await told(play)
    assert "（已取消）没有发出去过" in said
    (found,) = texts(play, await play.say(CLERK, f"发我表格 {NUMBER}"), CLERK)
    assert "没有发出去过" in found


async def test_one_that_reached_nobody_is_no_defect(play: Stage) -> None:
    await approved(play)
    await sent(play)
    async with play.database.begin() as tx:
        await tx.campaigns.freeze(NUMBER, [])
    assert "没有发给任何人" in await told(play)


async def test_who_was_left_out_counts_as_left_out(play: Stage) -> None:
    await approved(play)
    await play.wait(timedelta(seconds=30))
    async with play.database.begin() as tx:
        (target,) = await tx.campaigns.waiting(NUMBER, 9)
        await tx.campaigns.skip(NUMBER, {target.key: Why.GONE})
    await sent(play, 31)
    assert "应发 1：已发 0，不明 0，失败 0，跳过 1" in await told(play)


@pytest.mark.parametrize("text", [ASKED, f"发我表格 {NUMBER}", f"发我图 {NUMBER}", "效果报告"])
async def test_who_does_not_oversee_campaigns_is_told_whom_it_is_for(
    play: Stage, text: str
) -> None:
    await approved(play)
    await sent(play)
    assert "看推送的是工商联工作人员" in await told(play, OWNER, text)
    url = await address(play.folder / "stage.db")
    assert rows(url, "SELECT id FROM attachment") == []


async def test_the_head_sees_the_report_as_the_writer_does(play: Stage) -> None:
    await approved(play)
    await sent(play)
    await play.press(HEAD, "效果报告")
    assert await told(play, HEAD) == await told(play)


async def test_without_a_number_the_latest_are_offered(play: Stage) -> None:
    assert "还没有发出去的推送" in await told(play, CLERK, "效果")
    await approved(play)
    await sent(play)
    assert "看哪一条" in await told(play, CLERK, "效果报告")
    (found,) = texts(play, await play.press(CLERK, "年底用工座谈会"), CLERK)
    assert "应发 1：已发 1" in found


async def test_a_sentence_about_an_effect_is_no_command(play: Stage) -> None:
    said = texts(play, await play.say(CLERK, "效果不好，上次的电费减免到现在没有到账"), CLERK)
    assert not any("看哪一条" in one or "没有发出去的推送" in one for one in said)


async def test_a_file_is_asked_for_alone_with_the_bot_and_that_is_kept(play: Stage) -> None:
    await approved(play)
    await sent(play)
    letters = await play.say(CLERK, f"发我表格 {NUMBER}", group="工作群")
    assert any("单聊里要" in one.message.text for one in letters)
    button = Button(f"c:effect_table:{NUMBER}", "card")
    (found,) = texts(play, await play.say(CLERK, button=button), CLERK)
    assert "正在做" in found
    async with play.database.begin() as tx:
        entries = await tx.told(f"campaign:{NUMBER}", "effect")
    assert [dict(one.public) for one in entries] == [{"form": "table"}]
