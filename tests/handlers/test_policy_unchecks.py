"""撤销核对 of a policy that is being sent around: nothing more of it leaves."""

from __future__ import annotations

from datetime import timedelta

from bot.channels.base import Letter
from flows.campaigns.campaign import Stage as Kept
from tests.handlers.campaigning import sent, texts
from tests.handlers.campaigning import stored as campaign
from tests.handlers.policing import CLERK, GROUP, HEAD, NUMBER, checked, entered, press
from tests.stage import Stage

PUSH, BOSS = "TS-2026-001", "郑伟民"


async def pushed(play: Stage, *, approved: bool = True) -> None:
    """Let a policy be entered, checked and put into a push that is approved."""
    await entered(play)
    await play.say(CLERK, f"推送政策 {NUMBER}")
    await play.say(CLERK, "全部企业群")
    await play.say(CLERK, "确认")
    await play.press(CLERK, "提交审批")
    if approved:
        await play.press(HEAD, "通过")


async def unchecked(play: Stage, who: str = HEAD) -> list[Letter]:
    """Let somebody take the check back."""
    one = (await play.say(who, f"核对政策 {NUMBER}"))[-1]
    assert "撤销核对" in [option.label for option in one.message.options]
    return await play.press(who, "撤销核对")


async def test_what_was_approved_is_a_draft_again_and_its_writer_hears(play: Stage) -> None:
    await pushed(play)
    letters = await unchecked(play)
    assert f"{PUSH}《" in texts(play, letters, HEAD)[0]
    assert "已退回草稿" in texts(play, letters, HEAD)[0]
    (told,) = texts(play, letters, CLERK)
    assert f"{HEAD} 撤销了 {NUMBER} 的核对" in told
    assert (await campaign(play)).stage is Kept.DRAFT
    assert texts(play, await sent(play), GROUP) == []


async def test_after_a_new_check_the_draft_leaves_like_any_other(play: Stage) -> None:
    await pushed(play)
    await unchecked(play)
    await checked(play)
    await press(play, CLERK, f"c:submit:{PUSH}")
    await press(play, HEAD, f"c:approve:{PUSH}:{(await campaign(play)).version}")
    assert len(texts(play, await sent(play), GROUP)) == 1


async def test_what_is_leaving_is_paused_and_goes_on_only_after_a_new_check(play: Stage) -> None:
    await pushed(play)
    await play.wait(timedelta(seconds=61))
    letters = await unchecked(play)
    assert "正在发，已暂停" in texts(play, letters, HEAD)[0]
    assert "发到一半，已暂停" in texts(play, letters, CLERK)[-1]
    assert (await campaign(play)).stage is Kept.PAUSED
    (told,) = await press(play, CLERK, f"c:resume:{PUSH}")
    assert "还没有核对，不能推送" in told
    await checked(play)
    await press(play, CLERK, f"c:resume:{PUSH}")
    assert (await campaign(play)).stage is Kept.SENDING


async def test_what_waits_for_its_approval_is_named(play: Stage) -> None:
    await pushed(play, approved=False)
    letters = await unchecked(play)
    assert "在等审批，核对前批不了" in texts(play, letters, HEAD)[0]
    assert (await campaign(play)).stage is Kept.PENDING


async def test_a_push_of_a_version_that_was_withdrawn_is_not_submitted_for_the_one_before(
    play: Stage,
) -> None:
    await entered(play)
    await play.say(CLERK, f"改政策 {NUMBER}")
    await play.say(CLERK, "金额上限：150万元")
    await play.say(CLERK, "确认")
    await checked(play)
    await play.say(CLERK, f"推送政策 {NUMBER}")
    await play.say(CLERK, "全部企业群")
    await play.say(CLERK, "确认")
    await unchecked(play)
    (told,) = await press(play, CLERK, f"c:submit:{PUSH}")
    assert "还没有核对，不能推送" in told
