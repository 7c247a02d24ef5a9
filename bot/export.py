"""The attachments of a ticket, decrypted into a folder for an administrator."""

import asyncio
import getpass
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.app import Office
from bot.attachments import Vault, enclosure
from bot.channels.base import Enclosure, NoFile
from bot.storage.transaction import Transaction
from flows.calendar import OFFICE_ZONE
from flows.tickets import number as numbers
from flows.tickets.case import Ticket
from handlers.ports import Entry, Text


class CannotExport(Exception):
    """Nothing was written; the text is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of a ticket's attachments."""

    number: str
    written: int
    missing: int  # still being fetched, or not readable


async def export(office: Office, given: str, folder: Path) -> Exported:
    """Write a ticket's attachments into a new folder, and note it in the ticket's history."""
    now = office.clock()
    year, prefix = now.astimezone(OFFICE_ZONE).year, office.config.office.ticket_prefix
    number = numbers.find(given, prefix, year)[0]
    if number is None:
        raise CannotExport(f"{given!r} is not the number of a ticket; write {prefix}-{year}-0001")
    async with office.database.begin() as tx:
        found = await tx.tickets.load([number], ())
        if not found:
            raise CannotExport(f"there is no ticket {number}")
        files, missing = await _enclosures(office, tx, found[0])
        if not files:
            raise CannotExport(f"ticket {number} has no attachment that could be exported")
        await asyncio.to_thread(_make, folder)
        # Noted before the first byte is written: an export that breaks off was one all the same.
        await tx.record([_entry(number, len(files), office)])
    unreadable = await asyncio.to_thread(_write_all, office.vault, files, folder)
    return Exported(number, len(files) - unreadable, missing + unreadable)


async def _enclosures(
    office: Office, tx: Transaction, ticket: Ticket
) -> tuple[Sequence[Enclosure], int]:
    attached = await tx.attached(ticket.all_files)
    known = [attached[name] for name in ticket.all_files if name in attached]
    files = [
        enclosure(one, office.texts.render(Text(f"file.kind.{one.kind}")))
        for one in known
        if one.state == "stored"
    ]
    return files, sum(one.state == "pending" for one in known)


def _entry(number: str, count: int, office: Office) -> Entry:
    return Entry(
        subject=f"ticket:{number}",
        act="export",
        actor=None,
        role="operator",
        channel="console",
        at=office.clock(),
        public={"files": str(count)},
        personal={"account": _account()},
    )


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a user id without a name
        return ""


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        raise CannotExport(f"{folder} exists already; name a folder that does not") from None
    except OSError as error:
        raise CannotExport(f"{folder} cannot be made: {error.strerror}") from None


def _write_all(vault: Vault, files: Sequence[Enclosure], folder: Path) -> int:
    """Write the files, numbered in their order; say how many could not be read."""
    unreadable = 0
    for position, file in enumerate(files, 1):
        try:
            content = vault.read(file.sha256)
        except NoFile:
            unreadable += 1
            continue
        # A new file or none: neither an existing one nor where a link leads is ever written to.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        descriptor = os.open(folder / f"{position:02d}-{file.name}", flags, 0o600)
        with os.fdopen(descriptor, "wb") as written:
            written.write(content)
    return unreadable
