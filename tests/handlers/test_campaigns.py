"""A campaign in chat: written, checked, approved by another, sent once, stopped, counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Letter
from bot.config import load_config
from bot.office import office_of
from bot.people import seed_groups, seed_persons
from flows.campaigns.campaign import Button as Pressed
from flows.campaigns.campaign import Stage as Campaigning
from flows.campaigns.sending import next_look
from handlers.campaigns.words import PRESSED, pressed
from handlers.ports import Button, Due, Group
from tests.engines import address, rows
from tests.handlers.campaigning import (
    CLERK,
    GROUP,
    HEAD,
    NUMBER,
    OWNER,
    TEXT,
    approved,
    sent,
    stored,
    tally,
    texts,
    written,
)
from tests.stage import Stage


async def counted(play: Stage, query: str) -> object:
    """Return the single value of a query."""
    ((found,),) = rows(await address(play.folder / "stage.db"), query)
    return found


async def test_what_somebody_wrote_leaves_when_another_approved_it(play: Stage) -> None:
    await approved(play)
    letters = await sent(play)
    (message,) = texts(play, letters, GROUP)
    assert "年底用工座谈会" in message
    assert (await stored(play)).code in message
    (told,) = texts(play, letters, CLERK)
    assert "已送达 1" in told
    assert (await stored(play)).stage is Campaigning.DONE


async def test_nothing_leaves_within_the_minute_in_which_it_can_be_taken_back(play: Stage) -> None:
    await approved(play)
    assert texts(play, await play.wait(timedelta(seconds=59)), GROUP) == []
    told = texts(play, await play.press(CLERK, "撤回送审"), CLERK)
    assert "现在是草稿" in told[0]
    assert texts(play, await sent(play), GROUP) == []
    assert (await stored(play)).stage is Campaigning.DRAFT


async def test_b9_nobody_approves_their_own(play: Stage) -> None:
    await play.say(HEAD, TEXT)
    await play.say(HEAD, "全部企业群")
    await play.say(HEAD, "确认")
    letters = await play.press(HEAD, "提交审批")
    assert "审批人：周岚" not in texts(play, letters, HEAD)[0]
    seen = (await stored(play)).version
    told = texts(play, await press(play, HEAD, f"c:approve:{NUMBER}:{seen}"), HEAD)
    assert "要请另一位审批" in told[0]
    assert (await stored(play)).stage is Campaigning.PENDING


async def test_b9_a_changed_character_goes_back_to_be_approved_again(play: Stage) -> None:
    await approved(play)
    await play.press(CLERK, "打开")
    await press(play, CLERK, f"c:edit:{NUMBER}")
    await play.say(CLERK, "正文：12月1日（周二）下午3点在区工商联三楼开会，请各企业派人参加。")
    await play.say(CLERK, "确认")
    assert (await stored(play)).stage is Campaigning.DRAFT
    letters = await play.press(CLERK, "提交审批")
    (asked,) = texts(play, letters, HEAD)
    assert "【删：下午2点】" in asked or "【删：2点】" in asked or "【删：2】" in asked
    assert texts(play, await sent(play), GROUP) == []
    await play.press(HEAD, "通过")
    (message,) = texts(play, await sent(play), GROUP)
    assert "下午3点" in message


async def test_b9_an_approval_of_an_older_version_counts_for_nothing(play: Stage) -> None:
    await written(play)
    await play.press(CLERK, "提交审批")
    seen = (await stored(play)).version
    await press(play, CLERK, f"c:edit:{NUMBER}")
    await play.say(CLERK, "标题：年底用工座谈会（改期）")
    await play.say(CLERK, "确认")
    await play.press(CLERK, "提交审批")
    told = texts(play, await press(play, HEAD, f"c:approve:{NUMBER}:{seen}"), HEAD)
    assert "刚改过" in told[0]
    assert (await stored(play)).stage is Campaigning.PENDING


async def test_b9_who_is_rejected_hears_why_and_may_change_it(play: Stage) -> None:
    await written(play)
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "退回修改")
    letters = await play.say(HEAD, "时间写错了")
    assert "时间写错了" in texts(play, letters, CLERK)[0]
    assert (await stored(play)).stage is Campaigning.DRAFT


async def test_u16_what_is_found_is_named_before_the_approval_and_cleared_by_name(
    play: Stage,
) -> None:
    wrong = TEXT.replace("周二", "周三")
    told = "\n".join(texts(play, await written(play, wrong), CLERK))
    assert "日期和星期对不上" in told
    refused = texts(play, await play.press(CLERK, "提交审批"), CLERK)
    assert "还有 1 处" in refused[0]
    cleared = texts(play, await press(play, CLERK, f"c:clear:{NUMBER}"), CLERK)
    assert "记在 王敏 名下" in cleared[0]
    assert "已送审" in texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]
    assert [one.by for one in (await stored(play)).waivers] == [await number_of(play, CLERK)]


async def test_b17_what_is_too_long_for_a_group_is_refused_with_the_bytes(play: Stage) -> None:
    await play.say(CLERK, TEXT)
    await play.say(CLERK, "全部企业群")
    await play.say(CLERK, "正文：" + "很长" * 2900)
    told = "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))
    assert "太长了" in told
    assert "太长了" in texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]
    assert (await stored(play)).stage is Campaigning.DRAFT


async def test_b12_a_message_that_is_ready_at_night_waits_for_the_morning(play: Stage) -> None:
    play.clock.now = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)  # 21:00 in Ningbo
    await approved(play)
    assert texts(play, await sent(play), GROUP) == []
    before = datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC) - play.clock.now
    assert texts(play, await play.wait(before), GROUP) == []
    assert len(texts(play, await play.wait(timedelta(seconds=1)), GROUP)) == 1


async def test_b12_a_second_before_the_quiet_hours_it_still_leaves(play: Stage) -> None:
    play.clock.now = datetime(2026, 11, 24, 12, 58, 59, tzinfo=UTC)
    await approved(play)
    letters = await play.wait(timedelta(seconds=60))  # 20:59:59
    assert len(texts(play, letters, GROUP)) == 1


async def test_b11_what_is_too_late_after_an_outage_is_not_sent_and_staff_hear_so(
    play: Stage,
) -> None:
    await written(play)
    await press(play, CLERK, f"c:edit:{NUMBER}")
    await play.say(CLERK, "定时：11月25日上午9点")
    await play.say(CLERK, "过时不发：11月25日上午10点")
    await play.say(CLERK, "确认")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    assert (await stored(play)).begins_at == datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    noon = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # nobody looked from 8:50 to 12:00
    letters = await play.wait(noon - play.clock.now)
    assert texts(play, letters, GROUP) == []
    assert "没有发" in texts(play, letters, CLERK)[0]
    assert (await stored(play)).stage is Campaigning.EXPIRED


async def test_b11_without_an_end_it_is_sent_once_late(play: Stage) -> None:
    await written(play)
    await press(play, CLERK, f"c:edit:{NUMBER}")
    await play.say(CLERK, "定时：11月25日上午9点")
    await play.say(CLERK, "确认")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    noon = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
    assert len(texts(play, await play.wait(noon - play.clock.now), GROUP)) == 1
    assert texts(play, await sent(play), GROUP) == []


async def test_what_nobody_approves_goes_back_after_a_day(play: Stage) -> None:
    await written(play)
    await play.press(CLERK, "提交审批")
    letters = await play.wait(timedelta(hours=24))
    assert "没人审批" in texts(play, letters, CLERK)[0]
    assert (await stored(play)).stage is Campaigning.DRAFT


async def test_b13_a_cancelled_one_sends_nothing_more_and_the_counts_add_up(play: Stage) -> None:
    await approved(play)
    await press(play, CLERK, f"c:cancel:{NUMBER}")
    assert texts(play, await sent(play), GROUP) == []
    found = await tally(play)
    assert (found.cancelled, found.total) == (1, 1)


async def test_b10_a_group_that_came_later_gets_nothing_and_one_that_went_is_named(
    play: Stage,
) -> None:
    await approved(play)
    async with play.database.begin() as tx:
        known = seed_groups(play.config)
        await tx.people.set_group(Group("cidLate==", "新来的群", "enterprise"))
        people = seed_persons(play.config, (), "dingtalk")
        await tx.seed(people, [one for one in known if one.kind != "enterprise"])
    letters = await sent(play)
    assert texts(play, letters, GROUP) == []
    assert texts(play, letters, "新来的群") == []
    assert "没有发 1" in texts(play, letters, CLERK)[0]


async def test_u17_a_code_tells_ours_from_a_forgery(play: Stage) -> None:
    await approved(play)
    await sent(play)
    code = (await stored(play)).code
    told = texts(play, await play.say(OWNER, f"验真 {code.lower()}"), OWNER)
    assert "是镇海区工商联发的：《年底用工座谈会》" in told[0]
    forged = texts(play, await play.say(OWNER, "验真 AAAAAA"), OWNER)
    assert "不是我们发的" in forged[0]
    assert await counted(play, "SELECT count(*) FROM history WHERE act = 'unknown_code'") == 1


async def test_b18_what_a_text_leaves_open_is_filled_for_each_person(play: Stage) -> None:
    text = "写推送\n年底用工座谈会\n${称呼}您好，请${企业}派人参加。"
    letters = await written(play, text, "全部企业的负责人")
    told = "\n".join(texts(play, letters, CLERK))
    assert "0 个群" in told
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    (message,) = texts(play, await sent(play), OWNER)
    assert "陈建国您好，请镇海恒通紧固件有限公司派人参加。" in message


async def test_b19_who_left_gets_nothing_but_what_is_mandatory(play: Stage) -> None:
    await play.say(OWNER, "退订政策推送")
    text = "写推送\n年底用工座谈会\n请各企业派人参加。"
    told = "\n".join(texts(play, await written(play, text, "全部企业的负责人"), CLERK))
    assert "退订了：陈建国" in told
    await play.say(OWNER, "订阅")
    again = texts(play, await press(play, CLERK, f"c:view:{NUMBER}"), CLERK)
    assert "退订了" not in "\n".join(again)


async def test_b15_a_confirmation_counts_once_however_often_it_is_pressed(play: Stage) -> None:
    await written(play)
    await press(play, CLERK, f"c:edit:{NUMBER}")
    await play.say(CLERK, "按钮：收到")
    await play.say(CLERK, "确认")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    await sent(play)
    first = texts(play, await play.press(OWNER, "收到", group=GROUP), OWNER)
    second = texts(play, await play.press(OWNER, "收到", group=GROUP), OWNER)
    assert "收到您的确认" in first[0]
    assert "已经记过" in second[0]
    assert await counted(play, "SELECT count(*) FROM acknowledgement") == 1


async def test_a_question_about_it_becomes_a_ticket_that_knows_it(play: Stage) -> None:
    await approved(play)
    await sent(play)
    await play.press(OWNER, "我有疑问", group=GROUP)
    await play.say(OWNER, "我们厂上个月起招工难，座谈会能不能谈一谈招工补贴，希望有人对接。")
    await play.say(OWNER, "确认")
    assert await counted(play, "SELECT source_ref FROM ticket") == f"campaign:{NUMBER}"


@pytest.mark.parametrize("word", ["写推送", "推送"])
async def test_an_entrepreneur_writes_no_campaigns(play: Stage, word: str) -> None:
    told = texts(play, await play.say(OWNER, word), OWNER)
    assert "工商联工作人员" in told[0]


async def press(play: Stage, who: str, action: str) -> list[Letter]:
    """Press a button by what it does, also one that was not shown."""
    return await play.say(who, button=Button(action, "card"))


async def number_of(play: Stage, who: str) -> int:
    """Return a person's number."""
    async with play.database.begin() as tx:
        person = await tx.people.find("dingtalk", play.staff_id(who))
    assert person is not None
    return person.id


