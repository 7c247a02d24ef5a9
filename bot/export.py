"""The attachments of a ticket, decrypted into a folder for an administrator."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.app import Office
from bot.attachments import Vault, enclosure
from bot.beside import who
from bot.channels.base import Enclosure, NoFile
from bot.newfile import write_new
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
    number = numbered(office, given)
    async with office.database.begin() as tx:
        files, missing = await _enclosures(office, tx, await ticket_of(tx, number))
        if not files:
            raise CannotExport(f"ticket {number} has no attachment that could be exported")
        await asyncio.to_thread(_make, folder)
        # Noted before the first byte is written: an export that breaks off was one all the same.
        await tx.record([by_operator(office, number, "export", {"files": str(len(files))})])
    try:
        unreadable = await asyncio.to_thread(_write_all, office.vault, files, folder)
    except OSError as error:
        raise CannotExport(f"{folder} cannot be written: {error.strerror}") from None
    return Exported(number, len(files) - unreadable, missing + unreadable)


def numbered(office: Office, given: str) -> str:
    """Return the whole number of a ticket. Raises CannotExport."""
    now = office.clock()
    year, prefix = now.astimezone(OFFICE_ZONE).year, office.config.office.ticket_prefix
    number = numbers.find(given, prefix, year)[0]
    if number is None:
        raise CannotExport(f"{given!r} is not the number of a ticket; write {prefix}-{year}-0001")
    return number


async def ticket_of(tx: Transaction, number: str) -> Ticket:
    """Return the ticket of a number. Raises CannotExport."""
    found = await tx.tickets.load([number], ())
    if number in tx.tickets.unreadable:
        raise CannotExport(f"ticket {number} cannot be read; see the command doctor")
    if not found:
        raise CannotExport(f"there is no ticket {number}")
    return found[0]


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


def by_operator(office: Office, number: str, act: str, public: Mapping[str, str]) -> Entry:
    """Make a line of a ticket's history of what whoever runs the bot did."""
    return Entry(
        subject=f"ticket:{number}",
        act=act,
        actor=None,
        role="operator",
        channel="console",
        at=office.clock(),
        public=public,
        personal={"account": who()},
    )


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
        write_new(folder / f"{position:02d}-{file.name}", content)
    return unreadable
