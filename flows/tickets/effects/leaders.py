"""What becomes of a ticket when leaders act and the ladder strikes: 领办, 批示, 督办."""

from __future__ import annotations

from typing import Any

from flows.tickets import told as forms
from flows.tickets.case import Ticket
from flows.tickets.change import Change, noted
from flows.tickets.children import (
    CoTask,
    Errand,
    Instruction,
    LeaderCase,
    Meeting,
    Supervision,
)
from flows.tickets.clocks import errand_key, opinion_key
from flows.tickets.errands import changed, last_tick, tickable
from flows.tickets.letters import answers
from flows.tickets.limits import Limit
from flows.tickets.parts import Actor
from flows.tickets.policy import Moment


def led(ticket: Ticket, actor: Actor, told: forms.Lead, now: Moment) -> Change:
    """Name the leader who owns the outcome (领办); who had it before hands it over."""
    before = ticket.leader
    ended = tuple(
        one.model_copy(update={"until": now.at}) if one.open else one for one in ticket.leaders
    )
    case = LeaderCase(
        leader=told.leader,
        why=told.why,
        since=now.at,
        by=actor.person or None,
        handed_from=before,
    )
    return Change({"leaders": (*ended, case)})


def met(ticket: Ticket, actor: Actor, told: forms.Met, now: Moment) -> Change:
    """Keep a 面商 or a 协调会."""
    meeting = Meeting(
        kind=told.kind,
        on=told.on,
        text=told.text,
        by=actor.person,
        at=now.at,
        round=ticket.round,
    )
    return Change({"meetings": (*ticket.meetings, meeting)})


def instructed(ticket: Ticket, actor: Actor, told: forms.Instructed, now: Moment) -> Change:
    """Keep a leader's words, who wrote them down, and begin the time of what they ask.

    A department that had no part in the case comes in as 协办, with its errand as what it is asked.
    """
    wrote = None if actor.person == told.leader else actor.person
    instruction = Instruction(
        leader=told.leader, text=told.text, recorded_by=wrote, at=now.at, errands=told.errands
    )
    placed = tuple(enumerate(told.errands, len(ticket.errands) + 1))
    begins = {errand_key(place): _until(one) for place, one in placed}
    added = {one.who: (place, one) for place, one in placed if one.who in told.adds}
    tasks = (CoTask(unit=unit, errand=place) for unit, (place, _) in added.items())
    opinions = {opinion_key(unit): _until(one) for unit, (_, one) in added.items()}
    return Change(
        {
            "instructions": (*ticket.instructions, instruction),
            "co_tasks": (*ticket.co_tasks, *tasks),
        },
        begins={**begins, **opinions},
    )


def _until(errand: Errand) -> Limit:
    return f"on:{errand.by_when.isoformat()}"


def errand_done(ticket: Ticket, actor: Actor, told: forms.ErrandDone, now: Moment) -> Change:
    """Tick off an errand; what brought a 协办 in is its opinion as well."""
    place = told.errand or tickable(ticket, actor)[0][0]
    answers = {task.unit for task in ticket.co_tasks if task.errand == place and task.open}
    said = {"opinion": told.text, "done": True, "answered_at": now.at}
    kind = "opinion" if answers else "done"
    return Change(
        {
            "instructions": changed(ticket, place, done_at=now.at, done_by=actor.person),
            "co_tasks": tuple(
                task.model_copy(update=said) if task.unit in answers else task
                for task in ticket.co_tasks
            ),
            "notes": noted(ticket, actor, now, kind, told.text, files=told.files),
        },
        ends=(errand_key(place), *(opinion_key(unit) for unit in sorted(answers))),
    )


def errand_undone(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Take a wrong tick back: the errand waits again, by its own day."""
    found = last_tick(ticket, actor, now)
    if found is None:
        raise ValueError("nothing was ticked off today")
    place, errand = found
    again = {
        task.unit
        for task in ticket.co_tasks
        if task.errand == place and task.answered_at == errand.done_at
    }
    unsaid = {"opinion": "", "done": False, "answered_at": None}
    keys = (errand_key(place), *(opinion_key(unit) for unit in sorted(again)))
    return Change(
        {
            "instructions": changed(ticket, place, done_at=None, done_by=None),
            "co_tasks": tuple(
                task.model_copy(update=unsaid) if task.unit in again else task
                for task in ticket.co_tasks
            ),
        },
        begins=dict.fromkeys(keys, _until(errand)),
    )


def supervised(ticket: Ticket, actor: Actor, told: forms.Supervised, now: Moment) -> Change:
    """Put it on a rung of the ladder."""
    one = Supervision(
        rung=told.rung,
        clock=told.clock,
        deadline=told.deadline,
        at=now.at,
        number=told.number,
        due_at=told.due_at,
        sends_at=told.sends_at,
        by=actor.person or None,
        text=told.text,
    )
    return Change({"supervisions": (*ticket.supervisions, one)})


def called_off(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Telephone instead of writing (先打个电话)."""
    called = tuple(
        one.model_copy(update={"called_off_by": actor.person})
        if one.waits and one.sends_at and now.at < one.sends_at
        else one
        for one in ticket.supervisions
    )
    return Change(
        {
            "supervisions": called,
            "notes": noted(ticket, actor, now, "call_off", told.text),
        }
    )


def answered(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Answer every rung that waits for it (督办回复); a department, those that are its own."""
    answer: dict[str, Any] = {
        "answered_by": actor.person,
        "answered_at": now.at,
        "answer": told.text,
    }
    letters = tuple(
        one.model_copy(update=answer) if one.open and answers(ticket, one, actor) else one
        for one in ticket.supervisions
    )
    return Change({"supervisions": letters})
