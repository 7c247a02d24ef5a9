"""Erasure: what messages said is kept for a term, that they came and went stays."""

from datetime import datetime

from sqlalchemy import ColumnElement, Table, TextClause, select, update

from bot.storage.session import Session
from bot.storage.tables import KEPT, arrival, delivery

ERASED = b""
AT_ONCE = 5000  # rows of each table: a statement ends within the server's limit of its time


async def erase_bodies(session: Session, before: datetime, most: int = AT_ONCE) -> int:
    """Empty the bodies of handled arrivals and ended deliveries from before then; return how many.

    What was erased earlier is not looked at again; what is too much for one transaction is left
    for the next.
    """
    handled = (KEPT, arrival.c.at < before, arrival.c.state != "waiting")
    arrivals = await session.connection.execute(
        update(arrival)
        .where(_oldest(arrival, most, *handled))
        .values(body=ERASED, traceback=None, answer=None, state="erased")
    )
    ended = (
        KEPT,
        delivery.c.created_at < before,
        delivery.c.due_at.is_(None),
        delivery.c.state != "sending",
    )
    deliveries = await session.connection.execute(
        update(delivery).where(_oldest(delivery, most, *ended)).values(body=ERASED)
    )
    return arrivals.rowcount + deliveries.rowcount


def _oldest(
    table: Table, most: int, *conditions: ColumnElement[bool] | TextClause
) -> ColumnElement[bool]:
    found = select(table.c.id).where(*conditions).order_by(table.c.id).limit(most)
    return table.c.id.in_(found)