async def test_b15_who_did_not_confirm_is_reminded_once_and_nobody_of_an_enterprise_that_did(
    play: Stage,
) -> None:
    text = "写推送\n年底用工座谈会\n请各企业派人参加。"
    await written(play, text, "全部企业的负责人")
    await press(play, CLERK, f"c:edit:{NUMBER}")
    await play.say(CLERK, "按钮：收到")
    await play.press(CLERK, "催一次没回“收到”的")
    await play.say(CLERK, "确认")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    await sent(play)
    assert texts(play, await play.wait(timedelta(hours=23)), OWNER) == []
    (asked,) = texts(play, await play.wait(timedelta(hours=1)), OWNER)
    assert "还等您回一声" in asked
    assert texts(play, await play.wait(timedelta(hours=30)), OWNER) == []
    assert "收到您的确认" in texts(play, await play.press(OWNER, "收到"), OWNER)[0]


async def test_b12_an_urgent_one_passes_the_night_where_its_approver_says_so(play: Stage) -> None:
    play.clock.now = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # 22:00 in Ningbo
    await play.say(CLERK, TEXT)
    await play.say(CLERK, "全部企业群")
    await play.press(CLERK, "紧急（审批人可放行夜间发送）")
    await play.say(CLERK, "确认")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过，夜间也发")
    assert len(texts(play, await sent(play), GROUP)) == 1


