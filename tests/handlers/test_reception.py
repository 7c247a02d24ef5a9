"""The outer edge: a batch in order, a defect that costs only itself, pace, redelivery."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Letter
from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Submit
from handlers.front import Front
from handlers.ports import Arrival
from handlers.reception import Outcome, Reception
from handlers.reports import ReportDesk
from handlers.visit import Visit
from tests.handlers.story import OWNER, REPORT, heard, known, ticket, tickets
from tests.handlers.test_report import ALL_OF_IT, arrival
from tests.stage import Stage, stage

CURSED = "咒语"


class CursedDesk(ReportDesk):
    """A desk with a defect: it cannot file what one person reports."""

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Fail after everything was written down, for one person only."""
        refused = await super().file(visit, state, submit)
        if visit.person.nick == CURSED:
            raise KeyError("a defect")
        return refused


def cursed(reception: Reception) -> Reception:
    talk = replace(
        reception.front.talk, desks={**reception.front.talk.desks, "report": CursedDesk()}
    )
    front = reception.front
    return replace(
        reception,
        front=Front(talk, replace(front.cases, talk=talk), replace(front.members, talk=talk)),
    )


async def receive(play: Stage, batch: list[Arrival]) -> tuple[Outcome, list[Letter]]:
    async with play.database.begin() as tx:
        filed = [one for one in await tx.admit(batch) if one is not None]
        outcome = await play.reception.receive(tx, filed)
    return outcome, await play.send()


@pytest.mark.usefixtures("engine")
async def test_a_defect_costs_only_its_own_arrival(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        play.reception = cursed(play.reception)
        who = ["甲", CURSED, "乙"]
        await play.take([arrival(play, name, f"a-{name}", text=ALL_OF_IT) for name in who])
        outcome, told = await receive(
            play, [arrival(play, name, f"b-{name}", text="确认") for name in who]
        )
        assert len(outcome.failed) == 1
        assert "KeyError" in next(iter(outcome.failed.values()))
        assert len(outcome.answered) == 2
        assert len(await tickets(play)) == 2
        assert "已登记" in heard(play, told, "甲")
        assert "已登记" in heard(play, told, "乙")
        assert heard(play, told, CURSED) == ""  # the apology is the intake's to send


@pytest.mark.usefixtures("engine")
async def test_after_a_defect_every_answer_is_still_there(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        sound = play.reception
        play.reception = cursed(sound)
        await play.say(CURSED, ALL_OF_IT)
        await receive(play, [arrival(play, CURSED, "x", text="确认")])
        assert (await known(play, CURSED)).consent == ""
        play.reception = sound
        await play.say(CURSED, "确认")
        assert (await ticket(play, (await tickets(play))[0].number)).contact == "沈丽"


@pytest.mark.usefixtures("engine")
async def test_a_later_arrival_of_a_batch_sees_what_an_earlier_one_filed(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        lines = (REPORT, "确认", "进度", "撤回", "确认", "进度")
        told = await play.take(
            [arrival(play, OWNER, f"m-{n}", text=text) for n, text in enumerate(lines)]
        )
        assert "已登记，编号 ZH-2026-0001" in heard(play, told, OWNER)
        assert (await ticket(play)).state == "withdrawn"
        assert len(await tickets(play)) == 1


@pytest.mark.usefixtures("engine")
async def test_the_same_arrival_twice_in_one_batch_is_one(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        twice = [arrival(play, OWNER, "same", text="确认") for _ in range(2)]
        await play.take(twice)
        assert len(await tickets(play)) == 1


@pytest.mark.usefixtures("engine")
async def test_who_writes_too_fast_is_asked_to_slow_down_and_nothing_is_dropped(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        answers = [heard(play, await play.say(OWNER, "菜单"), OWNER) for _ in range(65)]
        assert all("亲清助手" in told for told in answers)
        slowed = [n for n, told in enumerate(answers, 1) if "太快" in told]
        assert slowed == [61]  # said once, not with every message
        play.clock.now += timedelta(minutes=1, seconds=1)
        assert "太快" not in heard(play, await play.say(OWNER, "菜单"), OWNER)


@pytest.mark.usefixtures("engine")
async def test_one_persons_pace_is_not_anothers(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        batch = [arrival(play, OWNER, f"m{n}", text="菜单") for n in range(61)]
        await play.take([*batch, arrival(play, "别人", "other", text="菜单")])
        other = [s.message.text for s in play.seen if s.to == "别人"]
        assert len(other) == 1
        assert "太快" not in other[0]


@pytest.mark.usefixtures("engine")
async def test_a_flow_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        talk = play.reception.front.talk
        fewer: dict[str, Any] = {name: d for name, d in talk.desks.items() if name != "report"}
        front = replace(play.reception.front, talk=replace(talk, desks=fewer))
        play.reception = replace(play.reception, front=front)
        assert "已经停办" in heard(play, await play.say(OWNER, "确认"), OWNER)
        assert "没有填到一半" in heard(play, await play.say(OWNER, "确认"), OWNER)


@pytest.mark.usefixtures("engine")
async def test_what_cannot_be_read_is_said_to_be_unreadable(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = await play.say(OWNER, kind="unsupported")
        assert "看不了" in heard(play, told, OWNER)
        in_group = await play.say(OWNER, kind="unsupported", group="企业群")
        assert heard(play, in_group, "企业群")


def test_every_desk_is_known_by_its_flow(tmp_path: Path) -> None:
    from handlers import DESKS  # noqa: PLC0415

    flows: list[Flow[Any, Any]] = [desk.flow for desk in DESKS.values()]
    assert [flow.name for flow in flows] == list(DESKS)
