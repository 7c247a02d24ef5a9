"""What a text begins with decides what it is: a template, another campaign, or nothing."""

from __future__ import annotations

from flows.campaigns.campaign import Kind
from flows.campaigns.campaign import Stage as Kept
from tests.handlers.campaigning import CLERK, NUMBER, approved, sent, stored, texts, written
from tests.handlers.policing import press
from tests.stage import Stage

HEADED = "写推送\n年底用工座谈会\n【时间】12月1日（周二）下午2点\n【地点】三楼\n请派人参加。"
SECOND = "TS-2026-002"


async def pushed(play: Stage, last: str) -> None:
    """Let a campaign be written with the template of a policy."""
    await play.say(CLERK, "写推送 政策推送")
    for value in ("技改补助", "工业企业", "补 10%", "网上办", "12月31日", last):
        await play.say(CLERK, value)
    await play.say(CLERK, "全部企业群")
    await play.say(CLERK, "确认")


async def copied(play: Stage) -> None:
    """Let it be written once more as it is."""
    await press(play, CLERK, f"c:copy:{NUMBER}")
    await play.say(CLERK, "现在发")
    await play.say(CLERK, "确认")


async def test_headings_in_brackets_are_no_blanks_of_a_pasted_text(play: Stage) -> None:
    await written(play, HEADED)
    (told,) = texts(play, await play.press(CLERK, "提交审批"), CLERK)
    assert "已送审" in told
    assert (await stored(play)).stage is Kept.PENDING


async def test_a_copy_is_of_the_kind_and_the_topic_of_what_is_copied(play: Stage) -> None:
    await pushed(play, "0574-00000000")
    await copied(play)
    draft = (await stored(play, SECOND)).draft
    assert (draft.kind, draft.topic) == (Kind.POLICY, "政策")


async def test_a_copy_has_the_open_blanks_of_what_is_copied(play: Stage) -> None:
    await pushed(play, "跳过")
    await copied(play)
    (told,) = await press(play, CLERK, f"c:submit:{SECOND}")
    assert "还有没填的空" in told
    assert "把【】去掉" in told


async def test_a_correction_that_began_with_a_template_never_leaves_with_a_blank(
    play: Stage,
) -> None:
    await approved(play)
    await sent(play)
    await play.press(CLERK, "发更正")
    await play.press(CLERK, "更正通知")
    for value in ("座谈会改期", "下午2点", "跳过", "0574-00000000"):
        await play.say(CLERK, value)
    await play.say(CLERK, "确认")
    one = await stored(play, SECOND)
    assert (one.draft.kind, one.draft.corrects) == (Kind.CORRECTION, NUMBER)
    (told,) = await press(play, CLERK, f"c:submit:{SECOND}")
    assert "还有没填的空" in told
