"""The desk behind an act that needs to be told something: 交办, 签收, 答复 and the like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Start, Submit
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import Ticket
from flows.tickets.consequences import may_name_leader
from flows.tickets.forms.common import CaseFacts
from flows.tickets.moves import move, objection
from flows.tickets.told import Words
from handlers.acts.after import after, refusal_params, refuse
from handlers.acts.overtaken import overtaken
from handlers.visit import Visit

NOT_NOW = "ticket.refused.not_now"

Tell = Callable[[Visit, Ticket, Any, tuple[str, ...]], Any]
"""Turns a form and what was sent along into what flows.tickets.told has for the act."""


@dataclass(frozen=True, slots=True)
class ActDesk:
    """Files one act's form as a move of the ticket the conversation is about.

    `whole` = all that was typed behind the command is the first field's answer; `fields` says
    which field a refusal asks for again.
    """

    flow: Flow[Any, CaseFacts]
    act: Act
    tell: Tell
    whole: bool = False
    opening: Callable[[str], Mapping[str, str]] | None = None  # reads the words of the command
    fields: Mapping[str, str] = field(default_factory=dict)
    act_for: Callable[[Visit, Ticket], Act] | None = None  # where it depends on the case
    act_by: Callable[[Visit, Ticket, Any], Act] | None = None  # where what was told decides
    facts_for: Callable[[Visit, Ticket], CaseFacts] | None = None

    def facts(self, visit: Visit, state: State) -> CaseFacts:
        """Return what the form needs to know of the case."""
        ticket = self._case(visit, state)
        if ticket is None or self.facts_for is None:
            return CaseFacts(number=state.subject, departments=visit.book.office.departments)
        return self.facts_for(visit, ticket)

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the act is no longer possible."""
        ticket = self._case(visit, state)
        return ticket is None or self.objection(visit, ticket) is not None

    def objection(self, visit: Visit, ticket: Ticket) -> Refusal | None:
        """Say what stands against the act before anything is told."""
        actor = visit.book.actor(ticket, visit.person)
        return objection(ticket, self._act(visit, ticket), actor, visit.book.moment)

    def start(self, rest: str, files: tuple[str, ...]) -> Start:
        """Open the form with what the command or the button brought."""
        if self.opening is not None:
            return Start(given=self.opening(rest), files=files)
        first = self.flow.steps[0].field if self.flow.steps else ""
        if rest and first and (self.whole or _is_unit(self.act, rest)):
            return Start(given={first: rest}, files=files)
        return Start(text=rest, files=files)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Do the act; when it is no longer possible the form ends with the reason."""
        book, ticket = visit.book, self._case(visit, state)
        if ticket is None:
            visit.say("case.not_found", number=state.subject)
            return None
        actor = book.actor(ticket, visit.person)
        files = tuple(await book.tx.stored_files(submit.files))
        act = self._act(visit, ticket)
        if self.act_by is not None:
            act = self.act_by(visit, ticket, submit.form)
        told = self.tell(visit, ticket, submit.form, files)
        moved = told
        if not isinstance(told, Refusal):
            moved = move(ticket, act, actor, told, book.moment)
        if not isinstance(moved, Refusal):
            if may_name_leader(act, moved):
                await book.weigh_leaders()
            after(visit, act, ticket, moved, actor)
            return None
        if moved.key == NOT_NOW:
            moved = await overtaken(visit, ticket, act) or moved
        at = self.fields.get(moved.key.rpartition(".")[2])
        if at:
            return Refused(moved.key, refusal_params(visit, ticket, moved), at=at)
        self._refuse(visit, ticket, moved, told)
        return None

    def _case(self, visit: Visit, state: State) -> Ticket | None:
        """Return the ticket that the conversation is about."""
        ticket = visit.book.tickets.get(state.subject)
        # Who reported a merged ticket goes on with the one that it follows.
        own = ticket is not None and ticket.reporter == visit.person.id
        return visit.book.standing(ticket) if ticket is not None and own else ticket

    def _refuse(self, visit: Visit, ticket: Ticket, refusal: Refusal, told: Any) -> None:
        refuse(visit, ticket, refusal)

    def _act(self, visit: Visit, ticket: Ticket) -> Act:
        return self.act_for(visit, ticket) if self.act_for else self.act


def _is_unit(act: Act, rest: str) -> bool:
    """Say whether a button brought a department's id."""
    return act is Act.ASSIGN and rest.isascii()


def words(visit: Visit, ticket: Ticket, form: Any, files: tuple[str, ...]) -> Words:
    """Tell a form of one sentence."""
    return Words(form.text, files)
