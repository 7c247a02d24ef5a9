"""The desks behind the acts that need to be told something: 交办, 签收, 答复 and the like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flows.engine.flow import Flow, State
from flows.engine.words import Key, Refused, Start, Submit
from flows.tickets import acts
from flows.tickets.acts import CaseFacts
from flows.tickets.case import CoTask, Note, Outcome, Reply, Satisfaction, Ticket
from flows.tickets.moves import ROUNDS, Act, Refusal, move, objection
from flows.tickets.progress import due_changes, promise
from handlers.acted import after, refuse
from handlers.notices import proposed_leads
from handlers.visit import Visit

Changes = Callable[[Visit, Ticket, Any, tuple[str, ...]], dict[str, Any]]


def note(visit: Visit, kind: str, text: str, files: tuple[str, ...] = ()) -> Note:
    """Make a note of what was added to a case."""
    return Note(kind=kind, text=text, by=visit.person.id, at=visit.book.now, files=files)


def _noted(visit: Visit, ticket: Ticket, kind: str, text: str) -> tuple[Note, ...]:
    return (*ticket.notes, note(visit, kind, text))


def _dispatch(
    visit: Visit, ticket: Ticket, form: acts.DispatchForm, files: tuple[str, ...]
) -> dict[str, Any]:
    office = visit.book.office
    category = office.category(ticket.category)
    days = category.days if category else office.stages.redo
    return {
        "lead_unit": form.lead,
        "co_tasks": tuple(CoTask(unit=unit) for unit in form.support_units),
        "dispatched_at": visit.book.now,
        "promise_days": days,
        **due_changes(visit.book.now, days, office.days),
    }


def _sign(
    visit: Visit, ticket: Ticket, form: acts.SignForm, files: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "handler": form.handler,
        "handler_phone": form.phone,
        "signed_at": visit.book.now,
    }


def _contact(
    visit: Visit, ticket: Ticket, form: acts.SentenceForm, files: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "first_contact_at": ticket.first_contact_at or visit.book.now,
        "notes": _noted(visit, ticket, "contact", form.text),
    }


def _opinion(
    visit: Visit, ticket: Ticket, form: acts.SentenceForm, files: tuple[str, ...]
) -> dict[str, Any]:
    asked = {task.unit for task in ticket.co_tasks}
    units = asked.intersection(visit.person.units()) or visit.book.orphaned(ticket)
    tasks = tuple(
        task.model_copy(update={"opinion": form.text, "done": True}) if task.unit in units else task
        for task in ticket.co_tasks
    )
    return {"co_tasks": tasks, "notes": _noted(visit, ticket, "opinion", form.text)}


def _ask_info(
    visit: Visit, ticket: Ticket, form: acts.SentenceForm, files: tuple[str, ...]
) -> dict[str, Any]:
    return {"question": form.text, "notes": _noted(visit, ticket, "ask_info", form.text)}


def _reject(
    visit: Visit, ticket: Ticket, form: acts.SentenceForm, files: tuple[str, ...]
) -> dict[str, Any]:
    return {"reject_reason": form.text, "closed_at": visit.book.now}


def _send_back(
    visit: Visit, ticket: Ticket, form: acts.SentenceForm, files: tuple[str, ...]
) -> dict[str, Any]:
    notes = {"notes": _noted(visit, ticket, "send_back", form.text)}
    if ticket.due_on is None or ticket.replied_at is None:
        return notes
    days = visit.book.office.days
    left = days.workdays_between(days.day_zero(ticket.replied_at), ticket.due_on)
    # What was left, at least one day (T14).
    return {**notes, **due_changes(visit.book.now, max(left, 1), days)}


def _unhappy(
    visit: Visit, ticket: Ticket, form: acts.SentenceForm, files: tuple[str, ...]
) -> dict[str, Any]:
    told = {
        "dissatisfied_reason": form.text,
        "notes": _noted(visit, ticket, "unhappy", form.text),
        "satisfaction": Satisfaction.DISSATISFIED,
    }
    if ticket.round >= ROUNDS:
        return {**told, "closed_at": visit.book.now}
    office = visit.book.office
    return {
        **told,
        "round": ticket.round + 1,
        **due_changes(visit.book.now, office.stages.redo, office.days),
        "first_contact_at": None,
    }


def _reply(
    visit: Visit, ticket: Ticket, form: acts.ReplyForm, files: tuple[str, ...]
) -> dict[str, Any]:
    reply = Reply(
        text=form.text,
        outcome=Outcome(form.outcome),
        by=visit.person.id,
        at=visit.book.now,
        round=ticket.round,
    )
    return {"reply": reply, "replied_at": visit.book.now}


def _supplement(
    visit: Visit, ticket: Ticket, form: acts.SupplementForm, files: tuple[str, ...]
) -> dict[str, Any]:
    return {"notes": (*ticket.notes, note(visit, "supplement", form.text, files))}


def _withdraw(
    visit: Visit, ticket: Ticket, form: acts.WithdrawForm, files: tuple[str, ...]
) -> dict[str, Any]:
    return {"closed_at": visit.book.now}


@dataclass(frozen=True, slots=True)
class ActDesk:
    """Files one act's form as a move of the ticket the conversation is about."""

    flow: Flow[Any, CaseFacts]
    act: Act
    changes: Changes

    def facts(self, visit: Visit, state: State) -> CaseFacts:
        """Return what the form needs to know of the case."""
        book, office = visit.book, visit.book.office
        ticket = book.tickets.get(state.subject)
        category = office.category(ticket.category) if ticket else None
        days = category.days if category else office.stages.redo
        proposed = proposed_leads(ticket, office) if ticket and self.act is Act.ASSIGN else ()
        due = promise(book.now, days, office.days) if ticket else None
        # Who acts for a department without a 联络员 is not the one who handles it there.
        speaks = ticket is not None and ticket.lead_unit in visit.person.units()
        return CaseFacts(
            number=state.subject,
            departments=office.departments,
            proposed=tuple(proposed),
            supports=category.support if category else (),
            due=due.day if due else None,
            provisional=bool(due and due.provisional),
            handler=visit.person.name if speaks else "",
            handler_phone=visit.person.phone if speaks else "",
        )

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the act is no longer possible."""
        ticket = visit.book.tickets.get(state.subject)
        if ticket is None:
            return True
        actor = visit.book.actor(ticket, visit.person)
        return objection(ticket, self.act_for(ticket), actor) is not None

    def act_for(self, ticket: Ticket) -> Act:
        """Return the act a form leads to: after the last round 不满意 closes the case."""
        if self.act is Act.REDO and ticket.round >= ROUNDS:
            return Act.CLOSE_UNHAPPY
        return self.act

    def start(self, rest: str, files: tuple[str, ...]) -> Start:
        """Open the form with what the command or the button brought."""
        if self.act is Act.ASSIGN and rest.isascii() and rest:
            return Start(given={"lead": rest})
        first = self.flow.steps[0].field if self.flow.steps else ""
        if self.act in _WHOLE and rest and first:
            return Start(given={first: rest}, files=files)
        return Start(text=rest, files=files)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Do the act; when it is no longer possible the form ends with the reason."""
        ticket = visit.book.tickets.get(state.subject)
        if ticket is None:
            visit.say("case.not_found", number=state.subject)
            return None
        actor = visit.book.actor(ticket, visit.person)
        files = tuple(await visit.book.tx.stored_files(submit.files))
        act = self.act_for(ticket)
        moved = move(ticket, act, actor, self.changes(visit, ticket, submit.form, files))
        if isinstance(moved, Refusal):
            field = _FIELD_OF.get(moved.key)
            params = {
                "number": ticket.number,
                "state": Key(f"state.{ticket.state.value}"),
                **moved.params,
            }
            if field:
                return Refused(moved.key, params, at=field)
            refuse(visit, ticket, moved)
            return None
        after(visit, act, ticket, moved, actor)
        return None


