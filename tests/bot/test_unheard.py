"""The stuck list: tickets whose reporter has heard nothing of them yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.base import Letter, SendFault
from bot.config import load_config
from bot.doctor.found import Patient, Sign
from bot.doctor.heard import heard as check
from bot.schedules import Schedules
from bot.settings import GivenSettings
from bot.unheard import first_answers
from flows.tickets.case import State
from tests.doors import TwoDoors, two_doors
from tests.engines import address
from tests.handlers.story import CLERK, HEAD, ONE, OWNER, REPORT, carry, heard

pytestmark = pytest.mark.usefixtures("engine")

NEVER = SendFault("staffId.invalid", None)


async def unanswered(play: TwoDoors) -> None:
    """Let a report be filed whose first answer is refused for good."""
    await play.say(OWNER, REPORT)
    play.rich.script = [NEVER]
    told = await play.say(OWNER, "确认")
    assert ONE not in heard(play, told, OWNER)


async def listed(play: TwoDoors) -> Sequence[str]:
    async with play.database.read() as tx:
        return await tx.doubts.unheard(play.clock.now)


async def morning(play: TwoDoors, days: int = 1) -> list[Letter]:
    """Let days go by, and the first hour of the last one."""
    office = play.reception.office
    daily = Schedules(play.database, [first_answers(office)], play.clock, wake=lambda: None)
    await daily.turn()
    play.clock.now += timedelta(days=days)
    await daily.turn()
    await daily.turn()
    return await play.send()


async def test_a_ticket_is_listed_until_its_reporter_hears_of_it(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await unanswered(play)
        assert await listed(play) == [ONE]
        await play.say(CLERK, "受理 1")
        assert await listed(play) == []


async def test_the_desk_hears_at_once_of_a_first_answer_that_was_refused(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await play.say(OWNER, REPORT)
        play.rich.script = [NEVER]
        told = await play.say(OWNER, "确认")
        for who in (CLERK, HEAD):
            said = heard(play, told, who)
            assert f"{ONE} 有通知可能没送到企业" in said
            assert said.count("没送到") == 1


async def test_what_was_answered_is_not_listed(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        assert await listed(play) == []


async def test_what_is_over_is_not_listed(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await unanswered(play)
        await play.say(OWNER, "撤回 1")
        await play.say(OWNER, "确认")
        assert await listed(play) == []


async def test_the_desk_hears_once_each_working_morning(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await unanswered(play)
        told = await morning(play)
        for who in (CLERK, HEAD):
            said = heard(play, told, who)
            assert said.count("报件人还没收到过回音") == 1
            assert ONE in said
        assert "报件人还没收到过回音" in heard(play, await morning(play), CLERK)


async def test_the_desk_is_left_alone_on_a_day_off_and_when_all_were_answered(
    tmp_path: Path,
) -> None:
    async with two_doors(tmp_path) as play:
        await unanswered(play)
        saturday = await morning(play, days=4)
        assert heard(play, saturday, CLERK) == ""
        await play.say(CLERK, "受理 1")
        assert "报件人还没收到过回音" not in heard(play, await morning(play, days=2), CLERK)


async def test_the_doctor_names_them(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await unanswered(play)
        url = await address(tmp_path / "stage.db")
        given = GivenSettings.model_validate({"data_dir": tmp_path, "database_url": url})
        patient = Patient(given, load_config(), play.clock.now + timedelta(hours=1), {})
        (found,) = await check(patient)
        assert (found.sign, found.key) == (Sign.MIND, "doctor.heard.none")
        assert found.blanks["numbers"] == ONE
        await play.say(CLERK, "受理 1")
        (found,) = await check(patient)
        assert (found.sign, found.key) == (Sign.FINE, "doctor.heard.ok")
