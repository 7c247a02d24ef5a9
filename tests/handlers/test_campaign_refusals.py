"""Refusals before approval rather than failures after: too long, missing blanks, demo content."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from bot.channels.dingtalk import payloads
from flows.campaigns.campaign import Stage as Campaigning
from handlers.ports import Group
from tests.handlers.campaigning import (
    CLERK,
    GROUP,
    HEAD,
    NUMBER,
    OWNER,
    approved,
    sent,
    stored,
    tally,
    texts,
    written,
)
from tests.handlers.policing import press
from tests.stage import Stage

FAMILY = "👨‍👩‍👧‍👦"
MOST = 15_000  # bytes of msgParam of the app's robot
TO_EACH = "写推送\n年底用工座谈会\n${称呼}您好，请${企业}派人参加。"
EVERYBODY = "全部企业的负责人"


def as_json(body: str) -> int:
    """Count the bytes of what the platform would be given for a text."""
    content = {"title": "用工政策", "text": body}
    return len(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


async def test_b17_refused_before_approval_15_001_bytes_are_told_with_how_many_are_too_many(
    play: Stage,
) -> None:
    body = "政策" * 2490
    body += "a" * (MOST + 1 - as_json(body))
    assert as_json(body) == MOST + 1
    told = "\n".join(texts(play, await written(play, f"写推送\n用工政策\n{body}"), CLERK))
    over = next(re.finditer(r"还要删 (\d+) 个字节", told))[1]
    told = texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]
    assert f"还要删 {over} 个字节" in told
    assert (await stored(play)).stage is Campaigning.DRAFT
    await press(play, CLERK, f"c:edit:{NUMBER}")
    await play.say(CLERK, f"正文：{body[: -int(over)]}")
    await play.say(CLERK, "确认")
    assert "已送审" in texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]


async def test_b17_what_fits_the_robot_arrives_whole_with_every_character(play: Stage) -> None:
    body = "\n".join(f"第{n}条：政策𠮷{FAMILY}要点。" for n in range(250))
    await approved(play, text=f"写推送\n用工政策\n{body}")
    (letter,) = [one for one in await sent(play) if play.where(one) == GROUP]
    shown = json.loads(payloads.template_message(payloads.markdown(letter))["msgParam"])["text"]
    assert shown.count(FAMILY) == shown.count("𠮷") == 250
    assert len(payloads.template_message(payloads.markdown(letter))["msgParam"].encode()) <= MOST


async def test_b18_refused_before_approval_missing_blanks_are_named_with_the_recipients(
    play: Stage,
) -> None:
    await colleague(play)
    await nameless(play)
    told = "\n".join(texts(play, await written(play, TO_EACH, EVERYBODY), CLERK))
    assert "0 个群，1 个人" in told
    assert "缺“称呼”，没有发" in told
    letters = await play.press(CLERK, "提交审批")
    assert "缺“称呼”，没有发" in "\n".join(texts(play, letters, HEAD))


async def test_b18_nobody_is_sent_a_hole(play: Stage) -> None:
    await colleague(play)
    await nameless(play)
    await approved(play, text=TO_EACH, to=EVERYBODY)
    letters = await sent(play)
    assert texts(play, letters, OWNER) == []
    assert "小周您好，请镇海恒通紧固件有限公司派人参加" in texts(play, letters, "小周")[0]
    found = await tally(play)
    assert (found.sent, found.skipped) == (1, 1)


async def test_b18_refused_before_approval_when_everybody_lacks_something(play: Stage) -> None:
    await nameless(play)
    await written(play, TO_EACH, EVERYBODY)
    assert "没有人会收到" in texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]


async def colleague(play: Stage) -> None:
    """Bind a second person of the enterprise."""
    letters = await play.say(CLERK, "发邀请码 镇海恒通紧固件有限公司 小周")
    (code,) = re.findall(r"邀请码 ([A-Z2-9-]{9})", letters[-1].message.text)[:1]
    await play.say("小周", f"邀请码 {code}")


async def test_b18_what_somebody_typed_as_their_name_does_nothing_in_a_message(
    play: Stage,
) -> None:
    await nameless(play, "${企业}**@所有人** [点](https://example.com)")
    await approved(play, text=TO_EACH, to=EVERYBODY)
    (message,) = texts(play, await sent(play), OWNER)
    assert "${企业}" not in message
    assert "**@" not in message
    assert "@所有人" not in message
    assert "](https" not in message


async def nameless(play: Stage, name: str = "") -> None:
    """Let the owner's name be unknown, or something that they typed."""
    async with play.database.begin() as tx:
        person = await tx.people.find("dingtalk", play.staff_id(OWNER))
        assert person is not None
        await tx.people.save([replace(person, name=name)])


async def test_refused_before_approval_demo_content_goes_to_no_group_that_is_not_marked_sandbox(
    play: Stage,
) -> None:
    async with play.database.begin() as tx:
        await tx.people.set_group(Group("cid-real", "真的企业群", "enterprise"))
    await written(play, to="真的企业群")
    one = await stored(play)
    demo = one.model_copy(update={"draft": one.draft.model_copy(update={"demo": True})})
    async with play.database.begin() as tx:
        await tx.campaigns.save(demo)
    told = "\n".join(await press(play, CLERK, f"c:view:{NUMBER}"))
    assert "演示内容只发沙箱群，没有发：真的企业群（1 个）" in told
    told = "\n".join(texts(play, await play.press(CLERK, "提交审批"), CLERK))
    assert "没有人会收到" in told
    assert (await stored(play)).stage is Campaigning.DRAFT
