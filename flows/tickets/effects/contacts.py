"""What becomes of a ticket when the person who speaks for the enterprise leaves it."""

from __future__ import annotations

from flows.tickets import told as forms
from flows.tickets.case import Ticket
from flows.tickets.change import Change, noted
from flows.tickets.parts import Actor
from flows.tickets.policy import Moment


def left(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Take the case from somebody who no longer speaks for the enterprise; it goes on."""
    notes = noted(ticket, actor, now, "leave", told.text)
    joined = tuple(one for one in ticket.joined if one.person != ticket.reporter)
    return Change({"left": True, "joined": joined, "notes": notes})


def recontacted(ticket: Ticket, actor: Actor, told: forms.Contact, now: Moment) -> Change:
    """Give the case to a colleague, with the proof by which that was found right."""
    return Change(
        {
            "reporter": told.person,
            "contact": told.name,
            "phone": told.phone,
            "left": False,
            "joined": tuple(one for one in ticket.joined if one.person != told.person),
            "notes": noted(ticket, actor, now, "recontact", told.proof),
        }
    )
