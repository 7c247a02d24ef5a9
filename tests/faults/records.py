"""What the records say afterwards, read plainly from either engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import NullPool, Row, make_url, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.keys import Keys
from bot.storage.session import Session
from bot.storage.tables import arrival, delivery, ticket
from flows.tickets.case import Ticket
from tests.wire.bot import KEY, now

UNSETTLED = (
    "SELECT (SELECT count(*) FROM delivery WHERE state = 'sending' OR due_at IS NOT NULL)"
    " + (SELECT count(*) FROM arrival WHERE state = 'waiting')"
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as it was filed."""

    id: int
    msg_id: str
    person: int
    state: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A delivery, and what it says."""

    id: int
    dedupe: str
    lane: str
    door: str
    to: str
    card: str
    update: bool
    arrival: int | None
    ticket: str | None
    state: str
    code: str
    attempts: int
    resends: int
    text: str
    via: str | None
    receipt: str | None
    call: str
    attempted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All rows that matter, in the order of their ids."""

    arrivals: Sequence[Arrived]
    deliveries: Sequence[Owed]
    tickets: Sequence[Ticket]
    filings: Sequence[str]  # the subject of every `file` in the history


class Records:
    """A look at the records from outside."""

    def __init__(self, url: str) -> None:
        # No pool: a connection kept over a restart of the server would be a dead one.
        address = make_url(url)
        if address.drivername == "postgresql":
            address = address.set(drivername="postgresql+asyncpg")
        self._engine = create_async_engine(address, poolclass=NullPool)

    async def number(self, query: str) -> int:
        """Read one number."""
        async with self._engine.connect() as connection:
            return int((await connection.execute(text(query))).scalar_one())

    async def text(self, query: str) -> str:
        """Read one text; empty when there is no row."""
        async with self._engine.connect() as connection:
            return str((await connection.execute(text(query))).scalar() or "")

    async def snapshot(self) -> Snapshot:
        """Read everything in one transaction."""
        async with self._engine.connect() as connection:
            session = Session(connection, Keys(KEY), now, now)
            arrivals = await connection.execute(select(arrival).order_by(arrival.c.id))
            deliveries = await connection.execute(select(delivery).order_by(delivery.c.id))
            tickets = await connection.execute(select(ticket.c.number, ticket.c.body))
            filings = await connection.execute(
                text("SELECT subject FROM history WHERE act = 'file' ORDER BY subject")
            )
            return Snapshot(
                [Arrived(row.id, row.msg_id, row.person, row.state) for row in arrivals],
                [_owed(session, row) for row in deliveries],
                [
                    Ticket.model_validate_json(session.open(body, "ticket.body", number))
                    for number, body in tickets
                ],
                [row[0] for row in filings],
            )


def _owed(session: Session, row: Row[Any]) -> Owed:
    body = session.open_json(row.body, "delivery.body", row.dedupe)
    return Owed(
        id=row.id,
        dedupe=row.dedupe,
        lane=row.lane,
        door=row.door,
        to=row.to,
        card=row.card,
        update=row.updates_card,
        arrival=row.arrival,
        ticket=row.ticket,
        state=row.state,
        code=row.code,
        attempts=row.attempts,
        resends=row.resends,
        text=body["message"]["text"],
        via=row.via,
        receipt=row.receipt,
        call=row.call,
        attempted_at=row.attempted_at,
    )
