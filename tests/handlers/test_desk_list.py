"""清单: what waits for a member of staff, and nothing that they may not do."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.tickets.case import Extension, ReturnRequest, State, Suspension, Ticket
from flows.tickets.children import RestReason
from handlers.ports import Arrival, Place, Sender
from tests.engines import NOON
from tests.handlers.story import (
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    OWNER,
    buttons,
    carry,
    heard,
    known,
    people,
    person,
)
from tests.stage import Stage, stage
from tests.stock import made

pytestmark = pytest.mark.usefixtures("engine")


async def test_the_list_names_tickets_and_tasks_with_what_they_wait_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say("老陆", "请给我回电话 13957409988")
        told = heard(play, await play.say("王敏", "清单"), "王敏")
        assert "ZH-2026-0001：待受理" in told
        assert "任务 1：待回电" in told
        await play.say("王敏", "已回电 1")
        assert "任务 1" not in heard(play, await play.say("王敏", "清单"), "王敏")


async def test_nobody_is_asked_to_audit_their_own_answer(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.REPLIED)
        await play.say("周岚", "授权 demo-liaison-li 受理员")
        assert "待审核" not in heard(play, await play.say("李强", "清单"), "李强")
        assert "待审核" in heard(play, await play.say("王敏", "清单"), "王敏")


async def test_a_liaison_sees_no_tasks_of_the_desk(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say("老陆", "请给我回电话 13957409988")
        assert "没有等您办的" in heard(play, await play.say("李强", "清单"), "李强")


async def keep(play: Stage, *tickets: Ticket) -> None:
    async with play.database.begin() as tx:
        await tx.tickets.save(tickets, {})


async def reporter(play: Stage) -> int:
    await play.say(OWNER, "你好")
    return (await known(play, OWNER)).id


async def listed(play: Stage, who: str) -> list[str]:
    """Return the list of a person, line by line."""
    return heard(play, await play.say(who, "清单"), who).replace("  \n", "\n").splitlines()


async def test_the_desk_sees_what_is_late_then_today_then_whose_turn_it_is(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        owner = await reporter(play)
        await keep(
            play,
            made(1, owner, State.SUBMITTED),
            made(2, owner, State.IN_PROGRESS, due=-timedelta(days=1), lead_unit="gdj"),
            made(3, owner, State.ACCEPTED, due=timedelta(hours=1)),
            made(4, owner, State.NEED_INFO),
            made(5, owner, State.ASSIGNED, lead_unit="gdj"),
            made(6, owner, State.REPLIED, lead_unit="gdj"),
            made(7, owner, State.CALLBACK),
            made(8, owner, State.CLOSED),
        )
        assert await listed(play, CLERK) == [
            "清单共 7 件：",
            "【逾期 1 件】",
            "ZH-2026-0002：待答复，11月23日 12:00 前",
            "【今天到期 1 件】",
            "ZH-2026-0003：待交办，11月24日 13:00 前",
            "【等我审 1 件】",
            "ZH-2026-0006：待审核，11月27日 12:00 前",
            "【待受理 1 件】",
            "ZH-2026-0001：待受理，11月27日 12:00 前",
            "【待回访 1 件】",
            "ZH-2026-0007：待回访，答复发出 0 天",
            "【等企业 1 件】",
            "ZH-2026-0004：等企业补充，11月27日 12:00 前",
            "【等部门 1 件】",
            "ZH-2026-0005：待签收，11月27日 12:00 前",
            "看某一件请回复“查看 编号”。",
        ]


async def asked_for(play: Stage) -> None:
    """Keep one case of each kind in which somebody asked for a decision."""
    owner = await reporter(play)
    by: dict[str, Any] = {"by": owner, "at": NOON}
    longer = Extension(days=3, reason="待料", was_due=NOON, **by)
    rest = Suspension(
        reason=RestReason.SEASON, text="汛期", resume_on=date(2026, 12, 20), days=18, **by
    )
    returned = ReturnRequest(unit="gdj", basis="不属我司", suggested="zjj", **by)
    await keep(
        play,
        made(1, owner, State.IN_PROGRESS, lead_unit="gdj", extensions=(longer,)),
        made(2, owner, State.IN_PROGRESS, lead_unit="gdj", suspensions=(rest,)),
        made(3, owner, State.SUBMITTED, asked_reject_by=owner),
        made(4, owner, State.RETURN_REVIEW, lead_unit="gdj", returns=(returned,)),
    )


DECISIONS = [
    "ZH-2026-0001：待批延期，11月27日 12:00 前",
    "ZH-2026-0002：待批挂起，11月27日 12:00 前",
    "ZH-2026-0003：待复核不予受理，11月27日 12:00 前",
]
RULING = "ZH-2026-0004：退单待裁定，11月27日 12:00 前"


async def test_what_was_asked_for_stands_with_whoever_decides(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await asked_for(play)
        assert (await listed(play, HEAD))[:-1] == [
            "清单共 4 件：",
            "【等我审 4 件】",
            *DECISIONS,
            RULING,
        ]
        assert (await listed(play, CLERK))[:-1] == [
            "清单共 4 件：",
            "【等我审 1 件】",
            RULING,
            "【等负责人定 3 件】",
            *DECISIONS,
        ]


async def test_a_clerk_decides_where_there_is_nobody_above(tmp_path: Path) -> None:
    office = people(tmp_path, person(CLERK, '["clerk"]') + person(OWNER, '["entrepreneur"]'))
    async with stage(tmp_path, office) as play:
        await asked_for(play)
        assert "【等我审 4 件】" in await listed(play, CLERK)


async def test_a_department_sees_what_it_asked_for_and_not_what_is_ruled(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await asked_for(play)
        assert (await listed(play, LIAISON))[:-1] == [
            "清单共 2 件：",
            "【以后到期 2 件】",
            *DECISIONS[:2],
        ]


async def test_twelve_are_shown_three_have_a_button_and_the_rest_is_counted(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        owner = await reporter(play)
        await keep(play, *(made(n, owner) for n in range(1, 31)))
        told = await play.say(CLERK, "清单")
        assert heard(play, told, CLERK).count("ZH-2026-") == 12
        assert "【待受理 30 件】" in heard(play, told, CLERK)
        assert "还有 18 件没有列出" in heard(play, told, CLERK)
        assert buttons(play, told, CLERK) == [f"ZH-2026-000{n}" for n in (1, 2, 3)]


async def test_a_department_sees_its_own_and_where_its_opinion_is_asked(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        owner = await reporter(play)
        await keep(
            play,
            made(1, owner, State.ASSIGNED, lead_unit="gdj"),
            made(2, owner, State.IN_PROGRESS, lead_unit="jxj", supports=("gdj",)),
            made(3, owner, State.IN_PROGRESS, lead_unit="jxj"),
        )
        assert await listed(play, LIAISON) == [
            "清单共 2 件：",
            "【以后到期 2 件】",
            "ZH-2026-0001：待签收，11月27日 12:00 前",
            "ZH-2026-0002：待协办意见，11月27日 12:00 前",
            "看某一件请回复“查看 编号”。",
        ]


async def test_a_leader_sees_what_they_lead(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        owner = await reporter(play)
        leader = (await known(play, LEADER)).id
        await keep(
            play,
            made(1, owner, State.IN_PROGRESS, lead_unit="gdj", leader=leader),
            made(2, owner, State.IN_PROGRESS, lead_unit="gdj"),
        )
        told = await listed(play, LEADER)
        assert "ZH-2026-0001：待答复，11月27日 12:00 前" in told
        assert not [line for line in told if "0002" in line]


async def test_who_is_two_things_is_shown_a_ticket_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(HEAD, f"授权 {play.staff_id(LIAISON)} 受理员")
        owner = await reporter(play)
        await keep(play, made(1, owner, State.ASSIGNED, lead_unit="gdj"))
        told = await listed(play, LIAISON)
        assert told[0] == "清单共 1 件："
        assert len([line for line in told if "ZH-2026-0001" in line]) == 1


async def test_what_was_done_in_the_same_batch_is_seen(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        told = await play.take([line_of(play, CLERK, "受理 1"), line_of(play, CLERK, "清单")])
        assert "ZH-2026-0001：待交办" in heard(play, told, CLERK)


def line_of(play: Stage, who: str, text: str) -> Arrival:
    """Make a message that comes together with others."""
    play.count += 1
    ident = play.staff_id(who)
    return Arrival(
        channel="dingtalk",
        robot="robot",
        msg_id=f"m{play.count}",
        sender=Sender(ident, f"union-{ident}", f"$:{ident}", who),
        place=Place(private=True, chat=f"c-{ident}"),
        at=play.clock.now,
        text=text,
    )


async def test_the_own_problems_are_sorted_by_whose_turn_it_is_and_counted(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        owner = await reporter(play)
        await keep(
            play,
            made(1, owner, State.CLOSED),
            made(2, owner, State.IN_PROGRESS, lead_unit="gdj"),
            made(3, owner, State.CALLBACK),
            *(made(n, owner, State.WITHDRAWN) for n in range(4, 20)),
        )
        told = await play.say(OWNER, "我的问题")
        said = heard(play, told, OWNER)
        assert said.index("0003") < said.index("0002")
        assert said.count("ZH-2026-") == 12
        assert "还有 7 件没有列出" in said
        assert buttons(play, told, OWNER) == ["ZH-2026-0003", "ZH-2026-0002"]
