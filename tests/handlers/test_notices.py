"""What goes to whom: nothing of a report in a group, nothing of who reports to a department."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.base import Letter
from flows.tickets.case import State, Ticket, Tier
from flows.tickets.hiding import hide
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    OWNER,
    REPORT,
    carry,
    change,
    heard,
    known,
)
from tests.stage import Stage, stage

SECRETS = ("恒通", "紧固件", "陈建国", "13805740001", "跳闸三次", "炉子", "支线开关", "打过电话")


def in_groups(play: Stage) -> list[Letter]:
    chats = {group.id for group in play.config.people.group}
    return [letter for letter in play.seen if letter.door.is_group or letter.to in chats]


async def whole_story(play: Stage, group: str | None) -> None:
    """Play everything there is, the acts typed in a group where that is possible."""
    await carry(play, State.SUBMITTED)
    lines: Sequence[tuple[str, str]] = (
        (CLERK, "请补充 1 炉子是哪一台，跳闸三次都在几点"),
        (OWNER, "补充 1 陈建国说是三号炉子，13805740001"),
        (OWNER, "催办 1"),
        (CLERK, "受理 1"),
        (CLERK, "取消"),
        (CLERK, "交办 1 供电公司 协办 经信局"),
        (CLERK, "确认"),
        (LIAISON, "签收 1"),
        ("沈丽君", "协办意见 1 恒通紧固件是老用户"),
        (LIAISON, "首联 1 和恒通的陈建国打过电话了"),
        (LIAISON, f"答复 1 {ANSWER}"),
        (LIAISON, "A"),
        (CLERK, "退回 1 请写明给陈建国打过电话没有"),
        (LIAISON, f"答复 1 {ANSWER}"),
        (LIAISON, "A"),
        (HEAD, "审核通过 1"),
        (OWNER, "不满意 1 恒通紧固件还是跳闸三次"),
        (LIAISON, "首联 1 又打过电话了"),
        (LIAISON, f"答复 1 {ANSWER}"),
        (LIAISON, "A"),
        (CLERK, "审核通过 1"),
        (OWNER, "进度"),
        (OWNER, "查看 1"),
        (OWNER, "满意 1"),
    )
    private = {"取消", "确认", "A"}
    for who, text in lines:
        await play.say(who, text, group=None if text in private else group)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("group", [None, "工作群", "企业群", "没人登记过的群"])
async def test_no_group_reads_a_name_a_number_or_a_word_of_the_report(
    tmp_path: Path, group: str | None
) -> None:
    async with stage(tmp_path) as play:
        await whole_story(play, group)
        posted = in_groups(play)
        assert len(posted) > 5
        for letter in posted:
            shown = letter.message.model_dump_json()
            assert not [secret for secret in SECRETS if secret in shown], shown


@pytest.mark.usefixtures("engine")
async def test_who_writes_details_into_a_group_is_asked_to_take_them_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        for who, text in (
            (OWNER, REPORT),
            (OWNER, "补充 1 陈建国说是三号炉子，电话13805740001"),
            (LIAISON, f"答复 1 {ANSWER}"),
        ):
            told = heard(play, await play.say(who, text, group="企业群"), "企业群")
            assert "长按撤回" in told, text


@pytest.mark.usefixtures("engine")
async def test_a_command_without_details_is_not_asked_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        told = heard(play, await play.say(CLERK, "受理 ZH-2026-0001", group="工作群"), "工作群")
        assert "撤回" not in told


@pytest.mark.usefixtures("engine")
async def test_an_anonymous_report_shows_no_department_who_reports(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(
            OWNER,
            "镇海恒通紧固件有限公司昨天下午三点起又停电了，恒通跳闸三次，"
            "请打138 0574 0001，希望尽快查清原因。",
        )
        await play.press(OWNER, "对部门隐去企业名")
        await play.say(OWNER, "确认")
        await carry(play, State.REPLIED, since=State.SUBMITTED)
        for who, text in (
            (OWNER, "补充 1 恒通紧固件的陈建国，13805740001"),
            (CLERK, "退回 1 请给恒通紧固件的陈建国13805740001回电话"),
            (LIAISON, f"答复 1 {ANSWER}"),
            (LIAISON, "A"),
            (HEAD, "审核通过 1"),
            (OWNER, "不满意 1 恒通紧固件还是停电，找老陈，138-0574-0001"),
            (LIAISON, "查看 1"),
            ("沈丽君", "查看 1"),
        ):
            await play.say(who, text)
        for who in (LIAISON, "沈丽君"):
            told = heard(play, play.seen, who)
            assert "要求隐去" in told
            for secret in ("恒通", "紧固件", "陈", "0574 0001", "13805740001", "138"):
                assert secret not in told, (who, secret)


@pytest.mark.usefixtures("engine")
async def test_staff_and_leaders_see_who_reports_anonymously(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        await play.press(OWNER, "对部门隐去企业名")
        await play.say(OWNER, "确认")
        for who in (CLERK, HEAD, OWNER):
            told = heard(play, await play.say(who, "查看 1"), who)
            assert "镇海恒通紧固件有限公司" in told
        assert "恒通" not in heard(play, await play.say(LEADER, "查看 1"), LEADER)
        await change(play, tier=Tier.COMPLEX)
        assert "恒通" in heard(play, await play.say(LEADER, "查看 1"), LEADER)


def hidden(text: str, enterprise: str = "镇海恒通紧固件有限公司", contact: str = "陈建国") -> str:
    case = Ticket(
        number="ZH-2026-0001",
        reporter=1,
        enterprise=enterprise,
        contact=contact,
        phone="0574-86270011",
        category="power",
        body=text,
        anonymous=True,
        created_at=datetime(2026, 11, 24, tzinfo=UTC),
    )
    return hide(case, text, shown=False)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("镇海恒通紧固件有限公司停电", "某停电"),
        ("恒通紧固件停电", "某停电"),
        ("恒通停电", "某停电"),
        ("陈建国打来", "某打来"),
        ("找陈总或老陈", "找某或某"),
        ("电话0574-86270011", "电话某"),
        ("手机 138 0574 0001", "手机 某"),
        ("户号3302012345678", "户号某"),
        ("11月26日前更换，3台设备，ZH-2026-0001", "11月26日前更换，3台设备，ZH-2026-0001"),
        ("", ""),
    ],
)
def test_what_tells_who_reports_is_taken_out_of_a_text(text: str, left: str) -> None:
    assert hidden(text) == left


@pytest.mark.parametrize(
    ("enterprise", "contact"), [("厂", "王"), ("", ""), ("宁波", "("), ("*+?", "[a")]
)
def test_a_strange_name_does_not_break_the_hiding(enterprise: str, contact: str) -> None:
    assert "停电" in hidden("又停电了", enterprise, contact)


def test_nothing_is_taken_out_for_who_may_see_it() -> None:
    case_text = "恒通紧固件停电"
    case = Ticket(
        number="ZH-2026-0001",
        reporter=1,
        enterprise="恒通",
        contact="陈",
        phone="1",
        category="power",
        body=case_text,
        created_at=datetime(2026, 11, 24, tzinfo=UTC),
    )
    assert hide(case, case_text, shown=True) == case_text


@pytest.mark.usefixtures("engine")
async def test_a_group_that_may_see_titles_only_still_hears_of_a_new_case(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    shipped = (Path(__file__).parents[2] / "config" / "exposure.toml").read_text("utf-8")
    strict = shipped.replace('staff_group = "full"', 'staff_group = "title"')
    (overlay / "exposure.toml").write_text(strict, "utf-8")
    async with stage(tmp_path, overlay) as play:
        await play.say("老陆", "请给我回电话 13957409988")
        await carry(play, State.REPLIED)
        told = [s.message for s in play.seen if play.where(s) == "工作群" and not s.update]
        assert [m.text for m in told] == ["回电任务 1", "工单 ZH-2026-0001", "工单 ZH-2026-0001"]
        assert all(m.options for m in told)


@pytest.mark.usefixtures("engine")
async def test_a_person_without_a_staff_id_is_served_where_they_wrote(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = await play.say("外人", "我要反映问题", group="企业群", staff=False)
        assert "没法私聊您" in heard(play, told, "企业群")
        assert all(letter.to for letter in told)
        private = await play.say("外人", "我要反映问题", staff=False)
        assert private[0].message.text.startswith("请告诉我：")
        assert private[0].reply_url


@pytest.mark.usefixtures("engine")
async def test_who_is_in_the_staff_group_but_unknown_reads_nothing_in_private(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        told = await play.say("外人", "查看 1", group="工作群", staff=False)
        assert [letter.door.is_group for letter in told] == [True]
        assert "没有找到" in told[0].message.text


@pytest.mark.usefixtures("engine")
async def test_everybody_told_something_is_told_by_name_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CLOSED)
        told = [(play.where(s), s.message.text) for s in play.seen if not s.update]
        assert len(told) == len(set(told))
        assert (await known(play, OWNER)).reachable


@pytest.mark.usefixtures("engine")
async def test_the_enterprise_reads_no_opinion_and_no_answer_before_the_audit(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.REPLIED)
        seen = heard(play, await play.say(OWNER, "查看 1"), OWNER)
        assert "跳闸三次" in seen
        assert ANSWER not in seen
        assert "同意供电公司的意见" not in seen
        for who in (CLERK, LIAISON):
            inside = heard(play, await play.say(who, "查看 1"), who)
            assert ANSWER in inside
            assert "同意供电公司的意见" in inside
        await play.say(HEAD, "审核通过 1")
        seen = heard(play, await play.say(OWNER, "查看 1"), OWNER)
        assert ANSWER in seen
        assert "同意供电公司的意见" not in seen
