"""Attachments: files that came with arrivals."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, insert, literal, select, update

from bot.extensions import extension_of
from bot.keys import Tampered, WrongKey
from bot.storage.rows import Attached, Fetch
from bot.storage.session import Session
from bot.storage.tables import Moment, arrival, attachment
from bot.storage.writer import Direct
from flows.campaigns.enclosing import Enclosed, Look
from handlers.ports import ArrivalId, PersonId

READ = "read"  # stands for a channel: what comes from there is in our keeping, and is to be read
MADE = "made"  # stands for a channel: what comes from there we make ourselves
ERASED = "erased"  # a file that was made, and is not kept any more

log = logging.getLogger(__name__)


class Attachments:
    """Says which files are to be fetched, and what became of them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def pending(self, limit: int) -> Sequence[Fetch]:
        """Return the files that are due, the longest due first; an unreadable one has no code."""
        result = await self._session.connection.execute(
            select(attachment)
            .where(attachment.c.due_at <= self._session.clock())
            .order_by(attachment.c.due_at, attachment.c.id)
            .limit(limit)
        )
        return [self._fetch(row) for row in result]

    async def order(self, arrival: ArrivalId, person: PersonId, code: str, name: str) -> None:
        """Have a file made: `code` says to its maker what is in it."""
        ident = f"made-{arrival}"
        await self._session.connection.execute(
            insert(attachment).values(
                id=ident,
                arrival=arrival,
                position=0,
                person=person,
                channel=MADE,
                robot="",
                kind="file",
                source=self._session.seal_json(
                    {"code": code, "name": name}, "attachment.source", ident
                ),
                state="pending",
                attempts=0,
                due_at=self._session.clock(),
            )
        )

    async def claim(self, limit: int, until: datetime, read_until: datetime) -> Sequence[Fetch]:
        """Return the files that are due; until then no other process gets them.

        Reading one that is here takes less long than fetching one, so who dies by it holds it up
        for less long.
        """
        due = (
            select(attachment.c.id)
            .where(attachment.c.due_at <= self._session.clock())
            .order_by(attachment.c.due_at, attachment.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        result = await self._session.connection.execute(
            update(attachment)
            .where(attachment.c.id.in_(due.scalar_subquery()))
            .values(
                due_at=case(
                    (attachment.c.channel == READ, literal(read_until, Moment())),
                    else_=literal(until, Moment()),
                )
            )
            .returning(attachment)
        )
        return [self._fetch(row) for row in result]

    async def stored(self, name: str, sha256: str, mime: str, size: int) -> None:
        """Note that a file was fetched."""
        await self._set(
            name, state="stored", due_at=None, sha256=sha256, mime=mime, size=size, reason=None
        )

    async def refused(self, name: str, reason: str) -> None:
        """Note that a file is not wanted."""
        await self._set(name, state="refused", due_at=None, reason=reason)

    async def retry(self, name: str, due_at: datetime) -> None:
        """Try again later."""
        await self._set(name, due_at=due_at, attempts=attachment.c.attempts + 1)

    async def kept(self, names: Sequence[str]) -> Sequence[str]:
        """Return those that were not refused, in order."""
        result = await self._session.connection.execute(
            select(attachment.c.id).where(
                attachment.c.id.in_(names), attachment.c.state != "refused"
            )
        )
        good = set(result.scalars())
        return [name for name in names if name in good]

    async def look_up(self, names: Sequence[str]) -> Mapping[str, Attached]:
        """Return what is known of attachments."""
        result = await self._session.connection.execute(
            select(attachment).where(attachment.c.id.in_(names))
        )
        return {
            row.id: Attached(
                state=row.state,
                kind=row.kind,
                name=self._session.open_json(row.source, "attachment.source", row.id)["name"],
                sha256=row.sha256 or "",
                mime=row.mime or "",
                size=row.size or 0,
            )
            for row in result
        }

    async def enclosed(self, names: Sequence[str], look: Look) -> Mapping[str, Enclosed]:
        """Return what campaigns need to know of attachments, in order.

        What nobody knows is left out. Of a file that is not found as it should be the state is
        "unreadable".
        """
        found = await self.look_up(names)
        return {
            name: Enclosed(
                one.name,
                extension_of(one.mime),
                one.size,
                "unreadable" if await self._is_damaged(one, look) else one.state,
            )
            for name in names
            if (one := found.get(name)) is not None
        }

    async def _is_damaged(self, one: Attached, look: Look) -> bool:
        if look is Look.NOT or one.state != "stored":
            return False
        told, direct = (one.sha256, one.size, look), isinstance(self._session.connection, Direct)
        if look is Look.THERE or direct:  # on the thread that writes nothing can be awaited
            return not self._session.holds(*told)
        return not await asyncio.to_thread(self._session.holds, *told)

    def _fetch(self, row: Row[Any]) -> Fetch:
        try:
            source = self._session.open_json(row.source, "attachment.source", row.id)
            code, name = source["code"], source["name"]
        except (Tampered, WrongKey, ValueError, LookupError, TypeError) as error:
            log.error("attachment=%s cannot be read: %s", row.id, type(error).__name__)
            code = name = ""
        return Fetch(
            id=row.id,
            robot=row.robot,
            channel=row.channel,
            code=code,
            kind=row.kind,
            name=name,
            person=row.person,
            attempts=row.attempts,
            arrival=row.arrival,
        )

    async def begun(self) -> datetime | None:
        """Return when the first message came in that is on record."""
        result = await self._session.connection.execute(
            select(arrival.c.at).order_by(arrival.c.id).limit(1)
        )
        return result.scalar_one_or_none()

    async def named(self, beginning: str) -> frozenset[str]:
        """Return the digests that rows name and that begin so."""
        result = await self._session.connection.execute(
            select(attachment.c.sha256).where(attachment.c.sha256.startswith(beginning)).distinct()
        )
        return frozenset(result.scalars())

    async def erase_made(self, before: datetime) -> Sequence[str]:
        """Forget what files made for somebody before then were made of.

        Return the digests of those files that no other attachment has: they can be removed.
        """
        asked = select(arrival.c.id).where(arrival.c.at < before)
        result = await self._session.connection.execute(
            select(attachment.c.id, attachment.c.source, attachment.c.sha256).where(
                attachment.c.channel == MADE,
                attachment.c.due_at.is_(None),
                attachment.c.state != ERASED,
                attachment.c.arrival.in_(asked),
            )
        )
        found = result.all()
        for row in found:
            empty = {"code": "", "name": ""}
            source = self._session.seal_json(empty, "attachment.source", row.id)
            await self._set(row.id, state=ERASED, source=source, sha256=None)
        digests = {row.sha256 for row in found if row.sha256}
        others = await self._session.connection.execute(
            select(attachment.c.sha256).where(attachment.c.sha256.in_(digests))
        )
        return sorted(digests - set(others.scalars()))

    async def _set(self, name: str, **values: object) -> None:
        await self._session.connection.execute(
            update(attachment).where(attachment.c.id == name).values(**values)
        )
