"""The command `ledger`: what it writes, and what is kept of who took it."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot import ledger
from tests.engines import NOON, SECRET, Opened
from tests.stock import made


@pytest.fixture(autouse=True)
def _environment(records: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINQING_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("QINQING_DATABASE_URL", records.url)
    monkeypatch.setenv("QINQING_SECRET_KEY", SECRET)


async def run(*arguments: str) -> int:
    """Run the command as a process of its own would."""
    parser = argparse.ArgumentParser()
    ledger.add(parser.add_subparsers())
    told = parser.parse_args(["ledger", *arguments])
    code = await asyncio.to_thread(told.command, told)
    assert isinstance(code, int)
    return code


async def keep(records: Opened) -> None:
    person = await records.person("s1")
    async with records.database.begin() as tx:
        await tx.tickets.save([made(1, person, created_at=NOON)], {})


def enterprises(path: Path) -> list[object]:
    active = load_workbook(path).active
    assert active is not None
    return [row[2] for row in active.iter_rows(min_row=2, values_only=True)]


@pytest.mark.parametrize(("flags", "named"), [((), "蛟川***"), (("--full",), "蛟川机械有限公司")])
async def test_a_file_is_written_and_who_took_it_is_on_record(
    records: Opened, tmp_path: Path, flags: tuple[str, ...], named: str
) -> None:
    await keep(records)
    path = tmp_path / "out.xlsx"
    days = ("--since", "2026-11-01", "--until", "2026-11-30")
    assert await run(str(path), *days, *flags) == 0
    assert enterprises(path) == [named]
    assert path.stat().st_mode & 0o077 == 0
    async with records.database.read() as tx:
        (entry,) = await tx.history.entries("ledger")
    assert entry.public == {"range": "2026-11-01/2026-11-30", "full": "yes" if flags else ""}
    assert entry.personal["account"]


async def test_a_file_that_is_there_is_left_alone(records: Opened, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    path.write_text("mine", "utf-8")
    assert await run(str(path)) == 1
    assert path.read_text("utf-8") == "mine"
    async with records.database.read() as tx:
        assert await tx.history.entries("ledger") == []
