"""A link is held before its ticket, as a page holds them: in one order nobody waits in a circle."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from flows.tickets.case import State
from handlers.book import Book
from handlers.link import drawn
from handlers.ports import Entry
from tests.handlers.story import ONE, carry, known
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")


def noting(done: list[str], name: str, work: Callable[..., Awaitable[Any]]) -> Any:
    async def noted(*args: Any) -> Any:
        done.append(name)
        return await work(*args)

    return noted


async def test_a_new_link_ends_the_old_one_before_its_ticket_is_written(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        clerk, office = (await known(play, "王敏")).id, play.reception.office
        async with play.database.begin() as tx:
            done: list[str] = []
            links: Any = tx.links
            tickets: Any = tx.tickets
            links.end = noting(done, "end", links.end)
            links.add = noting(done, "add", links.add)
            tickets.save = noting(done, "save", tickets.save)
            book = await Book.open(tx, office, play.clock(), [clerk], {clerk: [ONE]})
            old = book.tickets[ONE]
            line = Entry(f"ticket:{ONE}", "note", clerk, "clerk", "test", play.clock())
            book.links.append(drawn(ONE, "gdj", clerk, play.clock(), office.link_valid))
            book.put_ticket(old.model_copy(update={"version": old.version + 1}), line)
            await book.flush({})
        assert done == ["end", "save", "add"]
