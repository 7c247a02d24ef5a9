"""A wall clock that jumps two hours ahead and back under load stops nothing and opens nothing."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from tests.faults.fleet import alone
from tests.faults.scene import LONG, MESSAGES, Scene, scene, sqlite_file

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000 if LONG else 300)]

HOURS = (2, 0, -2, 0, 2, -2, 0)
LAUNCHER = ("-m", "tests.faults.process")
PATIENCE = 10.0  # an answer that takes longer than this was stopped by the clock


def move(file: Path, hours: float) -> None:
    """Set how far the bot's clock is ahead of the system's."""
    file.write_text(str(hours * 3600))


async def jump(run: Scene, file: Path) -> None:
    """Move the clock of the bot about."""
    for hours in HOURS:
        await asyncio.sleep(run.chance.uniform(1.0, 4.0))
        print(f"the clock jumps to {hours:+} h")  # noqa: T201 - shown when the test fails
        move(file, hours)
    await asyncio.sleep(3.0)


async def test_a_wall_clock_that_jumps_two_hours_loses_nothing_and_answers_flow(
    tmp_path: Path,
) -> None:
    clock = tmp_path / "clock"
    move(clock, 0)

    url = sqlite_file(tmp_path)
    arguments = ("--clock", str(clock))
    processes = partial(alone, tmp_path, url, launcher=LAUNCHER, arguments=arguments)
    async with scene(processes, url) as run:
        run.load.patience = PATIENCE
        await run.under_load(jump(run, clock), parallel=8)
        verdict = await run.settle()
        assert not verdict.findings, verdict
        assert (verdict.doubles, verdict.unknown) == (0, 0)
        assert verdict.acknowledged == verdict.messages >= MESSAGES
