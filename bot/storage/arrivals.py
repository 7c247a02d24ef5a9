"""Arrivals: what came in, once each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, insert, select, update

from bot.keys import Tampered, WrongKey
from bot.storage.accounts import Accounts
from bot.storage.prepared import Prepared
from bot.storage.session import Session
from bot.storage.tables import arrival, attachment
from handlers.ports import (
    Arrival,
    ArrivalId,
    Button,
    Document,
    Filed,
    Forwarded,
    Incoming,
    PersonId,
    Place,
    ReplyPath,
    Sender,
)

_KEY = ("channel", "robot", "msg_id")
_ADDED = Prepared(
    lambda insert: (
        insert(arrival)
        .on_conflict_do_nothing(index_elements=_KEY)
        .returning(arrival.c.id, *(arrival.c[name] for name in _KEY))
    )
)


class Unreadable(Exception):
    """What is on record of an arrival is damaged, or was written by another version."""

    def __init__(self, number: ArrivalId, person: PersonId) -> None:
        super().__init__(f"arrival={number} cannot be read")
        self.number = number
        self.person = person


class Arrivals:
    """Files each arrival once, and keeps those that failed."""

    def __init__(self, session: Session, accounts: Accounts) -> None:
        self._session = session
        self._accounts = accounts

    async def admit(
        self, arrivals: Sequence[Arrival], state: Literal["done", "waiting"]
    ) -> Sequence[Filed | None]:
        """Store what is new; None stands for what was seen before."""
        if not arrivals:
            return ()
        persons = await self._accounts.resolve(arrivals)
        result = await self._session.run(
            _ADDED,
            [self._row(a, owner, state) for a, owner in zip(arrivals, persons, strict=True)],
        )
        new = {tuple(row[1:]): row[0] for row in result}
        filed: list[Filed | None] = []
        for one, owner in zip(arrivals, persons, strict=True):
            number = new.pop((one.channel, one.robot, one.msg_id), None)
            files = tuple(f"{number}-{position}" for position in range(len(one.files)))
            filed.append(None if number is None else Filed(number, one, owner, files))
        await self._add_files([entry for entry in filed if entry and entry.files])
        return filed

    async def fail(self, number: ArrivalId, traceback: str) -> None:
        """Mark an arrival as failed and keep why."""
        sealed = self._session.seal_json(traceback, "arrival.traceback", number)
        await self._session.connection.execute(
            update(arrival).where(arrival.c.id == number).values(state="failed", traceback=sealed)
        )

    async def failed(self, limit: int) -> Sequence[Filed]:
        """Return the oldest failed arrivals that can be read."""
        found = await self._read(arrival.c.state == "failed", limit)
        return [one for one in found if isinstance(one, Filed)]

    async def filed(self, which: ColumnElement[bool], limit: int) -> Sequence[Filed]:
        """Return the oldest arrivals for which this holds. Raises Unreadable."""
        filed: list[Filed] = []
        for one in await self._read(which, limit):
            if isinstance(one, Unreadable):
                raise one
            filed.append(one)
        return filed

    async def one(self, number: ArrivalId) -> Filed | None:
        """Return an arrival; None when what it said is erased. Raises Unreadable."""
        which = (arrival.c.id == number) & (arrival.c.state != "erased")
        return next(iter(await self.filed(which, 1)), None)

    async def _read(self, which: ColumnElement[bool], limit: int) -> Sequence["Filed | Unreadable"]:
        columns = (arrival.c.id, arrival.c.person, arrival.c.body)
        result = await self._session.connection.execute(
            select(*columns, *(arrival.c[name] for name in _KEY))
            .where(which)
            .order_by(arrival.c.id)
            .limit(limit)
        )
        rows = result.all()
        files = await self._files_of([row.id for row in rows])
        return [self._opened(row, tuple(files[row.id])) for row in rows]

    def _opened(self, row: Row[Any], files: tuple[str, ...]) -> "Filed | Unreadable":
        try:
            plain = self._session.open_json(
                row.body, "arrival.body", row.channel, row.robot, row.msg_id
            )
            return Filed(row.id, _arrival(plain), row.person, files)
        except (Tampered, WrongKey, ValueError, LookupError, TypeError) as error:
            unreadable = Unreadable(row.id, row.person)
            unreadable.__cause__ = error
            return unreadable

    async def traceback(self, number: ArrivalId) -> str | None:
        """Return why an arrival failed."""
        result = await self._session.connection.execute(
            select(arrival.c.traceback).where(arrival.c.id == number)
        )
        sealed = result.scalar()
        if sealed is None:
            return None
        return str(self._session.open_json(sealed, "arrival.traceback", number))

    async def replayed(self, number: ArrivalId) -> None:
        """Mark a failed arrival as handled after all."""
        await self._session.connection.execute(
            update(arrival).where(arrival.c.id == number).values(state="done", traceback=None)
        )

    def _row(self, one: Arrival, owner: PersonId, state: str) -> dict[str, object]:
        return {
            "channel": one.channel,
            "robot": one.robot,
            "msg_id": one.msg_id,
            "person": owner,
            "at": one.at,
            # "done" becomes visible only together with what it caused; `fail` says otherwise.
            "state": state,
            "body": self._session.seal_json(
                one, "arrival.body", one.channel, one.robot, one.msg_id
            ),
        }

    async def _add_files(self, filed: Sequence[Filed]) -> None:
        now = self._session.clock()
        rows = [
            {
                "id": name,
                "arrival": entry.id,
                "position": position,
                "person": entry.person,
                "channel": entry.arrival.channel,
                "robot": entry.arrival.robot,
                "kind": file.kind,
                "source": self._session.seal_json(
                    {"code": file.code, "name": file.name}, "attachment.source", name
                ),
                "state": "pending",
                "attempts": 0,
                "due_at": now,
            }
            for entry in filed
            for position, (name, file) in enumerate(
                zip(entry.files, entry.arrival.files, strict=True)
            )
        ]
        if rows:
            await self._session.connection.execute(insert(attachment), rows)

    async def _files_of(self, numbers: Sequence[ArrivalId]) -> Mapping[ArrivalId, list[str]]:
        result = await self._session.connection.execute(
            select(attachment.c.arrival, attachment.c.id)
            .where(attachment.c.arrival.in_(numbers))
            .order_by(attachment.c.arrival, attachment.c.position)
        )
        found: dict[ArrivalId, list[str]] = defaultdict(list)
        for owner, name in result:
            found[owner].append(name)
        return found


def _arrival(plain: dict[str, Any]) -> Arrival:
    # By hand: pydantic refuses the lone surrogates that people's phones send.
    button, path = plain["button"], plain["reply_path"]
    document = plain.get("document")  # what earlier versions filed has none
    return Arrival(
        **{
            **plain,
            "sender": Sender(**plain["sender"]),
            "place": Place(**plain["place"]),
            "at": datetime.fromisoformat(plain["at"]),
            "files": tuple(Incoming(**file) for file in plain["files"]),
            "forwarded": tuple(Forwarded(**line) for line in plain["forwarded"]),
            "button": None if button is None else Button(**button),
            "document": None if document is None else _document(document),
            "reply_path": None
            if path is None
            else ReplyPath(path["url"], datetime.fromisoformat(path["expires_at"])),
        }
    )


def _document(plain: dict[str, Any]) -> Document:
    rows = tuple(tuple(row) for row in plain["rows"])
    return Document(**{**plain, "rows": rows, "long": tuple(plain.get("long", ()))})
