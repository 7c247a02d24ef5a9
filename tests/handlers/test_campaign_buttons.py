"""The buttons under a message open the other conversations: 我要报名, 我要申报, 我有疑问."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.campaigns.campaign import Button
from tests.handlers.attending import EVENT, publish, roll
from tests.handlers.campaigning import GROUP, HEAD, NUMBER, OWNER, sent, stored, texts
from tests.handlers.policing import CLERK, entered, press
from tests.handlers.policing import NUMBER as POLICY
from tests.stage import Stage

INVITING = "写推送\n座谈会开始报名\n新材料专场座谈会开始报名，名额有限，请各企业尽早报名。"


async def let_out(play: Stage) -> None:
    """Submit what was written, approve it and let it leave."""
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    await sent(play)


async def invited(play: Stage) -> None:
    """Send an invitation to the one activity there is."""
    await publish(play)
    await play.say(CLERK, INVITING)
    await play.say(CLERK, "全部企业群")
    await play.say(CLERK, "按钮：我要报名、我有疑问")
    await play.say(CLERK, "确认")
    await let_out(play)


async def policy_sent(play: Stage) -> None:
    """Send a policy that one can apply for."""
    await entered(play)
    await play.say(CLERK, f"推送政策 {POLICY}")
    await play.say(CLERK, "全部企业群")
    await play.say(CLERK, "修改按钮")
    await play.press(CLERK, "我要申报、我有疑问")
    await play.say(CLERK, "正文：设备更新补助开始申报，怎么申报请点下面的按钮。")
    await play.say(CLERK, "确认")
    await let_out(play)


async def pressed_by(play: Stage) -> dict[Button, int]:
    """Return how many people pressed which button."""
    async with play.database.read() as tx:
        return dict(await tx.campaigns.presses(NUMBER))


async def test_signing_up_opens_the_form_of_its_activity_in_private(play: Stage) -> None:
    await invited(play)
    assert (await stored(play)).draft.event == EVENT
    letters = await play.press(OWNER, "我要报名", group=GROUP)
    assert texts(play, letters, GROUP) == []
    assert "报名" in letters[0].message.title
    await play.press(OWNER, "确认")
    assert len((await roll(play)).registrations) == 1


async def test_a_button_that_leads_nowhere_is_not_chosen(play: Stage) -> None:
    await play.say(CLERK, INVITING)
    await play.say(CLERK, "全部企业群")
    told = texts(play, await play.say(CLERK, "按钮：我要报名"), CLERK)
    assert "现在没有能报名的活动" in told[0]
    await play.say(CLERK, "修改按钮")
    told = texts(play, await play.say(CLERK, "我要申报"), CLERK)
    assert "推送政策" in told[0]


async def test_presses_are_counted_a_person_once(play: Stage) -> None:
    await invited(play)
    for _ in range(2):
        await play.press(OWNER, "我要报名", group=GROUP)
        await play.say(OWNER, "取消")
    await play.press(OWNER, "我有疑问", group=GROUP)
    await play.say(OWNER, "取消")
    await play.press(HEAD, "我有疑问", group=GROUP)
    assert await pressed_by(play) == {Button.SIGN_UP: 1, Button.ASK: 2}


async def test_applying_is_told_where_until_when_and_whom_one_asks(play: Stage) -> None:
    await policy_sent(play)
    letters = await play.press(OWNER, "我要申报", group=GROUP)
    assert texts(play, letters, GROUP) == []
    (told,) = texts(play, letters, OWNER)
    assert "12月20日 17:30 截止" in told
    assert "https://example.gov.cn/notice" in told
    assert "0574-86290001" in told
    assert [one.label for one in letters[0].message.options] == ["看条件", "我有疑问"]
    assert await pressed_by(play) == {Button.APPLY: 1}


async def test_applying_after_the_close_is_told_so_and_what_can_be_done(play: Stage) -> None:
    await policy_sent(play)
    play.clock.now += timedelta(days=40)
    letters = await play.press(OWNER, "我要申报", group=GROUP)
    assert "12月20日 17:30 已经截止" in texts(play, letters, OWNER)[0]
    assert "我有疑问" in [one.label for one in letters[0].message.options]


@pytest.mark.parametrize("act", ["sign_up", "apply", "ask"])
async def test_a_button_of_a_recalled_message_says_that_it_was_taken_back(
    play: Stage, act: str
) -> None:
    await invited(play)
    await play.press(CLERK, "撤回")
    assert "已经撤回" in (await press(play, OWNER, f"c:{act}:{NUMBER}"))[0]
    assert await pressed_by(play) == {}


async def test_a_button_of_a_message_that_was_only_tried_out_says_so(play: Stage) -> None:
    await play.say(CLERK, INVITING)
    await play.say(CLERK, "全部企业群")
    await play.say(CLERK, "确认")
    await play.press(CLERK, "试发给自己")
    assert "这是试发" in texts(play, await play.press(CLERK, "我有疑问"), CLERK)[0]
    assert await pressed_by(play) == {}


async def test_a_button_that_the_message_has_not_is_answered_all_the_same(play: Stage) -> None:
    await invited(play)
    assert "没有这一项" in (await press(play, OWNER, f"c:apply:{NUMBER}"))[0]


async def test_buttons_may_be_typed_with_the_number_of_what_they_are_about(play: Stage) -> None:
    await invited(play)
    for typed in (f"我要报名 {NUMBER}", f"我要报名 {EVENT}", f"我要报名{EVENT}"):
        letters = await play.say(OWNER, typed)
        assert "新材料专场" in texts(play, letters, OWNER)[0]
        await play.say(OWNER, "取消")
    await entered(play)
    assert "怎么申报" in texts(play, await play.say(OWNER, f"我要申报 {POLICY}"), OWNER)[0]


async def test_a_changed_or_copied_push_keeps_what_its_buttons_are_about(play: Stage) -> None:
    await policy_sent(play)
    assert (await stored(play)).draft.policy == POLICY
    await press(play, CLERK, f"c:copy:{NUMBER}")
    await play.say(CLERK, "确认")
    copied = (await stored(play, "TS-2026-002")).draft
    assert (copied.policy, copied.buttons) == (POLICY, (Button.APPLY, Button.ASK))
    await press(play, CLERK, "c:edit:TS-2026-002")
    await play.say(CLERK, "标题：设备更新补助可以报了")
    await play.say(CLERK, "确认")
    assert (await stored(play, "TS-2026-002")).draft.policy == POLICY
