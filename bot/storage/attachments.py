"""Attachments: files that came with arrivals."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update

from bot.storage.rows import Attached, Fetch
from bot.storage.session import Session
from bot.storage.tables import attachment


class Attachments:
    """Says which files are to be fetched, and what became of them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def pending(self, limit: int) -> Sequence[Fetch]:
        """Return the files that are due, the longest due first."""
        result = await self._session.connection.execute(
            select(attachment)
            .where(attachment.c.due_at <= self._session.clock())
            .order_by(attachment.c.due_at, attachment.c.id)
            .limit(limit)
        )
        fetches = []
        for row in result:
            source = self._session.open_json(row.source, "attachment.source", row.id)
            fetches.append(
                Fetch(
                    id=row.id,
                    robot=row.robot,
                    channel=row.channel,
                    code=source["code"],
                    kind=row.kind,
                    name=source["name"],
                    person=row.person,
                    attempts=row.attempts,
                )
            )
        return fetches

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

    async def _set(self, name: str, **values: object) -> None:
        await self._session.connection.execute(
            update(attachment).where(attachment.c.id == name).values(**values)
        )
