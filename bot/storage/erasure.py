"""Erasure: what messages said is kept for a term, that they came and went stays."""

from datetime import datetime

from sqlalchemy import update

from bot.storage.session import Session
from bot.storage.tables import KEPT, arrival, delivery

ERASED = b""


async def erase_bodies(session: Session, before: datetime) -> int:
    """Empty the bodies of handled arrivals and ended deliveries from before then; return how many.

    What was erased earlier is not looked at again.
    """
    arrivals = await session.connection.execute(
        update(arrival)
        .where(KEPT, arrival.c.at < before, arrival.c.state != "waiting")
        .values(body=ERASED, traceback=None, answer=None, state="erased")
    )
    deliveries = await session.connection.execute(
        update(delivery)
        .where(
            KEPT,
            delivery.c.created_at < before,
            delivery.c.due_at.is_(None),
            delivery.c.state != "sending",
        )
        .values(body=ERASED)
    )
    return arrivals.rowcount + deliveries.rowcount
