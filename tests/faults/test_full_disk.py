"""SQLite on a full disk: what was acknowledged stays, people are told to wait, then it goes on."""

import asyncio
import resource
from functools import partial
from pathlib import Path

import pytest

from tests.faults.fleet import Process, alone
from tests.faults.scene import LONG, MESSAGES, Scene, scene, sqlite_file
from tests.wire.bot import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000 if LONG else 300)]

TIMES = 3
FULL = 4.0  # seconds; people are told after two
LIMIT = resource.RLIMIT_FSIZE


def fill(process: Process) -> None:
    """Let a process write to no file beyond half the size of its database.

    The system refuses it (EFBIG) as it does on a full disk (ENOSPC), and needs no rights for that.
    The write-ahead log cannot grow, nor can it begin anew, because that takes writes to the
    database; the process's output goes to a file that is far smaller.
    """
    assert process.process is not None
    resource.prlimit(process.process.pid, LIMIT, (half(process), resource.RLIM_INFINITY))


def half(process: Process) -> int:
    """Give half the size of the database in bytes."""
    return process.database_file.stat().st_size // 2


def is_large(process: Process) -> bool:
    """Say whether the database is so large that a limit for it leaves room for the output."""
    return half(process) > 2 * process.log_file.stat().st_size


def make_room(process: Process) -> None:
    """Let the files grow again."""
    assert process.process is not None
    resource.prlimit(process.process.pid, LIMIT, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


async def unready(process: Process) -> bool:
    """Say whether the process tells that its database cannot be written."""
    status, body = await process.health("/readyz")
    return status == 503 and "database" in str(body)


async def fill_now_and_then(run: Scene, process: Process) -> None:
    """Fill the disk and make room again, at moments of chance, while people write."""
    for _ in range(TIMES):
        await until(partial(is_large, process), within=30, what="a checkpoint was made")
        heard = sum("系统忙" in str(b.content.get("text")) for b in run.load.control.sent())
        fill(process)

        def told(before: int = heard) -> bool:
            sent = run.load.control.sent()
            return sum("系统忙" in str(b.content.get("text")) for b in sent) > before

        await until(told, within=60, what="somebody is told to wait")
        await until(partial(unready, process), within=60, what="/readyz names the database")
        await asyncio.sleep(run.chance.uniform(0, FULL))
        assert process.lives
        make_room(process)
        await asyncio.sleep(run.chance.uniform(1.0, 3.0))


async def test_a_full_disk_holds_messages_tells_people_and_loses_nothing(tmp_path: Path) -> None:
    url = sqlite_file(tmp_path)
    async with scene(partial(alone, tmp_path, url), url) as run:
        process = run.fleet["all"]
        await run.under_load(fill_now_and_then(run, process), parallel=8)
        verdict = await run.settle()
        assert not verdict.findings, verdict
        assert verdict.told_busy >= TIMES
        assert verdict.doubles == 0
        assert verdict.acknowledged == verdict.messages >= MESSAGES
