"""Keep what the office did to an activity."""

from __future__ import annotations

from flows.registration.roll import Rolled
from handlers.registration.desk import done
from handlers.visit import Visit

ROLE = "organiser"


def keep(visit: Visit, rolled: Rolled, act: str = "", **public: str) -> None:
    """Keep what the office did to an activity, with a line of history where nobody has one."""
    done(visit, rolled, ROLE)
    if act:
        number = rolled.roll.event.number
        visit.book.entries.append(
            visit.record(
                f"event:{number}", act, ROLE, public={**public, "free": str(rolled.roll.free)}
            )
        )
