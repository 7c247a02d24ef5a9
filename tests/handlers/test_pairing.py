"""One person at two channels: the code, what is refused, what goes on, and the way back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.leavers import SLACK, Leavers
from flows.tickets.case import State
from handlers.ports import Role
from tests.handlers.linking import (
    DINGTALK,
    MANNERS,
    OTHER_REPORT,
    WECHAT,
    WECOM,
    account,
    arrival,
    code_in,
    coded,
    filed,
    linked,
    owner,
    said,
    stored,
    writes,
)
from tests.handlers.story import CLERK, ONE, OWNER, REPORT, carry, history, ticket
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)

OTHER = "沈丽"


# The code ---------------------------------------------------------------------------------------


async def test_a_code_says_where_it_is_to_be_typed(play: Stage) -> None:
    told = await writes(play, OWNER, "绑定微信", DINGTALK)
    assert "到公众号、企业微信" in told
    assert "10 分钟" in told
    assert code_in(told)


async def test_only_a_keyed_digest_of_the_code_is_kept(play: Stage) -> None:
    code = (await coded(play, OWNER)).replace(" ", "")
    ((key,),) = await stored(play, "SELECT code_key FROM pairing")
    assert isinstance(key, bytes)
    assert code.encode() not in key
    assert len(key) >= 32


async def test_in_a_group_no_code_is_made(play: Stage) -> None:
    told = await play.say(OWNER, "关联账号", group="企业群")
    assert "私聊" in "".join(letter.message.text for letter in told)
    assert await stored(play, "SELECT person FROM pairing") == []


@pytest.mark.parametrize("who", [OWNER, OTHER])
async def test_a_code_typed_in_a_group_is_void(play: Stage, who: str) -> None:
    code = await coded(play, OWNER)
    await play.say(who, f"关联 {code}", group="企业群")
    assert "不对、已用过或过期" in await writes(play, OWNER, f"关联 {code}")


@pytest.mark.parametrize("typed", ["关联{}", "关联码 {}", "关联：{}", "关联 {} "])
async def test_the_code_is_read_as_people_type_it(play: Stage, typed: str) -> None:
    code = await coded(play, OWNER)
    full = "".join(chr(ord(one) + 0xFEE0) if one.isdigit() else one for one in code)
    told = await writes(play, OWNER, typed.format(full))
    assert "陈＊，镇海恒通…" in told
    assert "1 是我" in told
    assert "2 不是" in told
    assert "建国" not in told


async def test_a_sentence_that_begins_so_is_no_code(play: Stage) -> None:
    told = await writes(play, OTHER, "关联交易要怎么申报？")
    assert "关联码" not in told


@pytest.mark.parametrize("spoilt", ["unknown", "late", "newer", "used"])
async def test_what_is_no_good_code_is_said_in_one_sentence(play: Stage, spoilt: str) -> None:
    code = await coded(play, OWNER)
    if spoilt == "unknown":
        code = "0000 0000" if code != "0000 0000" else "1111 1111"
    elif spoilt == "late":
        play.clock.now += timedelta(minutes=10)
    elif spoilt == "newer":
        await coded(play, OWNER)
    else:
        await writes(play, OWNER, f"关联 {code}")
        await writes(play, OWNER, "1")
    who = OTHER if spoilt == "used" else OWNER
    told = await writes(play, who, f"关联 {code}", WECOM if spoilt == "used" else WECHAT)
    assert told.startswith("这个关联码不对、已用过或过期了。")


async def test_a_code_that_another_phone_took_is_no_good_any_more(play: Stage) -> None:
    code = await coded(play, OWNER)
    assert "是您本人吗" in await writes(play, OWNER, f"关联 {code}")
    assert "不对、已用过" in await writes(play, OTHER, f"关联 {code}")


async def test_ones_own_code_at_the_same_account_is_said_and_stays_good(play: Stage) -> None:
    code = await coded(play, OWNER)
    assert "已经是同一个人" in await writes(play, OWNER, f"关联 {code}", DINGTALK)
    assert "是您本人吗" in await writes(play, OWNER, f"关联 {code}")


async def test_after_five_wrong_codes_nobody_guesses_for_an_hour(play: Stage) -> None:
    code = await coded(play, OWNER)
    for n in range(5):
        assert "不对" in await writes(play, OTHER, f"关联 9{n:07d}")
    assert "过 60 分钟再试" in await writes(play, OTHER, f"关联 {code}")
    play.clock.now += timedelta(hours=1, seconds=1)
    code = await coded(play, OWNER)
    assert "是您本人吗" in await writes(play, OTHER, f"关联 {code}")


async def test_who_leaves_and_comes_back_has_guessed_all_the_same(play: Stage) -> None:
    for n in range(5):
        await writes(play, OTHER, f"关联 9{n:07d}")
    await Leavers(play.database).left(WECHAT, account(play, OTHER), play.clock() + SLACK)
    play.clock.now += timedelta(minutes=2)
    assert "过 60 分钟再试" in await writes(play, OTHER, "关联 90000009")


async def test_no_leaves_two_people_and_no_code(play: Stage) -> None:
    code = await coded(play, OWNER)
    await writes(play, OTHER, f"关联 {code}")
    assert "没有关联" in await writes(play, OTHER, "2")
    assert "不对、已用过" in await writes(play, OTHER, f"关联 {code}")
    assert (await owner(play, OTHER, WECHAT)).id != (await owner(play, OWNER)).id


async def test_yes_comes_too_late_when_the_code_is_over(play: Stage) -> None:
    code = await coded(play, OWNER)
    await writes(play, OTHER, f"关联 {code}")
    play.clock.now += timedelta(minutes=11)
    assert "可能过期了" in await writes(play, OTHER, "是我")


async def test_who_was_not_asked_and_says_so_in_a_form_answers_that(play: Stage) -> None:
    await writes(play, OTHER, "我要反映问题")
    assert "关联" not in await writes(play, OTHER, "是我")


async def test_who_was_not_asked_is_told_how(play: Stage) -> None:
    assert "再发一次“关联账号”" in await writes(play, OTHER, "不是我")


# Who may not be linked --------------------------------------------------------------------------


async def test_who_holds_an_office_is_not_made_somebody_else(play: Stage) -> None:
    code = await coded(play, OTHER, WECHAT)
    told = await writes(play, CLERK, f"关联 {code}", DINGTALK)
    assert "有工作岗位" in told
    assert (await owner(play, CLERK)).roles
    assert "反过来" in told
    await linked(play, CLERK, OTHER)
    assert (await owner(play, OTHER, WECHAT)).roles


async def test_two_who_hold_an_office_stay_two(play: Stage) -> None:
    await writes(play, OTHER, "菜单", WECHAT)
    person = (await owner(play, OTHER, WECHAT)).id
    async with play.database.begin() as tx:
        await tx.people.grant(person, Role.CLERK, "", None)
    code = await coded(play, CLERK)
    assert "收回授权" in await writes(play, OTHER, f"关联 {code}")
    assert (await owner(play, OTHER, WECHAT)).id == person


async def test_two_who_speak_for_different_enterprises_stay_two(play: Stage) -> None:
    told = await writes(play, CLERK, "发邀请码 宏业铸造厂 沈丽", DINGTALK)
    await writes(play, OTHER, f"邀请码 {told.split('邀请码 ')[1][:9]}")
    code = await coded(play, OWNER)
    assert "不是同一家企业" in await writes(play, OTHER, f"关联 {code}")
    assert (await owner(play, OTHER, WECHAT)).enterprise == "宏业铸造厂"


async def test_two_accounts_of_one_channel_stay_two(play: Stage) -> None:
    await linked(play, OWNER)
    code = await coded(play, OWNER)
    assert "两边都是公众号的账号" in await writes(play, OTHER, f"关联 {code}")


# One person -------------------------------------------------------------------------------------


async def test_both_accounts_hear_of_it_at_once(play: Stage) -> None:
    letters = await linked(play, OWNER)
    assert "关联好了：这里和钉钉" in said(letters, account(play, OWNER))
    assert "已与公众号账号关联" in said(letters, account(play, OWNER, DINGTALK))
    assert (await owner(play, OWNER, WECHAT)).id == (await owner(play, OWNER)).id


async def test_a_draft_begun_at_one_goes_on_at_the_other(play: Stage) -> None:
    await writes(play, OWNER, REPORT)
    letters = await linked(play, OWNER)
    assert "类别" in said(letters, account(play, OWNER))
    assert ONE in await writes(play, OWNER, "确认", DINGTALK)
    assert (await ticket(play)).reporter == (await owner(play, OWNER)).id


async def test_of_two_drafts_the_newer_goes_on_and_the_other_is_kept(play: Stage) -> None:
    await writes(play, OWNER, OTHER_REPORT)
    play.clock.now += timedelta(minutes=1)
    await writes(play, OWNER, REPORT, DINGTALK)
    letters = await linked(play, OWNER)
    told = said(letters, account(play, OWNER))
    assert "另一份没填完的" in told
    assert "停电" in told
    await writes(play, OWNER, "确认")
    assert "路灯" in await writes(play, OWNER, "继续")


async def test_a_question_of_before_is_an_old_one(play: Stage) -> None:
    letters = await play.take([arrival(play, OWNER, REPORT, DINGTALK)])
    (confirm,) = [o.action for x in letters for o in x.message.options if o.label == "确认"]
    await linked(play, OWNER)
    letters = await play.take([arrival(play, OWNER, channel=DINGTALK, button=confirm)])
    assert "类别" in said(letters, account(play, OWNER, DINGTALK))


async def test_cases_of_one_are_answered_at_the_other(play: Stage) -> None:
    await filed(play)
    await carry(play, State.ACCEPTED, since=State.SUBMITTED)
    await linked(play, OWNER)
    assert ONE in await writes(play, OWNER, "进度", DINGTALK)
    play.clock.now += timedelta(minutes=1)
    await writes(play, OWNER, "菜单", DINGTALK)
    before = len(play.seen)
    await carry(play, State.CALLBACK, since=State.ACCEPTED)
    assert "满意" in said(play.seen[before:], account(play, OWNER, DINGTALK))
    await writes(play, OWNER, "满意 1", DINGTALK)
    assert (await ticket(play)).state is State.CLOSED


async def test_a_wish_to_be_called_is_theirs_who_they_are_now(play: Stage) -> None:
    await writes(play, OWNER, "请给我回电话 13805740001")
    await writes(play, OWNER, "确认")
    await linked(play, OWNER)
    for line in ("代录 1", REPORT, "确认"):
        await play.say(CLERK, line)
    assert (await ticket(play)).reporter == (await owner(play, OWNER)).id


async def test_what_one_left_is_left_by_both(play: Stage) -> None:
    await writes(play, OWNER, "菜单")
    other = (await owner(play, OWNER, WECHAT)).id
    async with play.database.begin() as tx:
        await tx.topics.leave(other, "政策", play.clock.now)
    await linked(play, OWNER)
    async with play.database.read() as tx:
        left = await tx.topics.left()
    assert left[(await owner(play, OWNER)).id] == {"政策"}


async def test_there_is_a_line_of_history_on_both(play: Stage) -> None:
    await writes(play, OWNER, "菜单")
    other = (await owner(play, OWNER, WECHAT)).id
    await linked(play, OWNER)
    stays = (await owner(play, OWNER)).id
    acts = [(one.act, one.after) for one in await history(play, f"person:{stays}")]
    assert ("unite", str(other)) in acts
    acts = [(one.act, one.after) for one in await history(play, f"person:{other}")]
    assert acts[-1] == ("united", str(stays))


async def test_what_still_names_the_old_person_arrives(play: Stage) -> None:
    await writes(play, OWNER, "菜单")
    other = (await owner(play, OWNER, WECHAT)).id
    await linked(play, OWNER)
    async with play.database.read() as tx:
        reached = await tx.reach([other])
    assert {one.channel for one in reached[other]} == {WECHAT, DINGTALK}


async def test_what_was_filed_before_is_handled_as_theirs(play: Stage) -> None:
    await writes(play, OWNER, "菜单")
    async with play.database.begin() as tx:
        (filed,) = await tx.admit([arrival(play, OWNER, REPORT)])
    await linked(play, OWNER)
    assert filed is not None
    async with play.database.begin() as tx:
        await play.reception.receive(tx, [filed])
    await play.send()
    assert ONE in await writes(play, OWNER, "确认", DINGTALK)


async def test_two_lines_in_one_batch_are_one_persons(play: Stage) -> None:
    code = await coded(play, OWNER)
    await writes(play, OWNER, f"关联 {code}")
    await play.take([arrival(play, OWNER, "1"), arrival(play, OWNER, REPORT)])
    assert ONE in await writes(play, OWNER, "确认", DINGTALK)