async def test_b14_what_was_sent_is_taken_back_and_each_place_that_stands_is_named(
    play: Stage,
) -> None:
    await approved(play)
    letters = await sent(play)
    assert len(texts(play, letters, GROUP)) == 1
    asked = texts(play, await play.press(CLERK, "撤回"), CLERK)
    assert "共 1 个地方" in asked[0]
    assert texts(play, await platform_says(play, "custom.robot"), CLERK) == [
        f"{NUMBER}《年底用工座谈会》撤回完了：撤掉 0 个，没撤掉 1 个。  \n"
        "镇海民营企业交流群：自定义机器人发的，平台不支持撤回"
    ]
    again = texts(play, await press(play, CLERK, f"c:recall:{NUMBER}"), CLERK)
    assert "没有新的要撤" in again[0]
    pressed = texts(play, await press(play, OWNER, f"c:received:{NUMBER}"), OWNER)
    assert "已经撤回" in pressed[0]


async def platform_says(play: Stage, why: str) -> list[Letter]:
    """Let the platform answer for everything that is to be taken back."""
    async with play.database.begin() as tx:
        asked = await tx.recalling.claim(20, play.clock.now)
        told = {asking.one.id: why for found in asked.values() for asking in found}
        await tx.recalling.answered(told)
        now = play.clock.now
        finished = await tx.recalling.finished([NUMBER])
        await tx.remind([Due("campaign", number, now, f"campaign:{number}") for number in finished])
    return await play.wait(timedelta(seconds=1))


