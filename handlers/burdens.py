"""How much each leader has in hand, so that a rule may name the one with the least (领办)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from flows.tickets.case import Ticket
from handlers.arrival import PersonId
from handlers.lists import Burden, Lists


@dataclass(slots=True)
class Burdens:
    """What the records count, and what a batch has changed since."""

    counted: Mapping[PersonId, Burden] | None = None  # None = not looked up yet
    taken: Counter[PersonId] = field(default_factory=Counter)  # cases owned more since

    async def weigh(self, lists: Lists, today: date) -> None:
        """Look up how many running cases each leader of today owns, once a batch."""
        if self.counted is None:
            self.counted = await lists.burdens(today)

    def change(self, before: Ticket | None, after: Ticket) -> None:
        """Count a case that somebody owns from now on, or no longer."""
        self.taken.subtract(_owners(before))
        self.taken.update(_owners(after))

    def stored(self) -> None:
        """Forget what is written by now: who looks it up finds it in the records."""
        if self.counted is None:
            self.taken.clear()

    def lightest(self, leaders: Iterable[PersonId], ticket: Ticket) -> PersonId | None:
        """Return who owns the fewest running cases, and of those the longest known.

        Whose post ends before the case is due comes last.
        """

        def weight(leader: PersonId) -> tuple[bool, int, PersonId]:
            burden = (self.counted or {}).get(leader, Burden())
            ends = burden.until is not None and burden.until < (ticket.due_on or date.min)
            return ends, burden.led + self.taken[leader], leader

        return min(leaders, key=weight, default=None)

    def snapshot(self) -> Burdens:
        """Return a copy to go back to when an arrival fails."""
        return replace(self, taken=Counter(self.taken))


def _owners(ticket: Ticket | None) -> tuple[PersonId, ...]:
    return (ticket.leader,) if ticket and ticket.leader and not ticket.ended else ()
