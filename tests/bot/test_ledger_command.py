"""The command `ledger`: what it writes, and what is kept of who took it."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot import ledger
from tests.bot.commanding import commanded
from tests.engines import NOON, Opened, rows
from tests.stock import made

pytestmark = pytest.mark.usefixtures("environment")


async def run(*arguments: str) -> int:
    return await commanded(ledger.add, "ledger", *arguments)


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


async def notes(records: Opened) -> int:
    async with records.database.read() as tx:
        return len(await tx.history.entries("ledger"))


def left(folder: Path) -> list[str]:
    """Name what lies in a folder beside the records."""
    return sorted(one.name for one in folder.iterdir() if not one.name.startswith("records.db"))


async def test_a_folder_that_is_not_there_is_named_and_nothing_is_noted(
    records: Opened, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(str(tmp_path / "nowhere" / "out.xlsx")) == 1
    assert f"没有 {tmp_path / 'nowhere'} 这个文件夹" in capsys.readouterr().err
    (tmp_path / "file").write_text("x", "utf-8")
    assert await run(str(tmp_path / "file" / "out.xlsx")) == 1
    assert "请先建好" in capsys.readouterr().err
    assert await notes(records) == 0


async def test_where_nobody_may_write_nothing_is_noted(
    records: Opened,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("bot.newfile.os.open", refused)  # root may write anywhere
    assert await run(str(tmp_path / "out.xlsx")) == 1
    assert "写不进去（Permission denied）" in capsys.readouterr().err
    assert await notes(records) == 0


async def test_days_that_end_before_they_begin_are_refused(
    records: Opened, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out.xlsx"
    assert await run(str(path), "--since", "2026-11-30", "--until", "2026-11-01") == 1
    assert "从 2026-11-30 到 2026-11-01 没有一天" in capsys.readouterr().err
    assert await notes(records) == 0
    assert left(tmp_path) == []


async def test_what_breaks_off_leaves_no_file(
    records: Opened,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def full(*_: object) -> tuple[bytes, int]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.ledger.command.made", full)
    assert await run(str(tmp_path / "out.xlsx")) == 1
    assert "No space left" in capsys.readouterr().err
    assert left(tmp_path) == []
    assert await notes(records) == 1  # it was asked for, whatever became of it


async def test_a_ticket_that_cannot_be_read_is_named(
    records: Opened, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await keep(records)
    rows(records.url, "UPDATE ticket SET body = ?", b"nothing that anybody could read")
    path = tmp_path / "out.xlsx"
    days = ("--since", "2026-11-01", "--until", "2026-11-30")
    assert await run(str(path), *days) == 1
    told = capsys.readouterr()
    assert "台账共 1 件" in told.out
    assert "其中 ZH-2026-0001 打不开" in told.err
    active = load_workbook(path).active
    assert active is not None
    assert [active.cell(2, 1).value, "打不开" in str(active.cell(2, 5).value)] == [
        "ZH-2026-0001",
        True,
    ]
