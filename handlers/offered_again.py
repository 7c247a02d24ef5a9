"""Offer once more what somebody chose from with a number that is none of it."""

from __future__ import annotations

from flows.engine.words import Choice, Key
from handlers.rating_asked import RATINGS, rateable, rating_asked
from handlers.recorded_asked import recorded_asked
from handlers.visit import Visit


def offer_again(visit: Visit) -> bool:
    """Show again what was asked or shown last; False = there was nothing."""
    told = [told for picked in (1, 2) if (told := recorded_asked(visit, picked)) is not None]
    rated = rating_asked(visit)
    shown = _shown(visit)
    if rated is None and not told and not shown:  # as bare numbers are understood then
        waiting = rateable(visit)
        rated = waiting[0] if len(waiting) == 1 else None
    if rated is not None:
        told = [(act, rated.number) for act in RATINGS]
    if told:
        visit.say("front.no_number_about", number=told[0][1])
        visit.offer(*(Choice(Key(f"act.{act}"), f"a:{act}:{number}") for act, number in told))
    elif shown:
        visit.say("front.no_number")
        visit.offer(*shown)
    return bool(told or shown)


def _shown(visit: Visit) -> list[Choice]:
    """Return the choices shown last; those of a question ended with its form."""
    known = visit.conversation
    return [
        Choice(Key(label) if named else label, value)
        for value, (named, label) in zip(known.options, known.labels, strict=False)
        if not value.startswith("f:")
    ]


__all__ = ["offer_again"]
