"""Write the ledger into a file, beside a bot that may be running."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bot.beside import attended, beside, keys_of, now, who
from bot.config import Config
from bot.ledger.making import made
from bot.ledger.pages import Range
from bot.office import office_of
from bot.settings import Settings
from bot.storage.database import Database
from bot.terminal import Terminal
from bot.texts import Texts
from flows.calendar import OFFICE_ZONE
from handlers.ports import Entry


def ledger(given: argparse.Namespace) -> int:
    """Write it, and say how many rows it has."""

    async def run(settings: Settings, config: Config, terminal: Terminal) -> int:
        today = now().astimezone(OFFICE_ZONE).date()
        since = given.since or today.replace(month=1, day=1)
        wanted = Range(since, given.until or today, full=given.full)
        if given.file.exists():
            sys.stderr.write(terminal.word("ledger.exists", file=given.file) + "\n")
            return 1
        async with beside(settings, keys_of(settings)) as records:
            await _note(records, wanted)
            content, count = await made(
                records, Texts(config.texts), office_of(config), wanted, now()
            )
        _write(given.file, content)
        terminal.say("ledger.written", count=count, file=given.file)
        return 0

    return attended(run)


async def _note(records: Database, wanted: Range) -> None:
    """Keep that it was taken, before there is anything to take."""
    entry = Entry(
        subject="ledger",
        act="ledger",
        actor=None,
        role="operator",
        channel="console",
        at=now(),
        public={"range": wanted.code, "full": "yes" if wanted.full else ""},
        personal={"account": who()},
    )
    async with records.begin() as tx:
        await tx.record([entry])


def _write(path: Path, content: bytes) -> None:
    # A new file or none: neither an existing one nor where a link leads is ever written to.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
