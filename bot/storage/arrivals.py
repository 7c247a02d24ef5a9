"""Arrivals: what came in, once each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, insert, select, update

from bot.storage.accounts import Accounts
from bot.storage.session import Session
from bot.storage.tables import arrival, attachment
from handlers.ports import (
    Arrival,
    ArrivalId,
    Button,
    Filed,
    Forwarded,
    Incoming,
    PersonId,
    Place,
    ReplyPath,
    Sender,
)

_KEY = ("channel", "robot", "msg_id")


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
        result = await self._session.connection.execute(
            self._session.insert(arrival)
            .on_conflict_do_nothing(index_elements=_KEY)
            .returning(arrival.c.id, *(arrival.c[name] for name in _KEY)),
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
        """Return the oldest failed arrivals."""
        return await self.filed(arrival.c.state == "failed", limit)

    async def filed(self, which: ColumnElement[bool], limit: int) -> Sequence[Filed]:
        """Return the oldest arrivals for which this holds."""
        columns = (arrival.c.id, arrival.c.person, arrival.c.body)
        result = await self._session.connection.execute(
            select(*columns, *(arrival.c[name] for name in _KEY))
            .where(which)
            .order_by(arrival.c.id)
            .limit(limit)
        )
        rows = result.all()
        files = await self._files_of([row.id for row in rows])
        return [
            Filed(
                row.id,
                _arrival(
                    self._session.open_json(
                        row.body, "arrival.body", row.channel, row.robot, row.msg_id
                    )
                ),
                row.person,
                tuple(files[row.id]),
            )
            for row in rows
        ]

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
        key = (one.channel, one.robot, one.msg_id)
        return {
            **dict(zip(_KEY, key, strict=True)),
            "person": owner,
            "at": one.at,
            # "done" becomes visible only together with what it caused; `fail` says otherwise.
            "state": state,
            "body": self._session.seal_json(_plain(one), "arrival.body", *key),
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


def _plain(one: Arrival) -> dict[str, Any]:
    path = one.reply_path
    return {
        **_flat(one),
        "sender": _flat(one.sender),
        "place": _flat(one.place),
        "at": one.at.isoformat(),
        "files": [_flat(file) for file in one.files],
        "forwarded": [_flat(line) for line in one.forwarded],
        "button": None if one.button is None else _flat(one.button),
        "reply_path": None
        if path is None
        else {"url": path.url, "expires_at": path.expires_at.isoformat()},
    }


def _flat(one: Any) -> dict[str, Any]:
    # dataclasses.asdict copies all the way down, which takes longer than the rest of filing.
    return {name: getattr(one, name) for name in one.__slots__}


def _arrival(plain: dict[str, Any]) -> Arrival:
    # By hand: pydantic refuses the lone surrogates that people's phones send.
    button, path = plain["button"], plain["reply_path"]
    return Arrival(
        **{
            **plain,
            "sender": Sender(**plain["sender"]),
            "place": Place(**plain["place"]),
            "at": datetime.fromisoformat(plain["at"]),
            "files": tuple(Incoming(**file) for file in plain["files"]),
            "forwarded": tuple(Forwarded(**line) for line in plain["forwarded"]),
            "button": None if button is None else Button(**button),
            "reply_path": None
            if path is None
            else ReplyPath(path["url"], datetime.fromisoformat(path["expires_at"])),
        }
    )
