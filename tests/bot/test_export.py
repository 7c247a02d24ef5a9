"""Attachments written out for an administrator: names, rights, refusals, and the record of it."""

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.app import Office, utc_now
from bot.config import load_config
from bot.export import CannotExport, Exported, export
from bot.settings import GivenSettings
from flows.tickets.case import Note, Ticket
from handlers.ports import Arrival, Incoming, Place, Sender
from tests.days import first_number, today
from tests.engines import given, on_engine

KEY = "a key of thirty-two characters..."
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(64)
PDF = b"%PDF-1.7\n" + bytes(64)
AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Filed:
    """An office with one ticket, and the ids of what was attached to it."""

    office: Office
    names: tuple[str, ...]


@asynccontextmanager
async def filed(folder: Path, *files: Incoming) -> AsyncIterator[Filed]:
    """Open an office whose one ticket has all files but the last, which came with a note."""
    given = {"data_dir": folder / "data", "secret_key": KEY}
    settings = await on_engine(GivenSettings.model_validate(given))
    office = Office(settings, load_config(), utc_now)
    async with office.open():
        arrival = Arrival(
            channel="dingtalk",
            robot="robot",
            msg_id="m1",
            sender=Sender("staff-1", "u", "s"),
            place=Place(True, "c"),
            at=AT,
            files=files,
        )
        async with office.database.begin() as tx:
            (one,) = await tx.admit([arrival])
            assert one is not None
            note = Note(kind="supplement", text="", by=one.person, at=AT, files=one.files[-1:])
            ticket = Ticket(
                number=first_number(),
                reporter=one.person,
                enterprise="某厂",
                contact="某人",
                phone="13900000000",
                category="power",
                body="停电",
                created_at=AT,
                files=one.files[:-1],
                notes=(note,),
            )
            await tx.tickets.save([ticket], {})
        yield Filed(office, one.files)


async def store(filed: Filed, name: str, content: bytes) -> None:
    kept = filed.office.vault.keep(content)
    async with filed.office.database.begin() as tx:
        await tx.attachments.stored(name, kept.sha256, kept.mime, kept.size)


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def acts(office: Office) -> list[tuple[str, str, str]]:
    async with office.database.read() as tx:
        entries = await tx.history.entries(f"ticket:{first_number()}")
    return [(entry.act, entry.channel, entry.public.get("files", "")) for entry in entries]


THREE = (
    Incoming("a", "picture"),
    Incoming("b", "file", "../../合同.exe"),
    Incoming("c", "picture"),
)


@pytest.mark.usefixtures("engine")
async def test_the_files_of_a_ticket_and_its_notes_are_written_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    async with filed(tmp_path, *THREE) as f:
        for name, content in zip(f.names, (PNG, PDF, PNG), strict=True):
            await store(f, name, content)
        assert await export(f.office, "1", folder) == Exported(first_number(), written=3, missing=0)
        assert await acts(f.office) == [("export", "console", "3")]
    written = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert written == {"01-图片.png": PNG, "02-_.._合同.exe.pdf": PDF, "03-图片.png": PNG}
    assert stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in folder.iterdir()} == {0}
    assert listing(tmp_path) == ["data", "out"]


@pytest.mark.usefixtures("engine")
async def test_what_is_not_there_yet_or_not_readable_is_counted(tmp_path: Path) -> None:
    async with filed(tmp_path, *THREE) as f:
        await store(f, f.names[0], PNG)
        async with f.office.database.begin() as tx:
            await tx.attachments.stored(f.names[1], "ab" * 32, "application/pdf", 9)
        done = await export(f.office, first_number(), tmp_path / "out")
        assert done == Exported(first_number(), written=1, missing=2)


@pytest.mark.usefixtures("engine")
async def test_refused_files_are_left_out(tmp_path: Path) -> None:
    async with filed(tmp_path, *THREE) as f:
        await store(f, f.names[0], PNG)
        async with f.office.database.begin() as tx:
            for name in f.names[1:]:
                await tx.attachments.refused(name, "forbidden")
        assert (await export(f.office, first_number(), tmp_path / "out")).missing == 0


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("given", "folder", "why"),
    [
        ("ZH-2020-0077", "out", "there is no ticket ZH-2020-0077"),
        ("XY-2026-0001", "out", "is not the number of a ticket"),
        ("../../etc", "out", "is not the number of a ticket"),
        (first_number(), "data", "exists already"),
        (first_number(), "a/b/c", "cannot be made"),
        (first_number(), "link", "exists already"),
    ],
)
async def test_what_cannot_be_is_refused_and_leaves_nothing(
    tmp_path: Path, given: str, folder: str, why: str
) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    async with filed(tmp_path, *THREE) as f:
        await store(f, f.names[0], PNG)
        before = listing(tmp_path)
        with pytest.raises(CannotExport, match=why):
            await export(f.office, given, tmp_path / folder)
        assert await acts(f.office) == []
        assert listing(tmp_path) == before


@pytest.mark.usefixtures("engine")
async def test_a_ticket_without_files_makes_no_folder(tmp_path: Path) -> None:
    async with filed(tmp_path, *THREE) as f:
        with pytest.raises(CannotExport, match="no attachment"):
            await export(f.office, first_number(), tmp_path / "out")
        assert not (tmp_path / "out").exists()


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QINQING_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("QINQING_SECRET_KEY", KEY)
    return tmp_path


def test_the_command_says_in_a_sentence_what_it_cannot_do(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "0007", "out"]) == 1
    said = capsys.readouterr().err
    assert f"Nothing was exported: there is no ticket ZH-{today().year}-0007." in said
    assert "Traceback" not in said
    assert not (bare / "out").exists()


async def test_the_command_waits_for_no_running_bot(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with given("sqlite"), filed(bare, *THREE):  # on PostgreSQL they may work side by side
        assert await asyncio.to_thread(main, ["export", first_number(), "out"]) == 1
    assert "another process is using the data folder" in capsys.readouterr().err
