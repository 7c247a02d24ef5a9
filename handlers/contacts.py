"""Who speaks for an enterprise: somebody leaves it (解绑), a colleague takes a case over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from flows.outreach.enterprises import among
from flows.tickets import told
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import State, Ticket
from flows.tickets.moves import move
from flows.tickets.parts import SYSTEM
from handlers.acts.after import after, refuse
from handlers.leaving import follow_masters, leave_masters, unbound
from handlers.pairing.standing import whose
from handlers.ports import Person, Role
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
        cases = await unbound(visit, person, reason.strip())
        for ticket in cases:
            self._act(visit, ticket, Act.LEAVE, told.Words(reason.strip()))
        await leave_masters(visit, person)
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
        speaks = (person.binding, person.enterprise) == ("bound", ticket.enterprise)
        # For one that is no more (注销) a liquidator speaks, or a successor: the proof decides.
        if not speaks and not among(ticket.enterprise, visit.book.deregistered):
            visit.say("contacts.other_enterprise", name=person.name or who)
            return
        form = told.Contact(
            person.id, person.name or person.nick, person.phone or ticket.phone, proof.strip()
        )
        self._act(visit, ticket, Act.RECONTACT, form)
        if visit.book.tickets[ticket.number] is not ticket and ticket.state is State.MERGED:
            masters = await follow_masters(visit, ticket, person.id)
            visit.say("contacts.follows", number=ticket.number, master=masters[-1])

    async def _find(self, visit: Visit, account: str) -> Person | None:
        return await whose(visit.book, visit.filed.arrival.channel, account)

    def _act(self, visit: Visit, ticket: Ticket, act: Act, form: object) -> None:
        actor = visit.book.actor(ticket, visit.person)
        by = SYSTEM if act is Act.LEAVE else actor  # also of a case that is not theirs to read
        moved = move(ticket, act, by, form, visit.book.moment)
        if isinstance(moved, Refusal):
            refuse(visit, ticket, moved)
        else:
            after(visit, act, ticket, moved, actor)


def contact_commands() -> Mapping[str, Callable[[Visit], Awaitable[None]]]:
    """Return what the typed words about contacts do."""
    desk = Contacts()
    return {"unbind": desk.unbind, "replace": desk.replace}
