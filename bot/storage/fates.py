"""What became of the targets of a campaign, and what those did who got it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Text, cast, func, literal, or_, select

from bot.storage.enclosed import AFTER
from bot.storage.session import Session
from bot.storage.tables import (
    acknowledgement,
    delivery,
    delivery_read,
    enterprise,
    person,
    target,
    ticket,
    unsubscription,
)
from flows.campaigns.audience import EVERY, Why
from handlers.campaigns.asked import asks_about
from handlers.campaigns.records import FILE_LEFT, MESSAGE_MOVED, Answered, Fate, Piece
from handlers.ports import PersonId

_ASIDE = (MESSAGE_MOVED, FILE_LEFT)  # the codes of what says nothing of its place
_PART = "/"  # behind the name of the first part of a long message
_FILE = "/f"  # behind it, and before the number of a file
_ENDS = ("failed", "unknown", "asked", "sent")  # the worst first
_SAID = (
    *("id", "dedupe", "state", "due_at", "code", "sent_at", "read_at", "recalled_at"),
    "reached",
)


def dedupe_of(number: str, key: str) -> str:
    """Return under what a target's message is in the ledger: once a campaign and target."""
    return f"c:{number}:{key}"


@dataclass(frozen=True, slots=True)
class Place:
    """What the ledger has of one target: a message in one or more parts, and its files."""

    rows: Sequence[Row[Any]]  # all of it, in the order in which it was written
    parts: Sequence[Row[Any]]  # of the message, each as it goes by now
    files: Sequence[Row[Any]] = ()  # behind the message, likewise

    @classmethod
    def of(cls, rows: Sequence[Row[Any]], name: str) -> Place:
        """Leave aside what another channel took over and files that were decided to stay behind.

        `name` = of the first part.
        """
        refused = {x.dedupe.rpartition(AFTER)[0] for x in rows if AFTER in x.dedupe}
        now = [x for x in rows if x.dedupe not in refused and x.code not in _ASIDE]
        files = [row for row in now if row.dedupe.startswith(name + _FILE)]
        return cls(rows, [row for row in now if row not in files], files)

    @property
    def end(self) -> Row[Any]:
        """Return the row that says what became of the whole: it is sent when all of them are.

        While a part may still leave it is under way. What lacks for sure goes before what nobody
        knows, for that is what somebody has to send again.
        """
        return _end([*self.parts, *self.files])

    @property
    def text(self) -> Row[Any]:
        """Return the part that says what became of the message, whatever became of the files."""
        return _end(self.parts or self.files)

    @property
    def pieces(self) -> Sequence[Piece]:
        """Return what became of the message, and of each file."""
        return tuple(map(_piece, (self.text, *self.files)))

    @property
    def lacking(self) -> Sequence[int]:
        """Return the numbers of the parts that ended as the message did."""
        state = _state(self.text)
        return [row.id for row in self.parts if _state(row) == state]

    @property
    def recalled(self) -> bool:
        """Say whether nothing of it stands any more that was sent."""
        rows = [*self.parts, *self.files]
        stands = any(row.state in _MAY_STAND and not row.recalled_at for row in rows)
        return not stands and any(row.recalled_at for row in rows)


_WORST = ("open", "failed", "unknown", "asked", "cancelled")
_MAY_STAND = ("sent", "asked", "unknown", "sending")


def _end(rows: Sequence[Row[Any]]) -> Row[Any]:
    sent = (x for x in reversed(rows) if x.state == "sent")
    worst = (x for state in _WORST for x in rows if _state(x) == state)
    return next(worst, None) or next(sent, rows[-1])


def _state(row: Row[Any]) -> str:
    again = row.state == "unknown" and row.due_at
    return "open" if row.state in ("ready", "sending") or again else str(row.state)


def _piece(row: Row[Any]) -> Piece:
    again = row.state == "unknown" and bool(row.due_at)
    return Piece(row.id, row.state, row.code or "", again)


def key_of(told: str, keys: Collection[str]) -> str:
    """Return the target of a row, by what its name says behind the campaign; "" = of none.

    A chat's own name may look as if there were parts of it.
    """
    first = told.partition(AFTER)[0]
    behind = first.rpartition(_PART)[0]
    names = (told, first, behind, behind.rpartition(_PART)[0])  # a file's words have parts, too
    return next((name for name in names if name in keys), "")


async def places(session: Session, number: str, keys: Collection[str]) -> Mapping[str, Place]:
    """Return what the ledger has of each of these targets; what it has nothing of lacks."""
    result = await session.connection.execute(
        select(*(delivery.c[name] for name in _SAID))
        .where(delivery.c.campaign == number, delivery.c.updates_card.is_(False))
        .order_by(delivery.c.id)
    )
    front = len(dedupe_of(number, ""))
    found: dict[str, list[Row[Any]]] = {}
    for row in result:
        key = key_of(row.dedupe[front:], keys)
        if key:
            found.setdefault(key, []).append(row)
    return {key: Place.of(rows, dedupe_of(number, key)) for key, rows in found.items()}


