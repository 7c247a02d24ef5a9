"""History: what happened to each subject, chained, signed and sealed."""

import json
import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Executable, Row, bindparam, delete, func, select, tuple_

from bot.keys import Tampered
from bot.storage.prepared import Insert, Prepared
from bot.storage.session import Session
from bot.storage.tables import history, history_value, ticket
from handlers.ports import Entry, PersonId, Stale

START = b"\0" * 32
_SALT_BYTES = 16
_SIGNED = (
    "subject",
    "seq",
    "act",
    "actor",
    "role",
    "channel",
    "before",
    "after",
    "public",
    "arrival",
    "commitments",
)

_ADDED = Prepared(
    lambda insert: (
        insert(history)
        .on_conflict_do_nothing(index_elements=["subject", "seq"])
        .returning(history.c.seq)
    )
)
_VALUED = Prepared(lambda insert: insert(history_value))


def _heads(_: Insert) -> Executable:
    chosen = history.c.subject.in_(bindparam("subjects", expanding=True))
    last = (
        select(history.c.subject, func.max(history.c.seq)).where(chosen).group_by(history.c.subject)
    )
    return select(history.c.subject, history.c.seq, history.c.mac).where(
        chosen, tuple_(history.c.subject, history.c.seq).in_(last)
    )


_HEADS = Prepared(_heads)


class History:
    """Appends to the history, erases personal values and checks what is there."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def record(self, entries: Sequence[Entry]) -> None:
        """Append to the history of each subject."""
        if not entries:
            return
        heads = await self.heads(sorted({entry.subject for entry in entries}))
        rows: list[dict[str, object]] = []
        values: list[dict[str, object]] = []
        for entry in entries:
            seq, prev = heads.get(entry.subject, (0, START))
            row, personal, mac = self._row(entry, seq + 1, prev)
            rows.append(row)
            values += personal
            heads[entry.subject] = (seq + 1, mac)
        added = await self._session.run(_ADDED, rows)
        if len(added.all()) != len(rows):
            raise Stale("somebody else wrote the same history first")
        if values:
            await self._session.run(_VALUED, values)

    async def heads(self, subjects: Collection[str]) -> dict[str, tuple[int, bytes]]:
        """Return the number and the MAC of each subject's last entry."""
        result = await self._session.run(_HEADS, {"subjects": list(subjects)})
        return {row.subject: (row.seq, row.mac) for row in result}

    async def entries(self, subject: str) -> Sequence[Entry]:
        """Return a subject's history with those personal values that were not erased."""
        values = await self._values(subject)
        return [
            Entry(
                subject=row.subject,
                act=row.act,
                actor=row.actor,
                role=row.role,
                channel=row.channel,
                at=row.at,
                before=row.before,
                after=row.after,
                public=json.loads(row.public),
                personal={
                    name: self._opened(subject, row.seq, name, sealed)[1]
                    for name, sealed in values[row.seq].items()
                },
                arrival=row.arrival,
            )
            for row in await self._rows(subject)
        ]

    async def erase(self, subjects: Collection[str], *, but: str = "") -> None:
        """Erase the personal values of these subjects, `but` those of one name.

        The chains stay valid.
        """
        await self._session.connection.execute(
            delete(history_value).where(
                history_value.c.subject.in_(subjects), history_value.c.name != but
            )
        )

    async def erase_told(self, subject: str, act: str, name: str, value: str) -> None:
        """Erase one personal value wherever a subject's lines about an act have it."""
        lines = enumerate(await self.entries(subject), start=1)
        found = [n for n, one in lines if one.act == act and one.personal.get(name) == value]
        await self._session.connection.execute(
            delete(history_value).where(
                history_value.c.subject == subject,
                history_value.c.seq.in_(found),
                history_value.c.name == name,
            )
        )

    async def erase_person(self, person: PersonId) -> None:
        """Erase the personal values told of a person and of their tickets."""
        result = await self._session.connection.execute(
            select(ticket.c.number).where(ticket.c.reporter == person)
        )
        numbers = [f"ticket:{number}" for number in result.scalars()]
        await self.erase([f"person:{person}", *numbers])

    async def first_bad(self, subject: str) -> int | None:
        """Follow the chain; return the number of the first entry that is not as written."""
        values = await self._values(subject)
        prev = START
        seq = 0
        for seq, row in enumerate(await self._rows(subject), start=1):
            if row.seq != seq or row.prev != prev or row.mac != self._mac(row):
                return seq
            if not self._committed(row, values.pop(seq, {})):
                return seq
            prev = row.mac
        return min(values) if values else None

    async def _rows(self, subject: str) -> Sequence[Row[tuple[object, ...]]]:
        result = await self._session.connection.execute(
            select(history).where(history.c.subject == subject).order_by(history.c.seq)
        )
        return result.all()

    async def _values(self, subject: str) -> dict[int, dict[str, bytes]]:
        result = await self._session.connection.execute(
            select(history_value).where(history_value.c.subject == subject)
        )
        found: dict[int, dict[str, bytes]] = defaultdict(dict)
        for row in result:
            found[row.seq][row.name] = row.value
        return found

    def _row(
        self, entry: Entry, seq: int, prev: bytes
    ) -> tuple[dict[str, object], list[dict[str, object]], bytes]:
        salts = {name: secrets.token_hex(_SALT_BYTES) for name in entry.personal}
        row: dict[str, object] = {
            "subject": entry.subject,
            "seq": seq,
            "act": entry.act,
            "actor": entry.actor,
            "role": entry.role,
            "channel": entry.channel,
            "at": entry.at,
            "before": entry.before,
            "after": entry.after,
            "public": _canonical(dict(entry.public)),
            "arrival": entry.arrival,
            "commitments": _canonical(
                {name: commitment(salts[name], value) for name, value in entry.personal.items()}
            ),
            "prev": prev,
        }
        mac = self._session.keys.mac(_signed(row, entry.at, prev))
        values: list[dict[str, object]] = [
            {
                "subject": entry.subject,
                "seq": seq,
                "name": name,
                "value": self._session.seal_json(
                    [salts[name], value], "history_value.value", entry.subject, seq, name
                ),
            }
            for name, value in entry.personal.items()
        ]
        return {**row, "mac": mac}, values, mac

    def _mac(self, row: Row[tuple[object, ...]]) -> bytes:
        return self._session.keys.mac(_signed(row._asdict(), row.at, row.prev))

    def _opened(self, subject: str, seq: int, name: str, sealed: bytes) -> tuple[str, str]:
        salt, value = self._session.open_json(sealed, "history_value.value", subject, seq, name)
        return salt, value

    def _committed(self, row: Row[tuple[object, ...]], values: Mapping[str, bytes]) -> bool:
        """Say whether the values still there are those that were signed."""
        commitments = json.loads(row.commitments)
        for name, sealed in values.items():
            try:
                salt, value = self._opened(row.subject, row.seq, name, sealed)
            except Tampered:
                return False
            if commitments.get(name) != commitment(salt, value):
                return False
        return True


def commitment(salt: str, value: str) -> str:
    """Bind a value without telling it: of no use once the salt is gone."""
    return sha256(_canonical([salt, value]).encode()).hexdigest()


def _signed(row: Mapping[str, object], at: datetime, prev: bytes) -> bytes:
    told = {name: row[name] for name in _SIGNED}
    return _canonical({**told, "at": at.isoformat(), "prev": prev.hex()}).encode()


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
