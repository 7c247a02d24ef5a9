"""Write the ledger into a file, beside a bot that may be running."""

from __future__ import annotations

import argparse
import sys

from bot.beside import attended, beside, keys_of, now, who
from bot.config import Config
from bot.ledger.making import made
from bot.ledger.pages import Range
from bot.newfile import new_file
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
        if wanted.since > wanted.until:
            return _refused(terminal, "ledger.no_days", since=wanted.since, until=wanted.until)
        try:
            with new_file(given.file) as file:  # first, as it may not be possible
                async with beside(settings, keys_of(settings)) as records:
                    await _note(records, wanted)
                    texts, office = Texts(config.texts), office_of(config)
                    content, count = await made(records, texts, office, wanted, now())
                file.write(content)
        except FileExistsError:
            return _refused(terminal, "ledger.exists", file=given.file)
        except (FileNotFoundError, NotADirectoryError):
            return _refused(terminal, "ledger.no_folder", folder=given.file.parent)
        except OSError as error:
            return _refused(terminal, "ledger.unwritable", file=given.file, why=error.strerror)
        terminal.say("ledger.written", count=count, file=given.file)
        broken = records.unreadable.numbers
        if broken:
            return _refused(terminal, "ledger.broken", numbers="、".join(broken))
        return 0

    return attended(run)


def _refused(terminal: Terminal, key: str, **blanks: object) -> int:
    sys.stderr.write(terminal.word(key, **blanks) + "\n")
    return 1


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
