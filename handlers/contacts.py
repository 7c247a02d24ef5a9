"""Who speaks for an enterprise: somebody leaves it (解绑), a colleague takes a case over."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flows.tickets import told
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import ENDED, State, Ticket
from flows.tickets.moves import move
from flows.tickets.parts import SYSTEM
from handlers.acts.after import after, refuse
from handlers.ports import Conversation, Person, Role
from handlers.talk import timer
from handlers.visit import Visit


@dataclass(frozen=True, slots=True)
class Contacts:
    """What the desk does when people change in an enterprise."""

    async def unbind(self, visit: Visit) -> None:
        """Take somebody out of their enterprise: 解绑 账号 原因.

        Their buttons do nothing from now on, what they had begun to write is gone, and the cases
        they reported wait for a colleague.
        """
        if not visit.person.has(Role.CLERK, Role.SUPERVISOR):
            visit.say("rights.none")
            return
        who, _, reason = visit.request.rest.partition(" ")
        person = await self._find(visit, who)
        if person is None:
            visit.say("contacts.unbind_how" if not who else "rights.nobody", who=who)
            return
        if person.binding != "bound":
            visit.say("contacts.not_bound", name=person.name or who)
            return
        await self._forget_drafts(visit, person)
        visit.book.put_person(replace(person, binding="none", enterprise=""))
        cases = await self._running(visit, person)
        for ticket in cases:
            self._act(visit, ticket, Act.LEAVE, told.Words(reason.strip()))
        await self._leave_masters(visit, person)
        visit.book.entries.append(
            visit.record(
                f"person:{person.id}",
                "unbind",
                "clerk",
                before="bound",
                after="none",
                personal={"reason": reason.strip(), "enterprise": person.enterprise},
            )
        )
        numbers = tuple(ticket.number for ticket in cases)
        key = "contacts.unbound_cases" if cases else "contacts.unbound"
        visit.say(key, name=person.name or who, numbers=numbers)

    async def replace(self, visit: Visit) -> None:
        """Let a colleague speak for the enterprise in one case: 换联系人 0001 账号 凭证."""
        number = visit.request.number
        who, _, proof = visit.request.rest.partition(" ")
        ticket = visit.book.tickets.get(number) if number else None
        if ticket is None or not visit.person.has(Role.CLERK, Role.SUPERVISOR):
            visit.say("contacts.replace_how" if number is None else "case.not_found", number=number)
            return
        person = await self._find(visit, who) if who else None
        if person is None or not proof.strip():
            visit.say("contacts.replace_how", number=ticket.number)
            return
        if (person.binding, person.enterprise) != ("bound", ticket.enterprise):
            visit.say("contacts.other_enterprise", name=person.name or who)
            return
        form = told.Contact(person.id, person.name, person.phone, proof.strip())
        self._act(visit, ticket, Act.RECONTACT, form)

    async def _find(self, visit: Visit, account: str) -> Person | None:
        found = await visit.book.tx.people.find(visit.filed.arrival.channel, account)
        return visit.book.persons.get(found.id, found) if found else None

    async def _running(self, visit: Visit, person: Person) -> list[Ticket]:
        """Return the cases of somebody that still need them, as this batch has them."""
        book = visit.book
        for ticket in await book.tx.tickets.load((), (person.id,)):
            if ticket.number not in book.tickets:
                book.tickets[ticket.number] = ticket
                book.stored = {**book.stored, ticket.number: ticket.version}
        return [
            ticket
            for ticket in book.own(person.id)
            if ticket.state in {State.CLOSED, State.MERGED} or ticket.state not in ENDED
        ]

    async def _leave_masters(self, visit: Visit, person: Person) -> None:
        """Let the cases that theirs follow tell them nothing more, and ask them nothing.

        Those far up as well: what they joined was itself merged into another since.
        """
        book = visit.book
        await book.store_tickets()  # a merge of this batch too
        for ticket in await book.tx.tickets.followed_by(person.id):
            if ticket.number not in book.tickets:
                book.tickets[ticket.number] = ticket
                book.stored = {**book.stored, ticket.number: ticket.version}
        for master in [one for one in book.tickets.values() if one.joined_as(person.id)]:
            left = tuple(one for one in master.joined if one.person != person.id)
            update = {"joined": left, "version": master.version + 1}
            state = master.state.value
            entry = visit.record(
                f"ticket:{master.number}", Act.LEAVE.value, "clerk", before=state, after=state
            )
            book.put_ticket(master.model_copy(update=update), entry)

    async def _forget_drafts(self, visit: Visit, person: Person) -> None:
        """Leave nothing of what they had begun to write to whoever comes after them."""
        locked = await visit.book.tx.conversations.lock([person.id])
        known = visit.book.conversations.get(person.id, locked[person.id])
        fresh = Conversation(question=known.question + 1)
        visit.book.conversations[person.id] = fresh
        visit.book.dues[timer(person.id)] = None

    def _act(self, visit: Visit, ticket: Ticket, act: Act, form: object) -> None:
        actor = visit.book.actor(ticket, visit.person)
        by = SYSTEM if act is Act.LEAVE else actor  # also of a case that is not theirs to read
        moved = move(ticket, act, by, form, visit.book.moment)
        if isinstance(moved, Refusal):
            refuse(visit, ticket, moved)
        else:
            after(visit, act, ticket, moved, actor)
