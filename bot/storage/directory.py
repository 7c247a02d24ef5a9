"""Directory: staff, groups and enterprises, read once per change instead of once per transaction.

A row of `meta` holds a token. Whoever changes what is kept here draws a new one in the same
transaction, so that a token that can be read stands for one state of it, in every process.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from bot.storage.prepared import Prepared
from bot.storage.session import Session
from bot.storage.tables import meta, role
from handlers.ports import Group, Person, PersonId

_NAME = "directory"
_TOKEN_BYTES = 16
_TOKEN = Prepared(lambda _: select(meta.c.value).where(meta.c.name == _NAME))

Staff = dict[PersonId, Person]


@dataclass(slots=True)
class Page:
    """What was read so far under one token; None = not yet."""

    token: bytes | None
    staff: tuple[date, Staff] | None = None
    holders: frozenset[PersonId] | None = None  # of any role, whatever its dates
    groups: tuple[Group, ...] | None = None
    robots: Mapping[str, bool] | None = None  # whether we can write into a group, by chat
    enterprises: tuple[str, ...] | None = None
    deregistered: tuple[str, ...] | None = None  # enterprises that are no more


@dataclass(slots=True)
class Shelf:
    """The latest page; lives as long as the database is open."""

    page: Page = field(default_factory=lambda: Page(None))

    def at(self, token: bytes | None) -> Page:
        """Return what is known under a token."""
        page = self.page  # once: the thread that writes may turn it meanwhile
        if page.token != token:
            page = self.page = Page(token)
        return page


class Directory:
    """The page that is right for one transaction."""

    def __init__(self, session: Session, shelf: Shelf) -> None:
        self._session = session
        self._shelf = shelf
        self._page: Page | None = None

    async def page(self) -> Page:
        """Return the page; the token is read before anything that is put on it."""
        if self._page is None:
            result = await self._session.run(_TOKEN)
            self._page = self._shelf.at(result.scalar())
        return self._page

    async def changed(self) -> None:
        """Draw a new token; a transaction that is rolled back leaves the old one."""
        token = secrets.token_bytes(_TOKEN_BYTES)
        await self._session.connection.execute(
            self._session.insert(meta)
            .values(name=_NAME, value=token)
            .on_conflict_do_update(index_elements=["name"], set_={"value": token})
        )
        self._page = self._shelf.at(token)

    async def holders(self, persons: Collection[PersonId]) -> frozenset[PersonId]:
        """Return which of these persons have, had or will have a role."""
        page = await self.page()
        if page.holders is None:
            result = await self._session.connection.execute(select(role.c.person).distinct())
            page.holders = frozenset(result.scalars())
        return page.holders.intersection(persons)
