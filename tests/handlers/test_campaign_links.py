"""The links of a campaign: looked up before anybody approves it, in the background."""

from __future__ import annotations

from datetime import timedelta

from flows.campaigns.campaign import Stage as Campaigning
from handlers.campaigns.linking import Seen
from handlers.ports import Button
from tests.handlers.campaigning import (
    CLERK,
    GROUP,
    HEAD,
    NUMBER,
    sent,
    stored,
    texts,
    written,
)
from tests.stage import Stage

LINK, OTHER = "https://www.zh.gov.cn/sb", "https://www.nbzs.gov.cn/zn?id=1"
TEXT = f"写推送\n技改补助\n请在{LINK}申报，指南见{OTHER}。"


async def told(play: Stage, label: str, who: str = CLERK) -> str:
    """Return what somebody hears who presses a button."""
    return "\n".join(texts(play, await play.press(who, label), who))


async def test_u16_a_dead_link_is_found_and_named_with_what_was_seen(play: Stage) -> None:
    play.sites.seen[LINK] = Seen("dead", "404")
    heard = texts(play, await written(play, TEXT), CLERK)
    assert "有链接打不开" in heard[-1]
    assert f"{LINK}：网站返回 404" in heard[-1]
    assert OTHER not in heard[-1]
    refused = await told(play, "提交审批")
    assert "还有 1 处" in refused
    assert f"“{LINK}”：链接打不开（网站返回 404）" in refused


async def test_u16_a_dead_link_may_be_cleared_by_name(play: Stage) -> None:
    play.sites.seen[LINK] = Seen("dead", "no_answer")
    await written(play, TEXT)
    assert "没有回应" in await told(play, "打开")
    assert "记在 王敏 名下" in await told(play, "全部确认无误")
    assert "已送审" in await told(play, "提交审批")


async def test_u16_a_link_that_was_mended_is_looked_up_anew(play: Stage) -> None:
    play.sites.seen[LINK] = Seen("dead", "404")
    await written(play, TEXT)
    await play.press(CLERK, "修改")
    await play.say(CLERK, f"正文：请在https://www.zh.gov.cn/new申报，指南见{OTHER}。")
    await play.say(CLERK, "确认")
    assert play.sites.asked == [LINK, OTHER, "https://www.zh.gov.cn/new"]
    assert [one.url for one in (await stored(play)).looked] == ["https://www.zh.gov.cn/new", OTHER]
    assert "已送审" in await told(play, "提交审批")


async def test_u16_what_could_not_be_found_out_is_said_and_not_called_dead(play: Stage) -> None:
    play.sites.seen[OTHER] = Seen("unclear", "403")
    heard = texts(play, await written(play, TEXT), CLERK)
    assert "没能核对，请自己打开看一下" in heard[-1]
    assert f"{OTHER}：网站返回 403" in heard[-1]
    assert "已送审" in await told(play, "提交审批")
    asked = next(one for one in reversed(play.seen) if play.where(one) == HEAD)
    assert "没能核对" in asked.message.text


async def test_links_that_open_cost_nobody_a_message(play: Stage) -> None:
    heard = "\n".join(texts(play, await written(play, TEXT), CLERK))
    assert "核对" not in heard.partition("TS-2026-001")[2]
    assert {one.state for one in (await stored(play)).looked} == {"open"}
    await told(play, "提交审批")
    await play.press(HEAD, "通过")
    (message,) = texts(play, await sent(play), GROUP)
    assert LINK in message


async def test_who_is_too_fast_is_told_when_the_links_are_known(play: Stage) -> None:
    play.sites.slow = True
    await written(play, TEXT)
    assert "正在核对链接" in await told(play, "提交审批")
    assert (await stored(play)).stage is Campaigning.DRAFT
    heard = texts(play, await play.look_up(), CLERK)
    assert "链接都打得开，可以送审了" in heard[0]
    assert await play.look_up() == []
    assert "已送审" in await told(play, "提交审批")


async def test_who_waits_goes_on_waiting_when_findings_are_cleared(play: Stage) -> None:
    play.sites.slow = True
    await written(play, TEXT.replace("申报", "12月1日（周三）前申报"))
    assert "正在核对链接" in await told(play, "提交审批")
    await told(play, "全部确认无误")
    assert "可以送审了" in texts(play, await play.look_up(), CLERK)[0]


async def test_what_is_submitted_already_waits_for_no_links(play: Stage) -> None:
    await written(play, TEXT)
    await told(play, "提交审批")
    play.clock.now += timedelta(hours=2)
    button = Button(f"c:submit:{NUMBER}", "card")  # of an old card
    heard = texts(play, await play.say(CLERK, button=button), CLERK)
    assert "现在不能这样做" in heard[0]


async def test_who_asks_while_it_is_looked_up_is_told_as_well(play: Stage) -> None:
    play.sites.slow = True
    await written(play, TEXT)

    class Slow(type(play.sites)):  # type: ignore[misc]
        async def look_up(self, url: str) -> Seen:
            if not self.asked:
                self.asked.append(url)
                await play.press(CLERK, "提交审批")
            return Seen("open", "200")

    play.sites = Slow(slow=True)
    await play.look_up()
    heard = texts(play, await play.look_up(), CLERK)
    assert "可以送审了" in heard[0]


async def test_what_was_seen_an_hour_ago_is_looked_up_again(play: Stage) -> None:
    await written(play, TEXT)
    play.clock.now += timedelta(hours=1, minutes=1)
    play.sites.seen[LINK] = Seen("dead", "410")
    assert "正在核对链接" in await told(play, "提交审批")
    assert "还有 1 处" in await told(play, "提交审批")


async def test_a_text_that_changed_meanwhile_keeps_what_is_still_in_it(play: Stage) -> None:
    play.sites.slow = True
    await written(play, TEXT)
    await play.press(CLERK, "修改")
    await play.say(CLERK, "正文：不用申报，免申即享。")
    await play.say(CLERK, "确认")
    assert await play.look_up() == []
    assert play.sites.asked == []
    assert "已送审" in await told(play, "提交审批")


async def test_a_link_without_https_is_not_looked_up(play: Stage) -> None:
    await written(play, "写推送\n技改补助\n请在http://www.zh.gov.cn申报。")
    assert play.sites.asked == []


async def test_what_was_seen_stands_in_the_history_without_the_links(play: Stage) -> None:
    play.sites.seen[LINK] = Seen("dead", "404")
    await written(play, TEXT)
    async with play.database.read() as tx:
        (line,) = await tx.told(f"campaign:{NUMBER}", "links")
    assert dict(line.public) == {"open": "1", "dead": "1", "unclear": "0"}
