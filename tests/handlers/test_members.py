"""Who people are: binding by staff or by invitation, tasks, roles given in chat."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State
from handlers.ports import Role
from handlers.reception import Reception
from tests.handlers.story import (
    CLERK,
    HEAD,
    OWNER,
    buttons,
    carry,
    heard,
    history,
    known,
    people,
    texts,
    ticket,
    tickets,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

NEW = "沈新"


async def code_for(play: Stage, enterprise: str = "镇海宏达紧固件有限公司 张建国") -> str:
    """Take an invitation code from the message that tells it."""
    told = heard(play, await play.say(CLERK, f"发邀请码 {enterprise}"), CLERK)
    found = re.search(r"邀请码 ([A-Z2-9]{4}-[A-Z2-9]{4})，", told)
    assert found, told
    return found[1]


@pytest.mark.parametrize("say", ["邀请码 {}", "邀请码{}", "邀请码：{}。", "邀请码是 {} 谢谢"])
async def test_an_invitation_code_binds_as_it_is_typed(tmp_path: Path, say: str) -> None:
    async with stage(tmp_path) as play:
        code = await code_for(play)
        told = heard(play, await play.say(NEW, say.format(code.lower())), NEW)
        assert "您已绑定：镇海宏达紧固件有限公司" in told
        person = await known(play, NEW)
        assert (person.binding, person.name) == ("bound", "张建国")


async def test_an_invitation_code_is_good_for_one_person_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        code = await code_for(play)
        await play.say(NEW, f"邀请码 {code}")
        for who in ("赵六", NEW):
            assert "已用过" in heard(play, await play.say(who, f"邀请码 {code}"), who)
        assert (await known(play, "赵六")).binding == "none"
        assert (await known(play, NEW)).binding == "bound"


async def test_an_invitation_code_runs_out(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        code = await code_for(play)
        play.clock.now += timedelta(days=15)
        assert "过期" in heard(play, await play.say(NEW, f"邀请码 {code}"), NEW)


async def test_who_invited_is_on_record(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await code_for(play)
        clerk = await known(play, CLERK)
        last = (await history(play, f"person:{clerk.id}"))[-1]
        assert (last.act, last.personal["enterprise"]) == ("invite", "镇海宏达紧固件有限公司")


async def test_a_person_bound_by_invitation_reports_as_verified(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(NEW, f"邀请码 {await code_for(play)}")
        await play.say(NEW, "上个月起污水倒灌，希望尽快处理，我的电话13957401111")
        await play.say(NEW, "确认")
        assert (await ticket(play)).verified


async def claim(play: Stage, enterprise: str) -> None:
    await play.say(NEW, f"绑定 {enterprise}，沈新，13957401111")
    await play.say(NEW, "确认")


async def test_what_staff_confirm_is_what_they_were_shown(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await claim(play, "宁波大名气有限公司")
        await claim(play, "宁波新盛电器有限公司")
        shown = heard(play, await play.press(CLERK, "看一下", group="工作群"), CLERK)
        assert "宁波新盛电器有限公司" in shown
        await play.press(CLERK, "核验通过")
        assert (await known(play, NEW)).enterprise == "宁波新盛电器有限公司"


async def test_a_refused_claim_does_not_undo_an_invitation(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await claim(play, "宁波大名气有限公司")
        await play.say(NEW, f"邀请码 {await code_for(play)}")
        told = heard(play, await play.say(CLERK, "核验不通过 1"), CLERK)
        assert "已经办过" in told
        person = await known(play, NEW)
        assert (person.binding, person.enterprise) == ("bound", "镇海宏达紧固件有限公司")


async def test_a_refused_claim_leaves_nobody_bound(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await claim(play, "宁波新盛电器有限公司")
        told = heard(play, await play.say(CLERK, "核验不通过 1"), NEW)
        assert "没核验通过" in told
        person = await known(play, NEW)
        assert (person.binding, person.enterprise) == ("none", "")


async def test_a_task_is_settled_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await claim(play, "宁波新盛电器有限公司")
        await play.say(CLERK, "核验 1")
        assert "已经办过" in heard(play, await play.say(HEAD, "核验不通过 1"), HEAD)
        assert (await known(play, NEW)).binding == "bound"


async def test_a_claim_carries_the_notice_and_its_consent_is_on_record(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        card = await play.say(NEW, "绑定 宁波新盛电器有限公司，沈新，13957401111")
        assert "告知：" in heard(play, card, NEW)
        await play.say(NEW, "确认")
        person = await known(play, NEW)
        acts = [entry.act for entry in await history(play, f"person:{person.id}")]
        assert acts == ["consent", "bind"]
        assert person.consent == play.reception.office.consent


async def test_showing_a_task_is_on_record(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await claim(play, "宁波新盛电器有限公司")
        await play.press(CLERK, "看一下", group="工作群")
        person = await known(play, NEW)
        last = (await history(play, f"person:{person.id}"))[-1]
        assert (last.act, last.actor) == ("view", (await known(play, CLERK)).id)


async def test_a_group_hears_only_that_there_is_a_task(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await claim(play, "宁波新盛电器有限公司")
        await play.say("老陆", "请给我回电话 13957409988")
        group = "\n".join(texts(play, play.seen, "工作群"))
        assert "任务 1" in group
        assert "任务 2" in group
        for secret in ("新盛", "沈新", "1395740", "老陆"):
            assert secret not in group


async def test_a_report_written_down_for_a_caller_is_the_callers(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say("老陆", "请给我回电话 13957409988")
        await play.say(CLERK, "代录 1")
        await play.say(CLERK, "镇海老陆机械厂，联系人陆阿根，上周起食堂没水，希望尽快恢复供水")
        told = await play.say(CLERK, "确认")
        filed = await ticket(play)
        assert filed.reporter == (await known(play, "老陆")).id
        assert filed.recorded_by == (await known(play, CLERK)).id
        assert buttons(play, told, "老陆") == ["对", "补充"]
        assert "没有找到" not in heard(play, await play.say("老陆", "进度"), "老陆")


async def test_two_clerks_write_down_one_call_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say("老陆", "请给我回电话 13957409988")
        for who in (CLERK, HEAD):
            await play.say(who, "代录 1")
            await play.say(who, "镇海老陆机械厂，陆阿根，上周起食堂没水，希望尽快恢复供水")
        assert "已为来电人登记" in heard(play, await play.say(CLERK, "确认"), CLERK)
        assert "1 号任务已经办过了" in heard(play, await play.say(HEAD, "确认"), HEAD)
        assert len(await tickets(play)) == 1


async def test_who_called_back_first_may_still_write_it_down(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say("老陆", "请给我回电话 13957409988")
        await play.say(CLERK, "代录 1")
        await play.say(CLERK, "镇海老陆机械厂，陆阿根，上周起食堂没水，希望尽快恢复供水")
        await play.say(CLERK, "已回电 1")
        await play.say(CLERK, "确认")
        assert len(await tickets(play)) == 1


# Rights given in chat --------------------------------------------------------------------------


async def test_a_right_given_in_chat_works_at_once_and_is_on_record(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say("钱七", "你好")
        assert "已授权" in heard(play, await play.say(HEAD, "授权 钱七 受理员"), HEAD)
        await play.say("钱七", "受理 1")
        assert (await ticket(play)).state is State.ACCEPTED
        person = await known(play, "钱七")
        assert person.roles == ((Role.CLERK, ""),)
        acts = [entry.act for entry in await history(play, f"person:{person.id}")]
        assert "role.granted" in acts


async def test_an_account_nobody_knows_is_named_as_the_reason(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = heard(play, await play.say(HEAD, "授权 谁也不是 受理员"), HEAD)
        assert "没有找到账号“谁也不是”" in told


@pytest.mark.parametrize(
    "text", ["授权", "授权 沈新", "授权 沈新 皇帝", "授权 沈新 联络员", "授权 沈新 联络员 火星局"]
)
async def test_a_right_that_is_not_clear_is_asked_for_again(tmp_path: Path, text: str) -> None:
    async with stage(tmp_path) as play:
        await play.say(NEW, "你好")
        assert "请这样发" in heard(play, await play.say(HEAD, text), HEAD)
        assert (await known(play, NEW)).roles == ()


async def test_the_first_administrators_come_from_the_settings(tmp_path: Path) -> None:
    from bot.people import seed_groups, seed_persons  # noqa: PLC0415

    async with stage(tmp_path, people(tmp_path, "")) as play:
        async with play.database.begin() as tx:
            seeds = seed_persons(play.config, ["boss"], "dingtalk")
            await tx.seed(seeds, seed_groups(play.config))
        await play.say("沈新", "你好")
        assert "已授权" in heard(play, await play.say("boss", "授权 沈新 受理员"), "boss")
        assert "没有等您办的" in heard(play, await play.say("沈新", "清单"), "沈新")


async def test_a_group_told_to_be_the_staff_group_hears_of_new_tickets(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(HEAD, "本群设为 工作群", group="新的群")
        await carry(play, State.SUBMITTED)
        assert "新问题" in "\n".join(s.message.text for s in play.seen if s.to == "新的群")


async def test_over_the_quota_the_person_gets_a_number_and_the_administrator_a_notice(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        first = await play.say(OWNER, kind="over_quota")
        again = await play.say(OWNER, kind="over_quota")
        phone = play.reception.office.phone
        assert phone in heard(play, first, OWNER)
        assert phone in heard(play, again, OWNER)
        assert "额度已用完" in heard(play, first, HEAD)
        assert heard(play, again, HEAD) == ""  # once a day


async def test_a_sentence_that_begins_like_a_command_is_a_report(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        assert isinstance(play.reception, Reception)
        for text in (
            "授权经销商拖欠货款，没法发工资，怎么办",
            "绑定的银行账户被冻结，没法发工资，希望协调",
            "修改后的规划把我们厂的门口堵了，货车进不来，希望协调",
            "取消了我们的用电指标，没法生产，希望协调",
            "返回的货款一直不给我们怎么办",
            "收回授权以后客户一直拖欠货款怎么办",
        ):
            told = heard(play, await play.say("路人", text), "路人")
            assert "请告诉我：企业、联系人、电话" in told, text
            await play.say("路人", "取消")
