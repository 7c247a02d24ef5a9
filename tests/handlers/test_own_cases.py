"""Staff with a case of their own: they are its enterprise, and others handle it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.tickets.case import Instruction, Joined, LeaderCase, Note, State, Tier
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    ONE,
    SUPPORT,
    buttons,
    carry,
    change,
    heard,
    history,
    known,
    ticket,
)
from tests.handlers.test_contacts import UNBIND, with_colleague
from tests.handlers.test_merging import OTHER, two
from tests.handlers.test_what_stays_inside import THREE, third
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
SECRETARY, INSPECTOR = "吴倩", "林峰"
SIGNED = "孙工 13805740029"


async def own(play: Stage, who: str, state: State, **more: object) -> None:
    """Lead a case up to a state and make it somebody's own."""
    await carry(play, state)
    await change(play, reporter=(await known(play, who)).id, **more)


ACTS = [
    (CLERK, State.SUBMITTED, "受理 1", HEAD),
    (CLERK, State.ACCEPTED, "交办 1 供电公司", HEAD),
    (CLERK, State.REPLIED, "审核通过 1", HEAD),
    (CLERK, State.IN_PROGRESS, "进展 1 看过了", HEAD),
    (CLERK, State.CALLBACK, "回访 1 没人接", HEAD),
    (CLERK, State.IN_PROGRESS, "链接 1", HEAD),
    (HEAD, State.ACCEPTED, "交办 1 供电公司", CLERK),
    (HEAD, State.IN_PROGRESS, "领办 1", "工商联"),
    (LIAISON, State.IN_PROGRESS, f"答复 1 {ANSWER}", CLERK),
    (SUPPORT, State.IN_PROGRESS, "协办意见 1 同意", CLERK),
    (LEADER, State.IN_PROGRESS, "批示 1 请抓紧", SECRETARY),
    (SECRETARY, State.IN_PROGRESS, "批示 1 郑伟民：请抓紧", LEADER),
    (INSPECTOR, State.IN_PROGRESS, "督办 1", HEAD),
]


@pytest.mark.parametrize(("who", "state", "line", "named"), ACTS, ids=str)
async def test_staff_do_nothing_inside_on_what_they_reported_and_hear_who_may(
    tmp_path: Path, who: str, state: State, line: str, named: str
) -> None:
    async with stage(tmp_path) as play:
        await own(play, who, state)
        before = await ticket(play)
        told = heard(play, await play.say(who, line), who)
        assert "您自己反映" in told
        assert named in told
        assert who not in told.partition("可以办的有")[2]
        assert await ticket(play) == before


async def test_who_joined_a_case_does_not_accept_it_either(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await change(play, joined=(Joined(person=(await known(play, CLERK)).id),))
        assert HEAD in heard(play, await play.say(CLERK, "受理 1"), CLERK)
        assert (await ticket(play)).state is State.SUBMITTED


async def test_staff_read_of_what_they_reported_what_the_enterprise_reads(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        by = (await known(play, HEAD)).id
        inside = Note(kind="note", text="内部先不说", by=by, at=play.clock.now)
        await own(play, CLERK, State.REPLIED, notes=(inside,))
        told = await play.say(CLERK, "查看 1")
        assert "跳闸三次" in heard(play, told, CLERK)
        for said in ("内部先不说", ANSWER, "交办单"):
            assert said not in heard(play, told, CLERK)
        assert "审核通过" not in buttons(play, told, CLERK)
        assert "没有找到" in heard(play, await play.say(CLERK, "查 内部先不说"), CLERK)


async def test_a_leader_reads_no_instruction_about_what_they_reported(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        by = (await known(play, LEADER)).id
        said = Instruction(leader=by, text="请抓紧", at=play.clock.now)
        await own(play, LEADER, State.IN_PROGRESS, instructions=(said,))
        assert "没有" in heard(play, await play.say(LEADER, "看批示 1"), LEADER)


async def test_the_rule_makes_nobody_leader_of_what_they_reported(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await own(play, LEADER, State.ACCEPTED)
        await play.say(HEAD, "交办 1 供电公司 疑难")
        await play.say(HEAD, "确认")
        case = await ticket(play)
        assert (case.state, case.tier, case.leader) == (State.ASSIGNED, Tier.HARD, None)


async def test_a_digest_does_not_remind_anybody_of_what_they_reported(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        by = (await known(play, LEADER)).id
        led = LeaderCase(leader=by, why="chosen", since=play.clock.now)
        await change(play, reporter=by, leaders=(led,))
        sent = []
        for _ in range(16):
            sent += await play.wait(timedelta(hours=12))
        assert ONE in heard(play, sent, LIAISON)
        assert "领办" not in heard(play, sent, LEADER)


async def test_the_desk_speaks_for_a_department_whose_only_liaison_reported_the_case(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await own(play, LIAISON, State.ACCEPTED)
        await play.say(CLERK, "交办 1 供电公司 协办无")
        told = await play.say(CLERK, "确认")
        assert "签收" in buttons(play, told, CLERK)
        assert "签收" not in buttons(play, told, LIAISON)
        for line in ("签收 1", SIGNED):
            await play.say(CLERK, line)
        assert (await ticket(play)).state is State.IN_PROGRESS


async def test_who_wrote_the_answer_for_a_department_is_told_who_may_audit_it(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await play.say(HEAD, f"收回授权 {play.staff_id(LIAISON)} 联络员 供电公司")
        await carry(play, State.ACCEPTED)
        await play.say(CLERK, "交办 1 供电公司 协办无")
        for line in ("确认", "签收 1", SIGNED, "首联 1 打过电话了", f"答复 1 {ANSWER}", "A"):
            await play.say(CLERK, line)
        assert (await ticket(play)).state is State.REPLIED
        told = heard(play, await play.say(CLERK, "审核通过 1"), CLERK)
        assert "要别人来审" in told
        assert HEAD in told
        assert (await ticket(play)).state is State.REPLIED
        await play.say(HEAD, "审核通过 1")
        assert (await ticket(play)).state is State.CALLBACK


async def test_who_left_the_enterprise_hears_nothing_of_what_their_case_follows_however_far_up(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await two(play)
        await third(play)
        await play.say(CLERK, "并案 1 到 2")
        await play.say(CLERK, "并案 2 到 3")
        owner = (await known(play, "陈建国")).id
        assert (await ticket(play, THREE)).joined_as(owner)
        await play.say(CLERK, UNBIND)
        assert not (await ticket(play, THREE)).joined_as(owner)
        assert not (await ticket(play, "ZH-2026-0002")).joined_as(owner)
        assert [line.act for line in await history(play, f"ticket:{THREE}")][-1] == "leave"
        told = await play.say(CLERK, "受理 3")
        assert heard(play, told, "陈建国") == ""
        assert heard(play, told, OTHER) != ""
