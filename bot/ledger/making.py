"""Making the ledger: for the console, and for whoever asked for it in chat."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import datetime
from pathlib import Path

from bot.channels.base import FetchFault
from bot.ledger.pages import Range, pages
from bot.ledger.sheet import Sheet
from bot.storage.database import Database
from bot.texts import Texts
from handlers.ports import Clock, Office


async def made(
    database: Database, texts: Texts, office: Office, wanted: Range, now: datetime
) -> tuple[bytes, int]:
    """Make the spreadsheet of a range; return it, and how many tickets are in it."""
    # Its rows lie there in plain until it is done: a folder that nobody else may read.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.xlsx"
        sheet = Sheet(path, texts, office)
        count = 0
        try:
            async for rows in pages(database, wanted, now):
                count += await asyncio.to_thread(sheet.add, rows)
        finally:
            await asyncio.to_thread(sheet.close)
        return await asyncio.to_thread(path.read_bytes), count


class LedgerMaker:
    """Makes what was asked for in chat: to the fetcher of files a source like any other."""

    def __init__(self, database: Database, texts: Texts, office: Office, clock: Clock) -> None:
        self._database = database
        self._texts = texts
        self._office = office
        self._clock = clock

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Make the ledger of a range; people are masked. Raises FetchFault."""
        try:
            wanted = Range.of(code)
        except ValueError:
            raise FetchFault("no_range", None) from None
        content, _ = await made(self._database, self._texts, self._office, wanted, self._clock())
        return content