async def test_b9_who_changed_a_text_cannot_approve_it_and_who_wrote_it_hears_of_it(
    play: Stage,
) -> None:
    await written(play)
    await press(play, HEAD, f"c:edit:{NUMBER}")
    await play.say(HEAD, "标题：年底用工座谈会（改）")
    assert "被 周岚 改过" in texts(play, await play.say(HEAD, "确认"), CLERK)[0]
    await press(play, CLERK, f"c:submit:{NUMBER}")
    one = await stored(play)
    assert await number_of(play, HEAD) in one.writers
    told = texts(play, await press(play, HEAD, f"c:approve:{NUMBER}:{one.version}"), HEAD)
    assert "要请另一位审批" in told[0]


async def test_a_form_that_a_colleague_overtook_overwrites_nothing_and_loses_no_word(
    play: Stage,
) -> None:
    await written(play)
    await press(play, CLERK, f"c:edit:{NUMBER}")
    await press(play, HEAD, f"c:edit:{NUMBER}")
    await play.say(HEAD, "标题：年底用工座谈会（改）")
    await play.say(HEAD, "确认")
    await play.say(CLERK, "正文：我写的另一段话，请各企业派人参加。")
    told = texts(play, await play.say(CLERK, "确认"), CLERK)
    assert "没有用您的覆盖" in told[0]
    assert "我写的另一段话" in told[0]
    assert (await stored(play)).draft.title == "年底用工座谈会（改）"


