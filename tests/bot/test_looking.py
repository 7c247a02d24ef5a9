"""Kept files are looked at closely once, and again when they have changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.looking import Looking
from flows.campaigns.enclosing import Look
from tests.counting import Counting

PAPER = b"%PDF-1.7 agenda"


@pytest.fixture
def vault(tmp_path: Path) -> Counting:
    return Counting.at(tmp_path)


@pytest.fixture
def name(vault: Counting) -> str:
    return vault.keep(PAPER).sha256


def rotten(vault: Counting, name: str) -> None:
    """Change a byte, and nothing by which that shows from outside."""
    path = vault.path(name)
    found, data = path.stat(), path.read_bytes()
    path.write_bytes(data[:-1] + bytes((data[-1] ^ 1,)))
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def test_whether_it_is_there_is_seen_without_reading_it(vault: Counting, name: str) -> None:
    looking = Looking(vault)
    assert looking(name, len(PAPER), Look.THERE)
    assert not looking(name, len(PAPER) + 1, Look.THERE)
    vault.path(name).unlink()
    assert not looking(name, len(PAPER), Look.THERE)
    assert vault.read_whole == 0


def test_what_is_unchanged_is_read_whole_once(vault: Counting, name: str) -> None:
    looking = Looking(vault)
    assert all(looking(name, len(PAPER), Look.WHOLE) for _ in range(3))
    assert vault.read_whole == 1


def test_what_has_changed_is_read_again(vault: Counting, name: str) -> None:
    looking = Looking(vault)
    assert looking(name, len(PAPER), Look.WHOLE)
    rotten(vault, name)
    os.utime(vault.path(name))
    assert not looking(name, len(PAPER), Look.WHOLE)


def test_what_nobody_sees_from_outside_is_found_when_it_is_read_anew(
    vault: Counting, name: str
) -> None:
    looking = Looking(vault)
    assert looking(name, len(PAPER), Look.WHOLE)
    rotten(vault, name)
    assert not looking(name, len(PAPER), Look.ANEW)
    assert not looking(name, len(PAPER), Look.WHOLE)


def test_no_more_than_a_few_hundred_are_remembered(vault: Counting, name: str) -> None:
    looking = Looking(vault)
    assert looking(name, len(PAPER), Look.WHOLE)
    for n in range(512):
        data = PAPER + str(n).encode()
        assert looking(vault.keep(data).sha256, len(data), Look.WHOLE)
    vault.read_whole = 0
    assert looking(name, len(PAPER), Look.WHOLE)
    assert vault.read_whole == 1
