"""The world of one batch: what was looked up once, and what is to be written with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flows.calendar import OFFICE_ZONE
from flows.tickets.case import Ticket
from flows.tickets.moves import Actor, parts_of
from handlers.ports import (
    ArrivalId,
    Conversation,
    Due,
    Entry,
    Filed,
    FlowEvent,
    Office,
    Person,
    PersonId,
    Post,
    Role,
    Roster,
    Tx,
)


@dataclass(slots=True)
class Book:
    """Facts and pending writes of a batch; a failed arrival's writes are taken back."""

    tx: Tx
    office: Office
    now: datetime
    roster: Roster
    persons: dict[PersonId, Person]
    conversations: dict[PersonId, Conversation]
    tickets: dict[str, Ticket]
    stored: Mapping[str, int]  # versions as loaded
    enterprises: Sequence[str] = ()
    posts: list[Post] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    events: list[FlowEvent] = field(default_factory=list)
    dues: dict[str, Due | None] = field(default_factory=dict)  # dedupe → timer, None = cancel
    changed_persons: set[PersonId] = field(default_factory=set)
    changed_tickets: set[str] = field(default_factory=set)
    wrote: int = 0  # writes that went past the book into the transaction

    @property
    def writing(self) -> Tx:
        """Return the transaction for a write that the book cannot take back."""
        self.wrote += 1
        return self.tx

    @classmethod
    async def open(
        cls,
        tx: Tx,
        office: Office,
        now: datetime,
        persons: Sequence[PersonId],
        numbers: Mapping[PersonId, Iterable[str]],
    ) -> Book:
        """Look up everything a batch needs: one query per noun, conversations locked first."""
        keys = sorted(set(persons))
        conversations = dict(await tx.conversations.lock(keys))
        asked = {n for found in numbers.values() for n in found}
        callers: set[str] = set()
        for conversation in conversations.values():
            frames = (*conversation.stack, *conversation.aside)
            # A bare number may mean an act on a ticket that was offered last.
            asked.update(o.split(":")[2] for o in conversation.options if o.startswith("a:"))
            asked.update(f.state.subject for f in frames if "-" in f.state.subject)
            callers.update(
                f.state.subject.split(":")[1]
                for f in frames
                if f.state.subject.startswith("caller:")
            )
        tickets = await tx.tickets.load(sorted(asked), keys)
        known = {ticket.number: ticket for ticket in tickets}
        today = now.astimezone(OFFICE_ZONE).date()
        roster = await tx.people.roster(today)
        loaded = dict(await tx.people.load(sorted({*keys, *map(int, callers)})))
        return cls(
            tx=tx,
            office=office,
            now=now,
            roster=roster,
            persons={k: _with_roles(p, roster) for k, p in loaded.items()},
            conversations=conversations,
            tickets=known,
            stored={number: ticket.version for number, ticket in known.items()},
            enterprises=await tx.people.enterprises(),
        )

    def own(self, person: PersonId) -> list[Ticket]:
        """Return a person's own tickets, the latest first."""
        mine = [ticket for ticket in self.tickets.values() if ticket.reporter == person]
        return sorted(mine, key=lambda ticket: ticket.created_at, reverse=True)

    def actor(self, ticket: Ticket, person: Person) -> Actor:
        """Say in which parts a person meets a ticket."""
        roles = frozenset((role.value, unit) for role, unit in person.roles)
        if person.has(Role.ADMIN) and not self.has_desk:  # nobody else would take it on
            roles |= {(Role.CLERK.value, "")}
        return Actor(person.id, parts_of(ticket, person.id, roles, self.orphaned(ticket)))

    @property
    def has_desk(self) -> bool:
        """Say whether anybody is 受理员 or 受理负责人."""
        return any(self.roster.holders(role) for role in (Role.CLERK, Role.SUPERVISOR))

    def orphaned(self, ticket: Ticket) -> frozenset[str]:
        """Return the ticket's departments that nobody speaks for; 受理员 act for them."""
        units = {ticket.lead_unit or "", *(task.unit for task in ticket.co_tasks)} - {""}
        return frozenset(u for u in units if not self.roster.holders(Role.LIAISON, u))

    def put_ticket(self, ticket: Ticket, entry: Entry) -> None:
        """Keep a new or changed ticket together with its line of history."""
        self.tickets[ticket.number] = ticket
        self.changed_tickets.add(ticket.number)
        self.entries.append(entry)

    def put_person(self, person: Person) -> None:
        """Keep a changed person."""
        self.persons[person.id] = person
        self.changed_persons.add(person.id)

    def snapshot(self) -> Book:
        """Return a copy to go back to when an arrival fails."""
        return replace(
            self,
            persons=dict(self.persons),
            conversations=dict(self.conversations),
            tickets=dict(self.tickets),
            posts=list(self.posts),
            entries=list(self.entries),
            events=list(self.events),
            dues=dict(self.dues),
            changed_persons=set(self.changed_persons),
            changed_tickets=set(self.changed_tickets),
        )

    async def flush(self, arrivals: Mapping[ArrivalId, Filed]) -> None:
        """Write everything; the caller commits."""
        if self.changed_tickets:
            changed = [self.tickets[number] for number in sorted(self.changed_tickets)]
            await self.tx.tickets.save(changed, self.stored)
        if self.changed_persons:
            await self.tx.people.save([self.persons[key] for key in sorted(self.changed_persons)])
        await self.tx.conversations.save(self.conversations)
        if self.entries:
            await self.tx.record(self.entries)
        if self.events:
            await self.tx.funnel(self.events)
        if self.dues:
            await self.tx.remind(
                [due for due in self.dues.values() if due is not None],
                [key for key, due in self.dues.items() if due is None],
            )
        if self.posts:
            await self.tx.post(self.posts, arrivals)


def _with_roles(person: Person, roster: Roster) -> Person:
    known = roster.staff.get(person.id)
    return replace(person, roles=known.roles) if known else person
