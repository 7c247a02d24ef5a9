"""A paper written into a file by whoever runs the bot: content, refusals, and its record."""

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest

from bot.__main__ import main
from bot.app import Office, utc_now
from bot.config import load_config
from bot.export import CannotExport
from bot.papers.writing import write_paper
from bot.settings import GivenSettings
from flows.tickets.case import State, Ticket
from flows.tickets.papers import Kind
from tests.days import first_number, today
from tests.engines import given, on_engine

KEY = "a key of thirty-two characters..."
AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@asynccontextmanager
async def assigned(folder: Path) -> AsyncIterator[Office]:
    """Open an office whose one ticket is with a department."""
    chosen = {"data_dir": folder / "data", "secret_key": KEY}
    settings = await on_engine(GivenSettings.model_validate(chosen))
    office = Office(settings, load_config(), utc_now)
    async with office.open():
        async with office.database.begin() as tx:
            ticket = Ticket(
                number=first_number(),
                state=State.ASSIGNED,
                reporter=1,
                enterprise="某厂",
                contact="某人",
                phone="13900000000",
                category="power",
                body="停电三次",
                created_at=AT,
                lead_unit="gdj",
                dispatched_at=AT,
            )
            await tx.tickets.save([ticket], {})
        yield office


async def acts(office: Office) -> list[tuple[str, str, str]]:
    async with office.database.read() as tx:
        entries = await tx.history.entries(f"ticket:{first_number()}")
    return [(entry.act, entry.role, entry.public["paper"]) for entry in entries]


@pytest.mark.usefixtures("engine")
async def test_a_paper_is_written_for_its_owner_alone_and_noted(tmp_path: Path) -> None:
    async with assigned(tmp_path) as office:
        path = await write_paper(office, Kind.ORDER, "1", tmp_path)
        assert await acts(office) == [("paper", "operator", "order")]
    assert path == tmp_path / f"交办单-{first_number()}.docx"
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    document = docx.Document(str(path))
    assert "停电三次" in [cell.text for table in document.tables for cell in table.columns[1].cells]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("kind", "number", "folder", "why"),
    [
        (Kind.ORDER, "0077", ".", "there is no ticket"),
        (Kind.ORDER, "../../etc", ".", "is not the number of a ticket"),
        (Kind.LETTER, "1", ".", "there is no letter for ticket"),
        (Kind.ORDER, "1", "full", "exists already"),
        (Kind.ORDER, "1", "link", "exists already"),
    ],
)
async def test_what_cannot_be_is_refused_and_leaves_nothing(
    tmp_path: Path, kind: Kind, number: str, folder: str, why: str
) -> None:
    name = f"交办单-{first_number()}.docx"
    for place in ("full", "link"):
        (tmp_path / place).mkdir()
    (tmp_path / "full" / name).write_text("theirs")
    (tmp_path / "link" / name).symlink_to(tmp_path / "elsewhere")
    async with assigned(tmp_path) as office:
        with pytest.raises(CannotExport, match=why):
            await write_paper(office, kind, number, tmp_path / folder)
        assert await acts(office) == []
    assert (tmp_path / "full" / name).read_text() == "theirs"
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.usefixtures("engine")
async def test_a_folder_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    async with assigned(tmp_path) as office:
        with pytest.raises(CannotExport, match="cannot be written"):
            await write_paper(office, Kind.ORDER, "1", tmp_path / "a" / "b")


def test_the_command_says_in_a_sentence_what_it_cannot_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QINQING_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("QINQING_SECRET_KEY", KEY)
    assert main(["paper", "order", "0007"]) == 1
    said = capsys.readouterr().err
    assert f"Nothing was written: there is no ticket ZH-{today().year}-0007." in said
    assert "Traceback" not in said


async def test_the_command_writes_beside_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QINQING_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("QINQING_SECRET_KEY", KEY)
    async with given("sqlite"), assigned(tmp_path):
        pass
    monkeypatch.chdir(tmp_path)
    assert await asyncio.to_thread(main, ["paper", "order", first_number()]) == 0
    assert f"交办单-{first_number()}.docx" in capsys.readouterr().out
