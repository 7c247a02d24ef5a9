"""Funnel: where people get stuck in forms; no personal data."""

from collections.abc import Sequence

from bot.storage.prepared import Prepared
from bot.storage.session import Session
from bot.storage.tables import flow_event
from handlers.ports import FlowEvent

_ADDED = Prepared(lambda insert: insert(flow_event))


async def add_events(session: Session, events: Sequence[FlowEvent]) -> None:
    """Store what happened at which step."""
    if not events:
        return
    await session.run(
        _ADDED,
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