async def worst_of_each(
    session: Session, number: str, rows: Sequence[Row[*tuple[Any, ...]]]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return for each target the first of these rows that ended worst, targets in their order."""
    front = len(dedupe_of(number, ""))
    told = {row.dedupe: row.dedupe[front:] for row in rows}
    if any(_PART in one or AFTER in one for one in told.values()):
        keys = await keys_of(session, number)
        told = {name: key_of(one, keys) or one for name, one in told.items()}
    found: dict[str, list[Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        found.setdefault(told[row.dedupe], []).append(row)
    return [min(some, key=lambda row: _ENDS.index(row.state)) for some in found.values()]


async def keys_of(session: Session, number: str) -> frozenset[str]:
    """Return the targets of a campaign."""
    result = await session.connection.execute(
        select(target.c.key).where(target.c.campaign == number)
    )
    return frozenset(result.scalars())


async def fates(session: Session, number: str) -> Sequence[Fate]:
    """Return what became of every target, in their order."""
    result = await session.connection.execute(
        select(target).where(target.c.campaign == number).order_by(target.c.seq)
    )
    targets = {row.key: row for row in result}
    found = await places(session, number, targets.keys())
    return [
        _fate(row, session.open(row.name, "target.name", number, key).decode(), found.get(key))
        for key, row in targets.items()
    ]


def _fate(row: Row[Any], name: str, place: Place | None) -> Fate:
    why = Why(row.why) if row.why else None
    if place is None:
        return Fate(key=row.key, name=name, state=row.state, why=why)
    end, text = place.end, place.text
    return Fate(
        key=row.key,
        name=name,
        state=end.state,
        why=why,
        code=end.code,
        delivery=text.id,
        rows=tuple(one.id for one in place.rows),
        reached=text.reached,
        recalled=place.recalled,
        again=end.state == "unknown" and bool(end.due_at),
        sent_at=text.sent_at,
        read_at=text.read_at,
        recalled_at=text.recalled_at,
        pieces=place.pieces,
    )


async def answered(session: Session, number: str, topic: str, since: datetime | None) -> Answered:
    """Return what those did who got a campaign that began at a moment."""
    result = await session.connection.execute(
        select(acknowledgement.c.person, acknowledgement.c.enterprise, acknowledgement.c.at)
        .where(acknowledgement.c.campaign == number)
        .order_by(acknowledgement.c.at, acknowledgement.c.person)
    )
    confirmed = result.all()
    return Answered(
        received={row.person: row.at for row in confirmed},
        firms=len({row.enterprise for row in confirmed if row.enterprise}),
        reached=await _reached(session, number),
        readers=await _readers(session, number),
        left=await _left(session, topic, since) if since else 0,
        tickets=await _tickets(session, number),
        enterprises=await _enterprises(session, number),
    )


async def _reached(session: Session, number: str) -> int:
    """Count the enterprises of whom somebody was sent it 1:1."""
    result = await session.connection.execute(
        select(func.count(person.c.enterprise.distinct()))
        .select_from(delivery)
        .join(person, person.c.id == delivery.c.person)
        .where(delivery.c.campaign == number, delivery.c.state.in_(("sent", "recalled")))
    )
    count: int = result.scalar_one()
    return count


async def _enterprises(session: Session, number: str) -> Mapping[PersonId, str]:
    """Return the enterprises of the people who were meant 1:1."""
    key = literal("p:") + cast(person.c.id, Text)
    result = await session.connection.execute(
        select(person.c.id, enterprise.c.name)
        .join(enterprise, enterprise.c.id == person.c.enterprise)
        .join(target, (target.c.campaign == number) & (target.c.key == key))
    )
    return {row.id: row.name for row in result}


async def _readers(session: Session, number: str) -> Mapping[int, int]:
    """Count the readers of each message to a group, by its number in the ledger."""
    result = await session.connection.execute(
        select(delivery_read.c.delivery, func.count().label("readers"))
        .join(delivery, delivery.c.id == delivery_read.c.delivery)
        .where(delivery.c.campaign == number)
        .group_by(delivery_read.c.delivery)
    )
    return {row.delivery: row.readers for row in result}


async def _left(session: Session, topic: str, since: datetime) -> int:
    """Count who wanted no more of the topic, or of any, since then and still does not."""
    result = await session.connection.execute(
        select(func.count(unsubscription.c.person.distinct())).where(
            unsubscription.c.at >= since,
            or_(unsubscription.c.topic == EVERY, unsubscription.c.topic == topic),
        )
    )
    count: int = result.scalar_one()
    return count


async def _tickets(session: Session, number: str) -> int:
    """Count the tickets that name it as what they came out of."""
    result = await session.connection.execute(
        select(func.count()).select_from(ticket).where(ticket.c.source_ref == asks_about(number))
    )
    count: int = result.scalar_one()
    return count
