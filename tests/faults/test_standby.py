"""A gateway that is killed: the other one takes over, and everything that was held is answered."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from tests import servers
from tests.faults.fleet import Process, split
from tests.faults.scene import Scene, scene
from tests.wire.bot import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

TAKEN_OVER_WITHIN = 15.0  # what the office was promised
AT_ONCE = 5.0
MESSAGES = 140
OWNER = "SELECT owner FROM lease WHERE name LIKE 'stream:%'"


async def owner(run: Scene) -> Process:
    """Find the gateway that reads the stream."""

    async def found() -> Process | None:
        name = await run.records.text(OWNER)
        living = (p for p in run.fleet.processes if p.lives and p.process)
        return next((p for p in living if p.process and f":{p.process.pid}:" in name), None)

    process: Process = await until(found, what="a living gateway owns the stream")
    await run.load.control.wait_connected()
    return process


async def end_owners(run: Scene) -> None:
    """Kill the owner twice, then end it in an orderly way."""
    for _ in range(2):
        await asyncio.sleep(run.chance.uniform(0.5, 2.0))
        first = await owner(run)
        await first.kill()
        run.fleet.kills += 1
        await run.load.control.wait_connected(timeout=TAKEN_OVER_WITHIN)
        assert await owner(run) is not first
        await first.begin()
        await first.up()
    await asyncio.sleep(1.0)
    last = await owner(run)
    ending = asyncio.create_task(last.terminate())
    await until(lambda: not run.load.control.connections, within=AT_ONCE)
    await run.load.control.wait_connected(timeout=AT_ONCE)
    assert (await ending)[0] == 0


async def test_the_standby_takes_over_within_fifteen_seconds_and_everything_is_answered(
    tmp_path: Path,
) -> None:
    async with (
        servers.database() as url,
        scene(partial(split, tmp_path, url, workers=1), url) as run,
    ):
        await run.under_load(end_owners(run), parallel=4, messages=MESSAGES)
        verdict = await run.settle()
        assert not verdict.findings, verdict
        assert verdict.acknowledged == verdict.messages >= MESSAGES
