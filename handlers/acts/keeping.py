"""The desk that keeps what is said about a ticket, also where that takes no more (补充)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flows.tickets.acting import Act, Refusal
from flows.tickets.case import Ticket
from flows.tickets.parts import Part, hears
from flows.tickets.told import Words
from handlers.acts.after import keep
from handlers.acts.desk import ActDesk
from handlers.visit import Visit


@dataclass(frozen=True, slots=True)
class KeepingDesk(ActDesk):
    """Keeps the words of who joined a case, or whose ticket follows another, in any state."""

    def objection(self, visit: Visit, ticket: Ticket) -> Refusal | None:
        """Say what stands against it; nothing against words to a ticket that follows another."""
        if self._keeps(visit, ticket):
            return None
        return ActDesk.objection(self, visit, ticket)

    def _keeps(self, visit: Visit, ticket: Ticket) -> bool:
        """Say whether what is said is kept though the ticket takes no more."""
        parts = visit.book.actor(ticket, visit.person).parts
        follows = Part.JOINED in parts or bool(ticket.merged_into)
        return self.act is Act.SUPPLEMENT and follows and hears(parts)

    def _refuse(self, visit: Visit, ticket: Ticket, refusal: Refusal, told: Any) -> None:
        if self._keeps(visit, ticket) and isinstance(told, Words):
            keep(visit, ticket, told)
        else:
            ActDesk._refuse(self, visit, ticket, refusal, told)
