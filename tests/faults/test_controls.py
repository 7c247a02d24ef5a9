"""The harness finds what it looks for: each guard of the product taken out, one at a time."""

import contextlib
import re
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from bot.keys import Keys
from bot.storage.database import Database
from tests import servers
from tests.engines import dispatch
from tests.faults.fleet import alone, split
from tests.faults.judge import Verdict
from tests.faults.scene import Scene, scene, sqlite_file
from tests.faults.test_clock import LAUNCHER
from tests.wire.bot import KEY, now

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

FEW = 70
CALLS = 500
CROWD = 80  # people at once who can only be written to through the OpenAPI
WEBHOOK = "/robot/sendBySession"


async def without(guard: str, folder: Path, trouble: str = "none", *, parallel: int = 8) -> Verdict:
    """Run a small load on a bot that lacks something, and judge."""

    url = sqlite_file(folder)
    arguments = () if guard == "nothing" else ("--without", guard)
    processes = partial(alone, folder, url, launcher=LAUNCHER, arguments=arguments)
    async with scene(processes, url) as run:
        if parallel == CROWD:
            run.load.thought, run.load.without_webhooks = 0.0, True
        else:
            run.load.patience, run.load.thought = 6.0, 0.5
        await run.under_load(TROUBLES[trouble](run), parallel=parallel, messages=FEW)
        return await run.settle()


async def nothing(run: Scene) -> None:
    """Leave the bot alone."""


async def kills(run: Scene) -> None:
    """Kill it three times."""
    await run.fleet.kill_now_and_then(3, run.chance, (0.3, 1.0))


async def slow_answers(run: Scene) -> None:
    """Let the platform take calls up sooner or later, as chance has it."""
    for _ in range(CALLS):
        run.load.control.hang(WEBHOOK, run.chance.uniform(0, 0.3))


TROUBLES = {"none": nothing, "kills": kills, "slow answers": slow_answers}


@pytest.mark.parametrize("trouble", ["none", "slow answers"])
async def test_with_all_its_guards_the_bot_passes_the_small_load(
    trouble: str, tmp_path: Path
) -> None:
    verdict = await without("nothing", tmp_path, trouble)
    assert not verdict.findings, verdict


async def test_an_acknowledgement_before_the_commit_loses_messages(tmp_path: Path) -> None:
    verdict = await without("commit", tmp_path, "kills")
    assert "lost" in verdict.kinds, verdict


async def test_replies_without_lanes_overtake_each_other(tmp_path: Path) -> None:
    verdict = await without("lanes", tmp_path, "slow answers")
    assert verdict.kinds == {"order"}, verdict


async def test_arrivals_without_a_unique_key_are_doubled(tmp_path: Path) -> None:
    await records_without_unique_arrivals(tmp_path / "data" / "qinqing.db")
    verdict = await without("unique", tmp_path)
    assert "doubled" in verdict.kinds, verdict


async def records_without_unique_arrivals(file: Path) -> None:
    """Make the tables, and let the table of arrivals hold the same message twice."""
    database = Database(f"sqlite+aiosqlite:///{file}", Keys(KEY), now, dispatch)
    await database.open()
    await database.close()
    with contextlib.closing(sqlite3.connect(file)) as connection:
        query = "SELECT sql FROM sqlite_master WHERE name = 'arrival'"
        (whole,) = connection.execute(query).fetchone()
        loose, count = re.subn(r",\s*CONSTRAINT uq_arrival\w+ UNIQUE \([^)]*\)", "", whole)
        assert count == 1, whole
        connection.executescript(f"DROP TABLE arrival; {loose};")


async def test_calls_that_no_window_counts_come_faster_than_the_platform_allows(
    tmp_path: Path,
) -> None:
    kept = await without("nothing", tmp_path / "with", parallel=CROWD)
    assert not kept.findings, kept
    verdict = await without("windows", tmp_path / "without", parallel=CROWD)
    assert "window" in verdict.kinds, verdict


async def test_workers_that_take_the_same_person_at_once_are_found(tmp_path: Path) -> None:
    arguments = ("--without", "locks")
    async with servers.database() as url:
        processes = partial(
            split, tmp_path, url, gateways=1, launcher=LAUNCHER, arguments=arguments
        )
        async with scene(processes, url) as run:
            run.load.patience = 6.0
            await run.under_load(nothing(run), parallel=20, messages=4 * FEW)
            verdict = await run.settle()
            assert verdict.kinds & {"lost", "doubled", "order"}, verdict
