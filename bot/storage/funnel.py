"""Funnel: where people get stuck in forms; no personal data."""

from collections.abc import Sequence

from sqlalchemy import insert

from bot.storage.session import Session
from bot.storage.tables import flow_event
from handlers.ports import FlowEvent


async def add_events(session: Session, events: Sequence[FlowEvent]) -> None:
    """Store what happened at which step."""
    if not events:
        return
    await session.connection.execute(
        insert(flow_event),
        [
            {
                "flow": one.flow,
                "version": one.version,
                "what": one.event.what,
                "step": one.event.step,
                "arrival": one.arrival,
                "at": one.at,
            }
            for one in events
        ],
    )
