"""What answers a report that staff wrote down, without its buttons: 1 right, 2 not so."""

from __future__ import annotations

from flows.tickets.case import ENDED
from handlers.visit import Visit


def recorded_asked(visit: Visit, picked: int) -> tuple[str, str] | None:
    """Return the act and the ticket's number that a bare number means; an open form has its own."""
    return None if visit.open_frame() is not None else recorded_told(visit, picked)


def recorded_told(visit: Visit, picked: int) -> tuple[str, str] | None:
    """Return the act and the ticket's number, if its notice came after anything else was shown."""
    if picked not in (1, 2):
        return None
    shown = visit.conversation.shown_at
    told = [
        one
        for one in visit.book.own(visit.person.id)
        if one.recorded_by is not None
        and one.state not in ENDED
        and one.created_at.timestamp() >= shown
    ]
    if not told:
        return None
    wrong = "wrong" if told[0].source_ref else "supplement"  # of several, which one is asked first
    return ("right", wrong)[picked - 1], told[0].number
