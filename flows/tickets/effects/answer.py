"""What becomes of a ticket when it is answered, audited and rated."""

from __future__ import annotations

from typing import Any

from flows.tickets import told as forms
from flows.tickets.case import Ticket
from flows.tickets.change import Change, enclosed, noted
from flows.tickets.children import Attempt, Reply, Satisfaction, StageReply
from flows.tickets.clocks import Clock
from flows.tickets.limits import Limit
from flows.tickets.parts import Actor
from flows.tickets.policy import Moment
from flows.tickets.state import State


def replied(ticket: Ticket, actor: Actor, told: forms.Answer, now: Moment) -> Change:
    """Give the answer to the audit (T13); the time of handling rests."""
    reply = Reply(
        text=told.text,
        outcome=told.outcome,
        by=actor.person,
        at=now.at,
        round=ticket.round,
        planned_on=told.planned_on,
        behind=actor.behind,
    )
    return Change(
        {
            "reply": reply,
            "replied_at": now.at,
            **enclosed(ticket, actor, now, told.files),
        },
        begins={Clock.AUDIT.value: now.policy.limit(ticket.tier, Clock.AUDIT)},
    )


def staged(ticket: Ticket, actor: Actor, told: forms.Stage, now: Moment) -> Change:
    """Say how far it is, and when the next word comes."""
    stage = StageReply(text=told.text, next_on=told.next_on, by=actor.person, at=now.at)
    return Change(
        {
            "stages": (*ticket.stages, stage),
            **enclosed(ticket, actor, now, told.files),
        },
        begins={Clock.STAGE.value: f"on:{told.next_on.isoformat()}"},
    )


def sent_back(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Ask for a better answer (T14), with the time that was left, a day at least."""
    return Change({"notes": noted(ticket, actor, now, "send_back", told.text)}, floor=1)


def made_stage(ticket: Ticket, actor: Actor, told: forms.Stage, now: Moment) -> Change:
    """Let an answer that puts off go out as what it is: a stage reply."""
    text = told.text or (ticket.reply.text if ticket.reply else "")
    author = ticket.reply.by if ticket.reply else actor.person
    stage = StageReply(text=text, next_on=told.next_on, by=author, at=now.at)
    return Change(
        {"stages": (*ticket.stages, stage), "reply": None, "replied_at": None},
        begins={Clock.STAGE.value: f"on:{told.next_on.isoformat()}"},
        floor=1,
    )


def approved(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Let the answer go out, and ask how it was (T15)."""
    return Change(
        {"audited_at": now.at, "audited_by": actor.person, "attempts": ()},
        begins={} if ticket.no_calls else _to_be_called(ticket, now),
    )


def _to_be_called(ticket: Ticket, now: Moment) -> dict[str, Limit]:
    return {Clock.CALLBACK.value: now.policy.limit(ticket.tier, Clock.CALLBACK)}


def messages_only(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Call the enterprise no more (U13): nobody has a time to do so by."""
    return Change({"no_calls": True}, ends=(Clock.CALLBACK.value,))


def calls_too(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Call it again; where the rating is waited for, the time to do so begins anew."""
    waits = ticket.state is State.CALLBACK
    return Change({"no_calls": False}, begins=_to_be_called(ticket, now) if waits else {})


def rated(ticket: Ticket, actor: Actor, told: forms.Rating, now: Moment) -> Change:
    """Close it with the rating (T16)."""
    return Change({"closed_at": now.at, "satisfaction": told.satisfaction})


def rated_for(ticket: Ticket, actor: Actor, told: forms.Rating, now: Moment) -> Change:
    """Close it with the rating as it was told to staff, in the enterprise's words (T16)."""
    attempt = Attempt(
        by=actor.person, at=now.at, channel=told.channel, reached=True, text=told.text
    )
    return Change(
        {
            "closed_at": now.at,
            "satisfaction": told.satisfaction,
            "attempts": (*ticket.attempts, attempt),
        }
    )


def rated_also(ticket: Ticket, actor: Actor, told: forms.Rating, now: Moment) -> Change:
    """Keep the rating of somebody who joined; the reporter's own decides."""
    rating = {"satisfaction": told.satisfaction, "reason": told.text}
    joined = tuple(
        one.model_copy(update=rating) if one.person == actor.person else one
        for one in ticket.joined
    )
    return Change({"joined": joined})


def tried(ticket: Ticket, actor: Actor, told: forms.Try, now: Moment) -> Change:
    """Keep that the enterprise was not reached, or wants no more calls."""
    attempt = Attempt(
        by=actor.person, at=now.at, channel=told.channel, reached=told.no_calls, text=told.text
    )
    return Change(
        {
            "attempts": (*ticket.attempts, attempt),
            "no_calls": ticket.no_calls or told.no_calls,
        },
        ends=(Clock.CALLBACK.value,) if told.no_calls else (),
    )


def redone(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Begin another round (T17)."""
    return Change(
        {
            "round": ticket.round + 1,
            "satisfaction": Satisfaction.DISSATISFIED,
            "dissatisfied_reason": told.text,
            "first_contact_at": None,
            "notes": noted(ticket, actor, now, "unhappy", told.text),
        },
        begins={
            Clock.HANDLE.value: now.policy.terms(ticket.tier).redo,
            Clock.CONTACT.value: now.policy.limit(ticket.tier, Clock.CONTACT),
        },
    )


def closed_unhappy(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Close it after the last round; the ladder goes on from there."""
    return Change(
        {
            "closed_at": now.at,
            "satisfaction": Satisfaction.DISSATISFIED,
            "dissatisfied_reason": told.text,
            "notes": noted(ticket, actor, now, "unhappy", told.text),
        }
    )


def closed_unrated(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Close it as 未评价, which is not 满意 (T18)."""
    return Change({"closed_at": now.at, "satisfaction": Satisfaction.UNRATED})


def reopened(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Take it up again (T19), with a time of its own."""
    return _again("reopen", ticket, actor, told, now)


def taken_up(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Take it up again from above (T19); why is not the enterprise's to read."""
    return _again("take_up", ticket, actor, told, now)


def _again(kind: str, ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    return Change(
        {
            "reopened": ticket.reopened + 1,
            "closed_at": None,
            "first_contact_at": None,
            "notes": noted(ticket, actor, now, kind, told.text, files=told.files),
        },
        begins={
            Clock.HANDLE.value: now.policy.terms(ticket.tier).redo,
            Clock.CONTACT.value: now.policy.limit(ticket.tier, Clock.CONTACT),
        },
    )