_WHOLE = frozenset(
    {
        Act.CONTACT,
        Act.OPINION,
        Act.ASK_INFO,
        Act.REJECT,
        Act.SEND_BACK,
        Act.REPLY,
        Act.REDO,
        Act.SUPPLEMENT,
    }
)
_FIELD_OF: Mapping[str, str] = {
    "ticket.refused.lead_supports": "supports",
    "ticket.refused.no_lead": "lead",
    "ticket.refused.short_reply": "text",
}

# Command or button → the desk that opens.
OPENS: Mapping[str, ActDesk] = {
    "assign": ActDesk(acts.DISPATCH, Act.ASSIGN, _dispatch),
    "sign": ActDesk(acts.SIGN, Act.SIGN, _sign),
    "contact": ActDesk(acts.CONTACT, Act.CONTACT, _contact),
    "opinion": ActDesk(acts.OPINION, Act.OPINION, _opinion),
    "ask_info": ActDesk(acts.ASK_INFO, Act.ASK_INFO, _ask_info),
    "reject": ActDesk(acts.REJECT, Act.REJECT, _reject),
    "send_back": ActDesk(acts.SEND_BACK, Act.SEND_BACK, _send_back),
    "dissatisfied": ActDesk(acts.UNHAPPY, Act.REDO, _unhappy),
    "reply": ActDesk(acts.REPLY, Act.REPLY, _reply),
    "supplement": ActDesk(acts.SUPPLEMENT, Act.SUPPLEMENT, _supplement),
    "withdraw": ActDesk(acts.WITHDRAW, Act.WITHDRAW, _withdraw),
}
