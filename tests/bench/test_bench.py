"""The benchmark measures what it says: in small, and without looking at the time."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.bench import ours, shared
from tests.bench.__main__ import parser as everything
from tests.bench.__main__ import plan, words
from tests.bench.child import parser as one
from tests.bench.drive import MODES, Load
from tests.bench.peers.floor import Floor
from tests.bench.verdict import verdict

ROOT = Path(__file__).parents[2]
SMALL = Load(users=4, turns=2, parked=6, probes=8)


class Forgetful(Floor):
    """A bot that loses the detail of every form."""

    async def filed(self) -> Sequence[tuple[int, Mapping[str, str]]]:
        """Return the forms without it."""
        return [(user, {**form, "detail": ""}) for user, form in await super().filed()]


@pytest.mark.parametrize("mode", MODES)
async def test_every_mode_leaves_the_right_forms_and_the_rows_it_owes(
    mode: str, tmp_path: Path
) -> None:
    line = await ours.measure(mode, SMALL, tmp_path)
    assert line["rows_ok"], line
    assert line["ok"], line


async def test_a_race_with_every_message_twice_leaves_the_same(tmp_path: Path) -> None:
    line = await ours.measure("race", SMALL, tmp_path, twice=True)
    assert (line["right"], line["rows_ok"]) == (SMALL.users, True), line


async def test_a_race_through_two_workers_leaves_the_same(tmp_path: Path) -> None:
    line = await shared.measure(SMALL, tmp_path, twice=True)
    assert (line["right"], line["rows_ok"]) == (SMALL.users, True), line


def test_a_first_run_makes_the_folder_for_its_databases(tmp_path: Path) -> None:
    small = ("--users=2", "--turns=1", f"--folder={tmp_path / 'new' / 'data'}")
    command = (sys.executable, "-m", "tests.bench.child", "ours", "--mode=w1", *small)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows_ok"]


async def test_a_row_too_many_is_named(tmp_path: Path) -> None:
    async with ours.ours(ours.settings(tmp_path), SMALL.users) as peer:
        before = await peer.rows.counts()
        await asyncio.gather(*(peer.send(user, "你好") for user in range(2)))
    after = await peer.rows.counts()
    told = ours.judged("race", SMALL, before, after)
    assert not told["rows_ok"]
    assert told["rows"]["arrival.done"] == 2


@pytest.mark.parametrize("mode", ["w1", "service", "race"])
async def test_the_floor_fills_the_same_forms(mode: str) -> None:
    line = await MODES[mode](Floor(None, None), SMALL)
    assert line["ok"], line


async def test_a_bot_that_loses_an_answer_is_not_measured() -> None:
    assert not (await MODES["w1"](Forgetful(None, None), SMALL))["ok"]
    assert not (await MODES["race"](Forgetful(None, None), SMALL))["ok"]


def test_every_planned_process_understands_its_options() -> None:
    given = everything().parse_args(["--users", "3"])
    for run in plan(given.parked):
        understood = one().parse_args(list(words(run, given)))
        assert (understood.bot, understood.mode, understood.users) == (run.bot, run.mode, 3)


def line(bot: str, mode: str, **figures: Any) -> dict[str, Any]:
    return {"bot": bot, "mode": mode, "variant": "", "ok": True, "rows_ok": True, **figures}


def test_the_verdict_takes_medians_and_the_worst_race() -> None:
    spread = {"p50_us": 10.0, "p99_us": 25.0, "first_p50_us": 10.0, "first_p99_us": 20.0}
    w1 = [line("ours", "w1", per_s=n, cpu_us=n, **spread) for n in (100, 300, 9000)]
    idle = {"rss_idle_mb": 99.0}
    told = verdict(
        [
            *w1,
            line("floor", "w1", variant="full", cpu_us=100.0),
            line("aiogram", "w1", variant="redis+lock+fast", per_s=50),
            line("ours", "race", right=4, users=4),
            line("ours", "race", right=3, users=4, ok=False),
            line("ours", "race", right=4, users=4, processes=3),
            line("ours", "idle", parked=900, cpu_us=30.0, p50_us=60.0, **idle),
            line("ours", "idle", parked=100, cpu_us=20.0, p50_us=20.0, **idle),
        ]
    )
    assert told == {
        "cpu_vs_floor_full": 3.0,
        "throughput_vs_aiogram": 6.0,
        "p99_vs_p50": 2.5,
        "first_reply_p99_vs_p50": 2.0,
        "race_right": 0.75,
        "race_right_two_processes": 1.0,
        "idle_cost_ratio": 1.5,
        "idle_p50_ratio": 3.0,
        "idle_parked": 900,
        "rss_idle_mb": 99.0,
        "rows_ok": True,
    }


def test_what_was_not_measured_has_no_ratio() -> None:
    lost = line("ours", "w1", per_s=9, cpu_us=1.0) | {"ok": False, "rows_ok": False}
    told = verdict([lost, line("floor", "w1", variant="full", cpu_us=1.0)])
    assert told["cpu_vs_floor_full"] is None
    assert told["rows_ok"] is False
