"""A case that cannot be read stops nobody else's, and is not passed over in silence."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.base import Letter
from flows.calendar import OFFICE_ZONE
from flows.tickets.case import State
from handlers.ports import Due, Nudge
from handlers.timers import CASE, DIGEST
from tests.engines import address, rows
from tests.handlers.story import CLERK, HEAD, LIAISON, ONE, OWNER, carry, heard, known
from tests.stage import Stage, stage
from tests.stock import made

pytestmark = pytest.mark.usefixtures("engine")

BROKEN = "ZH-2026-0002"
REPORT = "前天起我们厂的配电房天天跳闸，一天停三次，希望供电公司来人把线路查清楚。"


async def at(play: Stage, moment: str) -> list[Letter]:
    then = datetime.fromisoformat(moment).replace(tzinfo=OFFICE_ZONE)
    return await play.wait(then - play.clock.now)


async def two(play: Stage) -> None:
    """Lead two cases to the department, both due on the 1st of December."""
    await carry(play, State.ACCEPTED)
    for said in (REPORT, "1", "不是"):  # a problem of its own, whatever it looks like
        await play.say(OWNER, said)
    await play.say(OWNER, "确认")
    await play.say(CLERK, "受理 2")
    await play.say(CLERK, "取消")
    for number in (1, 2):
        await play.say(CLERK, f"交办 {number} 供电公司 协办无 一般")
        await play.say(CLERK, "确认")
        await play.say(LIAISON, f"签收 {number}")
        await play.say(LIAISON, f"首联 {number} 打过电话了")


class Damage:
    """What stands in a case, taken out of the records and put back."""

    def __init__(self, url: str) -> None:
        self._url = url
        ((self._body,),) = rows(url, "SELECT body FROM ticket WHERE number = ?", BROKEN)

    def do(self) -> None:
        self._write(b"nothing that anybody could read")

    def undo(self) -> None:
        self._write(self._body)

    def _write(self, body: object) -> None:
        rows(self._url, "UPDATE ticket SET body = ? WHERE number = ?", body, BROKEN)


async def damage(folder: Path) -> Damage:
    found = Damage(await address(folder / "stage.db"))
    found.do()
    return found


async def lines(play: Stage, *numbers: str) -> None:
    """Let lines about cases wait for somebody's digest of this very moment."""
    who, now = (await known(play, LIAISON)).id, play.clock.now
    key = f"{DIGEST}:{who}"
    async with play.database.begin() as tx:
        await tx.urging.add([Nudge(who, one, "met", f"met:{one}") for one in numbers], now)
        await tx.remind([Due(DIGEST, str(who), now, key)])


async def test_a_digest_tells_the_others_and_names_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await two(play)
        broken = await damage(tmp_path)
        await at(play, "2026-11-25 09:05")
        await lines(play, ONE, BROKEN)
        told = heard(play, await play.wait(timedelta()), LIAISON)
        assert f"{ONE} 有面商或协调会记录" in told
        assert f"有 1 件打不开，请管理员处理：{BROKEN}" in told
        broken.undo()
        told = heard(play, await at(play, "2026-11-25 15:00"), LIAISON)
        assert f"{BROKEN} 有面商或协调会记录" in told
        assert ONE not in told
        assert not await at(play, "2026-11-26 15:00")


async def test_a_digest_of_it_alone_names_it_once_a_slot(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await two(play)
        await damage(tmp_path)
        await at(play, "2026-11-25 09:05")
        await lines(play, BROKEN)
        for moment, said in (("09:05", True), ("09:06", False), ("14:59", False), ("15:00", True)):
            told = heard(play, await at(play, f"2026-11-25 {moment}"), LIAISON)
            assert ("打不开" in told) is said, moment


async def test_it_stays_on_the_list_and_its_people_hear_why_nothing_is_shown(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await two(play)
        await damage(tmp_path)
        told = heard(play, await play.say(LIAISON, "清单"), LIAISON)
        assert ONE in told
        assert BROKEN in told
        for who, text in ((LIAISON, "查看 2"), (OWNER, "进度 2"), (CLERK, "查看 2")):
            assert f"{BROKEN} 的内容现在打不开" in heard(play, await play.say(who, text), who), who
        assert "恒通紧固件" in heard(play, await play.say(LIAISON, "查看 1"), LIAISON)
        stranger = "刘芳"
        assert "没有找到" in heard(play, await play.say(stranger, "进度 2"), stranger)


async def test_one_act_on_several_does_the_others(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, "你好")
        who = (await known(play, OWNER)).id
        async with play.database.begin() as tx:
            await tx.tickets.save([made(n, who, State.ACCEPTED) for n in (1, 2, 3)], {})
        await damage(tmp_path)
        told = heard(play, await play.say(CLERK, "1、2、3 都交供电公司"), CLERK)
        assert f"{BROKEN} 的内容现在打不开" in told
        assert "交办 2 件" in told
        assert "办成 2 件，共 2 件" in heard(play, await play.say(CLERK, "确认"), CLERK)


async def test_the_clock_goes_on_with_it_once_it_is_brought_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await two(play)
        broken = await damage(tmp_path)
        for moment in ("2026-12-02 09:00", "2026-12-02 10:00"):
            told = heard(play, await at(play, moment), LIAISON)
            assert BROKEN not in told
        async with play.database.read() as tx:
            waiting = await tx.timers.due(play.clock.now + timedelta(hours=1), 100, (CASE,))
        assert BROKEN in {one.subject for one in waiting}
        broken.undo()
        await at(play, "2026-12-02 14:00")
        assert f"【催办】{BROKEN}" in heard(play, await at(play, "2026-12-02 15:00"), LIAISON)


async def test_the_rates_say_how_many_they_leave_out(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await two(play)
        assert "打不开" not in heard(play, await play.say(HEAD, "满意度"), HEAD)
        await damage(tmp_path)
        told = heard(play, await play.say(HEAD, "满意度"), HEAD)
        assert "打不开的 1 件没有算进去" in told
