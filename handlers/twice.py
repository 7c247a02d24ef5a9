"""A report that is confirmed twice: the second tap hears the number of the first."""

from __future__ import annotations

from datetime import timedelta

from handlers.ports import Text
from handlers.visit import Visit

WITHIN = timedelta(minutes=2)  # a double tap, or a platform that brings it once more


def filed_already(visit: Visit, verb: str) -> Text | None:
    """Say which number a report just got, to who confirms with nothing left to confirm."""
    if verb != "confirm":
        return None
    me, now = visit.person.id, visit.book.now
    own = [
        one
        for one in visit.book.own(me)
        if one.reporter == me and one.recorded_by is None and now - one.created_at <= WITHIN
    ]
    if not own:
        return None
    latest = max(own, key=lambda one: (one.created_at, one.number))
    return Text("report.filed", {"number": latest.number})
