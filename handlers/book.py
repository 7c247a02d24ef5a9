"""The world of one batch: what was looked up once, and what is to be written with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from flows.calendar import OFFICE_ZONE
from flows.policies.policy import Policy
from flows.tickets.case import Ticket
from flows.tickets.merging import master_of
from flows.tickets.parts import Actor, actor_of, is_party
from flows.tickets.policy import Moment
from flows.tickets.precedents import RULINGS, Precedent, precedent_of
from handlers.burdens import Burdens
from handlers.loading import load_people, load_tickets, named, with_roles
from handlers.outreach import Shelf
from handlers.ports import (
    ArrivalId,
    Conversation,
    Due,
    Entry,
    Filed,
    FlowEvent,
    Link,
    Nudge,
    Office,
    Person,
    PersonId,
    Post,
    Role,
    Roster,
    Tx,
)
from handlers.registration.held import HeldRolls
from handlers.registration.touched import Requests, touched
from handlers.timers import CASE, digest_due, due_of, next_digest

SHOWN_RULINGS = 2  # of a class, below a form
_RECALLING = frozenset({"dispatch", "return"})  # forms that show how disputes were ruled


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
    rolls: HeldRolls  # activities
    enterprises: Sequence[str] = ()
    deregistered: Sequence[str] = ()  # enterprises that are no more (注销)
    posts: list[Post] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    events: list[FlowEvent] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    rulings: list[Precedent] = field(default_factory=list)
    precedents: dict[str, tuple[Precedent, ...]] = field(default_factory=dict)  # by class
    nudges: list[Nudge] = field(default_factory=list)
    dues: dict[str, Due | None] = field(default_factory=dict)  # dedupe → timer, None = cancel
    changed_persons: set[PersonId] = field(default_factory=set)
    changed_tickets: set[str] = field(default_factory=set)
    burdens: Burdens = field(default_factory=Burdens)  # of leaders
    calm: datetime | None = None  # until then nobody is urged (缓催), as the clock knows it
    policies: dict[str, Policy | None] = field(default_factory=dict)  # that open forms change
    shelf: Shelf = field(default_factory=Shelf)  # 走访, as far as an open one asks
    winding: list[Due] = field(default_factory=list)  # timers that are set unless there is one
    wrote: int = 0  # writes that went past the book into the transaction
    behind: dict[PersonId, PersonId] = field(default_factory=dict)  # who made somebody's link
    united: dict[tuple[PersonId, str], PersonId] = field(default_factory=dict)  # since, by channel

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
        *,
        requests: Requests | None = None,
    ) -> Book:
        """Look up everything a batch needs: one query per noun, conversations locked first.

        `numbers` are the tickets that are named, `requests` what each person wants.
        """
        keys = sorted(set(persons))
        conversations = dict(await tx.conversations.lock(keys))
        known = await load_tickets(tx, keys, named(conversations, numbers))
        today = now.astimezone(OFFICE_ZONE).date()
        roster = await tx.people.roster(today)
        loaded = await load_people(tx, keys, conversations)
        book = cls(
            tx=tx,
            office=office,
            now=now,
            roster=roster,
            persons={k: with_roles(p, roster) for k, p in loaded.items()},
            conversations=conversations,
            tickets=known,
            stored={number: ticket.version for number, ticket in known.items()},
            rolls=HeldRolls(tx.rolls, tx.proxies),
            enterprises=await tx.people.enterprises(),
            deregistered=await tx.enterprises.deregistered(),
        )
        await book._recall_open()
        await book.rolls.hold(touched(conversations, requests or {}, office.event_prefix))
        return book

    async def _recall_open(self) -> None:
        """Look up the rulings that open forms show."""
        for conversation in self.conversations.values():
            for frame in conversation.stack[-1:]:
                ticket = self.tickets.get(frame.state.subject)
                if ticket is not None and frame.state.flow in _RECALLING:
                    await self.recall(ticket.category)

    def own(self, person: PersonId) -> list[Ticket]:
        """Return the tickets that a person speaks for, the latest first."""
        every = self.tickets.values()
        mine = [ticket for ticket in every if ticket.reporter == person and not ticket.left]
        return sorted(mine, key=lambda ticket: ticket.created_at, reverse=True)

    def broken(self, number: str, person: Person) -> bool:
        """Say whether a ticket cannot be read that this person may know of."""
        reporter = self.tx.tickets.unreadable.get(number)
        return reporter is not None and (bool(person.roles) or reporter == person.id)

    def standing(self, ticket: Ticket) -> Ticket:
        """Return the ticket that a merged one follows; itself where the record is broken."""
        return master_of(ticket, self.tickets) or ticket

    def shown(self, ticket: Ticket) -> Ticket:
        """Return where a person's own ticket stands, under its own number (并案)."""
        return self.standing(ticket).model_copy(update={"number": ticket.number})

    def members(self, ticket: Ticket) -> tuple[Ticket, ...]:
        """Return the tickets that follow it (并案)."""
        found = (self.tickets.get(one.number) for one in ticket.joined)
        return tuple(one for one in found if one is not None)

    def actor(self, ticket: Ticket, person: Person) -> Actor:
        """Say in which parts a person meets a ticket."""
        roles = frozenset(
            (role.value, unit)
            for role, unit in person.roles
            if role is not Role.SECRETARY or self.leads(unit)
        )
        if person.has(Role.ADMIN) and not self.has_desk:  # nobody else would take it on
            roles |= {(Role.CLERK.value, "")}
        if (Role.CLERK.value, "") in roles and not self.roster.holders(Role.SUPERVISOR):
            roles |= {(Role.SUPERVISOR.value, "")}  # nobody else could decide
        actor = actor_of(ticket, person.id, roles, self.orphaned(ticket))
        return replace(actor, behind=self.behind.get(person.id))

    def speakers(self, ticket: Ticket, unit: str) -> tuple[Person, ...]:
        """Return who hears of a case for a department: its 联络员, and for who is away the 代理.

        Nobody who has an interest of their own in the case.
        """
        every = self.roster.holders(Role.LIAISON, unit)
        may = tuple(one for one in every if not is_party(ticket, one.id))
        return tuple(one for one in may if one.id not in self.roster.away) or may

    def leads(self, person: PersonId | str | None) -> bool:
        """Say whether somebody is a leader today; a 秘书 has no say for one who is not."""
        return str(person) in {str(one.id) for one in self.roster.holders(Role.LEADER)}

    @property
    def today(self) -> date:
        """Return the day it is at the office."""
        return self.now.astimezone(OFFICE_ZONE).date()

    @property
    def moment(self) -> Moment:
        """Return now, with the calendar and the rules by which it is judged."""
        return self.office.moment(self.now)

    async def weigh_leaders(self) -> None:
        """Look up how many cases each leader owns, before a rule may name one (领办)."""
        await self.burdens.weigh(self.tx.lists, self.today)

    def leader_for(self, ticket: Ticket) -> PersonId | None:
        """Name whom the rule makes 领办, of the leaders of the department's line, else of all.

        It is the one with the least in hand; whoever reported the case never.
        """
        leaders = [p for p in self.roster.holders(Role.LEADER) if not is_party(ticket, p.id)]
        line = [p for p in leaders if (Role.LEADER, ticket.lead_unit or "") in p.roles]
        return self.burdens.lightest((p.id for p in line or leaders), ticket)

    @property
    def has_desk(self) -> bool:
        """Say whether anybody is 受理员 or 受理负责人."""
        return any(self.roster.holders(role) for role in (Role.CLERK, Role.SUPERVISOR))

    def orphaned(self, ticket: Ticket) -> frozenset[str]:
        """Return the ticket's departments that nobody speaks for; 受理员 act for them."""
        units = ticket.units | ticket.sounded
        return frozenset(unit for unit in units if not self.speakers(ticket, unit))

    def put_ticket(self, ticket: Ticket, entry: Entry) -> None:
        """Keep a new or changed ticket together with its line of history, and set its clock."""
        self.burdens.change(self.tickets.get(ticket.number), ticket)
        self.tickets[ticket.number] = ticket
        self.changed_tickets.add(ticket.number)
        self.entries.append(entry)
        if entry.act in RULINGS and (ruled := precedent_of(ticket)) is not None:
            self.rulings.append(ruled)
        self.set_clock(ticket)

    async def store_tickets(self) -> None:
        """Write the changed tickets already now, so that a query of this batch sees them."""
        if not self.changed_tickets:
            return
        changed = [self.tickets[number] for number in sorted(self.changed_tickets)]
        await self._end_links()
        await self.writing.tickets.save(changed, self.stored)
        self.burdens.stored()
        self.stored = {**self.stored, **{one.number: one.version for one in changed}}
        self.changed_tickets.clear()

    async def _end_links(self) -> None:
        """Take back what new links replace: a page, too, holds its link before its ticket."""
        for one in sorted(self.links, key=lambda link: (link.ticket, link.holder)):
            await self.tx.links.end(one)

    async def look_up(self, numbers: Sequence[str]) -> None:
        """Look up tickets that nobody named before."""
        strange = [number for number in numbers if number not in self.tickets]
        for ticket in await self.tx.tickets.load(strange, ()) if strange else ():
            self.tickets[ticket.number] = ticket
            self.stored = {**self.stored, ticket.number: ticket.version}

    def set_clock(self, ticket: Ticket) -> None:
        """Have the clock look at a ticket when something is due; a running one never later.

        A strike that was missed is due at once.
        """
        due = due_of(ticket, self.office, self.now, self.calm)
        self.dues[f"{CASE}:{ticket.number}"] = due

    def nudge(self, nudge: Nudge, at: datetime) -> None:
        """Keep a line for somebody's next digest, at a slot or as soon as may be."""
        self.nudges.append(nudge)
        due = digest_due(nudge.person, at, self.now)
        self.dues[due.dedupe] = due

    def next_digest(self, person: Person) -> datetime:
        """Say when somebody's next digest is; a leader and a 秘书 have one a day."""
        return next_digest(person, self.office, self.now)

    def put_person(self, person: Person) -> None:
        """Keep a changed person."""
        self.persons[person.id] = person
        self.changed_persons.add(person.id)

    async def recall(self, category: str) -> None:
        """Look up how earlier disputes about a class were ruled, once a batch."""
        if category not in self.precedents:
            found = await self.tx.precedents.of(category, SHOWN_RULINGS)
            self.precedents[category] = tuple(found)

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
            links=list(self.links),
            rulings=list(self.rulings),
            nudges=list(self.nudges),
            rolls=self.rolls.snapshot(),
            winding=list(self.winding),
            dues=dict(self.dues),
            changed_persons=set(self.changed_persons),
            changed_tickets=set(self.changed_tickets),
            burdens=self.burdens.snapshot(),
        )

    async def flush(self, arrivals: Mapping[ArrivalId, Filed]) -> None:
        """Write everything; the caller commits."""
        await self._end_links()
        if self.changed_tickets:
            changed = [self.tickets[number] for number in sorted(self.changed_tickets)]
            await self.tx.tickets.save(changed, self.stored)
        if self.changed_persons:
            await self.tx.people.save([self.persons[key] for key in sorted(self.changed_persons)])
        await self.tx.conversations.save(self.conversations)
        for one in self.links:
            await self.tx.links.add(one)
        if self.entries:
            await self.tx.record(self.entries)
        if self.events:
            await self.tx.funnel(self.events)
        await self.rolls.flush()
        if self.winding:
            await self.tx.wind(self.winding)
        if self.dues:
            await self.tx.remind(
                [due for due in self.dues.values() if due is not None],
                [key for key, due in self.dues.items() if due is None],
            )
        if self.rulings:
            await self.tx.precedents.add(self.rulings)
        if self.nudges:
            await self.tx.urging.add(self.nudges, self.now)
        if self.posts:
            await self.tx.post(self.posts, arrivals)


def name_of(book: Book, person: PersonId | None) -> str:
    """Name a member of staff."""
    known = book.roster.staff.get(person or 0) or book.persons.get(person or 0)
    return (known.name or known.nick) if known else ""
