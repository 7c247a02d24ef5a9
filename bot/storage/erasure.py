"""Erasure: what messages said is kept for a term, that they came and went stays."""

from datetime import datetime

from sqlalchemy import update

from bot.storage.session import Session
from bot.storage.tables import arrival, delivery

ERASED = b""


async def erase_bodies(session: Session, before: datetime) -> int:
    """Empty the bodies of arrivals and ended deliveries from before then; return how many."""
    arrivals = await session.connection.execute(
        update(arrival)
        .where(arrival.c.at < before, arrival.c.body != ERASED)
        .values(body=ERASED, traceback=None, state="erased")
    )
    deliveries = await session.connection.execute(
        update(delivery)
        .where(
            delivery.c.created_at < before,
            delivery.c.due_at.is_(None),
            delivery.c.state != "sending",
            delivery.c.body != ERASED,
        )
        .values(body=ERASED)
    )
    return arrivals.rowcount + deliveries.rowcount
