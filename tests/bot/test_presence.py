"""Who is certainly dead: a killed process at once, and nobody else."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.presence import BOOT, FOLDER, KEPT, Presence

pytestmark = pytest.mark.skipif(not BOOT.exists(), reason="the system does not name its kernel")

OTHER = "host:1:other"
LIVES = """
import sys, time
from pathlib import Path
from bot.presence import Presence
Presence(Path(sys.argv[1]), sys.argv[2]).begin()
print("lives", flush=True)
time.sleep(60)
"""


@asynccontextmanager
async def another(folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a process that shows that it lives."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LIVES, str(folder), OTHER), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"lives\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.fixture
def mine(tmp_path: Path) -> Presence:
    return Presence(tmp_path, "host:2:mine")


def the_file(folder: Path) -> Path:
    (path,) = (folder / FOLDER).iterdir()
    return path


async def test_a_process_that_was_killed_has_ended_and_one_that_hangs_has_not(
    mine: Presence, tmp_path: Path
) -> None:
    async with another(tmp_path) as process:
        assert not mine.has_ended(OTHER)
        process.send_signal(signal.SIGSTOP)
        assert not mine.has_ended(OTHER)
        process.kill()
        await process.wait()
        assert mine.has_ended(OTHER)
        assert mine.has_ended(OTHER)  # whoever looked took nothing away


def test_of_a_process_without_a_file_nobody_can_tell(mine: Presence) -> None:
    mine.begin()
    assert not mine.has_ended(OTHER)
    mine.end()
    assert not mine.has_ended("host:2:mine")  # it left in an orderly way


def test_a_pid_that_is_used_again_is_not_taken_for_who_had_it(
    mine: Presence, tmp_path: Path
) -> None:
    killed, again = (Presence(tmp_path, f"host:{os.getpid()}:{token}") for token in "ab")
    killed.begin()
    os.close(killed._descriptor or 0)  # as the kernel does
    again.begin()
    assert mine.has_ended(f"host:{os.getpid()}:a")
    assert not mine.has_ended(f"host:{os.getpid()}:b")
    again.end()


async def test_what_runs_under_another_kernel_is_not_judged(mine: Presence, tmp_path: Path) -> None:
    async with another(tmp_path) as process:
        process.kill()
        await process.wait()
    elsewhere = tmp_path / "boot_id"
    elsewhere.write_text("another kernel\n")
    assert not Presence(tmp_path, "host:3:there", elsewhere).has_ended(OTHER)
    the_file(tmp_path).write_bytes(b"")  # killed before it had said where it ran
    assert not mine.has_ended(OTHER)


def test_where_no_kernel_says_its_name_there_are_no_files(tmp_path: Path) -> None:
    nameless = Presence(tmp_path, OTHER, tmp_path / "missing")
    nameless.begin()
    assert not (tmp_path / FOLDER).exists()
    assert not nameless.has_ended(OTHER)
    nameless.end()


def test_a_folder_that_cannot_be_used_keeps_nobody_from_starting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FOLDER).write_text("in the way")
    presence = Presence(tmp_path, OTHER)
    presence.begin()
    presence.end()
    assert "others cannot see at once when this process ends" in caplog.text


def test_what_the_dead_left_is_swept_after_a_day_and_the_living_stay(tmp_path: Path) -> None:
    living, dead = Presence(tmp_path, OTHER), Presence(tmp_path, "host:4:dead")
    for one in (living, dead):
        one.begin()
    os.close(dead._descriptor or 0)
    old = time.time() - KEPT - 1
    for path in (tmp_path / FOLDER).iterdir():
        os.utime(path, (old, old))
    late = Presence(tmp_path, "host:5:late")
    late.begin()
    assert len(list((tmp_path / FOLDER).iterdir())) == 2
    assert not late.has_ended(OTHER)
    for one in (living, late):
        one.end()
