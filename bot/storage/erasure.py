"""Erasure: what messages said is kept for a term, that they came and went stays."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Table, TextClause, and_, select, update

from bot.storage.session import Session
from bot.storage.tables import KEPT, arrival, delivery
from handlers.ports import PersonId

ERASED = b""
_HANDLED = (KEPT, arrival.c.state != "waiting")
_ENDED = (KEPT, delivery.c.due_at.is_(None), delivery.c.state != "sending")
AT_ONCE = 5000  # rows of each table: a statement ends within the server's limit of its time


async def erase_bodies(session: Session, before: datetime, most: int = AT_ONCE) -> int:
    """Empty the bodies of handled arrivals and ended deliveries from before then; return how many.

    What was erased earlier is not looked at again; what is too much for one transaction is left
    for the next.
    """
    return await _emptied(
        session,
        _oldest(arrival, most, arrival.c.at < before, *_HANDLED),
        _oldest(delivery, most, delivery.c.created_at < before, *_ENDED),
    )


async def erase_words(session: Session, persons: Collection[PersonId]) -> int:
    """Empty the bodies of what these people said and were told; return how many.

    Looks through all that was not erased yet: for once a day, of many at a time.
    """
    return await _emptied(
        session,
        and_(arrival.c.person.in_(persons), *_HANDLED),
        and_(delivery.c.person.in_(persons), *_ENDED),
    )


async def _emptied(session: Session, said: ColumnElement[bool], told: ColumnElement[bool]) -> int:
    arrivals = await session.connection.execute(
        update(arrival).where(said).values(body=ERASED, traceback=None, answer=None, state="erased")
    )
    deliveries = await session.connection.execute(update(delivery).where(told).values(body=ERASED))
    return arrivals.rowcount + deliveries.rowcount


def _oldest(
    table: Table, most: int, *conditions: ColumnElement[bool] | TextClause
) -> ColumnElement[bool]:
    found = select(table.c.id).where(*conditions).order_by(table.c.id).limit(most)
    return table.c.id.in_(found)
