"""A campaign from a template: chosen, filled blank by blank, never sent with a hole."""

from __future__ import annotations

import pytest

from flows.campaigns.campaign import Button, Kind
from flows.campaigns.campaign import Stage as Campaigning
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

VALUES = (
    "用工座谈会",
    "12月1日（周二）下午2点",
    "三楼",
    "人事负责人",
    "11月30日（周一）",
    "0574-00000000",
)


async def told(play: Stage, text: str, who: str = CLERK) -> str:
    """Return the last that somebody hears of what they write."""
    return texts(play, await play.say(who, text), who)[-1]


async def filled(play: Stage, *values: str) -> str:
    """Let the clerk fill the template of a meeting."""
    said = await told(play, "写推送 会议通知")
    for value in values:
        said = await told(play, value)
    return said


async def test_the_templates_are_offered_and_one_is_filled_blank_by_blank(play: Stage) -> None:
    letters = await play.say(CLERK, "写推送")
    labels = [one.label for one in letters[-1].message.options]
    assert {"会议通知", "节日放假"} <= set(labels)
    assert "更正通知" not in labels
    said = texts(play, await play.press(CLERK, "会议通知"), CLERK)[-1]
    assert "会议名称？如：年底用工座谈会（1/6）" in said
    for value in VALUES:
        said = await told(play, value)
    assert "发给谁" in said
    assert "提交审批" not in said
    await told(play, "全部企业群")
    await play.say(CLERK, "确认")
    draft = (await stored(play)).draft
    assert draft.title == "用工座谈会的通知"
    assert "定于12月1日（周二）下午2点在三楼召开用工座谈会" in draft.body
    assert draft.buttons == (Button.RECEIVED, Button.ASK)
    assert draft.remind


async def test_what_is_filled_in_leaves_like_any_other(play: Stage) -> None:
    await filled(play, *VALUES)
    await play.say(CLERK, "全部企业群")
    await play.say(CLERK, "确认")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    (message,) = texts(play, await sent(play), GROUP)
    assert "用工座谈会的通知" in message
    assert "【" not in message


async def test_a_text_may_be_pasted_instead(play: Stage) -> None:
    await play.say(CLERK, "写推送")
    await play.say(CLERK, "放假通知\n元旦放假一天。")
    await play.say(CLERK, "全部企业群")
    await play.say(CLERK, "确认")
    draft = (await stored(play)).draft
    assert (draft.title, draft.body) == ("放假通知", "元旦放假一天。")


async def test_an_unfilled_blank_never_goes_out(play: Stage) -> None:
    await filled(play, *VALUES[:2], "跳过", *VALUES[3:])
    await play.say(CLERK, "全部企业群")
    shown = "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))
    assert "还有没填的空：【地点】" in shown
    refused = texts(play, await play.press(CLERK, "提交审批"), CLERK)
    assert "还有没填的空：【地点】" in refused[0]
    assert (await stored(play)).stage is Campaigning.DRAFT
    await play.press(CLERK, "修改")
    body = (await stored(play)).draft.body.replace("【地点】", "三楼")
    await play.say(CLERK, f"正文：{body}")
    await play.say(CLERK, "确认")
    assert "已送审" in texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]


async def test_the_kind_is_that_of_the_template(play: Stage) -> None:
    await play.say(CLERK, "写推送 政策推送")
    for value in ("技改补助", "工业企业", "补 10%", "网上办", "12月31日", "0574-00000000"):
        await play.say(CLERK, value)
    await play.say(CLERK, "全部企业群")
    await play.say(CLERK, "确认")
    draft = (await stored(play)).draft
    assert draft.kind is Kind.POLICY
    assert draft.topic == "政策"


async def test_a_correction_begins_with_the_campaign_that_was_wrong(play: Stage) -> None:
    said = "\n".join(texts(play, await play.say(CLERK, "写推送 更正通知"), CLERK))
    assert "选“发更正”" in said
    await approved(play)
    await sent(play)
    await play.press(CLERK, "发更正")
    await play.press(CLERK, "更正通知")
    for value in ("座谈会改期", "下午2点", "下午3点", "0574-00000000"):
        await play.say(CLERK, value)
    await play.say(CLERK, "确认")
    draft = (await stored(play, "TS-2026-002")).draft
    assert (draft.kind, draft.corrects) == (Kind.CORRECTION, NUMBER)
    assert "前面写的“下午2点”有误，应是“下午3点”" in draft.body


async def test_a_correction_may_be_pasted_and_goes_to_the_same(play: Stage) -> None:
    await approved(play)
    await sent(play)
    await play.press(CLERK, "发更正")
    said = await told(play, "座谈会改期\n座谈会改到下午3点。")
    assert "发给：全部企业群" in said
    await play.say(CLERK, "确认")
    assert (await stored(play, "TS-2026-002")).draft.corrects == NUMBER


async def test_who_writes_no_campaigns_gets_no_template(play: Stage) -> None:
    assert "工商联工作人员" in await told(play, "写推送 会议通知", OWNER)


@pytest.mark.parametrize("blank", ["${企业}", "${日期}"])
async def test_a_blank_that_a_group_cannot_fill_keeps_the_group_out_and_says_so(
    play: Stage, blank: str
) -> None:
    await play.say(CLERK, f"写推送\n开会通知\n{blank}：周二开会。")
    await play.say(CLERK, "全部企业群")
    shown = "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))
    assert f"缺“{blank[2:-1]}”，没有发：镇海民营企业交流群" in shown
    tried = texts(play, await play.press(CLERK, "试发给自己"), CLERK)
    assert "周二开会" in tried[0]
    refused = texts(play, await play.press(CLERK, "提交审批"), CLERK)
    assert "没有人会收到" in refused[0]


async def test_a_title_has_no_blanks(play: Stage) -> None:
    await play.say(CLERK, "写推送\n周二开会。")
    said = "\n".join(texts(play, await play.say(CLERK, "致${企业}"), CLERK))
    assert "标题大家都一样" in said
