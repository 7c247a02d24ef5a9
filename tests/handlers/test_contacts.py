"""People change in an enterprise: who left can do nothing, a colleague takes the case over."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.tickets.case import State
from handlers.ports import Button
from tests.handlers.story import (
    CLERK,
    LIAISON,
    ONE,
    OWNER,
    REPORT,
    carry,
    heard,
    history,
    known,
    people,
    person,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
UNBIND = "解绑 demo-owner-chen 本月离职"
HEIR = "id-小陈"


def with_colleague(folder: Path) -> Path:
    """Add a colleague of the enterprise to the shipped people."""
    shipped = (Path(__file__).parents[2] / "config" / "people.toml").read_text("utf-8")
    bound = 'enterprise = "镇海恒通紧固件有限公司"\nphone = "13805740099"'
    other = 'enterprise = "宁波别家厂"\nphone = "13805740098"'
    body = shipped.replace("\ndemo = true", "", 1)
    added = person("小陈", '["entrepreneur"]', bound) + person("老王", '["entrepreneur"]', other)
    head, groups = body.split("\n[[group]]", 1)
    return people(folder, f"{head}{added}\n[[group]]{groups}")


async def left(play: Stage, to: State = State.ASSIGNED) -> None:
    """Lead a case up to a state, then let its reporter leave the enterprise."""
    await carry(play, to)
    await play.say(CLERK, UNBIND)


async def test_u10_buttons_of_somebody_who_left_do_nothing_and_the_desk_hears_of_the_cases(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await carry(play, State.CALLBACK)
        told = await play.say(CLERK, UNBIND)
        assert ONE in heard(play, told, CLERK)
        assert "请换联系人" in heard(play, told, "工作群")
        before = await ticket(play)
        for act in ("satisfied", "supplement", "withdraw", "urge", "progress", "view"):
            pressed = await play.say(OWNER, button=Button(f"a:{act}:{ONE}", "card"))
            assert "没有找到" in heard(play, pressed, OWNER), act
        assert await ticket(play) == before
        assert (await known(play, OWNER)).binding == "none"


async def test_u10_what_somebody_had_begun_to_write_is_gone(tmp_path: Path) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await play.say(OWNER, "厂门口道路坑坑洼洼，上个月起货车进出困难，希望尽快修好")
        await play.say(CLERK, UNBIND)
        told = heard(play, await play.say(OWNER, "继续"), OWNER)
        assert "坑坑洼洼" not in told


async def test_scenario_31_a_colleague_takes_the_case_over_with_proof_and_it_goes_on(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await left(play, State.IN_PROGRESS)
        due = (await ticket(play)).due_on
        told = await play.say(CLERK, f"换联系人 1 {HEIR} 企业介绍信")
        case = await ticket(play)
        assert (case.contact, case.phone, case.left) == ("小陈", "13805740099", False)
        assert (case.state, case.due_on) == (State.IN_PROGRESS, due)
        assert "今后由您联系" in heard(play, told, "小陈")
        assert "13805740099" in heard(play, told, LIAISON)
        assert "催办" in heard(play, await play.say("小陈", "催办 1"), "小陈")
        entries = await history(play, f"ticket:{ONE}")
        assert [e.act for e in entries][-3:] == ["leave", "recontact", "urge"]
        assert entries[-2].personal["note"] == "企业介绍信"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"换联系人 1 {HEIR}", "凭证"),
        ("换联系人 1 nobody 介绍信", "换联系人 编号"),
        ("换联系人 1 id-老王 介绍信", "没有绑定这家企业"),
        ("换联系人 9 id-小陈 介绍信", "没有找到"),
    ],
)
async def test_nobody_takes_a_case_over_without_proof_or_from_elsewhere(
    tmp_path: Path, line: str, said: str
) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await left(play)
        before = await ticket(play)
        assert said in heard(play, await play.say(CLERK, line), CLERK)
        assert await ticket(play) == before


async def test_without_a_contact_whoever_took_the_case_on_tells_the_enterprise(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await left(play)
        told = await play.say(LIAISON, "签收 1")
        assert heard(play, told, OWNER) == ""
        assert "请打电话转告" in heard(play, told, CLERK)


async def test_who_left_hears_nothing_more_of_a_case_that_theirs_was_merged_into(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await carry(play, State.SUBMITTED)
        for line in (REPORT, "确认"):
            await play.say("老王", line)
        await play.say(CLERK, "并案 2 到 1")
        assert (await ticket(play, "ZH-2026-0002")).state is State.MERGED
        await play.say(CLERK, "解绑 id-老王 本月离职")
        assert (await ticket(play)).joined == ()
        before = len(play.seen)
        await carry(play, State.CALLBACK, State.SUBMITTED)
        assert heard(play, play.seen[before:], "老王") == ""


@pytest.mark.parametrize("who", [OWNER, LIAISON, "路人"])
async def test_only_the_desk_changes_who_speaks_for_an_enterprise(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await carry(play, State.ASSIGNED)
        before = await ticket(play)
        for line in (UNBIND, f"换联系人 1 {HEIR} 介绍信"):
            assert heard(play, await play.say(who, line), who)
        assert await ticket(play) == before
        assert (await known(play, OWNER)).binding == "bound"
