"""What stands against ways out of the intake and back: 并案, 异议, 恢复."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flows.calendar import OFFICE_ZONE
from flows.tickets import told as forms
from flows.tickets.acting import Refusal
from flows.tickets.case import Ticket
from flows.tickets.clocks import Clock, due_after
from flows.tickets.following import follow_up_on
from flows.tickets.guards.base import no
from flows.tickets.parts import Actor, Part
from flows.tickets.policy import Moment


def has_reason(ticket: Ticket, actor: Actor, told: forms.Reject, now: Moment) -> Refusal | None:
    """不予受理 says why and where else to go, now or in what was proposed (T4)."""
    said = told.text and told.where
    proposed = ticket.asked_reject_by and ticket.reject_reason and ticket.onward
    return None if said or proposed else no("reject_reason")


def can_merge(ticket: Ticket, actor: Actor, told: forms.Merge, now: Moment) -> Refusal | None:
    """The master is another running ticket of the same class, and no circle closes (T6)."""
    master = told.into
    if master.number == ticket.number or ticket.number in told.chain:
        return no("merge_circle")
    if master.ended:
        return no("merge_ended", master=master.number)
    same = master.category == ticket.category
    return None if same else no("merge_class", master=master.number)


def looked_alike(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """Something was found to be like it when it was filed."""
    near = any(one.kind == "near" for one in ticket.relations)
    return None if near else no("nothing_alike")


def can_join(ticket: Ticket, actor: Actor, told: forms.Join, now: Moment) -> Refusal | None:
    """A colleague's ticket is merged into like any other."""
    if told.into is None:
        return None
    return can_merge(ticket, actor, forms.Merge(told.into, told.chain), now)


def can_unmerge(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """A merge is undone within a day (T22); by the clock when what it followed was given up."""
    if Part.SYSTEM in actor.parts:
        return None
    hours = now.policy.undo_hours
    late = ticket.merged_at is None or now.at > ticket.merged_at + timedelta(hours=hours)
    return no("unmerge_late", hours=hours) if late else None


def can_object(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """One objection within five working days (T4)."""
    if ticket.objected:
        return no("objected")
    closed = ticket.closed_at or ticket.created_at
    until = due_after(f"{now.policy.object_days}WD", closed, now.days).at.astimezone(OFFICE_ZONE)
    return no("object_late", until=f"{until:%m-%d %H:%M}") if now.at > until else None


def asks_later(
    ticket: Ticket, actor: Actor, told: forms.Transfer | forms.FollowedUp, now: Moment
) -> Refusal | None:
    """A body outside is asked again on a day to come (T21)."""
    day = told.follow_on if isinstance(told, forms.Transfer) else told.next_on
    past = day is not None and day <= now.at.astimezone(OFFICE_ZONE).date()
    return no("follow_up_past") if past else None


def asked_in_time(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """The desk is reminded on the day of a 移送回访, and again while nobody asks."""
    day = follow_up_on(ticket, now)
    return None if day and day <= now.at.astimezone(OFFICE_ZONE).date() else no("not_now")


def lapsed(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """An unanswered question closes the case once its time is up (T3b)."""
    waits = ticket.deadline(Clock.SUPPLEMENT.value)
    return None if waits and now.at >= waits.due_at else no("not_now")


def can_revive(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """What lapsed for want of an answer may still be answered for thirty days (T3b)."""
    if not ticket.lapsed:
        return no("not_now")
    late = now.at - (ticket.closed_at or now.at) > timedelta(days=now.policy.revive_days)
    return no("revive_late", days=now.policy.revive_days) if late else None


def has_contact(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """Nobody leaves twice."""
    return no("no_contact") if ticket.left else None


def can_answer(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """Somebody is asked who can answer: a question to nobody would only let the case lapse."""
    heard = not ticket.left or bool(ticket.joined)
    return None if heard else no("nobody_to_ask")
