"""When campaigns leave: nights, days off and working Sundays, years without a calendar."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import BASE
from flows.campaigns.campaign import Stage as Campaigning
from handlers.ports import Group
from tests.handlers.campaigning import CLERK, GROUP, HEAD, approved, sent, stored, texts
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

DAYLESS = "写推送\n年底用工座谈会\n请各企业派人参加，地点在区工商联三楼。"
MORE = [f"企业群{n}" for n in range(6)]
STEP = timedelta(seconds=1)


def few_ahead(folder: Path, ahead: int) -> Path:
    """Write a configuration in which few messages are given to the robot at a time."""
    made = folder / "config"
    made.mkdir()
    text = (BASE / "campaigns.toml").read_text(encoding="utf-8")
    text, count = re.subn(r"^ahead = .*$", f"ahead = {ahead}", text, flags=re.MULTILINE)
    assert count == 1
    (made / "campaigns.toml").write_text(text, encoding="utf-8")
    return made


async def grow(play: Stage) -> None:
    """Put more groups of enterprises on record."""
    async with play.database.begin() as tx:
        for name in MORE:
            await tx.people.set_group(Group(f"cid-{name}", name, "enterprise"))


async def seen(play: Stage, step: timedelta, times: int) -> list[tuple[datetime, str]]:
    """Let time pass in steps; say which group got something when."""
    groups = {play.chat("企业群"), *(f"cid-{name}" for name in MORE)}
    found = []
    for _ in range(times):
        letters = await play.wait(step)
        found += [(play.clock.now, one.to) for one in letters if one.to in groups]
    return found


async def test_b12_one_that_runs_across_nine_stops_and_goes_on_next_morning_without_gaps(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, few_ahead(tmp_path, 2)) as play:
        await grow(play)
        play.clock.now = datetime(2026, 11, 24, 12, 58, 58, tzinfo=UTC)
        await approved(play)
        evening = await seen(play, timedelta(seconds=60), 1)  # 20:59:58 in Ningbo
        evening += await seen(play, STEP, 1)
        night = await seen(play, STEP, 3)
        morning = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
        night += await seen(play, morning - STEP - play.clock.now, 1)
        went_on = await seen(play, STEP, 5)
        assert night == []
        assert len(evening) == 4
        assert {at for at, _ in evening} == {
            datetime(2026, 11, 24, 12, 59, second, tzinfo=UTC) for second in (58, 59)
        }
        assert went_on[0][0] == morning
        every = Counter(to for _, to in (*evening, *went_on))
        assert every == dict.fromkeys((play.chat("企业群"), *(f"cid-{n}" for n in MORE)), 1)
        assert (await stored(play)).stage is Campaigning.DONE


@pytest.mark.parametrize(
    ("ready", "leaves"),
    [
        pytest.param("2026-09-20 10:00", "2026-09-20 10:01", id="a working Sunday"),
        pytest.param("2026-09-13 10:00", "2026-09-14 08:00", id="a Sunday"),
        pytest.param("2026-10-01 10:00", "2026-10-08 08:00", id="a week of days off"),
        pytest.param("2026-10-10 10:00", "2026-10-10 10:01", id="a working Saturday"),
    ],
)
async def test_b12_days_off_are_quiet_and_a_working_sunday_is_not(
    ready: str, leaves: str, tmp_path: Path
) -> None:
    async with stage(tmp_path) as play:
        play.clock.now = moment(ready)
        await approved(play, text=DAYLESS)
        assert texts(play, await play.wait(moment(leaves) - STEP - play.clock.now), GROUP) == []
        assert len(texts(play, await play.wait(STEP), GROUP)) == 1


def moment(text: str) -> datetime:
    """Read a moment of the office's zone."""
    return datetime.fromisoformat(f"{text}:00+08:00").astimezone(UTC)


@pytest.mark.parametrize("year", [2027, 2028])
async def test_b12_in_a_year_without_a_calendar_monday_to_friday_count_and_staff_are_told(
    year: int, tmp_path: Path
) -> None:
    async with stage(tmp_path) as play:
        play.clock.now = datetime(year, 3, 5 if year == 2027 else 3, 13, tzinfo=UTC)
        assert play.clock.now.isoweekday() == 5  # 21:00 of a Friday
        await play.say(CLERK, DAYLESS)
        await play.say(CLERK, "全部企业群")
        await play.say(CLERK, "确认")
        asked = texts(play, await play.press(CLERK, "提交审批"), HEAD)
        told = await play.press(HEAD, "通过")
        for words in (asked, texts(play, told, HEAD), texts(play, told, CLERK)):
            assert f"{year}年的放假安排还没公布" in "\n".join(words)
        monday = datetime(year, 3, 8 if year == 2027 else 6, 0, 0, tzinfo=UTC)
        assert texts(play, await play.wait(monday - STEP - play.clock.now), GROUP) == []
        assert len(texts(play, await play.wait(STEP), GROUP)) == 1


async def test_b12_in_a_year_with_its_calendar_nothing_is_said_of_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await approved(play, text=DAYLESS)
        assert "放假安排" not in "\n".join(one.message.text for one in play.seen)
        await sent(play)
