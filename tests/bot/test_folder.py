"""The folder of files: a file that is wanted is never removed, one that is not does not stay."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from bot.channels.base import NoFile
from bot.folder import Folder
from tests.bot.runtime import KEYS

DAY = timedelta(days=1)
EVER = datetime(2000, 1, 1, tzinfo=UTC)
SCAN = b"a signed draft"
NAME = sha256(SCAN).hexdigest()


def made_older(path: Path, by: timedelta) -> None:
    """Let a file have been kept so much earlier."""
    at = path.stat().st_mtime_ns - int(by.total_seconds()) * 10**9
    os.utime(path, ns=(at, at))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "files", KEYS)


def kept(folder: Folder) -> int:
    written = folder.write(NAME, SCAN)
    assert written is not None
    return written


def test_a_file_without_a_use_is_taken_back(folder: Folder) -> None:
    folder.take_back(NAME, kept(folder))
    with pytest.raises(NoFile):
        folder.read(NAME)


def test_a_file_that_somebody_kept_again_is_not_taken_back(folder: Folder) -> None:
    written = kept(folder)
    assert folder.write(NAME, SCAN) is None
    folder.take_back(NAME, written)
    assert folder.read(NAME) == SCAN


def test_a_file_is_idle_when_nobody_kept_it_for_long(folder: Folder) -> None:
    kept(folder)
    assert folder.idle(NAME[0], DAY, EVER) == []
    assert not folder.remove(NAME, DAY)
    made_older(folder.path(NAME), 2 * DAY)
    assert folder.idle(NAME[0], DAY, EVER) == [NAME]
    assert folder.remove(NAME, DAY)
    assert not folder.path(NAME).exists()


def test_an_old_file_that_is_kept_again_is_not_removed(folder: Folder) -> None:
    kept(folder)
    made_older(folder.path(NAME), 2 * DAY)
    assert folder.idle(NAME[0], DAY, EVER) == [NAME]
    folder.write(NAME, SCAN)
    assert not folder.remove(NAME, DAY)
    assert folder.read(NAME) == SCAN


def test_a_file_that_is_kept_while_it_is_set_aside_comes_back(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(folder)
    path, rename = folder.path(NAME), Path.rename
    made_older(path, 2 * DAY)

    def at_the_last_moment(one: Path, to: Path) -> Path:
        folder.write(NAME, SCAN)
        return rename(one, to)

    monkeypatch.setattr(Path, "rename", at_the_last_moment)
    assert not folder.remove(NAME, DAY)
    assert folder.read(NAME) == SCAN
    assert folder.idle(NAME[0], DAY, EVER) == []


def test_a_file_from_before_the_records_is_left_alone(folder: Folder) -> None:
    kept(folder)
    made_older(folder.path(NAME), 2 * DAY)
    assert folder.idle(NAME[0], DAY, datetime.now(UTC) - timedelta(hours=36)) == []


def test_what_a_process_left_that_died_is_tidied_up(folder: Folder) -> None:
    kept(folder)
    path = folder.path(NAME)
    half = path.with_name(f"{NAME}.0000.tmp")
    half.write_bytes(b"half")
    aside = path.rename(path.with_suffix(".gone"))
    for one in (half, aside):
        made_older(one, 2 * DAY)
    assert folder.idle(NAME[0], DAY, EVER) == [NAME]
    assert sorted(path.parent.iterdir()) == [path]
    assert folder.read(NAME) == SCAN


@pytest.mark.parametrize("left", [b"", b"half of it"])
def test_what_is_damaged_on_the_disk_is_mended_when_it_is_kept_again(
    folder: Folder, left: bytes
) -> None:
    kept(folder)
    folder.path(NAME).write_bytes(left)
    assert not folder.holds(NAME)
    assert folder.write(NAME, SCAN) is None  # it may have a row: who kept it anew takes none back
    assert folder.read(NAME) == SCAN
