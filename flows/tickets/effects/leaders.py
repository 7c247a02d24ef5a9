"""What becomes of a ticket when leaders act and the ladder strikes: 领办, 批示, 督办."""

from __future__ import annotations

from typing import Any

from flows.tickets import told as forms
from flows.tickets.case import Ticket
from flows.tickets.change import Change, noted
from flows.tickets.children import Instruction, LeaderCase, Meeting, Supervision
from flows.tickets.clocks import Clock
from flows.tickets.parts import SYSTEM, Actor
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
    """Keep a leader's words, and who wrote them down."""
    wrote = None if actor.person == told.leader else actor.person
    instruction = Instruction(
        leader=told.leader, text=told.text, recorded_by=wrote, at=now.at, errands=told.errands
    )
    return Change({"instructions": (*ticket.instructions, instruction)})


def errand_done(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Tick off the oldest errand that is open."""
    done = False
    instructions = []
    for instruction in ticket.instructions:
        errands = []
        for errand in instruction.errands:
            ticks = not done and errand.done_at is None
            errands.append(errand.model_copy(update={"done_at": now.at}) if ticks else errand)
            done = done or ticks
        instructions.append(instruction.model_copy(update={"errands": tuple(errands)}))
    return Change(
        {
            "instructions": tuple(instructions),
            "notes": noted(ticket, actor, now, "done", told.text, files=told.files),
        }
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
    )
    return Change({"supervisions": (*ticket.supervisions, one)})


def still_caused(ticket: Ticket) -> tuple[Supervision, ...]:
    """Call off letters that have not left and whose clock no longer runs to the date they name."""
    running = {(one.key, one.due_at) for one in ticket.deadlines if one.runs}
    return tuple(
        one.model_copy(update={"called_off_by": SYSTEM.person})
        if one.waits and one.clock in set(Clock) and (one.clock, one.deadline) not in running
        else one
        for one in ticket.supervisions
    )


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
    """Answer every rung that waits for it (督办回复)."""
    answer: dict[str, Any] = {
        "answered_by": actor.person,
        "answered_at": now.at,
        "answer": told.text,
    }
    answers = tuple(
        one.model_copy(update=answer) if one.open else one for one in ticket.supervisions
    )
    return Change({"supervisions": answers})
