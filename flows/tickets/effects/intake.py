"""What becomes of a ticket on its way in, out, and back: 受理, 补充, 并案, 移送, 撤回."""

from __future__ import annotations

from typing import Any

from flows.calendar import OFFICE_ZONE
from flows.tickets import told as forms
from flows.tickets.case import Joined, Ticket
from flows.tickets.change import Change, noted, replaced_last
from flows.tickets.children import CoTask, FollowUp, Note, Relation
from flows.tickets.clocks import Clock
from flows.tickets.parts import Actor
from flows.tickets.policy import Moment
from flows.tickets.state import State


def asked(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Wait for the enterprise (T2); the time of 受理 rests meanwhile."""
    return Change(
        {"question": told.text, "notes": noted(ticket, actor, now, "ask_info", told.text)},
        begins={Clock.SUPPLEMENT: now.policy.limit(ticket.tier, Clock.SUPPLEMENT)},
    )


def supplemented(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Keep what was added, in words and in files (T3)."""
    return Change({"notes": noted(ticket, actor, now, "supplement", told.text, files=told.files)})


def lapsed(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Close what nobody answered (T3b)."""
    return Change({"closed_at": now.at, "reject_reason": ""})


def revived(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Take up again what lapsed, with the answer it waited for."""
    return Change(
        {
            "closed_at": None,
            "notes": noted(ticket, actor, now, "supplement", told.text, files=told.files),
        },
        begins={Clock.ACCEPT: now.policy.limit(ticket.tier, Clock.ACCEPT)},
    )


def reject_asked(ticket: Ticket, actor: Actor, told: forms.Reject, now: Moment) -> Change:
    """Propose 不予受理 to the head of the desk."""
    return Change(
        {
            "reject_reason": told.text,
            "onward": told.where,
            "asked_reject_by": actor.person,
        }
    )


def rejected(ticket: Ticket, actor: Actor, told: forms.Reject, now: Moment) -> Change:
    """Do not take it on (T4), with the reason and where else to go."""
    return Change(
        {
            "reject_reason": told.text or ticket.reject_reason,
            "onward": told.where or ticket.onward,
            "closed_at": now.at,
        }
    )


def objected(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Take a rejected case back to be looked at once more (T4)."""
    return Change(
        {
            "objected": True,
            "closed_at": None,
            "asked_reject_by": None,
            "reject_reason": "",
            "onward": "",
            "notes": noted(ticket, actor, now, "object", told.text, files=told.files),
        },
        begins={Clock.ACCEPT: now.policy.limit(ticket.tier, Clock.ACCEPT)},
    )


def accepted(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Take it on (T5)."""
    return Change(
        {
            "accepted_at": now.at,
            "clerk": actor.person,
            "asked_reject_by": None,
            "reject_reason": "",
            "onward": "",
        },
        begins={Clock.DISPATCH: now.policy.limit(ticket.tier, Clock.DISPATCH)},
    )


def merged(ticket: Ticket, actor: Actor, told: forms.Merge, now: Moment) -> Change:
    """Follow another ticket from now on (T6)."""
    return Change({"merged_into": told.into.number, "was": ticket.state, "merged_at": now.at})


def unmerged(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Go back to where it was, as if nothing had been (T22)."""
    fields = {"merged_into": "", "was": None, "merged_at": None}
    return Change(fields, state=ticket.was or State.SUBMITTED)


def joined(ticket: Ticket, actor: Actor, told: forms.Join, now: Moment) -> Change:
    """Handle it together with others like it (我也有此问题).

    It follows a colleague's ticket at once; of another enterprise's only the desk decides.
    """
    if told.into is not None:
        into = merged(ticket, actor, forms.Merge(told.into), now)
        return Change(into.fields, state=State.MERGED)
    said = tuple(
        one.model_copy(update={"kind": "alike"}) if one.kind == "near" else one
        for one in ticket.relations
    )
    return Change({"relations": said})


def transferred(ticket: Ticket, actor: Actor, told: forms.Transfer, now: Moment) -> Change:
    """Leave it to a body outside (T21), with their number and the day when they are asked again."""
    today = now.at.astimezone(OFFICE_ZONE).date()
    usual = now.days.add(today, now.policy.follow_days).day
    asks = FollowUp(on=told.follow_on or usual)
    return Change(
        {
            "onward": told.where,
            "closed_at": now.at,
            "co_tasks": _void(ticket),
            "follow_ups": (*ticket.follow_ups, asks),
            "notes": noted(ticket, actor, now, "transfer", told.text),
        }
    )


def asked_after(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Note that the desk was reminded to ask what became of it."""
    return Change({"follow_ups": replaced_last(ticket.follow_ups, reminded_at=now.at)})


def followed_up(ticket: Ticket, actor: Actor, told: forms.FollowedUp, now: Moment) -> Change:
    """Keep what the body outside did, and when it is asked again, if ever (移送回访)."""
    asked = {"asked_at": now.at, "by": actor.person}
    before = tuple(one.model_copy(update=asked) if one.open else one for one in ticket.follow_ups)
    again = (FollowUp(on=told.next_on),) if told.next_on else ()
    return Change(
        {
            "follow_ups": (*before, *again),
            "notes": noted(ticket, actor, now, "follow_up", told.text),
        }
    )


def withdrawn(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Give it up at the enterprise's wish (T20); what others were asked for is void."""
    return Change({"closed_at": now.at, "co_tasks": _void(ticket)})


def _void(ticket: Ticket) -> tuple[CoTask, ...]:
    """Ask nobody any more for what is not there yet."""
    return tuple(
        task.model_copy(update={"void": True}) if task.open else task for task in ticket.co_tasks
    )


def urged(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Keep that the enterprise urged."""
    return Change({"notes": noted(ticket, actor, now, "urge", "")})


def with_member(master: Ticket, merged_one: Ticket) -> Ticket:
    """Return the master with the reporters of a ticket that was merged into it."""
    via = merged_one.number
    members = (
        Joined(person=merged_one.reporter, number=via, via=via),
        *(one.model_copy(update={"via": via}) for one in merged_one.joined),
    )
    known = {one.person for one in master.joined} | {master.reporter}
    added = tuple(one for one in members if one.person not in known)
    return master.model_copy(
        update={
            "joined": (*master.joined, *added),
            "relations": (*master.relations, Relation(kind="merged", number=merged_one.number)),
            "version": master.version + 1,
        }
    )


def _brought(master: Ticket, member: Ticket) -> tuple[Joined, ...]:
    """Return whom a merged ticket brought along, also where it came with the one it followed."""
    own = {member.number, *(one.number for one in member.joined if one.number)}
    return tuple(one for one in master.joined if one.via == member.number or one.number in own)


def notes_by(master: Ticket, member: Ticket) -> tuple[Note, ...]:
    """Return what was added to the master by those whom a merged ticket brought along."""
    people = {one.person for one in _brought(master, member)}
    return tuple(note for note in master.notes if note.by in people)


def without_member(master: Ticket, member: Ticket) -> Ticket:
    """Return the master as it was before a ticket was merged into it; that takes its words along.

    They would be read by another enterprise otherwise.
    """
    theirs = notes_by(master, member)
    gone = _brought(master, member)
    merged = Relation(kind="merged", number=member.number)
    return master.model_copy(
        update={
            "joined": tuple(one for one in master.joined if one not in gone),
            "notes": tuple(note for note in master.notes if note not in theirs),
            "relations": tuple(one for one in master.relations if one != merged),
            "version": master.version + 1,
        }
    )
