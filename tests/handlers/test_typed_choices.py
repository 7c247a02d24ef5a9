"""What stands on a card can be typed, and a text says no more than its writer meant."""

from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.handlers.story import CLERK, OWNER, REPORT, carry, heard, ticket
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")


@pytest.mark.parametrize("typed", ["对部门隐去企业名", "隐去企业名", "隐名"])
async def test_the_name_is_hidden_by_typing_the_button(tmp_path: Path, typed: str) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        told = heard(play, await play.say(OWNER, typed), OWNER)
        assert "部门看不到您的企业名" in told
        assert typed not in told.replace("不隐去企业名", "")
        again = heard(play, await play.say(OWNER, f"不{typed}"), OWNER)
        assert "部门看不到您的企业名" not in again
        await play.say(OWNER, typed)
        await play.say(OWNER, "确认")
        assert (await ticket(play)).anonymous


@pytest.mark.parametrize(
    ("typed", "units"),
    [
        ("经信局", ("jxj",)),
        ("供电公司、经信局", ("gdj", "jxj")),
        ("协办 经信局、人社局", ("jxj", "rsj")),
        ("没有", ()),
    ],
)
async def test_supporting_departments_are_all_taken_as_written(
    tmp_path: Path, typed: str, units: tuple[str, ...]
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(CLERK, "受理 1")
        await play.say(CLERK, "住建交通局")
        await play.say(CLERK, "修改协办")
        await play.say(CLERK, typed)
        await play.say(CLERK, "确认")
        kept = await ticket(play)
        assert kept.lead_unit == "zjj"
        assert tuple(task.unit for task in kept.co_tasks) == units


async def test_a_number_picks_among_one_s_tickets(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        for _ in range(2):
            await play.say(OWNER, REPORT)
            await play.say(OWNER, "确认")
        told = await play.say(OWNER, "撤回")
        assert "1 ZH-2026-0001" in told[-1].message.spelt
        assert "确定撤回 ZH-2026-0001" in heard(play, await play.say(OWNER, "1"), OWNER)


async def test_a_number_that_is_none_is_told_with_the_reason(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        text = "我是宁波瓦屑坝食品有限公司的吕小满，手机139574300，门口的路坏了三个月，希望修好"
        told = heard(play, await play.say("吕小满", text), "吕小满")
        assert "不是能打通的号码" in told


async def test_a_paragraph_of_several_lines_stays_one_line_of_the_card(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = heard(play, await play.say(OWNER, f"{REPORT}\n谁能看到：没有人"), OWNER)
        lines = [line.strip() for line in told.splitlines()]
        assert len([line for line in lines if line.startswith("谁能看到：")]) == 1


async def test_what_is_added_at_the_card_goes_where_it_belongs(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, "厂门口道路坑坑洼洼，货车进出困难")
        await play.say(OWNER, "跳过")
        told = heard(play, await play.say(OWNER, "上个月20号开始的，希望尽快修好"), OWNER)
        assert "发生时间：上个月20号" in told
        assert "诉求：希望尽快修好" in told
        assert "号码打错了" not in heard(
            play, await play.say(OWNER, "号码打错了，13957430078"), OWNER
        )
        await play.say(OWNER, "确认")
        assert (await ticket(play)).phone == "13957430078"


async def test_going_back_from_the_card_loses_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        card = heard(play, await play.say(OWNER, REPORT), OWNER)
        await play.say(OWNER, "返回")
        await play.say(OWNER, "返回")
        assert heard(play, await play.say(OWNER, "取消"), OWNER) in card


async def test_the_same_form_opened_again_is_one_form(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(OWNER, "撤回")
        await play.say(OWNER, "撤回")
        told = heard(play, await play.say(OWNER, "取消"), OWNER)
        assert told.strip().endswith("继续办理。")


async def test_pictures_beyond_the_limit_are_refused_without_further_words(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT, files=9)
        told = heard(play, await play.say(OWNER, files=1), OWNER)
        assert "附件最多 9 个" in told
        assert "没看明白" not in told


async def test_a_number_does_an_act_on_somebody_else_s_ticket(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.REPLIED)
        await play.say("周岚", "查看 0001", group="工作群")
        assert "已通过，ZH-2026-0001" in heard(play, await play.say("周岚", "1"), "周岚")
        assert (await ticket(play)).state is State.CALLBACK
