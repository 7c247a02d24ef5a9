"""E1: people of many processes want the same seats; none is given twice, and nobody is lost."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from flows.registration.registration import Standing
from tests.engines import address
from tests.handlers.attending import publish, roll
from tests.stage import Stage, stage

pytestmark = [pytest.mark.usefixtures("engine"), pytest.mark.timeout(240)]
PROCESSES, PEOPLE, SEATS = 8, 500, 50


async def race(play: Stage, url: str, *arguments: str) -> Counter[Standing]:
    """Let the crowd in through eight processes at once; return where everybody stands."""
    share, more = divmod(PEOPLE, PROCESSES)
    firsts = [n * share + min(n, more) for n in range(PROCESSES + 1)]
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.faults.crowd",
            url,
            str(one),
            str(after - one),
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for one, after in pairwise(firsts)
    ]
    for process in running:
        assert process.stdout is not None
        await process.stdout.readline()
    said = await asyncio.gather(*(process.communicate(b"go\n") for process in running))
    wrong = [e.decode()[-2000:] for p, (_, e) in zip(running, said, strict=True) if p.returncode]
    assert not wrong, wrong[0]
    registrations = (await roll(play)).registrations.values()
    assert len({one.name + one.phone for one in registrations}) == PEOPLE
    return Counter(one.standing for one in registrations)


async def test_e1_of_500_people_at_8_processes_exactly_50_get_the_50_seats(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, f"名额{SEATS}人，候补500人")
        stand = await race(play, await address(tmp_path / "stage.db"))
    assert stand == {Standing.CONFIRMED: SEATS, Standing.WAITING: PEOPLE - SEATS}


async def test_e1_without_the_guard_the_same_race_oversells(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, f"名额{SEATS}人，候补500人")
        stand = await race(play, await address(tmp_path / "stage.db"), "--careless")
    assert stand[Standing.CONFIRMED] > SEATS
