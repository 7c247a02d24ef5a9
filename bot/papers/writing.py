"""A paper written into a file, for whoever runs the bot."""

import asyncio
import os
from pathlib import Path

from bot.app import Office
from bot.export import CannotExport, by_operator, numbered, ticket_of
from bot.newfile import write_new
from bot.office import office_of
from bot.papers.drawing import draw
from bot.papers.enclosing import file_name
from bot.papers.worded import worded
from flows.tickets.papers import Kind, lacking, paper
from handlers.papers import paper_facts


async def write_paper(office: Office, kind: Kind, given: str, folder: Path) -> Path:
    """Write a ticket's paper into a folder, note it in the history, and say where it is.

    Raises CannotExport when there is no such paper (yet), or the file cannot be written.
    """
    number = numbered(office, given)
    here = office_of(office.config)
    async with office.database.begin() as tx:
        ticket = await ticket_of(tx, number)
        if lacking(kind, ticket) is not None:
            raise CannotExport(f"there is no {kind.value} for ticket {number} as it stands")
        made = paper(kind, ticket, await paper_facts(tx, here, ticket, office.clock()))
        path = folder / file_name(made, office.texts)
        if await asyncio.to_thread(os.path.lexists, path):  # also a link that leads nowhere
            raise CannotExport(f"{path} exists already")
        # Noted before the first byte is written: a paper that breaks off was one all the same.
        await tx.record([by_operator(office, number, "paper", {"paper": kind.value})])
    content = await asyncio.to_thread(draw, worded(made, office.texts))
    try:
        await asyncio.to_thread(write_new, path, content)
    except OSError as error:
        raise CannotExport(f"{path} cannot be written: {error.strerror}") from None
    return path
