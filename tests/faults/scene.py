"""A platform, a fleet and its load, put together for one run and judged at its end."""

import asyncio
import os
import random
import secrets
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.config import load_config
from bot.simulator.server import DingTalkSimulator
from bot.simulator.timings import Timings
from bot.simulator.world import Group, World
from tests.faults.fleet import Fleet, Process, started
from tests.faults.judge import Verdict, judge
from tests.faults.load import Load
from tests.faults.records import UNSETTLED, Records
from tests.wire.bot import platform, until
from tests.wire.chat import crowd, world

# On demand, ten times as much: QINQING_FAULTS_LONG=1; the moments again: QINQING_TEST_SEED=…
LONG = os.environ.get("QINQING_FAULTS_LONG") == "1"
MESSAGES = 3000 if LONG else 300
KILLS = 40 if LONG else 15
PEOPLE = 3 * MESSAGES  # at most; whoever is not needed says nothing
QUIET_WITHIN = 90.0
# A frame that a dead process did not acknowledge is pushed again until one does.
AGAIN = Timings(redeliver_after=tuple(timedelta(seconds=0.7 * n) for n in range(1, 200)))

Processes = Callable[[str], Sequence[Process]]
"""Build the processes of a fleet before a platform's address."""


@dataclass(slots=True)
class Scene:
    """One run."""

    fleet: Fleet
    load: Load
    records: Records
    chance: random.Random
    simulator: DingTalkSimulator

    async def under_load(
        self, trouble: Coroutine[Any, Any, None], *, parallel: int = 12, messages: int = MESSAGES
    ) -> None:
        """Make trouble while people report: at least so many messages, and until it is over."""
        async with asyncio.TaskGroup() as group:
            making = group.create_task(trouble)
            group.create_task(
                self.load.run(lambda: not making.done(), parallel=parallel, messages=messages)
            )

    async def settle(self) -> Verdict:
        """Wait for quiet, and judge."""
        await until(self._settled, within=QUIET_WITHIN, what="everything is settled")
        verdict = judge(self.load, await self.records.snapshot())
        print(f"{self.fleet.kills} kills, {verdict}")  # noqa: T201 - the figures of the run
        return verdict

    async def _settled(self) -> bool:
        acknowledged = all(self.load.push(said).acknowledged for said in self.load.said)
        return acknowledged and not await self.records.number(UNSETTLED)


@asynccontextmanager
async def scene(
    processes: Processes,
    url: str,
    *,
    people: int = PEOPLE,
    groups: Sequence[Group] = (),
    timings: Timings = AGAIN,
) -> AsyncIterator[Scene]:
    """Start a platform with people nobody knows and more groups, and a fleet; print the seed."""
    seed = os.environ.get("QINQING_TEST_SEED") or secrets.token_hex(4)
    print(f"QINQING_TEST_SEED={seed}")  # noqa: T201 - shown when the test fails
    chance = random.Random(seed)  # noqa: S311 - moments of chance
    began = time.monotonic()
    known = world(load_config(), crowd(people))
    everybody = World(known.users, [*known.groups, *groups])
    async with (
        platform(everybody, qps=None, timings=timings) as simulator,
        started(*processes(simulator.base_url)) as fleet,
    ):
        load = Load(simulator.control, chance, people)
        try:
            yield Scene(fleet, load, Records(url), chance, simulator)
        except BaseException:
            print(fleet.logs())  # noqa: T201
            raise
        finally:
            took = time.monotonic() - began
            print(f"{len(load.said)} messages, {fleet.kills} kills, {took:.0f} s")  # noqa: T201


def sqlite_file(folder: Path) -> str:
    """Give the address of the records that a fleet in this folder keeps."""
    return f"sqlite+aiosqlite:///{folder / 'data' / 'qinqing.db'}"
