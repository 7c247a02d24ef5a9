"""Real Word files and spreadsheets, sent to the office and read there as the program does."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import docx
import openpyxl

from bot.attachments import Fetcher, Limits, Source, Vault
from bot.channels.base import FetchFault, Letter
from bot.documents.reader import Reader
from bot.handling import Handling
from bot.handouts.making import makers
from bot.storage.attachments import MADE
from bot.texts import Texts
from handlers.ports import Arrival, Incoming, Place, Sender
from tests.stage import KEYS, Stage


def word(*lines: str | Sequence[str]) -> bytes:
    """Make a Word file; several cells are the row of a table."""
    document = docx.Document()
    for line in lines:
        if isinstance(line, str):
            document.add_paragraph(line)
            continue
        table = document.add_table(1, len(line))
        for n, text in enumerate(line):
            table.cell(0, n).text = text
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def sheet(*rows: Sequence[object]) -> bytes:
    """Make a spreadsheet."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in rows:
        page.append(list(row))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def written(lines: str, name: str) -> bytes:
    """Make the file of a dialogue: ｜ parts lines, and ， the cells of a spreadsheet's."""
    parts = lines.split("｜")
    if name.endswith(".xlsx"):
        return sheet(*(part.split("，") for part in parts))
    return word(*parts) if name.endswith(".docx") else lines.encode()


async def send_file(play: Stage, who: str, name: str, data: bytes) -> list[Letter]:
    """Send a file in 1:1, as DingTalk does: a message of its own, without a word."""
    play.count += 1
    play.said[who] = play.said.get(who, 0) + 1
    code, ident = f"file{play.count}", play.staff_id(who)
    play.files[code] = data
    arrival = Arrival(
        channel="dingtalk",
        robot="robot",
        msg_id=f"m{play.count}",
        sender=Sender(ident, f"union-{ident}", f"$:{ident}", who),
        place=Place(private=True, chat=f"c-{ident}"),
        at=play.clock.now,
        files=(Incoming(code, "file", name),),
    )
    return await play.take([arrival])


@dataclass
class Sent:
    """The channel, which has what was sent for as long as nobody makes it fail."""

    files: dict[str, bytes]

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Return the file."""
        try:
            return self.files[code]
        except KeyError:
            raise FetchFault("gone", None) from None


class Ledgers:
    """Nobody asks for one here."""

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Refuse."""
        raise FetchFault("no_ledger", None)


def fetcher(play: Stage) -> Fetcher:
    """Build what fetches and reads, as the application does."""
    attachments = play.config.office.attachments
    limits = Limits(attachments.types, attachments.max_megabytes)
    vault = Vault(play.folder / "files", KEYS, limits)
    reader = Reader(
        play.database,
        vault,
        Handling(play.database, play.reception),
        play.config.office.documents.caps(),
        play.clock,
    )
    sources: Mapping[str, Source] = {
        "dingtalk": Sent(play.files),
        MADE: makers(play.database, Texts(play.config.texts), play.reception.office, play.clock),
    }
    return Fetcher(
        play.database, sources, vault, limits, play.clock, wake=lambda: None, reader=reader
    )


async def fetch_all(play: Stage) -> list[Letter]:
    """Fetch and read what is due; return what goes out because of it."""
    works = fetcher(play)
    while await works.turn():
        pass
    return await play.send()
