"""The 管理员 are asked for a year's days off (放假安排) while its notice is not written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.handlers.restarting import morning, official, restart
from tests.handlers.story import CLERK, HEAD, heard
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

SOON, MISSING = "明年（2027 年）的放假安排还没有录入", "今年（2027 年）的放假安排还没有录入"


async def asked(play: Stage, at: datetime, overlay: Path | None = None) -> Sequence[str]:
    """Let a morning come, and return which of the two questions the administrator hears."""
    play.clock.now = at
    said = heard(play, await (restart(play, overlay) if overlay else morning(play)), HEAD)
    return [text for text in (SOON, MISSING) if text in said]


async def test_they_hear_once_in_december_and_once_in_the_year_itself(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        nine = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
        heard_on = {}
        for days in range(60):
            found = await asked(play, nine + timedelta(days))
            if found:
                heard_on[(nine + timedelta(days)).date().isoformat()] = found
        assert heard_on == {"2026-12-01": [SOON], "2027-01-04": [MISSING]}


async def test_they_are_left_alone_on_a_day_off(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        assert await asked(play, datetime(2026, 12, 5, 1, 0, tzinfo=UTC)) == []  # a Saturday
        assert await asked(play, datetime(2026, 12, 7, 1, 0, tzinfo=UTC)) == [SOON]


async def test_nobody_is_asked_for_what_is_written_down(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        written = official(tmp_path)
        assert await asked(play, datetime(2026, 12, 1, 1, 0, tzinfo=UTC), written) == []
        assert await asked(play, datetime(2027, 1, 5, 1, 0, tzinfo=UTC), written) == []


async def test_a_year_further_on_both_years_are_asked_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        play.clock.now = datetime(2029, 12, 3, 1, 0, tzinfo=UTC)
        said = heard(play, await morning(play), HEAD)
        assert "今年（2029 年）" in said
        assert "明年（2030 年）" in said


async def test_only_administrators_are_asked(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        play.clock.now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
        told = await morning(play)
        assert {play.where(letter) for letter in told} == {HEAD}
        assert heard(play, told, CLERK) == ""


async def test_a_morning_that_was_missed_is_left_to_the_next_one(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        assert await asked(play, datetime(2026, 12, 1, 4, 0, tzinfo=UTC)) == []  # noon
        assert await asked(play, datetime(2026, 12, 2, 1, 0, tzinfo=UTC)) == [SOON]