async def test_an_approver_finds_the_buttons_again_and_may_type_them(play: Stage) -> None:
    await written(play)
    await play.press(CLERK, "提交审批")
    shown = await play.press(HEAD, "谁会收到")
    assert [x.label for x in shown[0].message.options][:2] == ["通过", "退回修改"]
    seen = (await stored(play)).version
    bare = texts(play, await play.say(HEAD, f"通过 {NUMBER}"), HEAD)
    assert "请先看一下最新的" in bare[0]
    assert "已批准" in texts(play, await play.say(HEAD, f"通过 {NUMBER} {seen}"), HEAD)[0]


async def test_a_long_text_goes_into_a_group_whole_and_without_a_card(play: Stage) -> None:
    long = TEXT + "请带上去年的用工台账。" * 60
    await approved(play, text=long)
    letters = await sent(play)
    (letter,) = [one for one in letters if play.where(one) == GROUP]
    assert not letter.card
    assert (await stored(play)).code in letter.message.text
    assert f"回复“我有疑问 {NUMBER}”" in letter.message.text
    told = texts(play, await play.say(OWNER, f"我有疑问 {NUMBER}", group=GROUP), OWNER)
    assert "想问什么" in told[0]


async def test_b19_who_leaves_after_the_approval_is_sent_nothing(play: Stage) -> None:
    text = "写推送\n年底用工座谈会\n请各企业派人参加。"
    await approved(play, text=text, to="全部企业的负责人")
    await play.say(OWNER, "退订全部推送")
    letters = await sent(play)
    assert texts(play, letters, OWNER) == []
    found = await tally(play)
    assert (found.sent, found.skipped) == (0, found.total)


async def test_b11_what_is_too_late_half_way_ends_with_its_counts(play: Stage) -> None:
    await written(play)
    await press(play, CLERK, f"c:edit:{NUMBER}")
    await play.say(CLERK, "过时不发：11月24日上午10点")
    await play.say(CLERK, "确认")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    await play.wait(timedelta(seconds=61))
    await press(play, CLERK, f"c:pause:{NUMBER}")
    letters = await play.wait(timedelta(hours=2))
    assert "过了“过时不发”的时间" in texts(play, letters, CLERK)[0]
    assert (await stored(play)).stage is Campaigning.DONE


async def test_what_could_only_leave_too_late_is_not_submitted(play: Stage) -> None:
    play.clock.now = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)  # Friday, 21:00
    await written(play)
    await press(play, CLERK, f"c:edit:{NUMBER}")
    await play.say(CLERK, "过时不发：11月28日下午6点")
    await play.say(CLERK, "确认")
    told = texts(play, await play.press(CLERK, "提交审批"), CLERK)
    assert "11月30日 08:00 才能发" in told[0]
    assert (await stored(play)).stage is Campaigning.DRAFT


async def test_the_moment_that_is_told_is_the_one_at_which_it_leaves(play: Stage) -> None:
    play.clock.now = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
    await written(play)
    await play.press(CLERK, "提交审批")
    assert "11月30日 08:00 开始发" in texts(play, await play.press(HEAD, "通过"), HEAD)[0]


async def test_u17_a_whole_message_pasted_is_known_by_its_code_and_not_by_its_telephone(
    play: Stage,
) -> None:
    await approved(play, text=TEXT + "联系电话 0574-86250000。")
    (message,) = texts(play, await sent(play), GROUP)
    told = texts(play, await play.say(OWNER, f"验真 {message}"), OWNER)
    assert "是镇海区工商联发的" in told[0]


async def test_u17_a_code_that_was_only_tried_out_is_no_forgery(play: Stage) -> None:
    await written(play)
    code = (await stored(play)).code
    assert "还没有发出" in texts(play, await play.say(CLERK, f"验真 {code}"), CLERK)[0]


