"""Readings: files whose contents somebody waits for, each asking brought in once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, select, update

from bot.keys import Tampered, WrongKey
from bot.storage.attachments import READ
from bot.storage.rows import Fetch
from bot.storage.session import Session
from bot.storage.tables import attachment
from handlers.ports import ArrivalId, PersonId

_ASKED = ("arrival", "source", "state", "attempts", "due_at")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is to be read, as the records know it."""

    file: str
    purpose: str
    state: Literal["pending", "stored", "refused", "erased"]
    name: str
    sha256: str = ""
    mime: str = ""
    reason: str = ""  # why it is not in our keeping


class Readings:
    """Says which files are to be read; the row of an asking stands beside that of its file."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def ask(self, arrival: ArrivalId, person: PersonId, file: str, purpose: str) -> bool:
        """Have a file read; False when it is not theirs. Asked anew, it is read once more."""
        result = await self._session.connection.execute(
            select(attachment.c.id).where(attachment.c.id == file, attachment.c.person == person)
        )
        if result.scalar_one_or_none() is None:
            return False
        ident = _row_of(file)
        source = {"code": f"{purpose}:{file}", "name": ""}
        statement = self._session.insert(attachment).values(
            id=ident,
            arrival=arrival,
            position=0,
            person=person,
            channel=READ,
            robot="",
            kind="file",
            source=self._session.seal_json(source, "attachment.source", ident),
            state="pending",
            attempts=0,
            due_at=self._session.clock(),
        )
        await self._session.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["id"], set_={name: statement.excluded[name] for name in _ASKED}
            )
        )
        return True

    async def wanted(self, fetch: Fetch) -> Wanted | None:
        """Return what is known of the file of an asking."""
        purpose, _, file = fetch.code.partition(":")
        result = await self._session.connection.execute(
            select(attachment).where(attachment.c.id == file)
        )
        row = result.one_or_none()
        if row is None:
            return None
        try:
            source = self._session.open_json(row.source, "attachment.source", row.id)
        except (Tampered, WrongKey, ValueError, LookupError, TypeError):
            source = {}  # what it is called is lost, and not what is in it
        return Wanted(
            file=file,
            purpose=purpose,
            state=row.state,
            name=source.get("name", ""),
            sha256=row.sha256 or "",
            mime=row.mime or "",
            reason=row.reason or "",
        )

    async def hurry(self, file: str) -> bool:
        """Let the asking for a file be due at once; False when nobody waits for what is in it."""
        result = await self._session.connection.execute(
            update(attachment)
            .where(attachment.c.id == _row_of(file), attachment.c.due_at.is_not(None))
            .values(due_at=self._session.clock())
            .returning(attachment.c.id)
        )
        return result.scalar_one_or_none() is not None

    async def later(self, fetch: Fetch, file: str, due_at: datetime) -> None:
        """Look again later, unless the file has come meanwhile and hurried this."""
        # Held: who stores it holds it first, too, and hurries this only then.
        result = await self._session.connection.execute(
            select(attachment.c.state).where(attachment.c.id == file).with_for_update()
        )
        if result.scalar_one_or_none() == "pending":
            await self._session.connection.execute(
                update(attachment).where(attachment.c.id == fetch.id).values(due_at=due_at)
            )

    async def tried(self, fetch: Fetch) -> None:
        """Note one more attempt at an asking; noted twice, it is still one."""
        await self._session.connection.execute(
            update(attachment).where(*_open(fetch)).values(attempts=fetch.attempts + 1)
        )

    async def put_off(self, fetch: Fetch, due_at: datetime) -> None:
        """Look at an asking again then."""
        await self._session.connection.execute(
            update(attachment).where(*_open(fetch)).values(due_at=due_at)
        )

    async def end(self, fetch: Fetch) -> bool:
        """Note that an asking was answered; False when it was before, or was asked anew."""
        result = await self._session.connection.execute(
            update(attachment)
            .where(*_open(fetch))
            .values(state="stored", due_at=None)
            .returning(attachment.c.id)
        )
        return result.scalar_one_or_none() is not None


def _row_of(file: str) -> str:
    return f"read-{file}"


def _open(fetch: Fetch) -> tuple[ColumnElement[bool], ...]:
    """Name the row of an asking that was not answered, nor asked anew."""
    return (
        attachment.c.id == fetch.id,
        attachment.c.arrival == fetch.arrival,
        attachment.c.due_at.is_not(None),
    )