async def test_a_correction_goes_to_just_those_who_got_the_wrong_one(play: Stage) -> None:
    await approved(play)
    await sent(play)
    async with play.database.begin() as tx:
        await tx.people.set_group(Group("cidLate==", "新来的群", "enterprise"))
    await play.press(CLERK, "发更正")
    await play.say(CLERK, "开会时间更正\n改为12月2日（周三）下午2点，请各企业派人参加。")
    told = "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))
    assert "1 个群，0 个人" in told
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    letters = await sent(play)
    (message,) = texts(play, letters, GROUP)
    assert "更正的是《年底用工座谈会》" in message
    assert texts(play, letters, "新来的群") == []


async def test_b14_what_may_have_arrived_is_taken_back_as_well(play: Stage) -> None:
    await approved(play)
    await sent(play)
    url = await address(play.folder / "stage.db")
    rows(url, "UPDATE delivery SET state = 'unknown' WHERE campaign = ?", NUMBER)
    asked = texts(play, await play.press(CLERK, "撤回"), CLERK)
    assert "共 1 个地方" in asked[0]
    told = texts(play, await platform_says(play, "no.key"), CLERK)
    assert "平台没给消息编号" in told[0]


async def test_b14_what_is_on_its_way_is_asked_for_when_it_has_arrived(play: Stage) -> None:
    await approved(play)
    await sent(play)
    url = await address(play.folder / "stage.db")
    rows(url, "UPDATE delivery SET state = 'sending' WHERE campaign = ?", NUMBER)
    await play.press(CLERK, "撤回")
    async with play.database.begin() as tx:
        assert not await tx.recalling.due()
    rows(url, "UPDATE delivery SET state = 'sent' WHERE campaign = ?", NUMBER)
    assert "撤掉 1 个" in texts(play, await platform_says(play, ""), CLERK)[0]


async def test_b14_a_platform_that_was_busy_is_asked_again(play: Stage) -> None:
    await approved(play)
    await sent(play)
    await play.press(CLERK, "撤回")
    await platform_says(play, "throttled")
    asked = texts(play, await press(play, CLERK, f"c:recall:{NUMBER}"), CLERK)
    assert "共 1 个地方" in asked[0]


async def test_who_got_a_recalled_message_is_reminded_of_nothing(play: Stage) -> None:
    await approved(play)
    await sent(play)
    one = await stored(play)
    draft = one.draft.model_copy(update={"remind": True, "buttons": (Pressed.RECEIVED,)})
    ended = one.model_copy(update={"draft": draft})
    rules = office_of(play.config).campaigns
    days = office_of(play.config).days
    assert next_look(ended, play.clock.now, rules.sending, rules.quiet, days) is not None
    back = ended.model_copy(update={"recalled_at": play.clock.now})
    assert next_look(back, play.clock.now, rules.sending, rules.quiet, days) is None


async def test_b12_what_was_tried_and_failed_waits_for_the_morning_too(play: Stage) -> None:
    play.clock.now = datetime(2026, 11, 24, 12, 58, 30, tzinfo=UTC)
    await approved(play)
    await play.wait(timedelta(seconds=61))
    url = await address(play.folder / "stage.db")
    rows(url, "UPDATE delivery SET state = 'ready', due_at = 1 WHERE campaign = ?", NUMBER)
    assert texts(play, await sent(play), GROUP) == []  # 21:00
    night = datetime(2026, 11, 24, 23, 59, 0, tzinfo=UTC) - play.clock.now
    assert texts(play, await play.wait(night), GROUP) == []


@pytest.mark.parametrize("label", sorted(PRESSED))
def test_what_a_button_says_can_be_typed(label: str) -> None:
    texts_ = load_config().texts
    assert texts_[f"campaign.button.{PRESSED[label]}"] == label
    assert pressed(f"{label} ts-2026-001", "ZH") == f"c:{PRESSED[label]}:{NUMBER}"
    assert pressed(f"{label} ZH-2026-0001", "ZH") is None
