"""预交办 of a department without a 联络员: why it cannot be asked in chat, and what can be done."""

from __future__ import annotations

from flows.engine.words import Choice, Key
from flows.tickets import told
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import Ticket
from flows.tickets.forms.common import units_in
from flows.tickets.moves import move
from flows.tickets.number import short
from handlers.acts.after import after, refuse
from handlers.links import give_to_unit
from handlers.ports import Role
from handlers.visit import Visit

_BY_LINK = ("链接", "link")


def sound_unspoken(visit: Visit, ticket: Ticket, rest: str) -> bool:
    """Ask a department that nobody speaks for by a link, or say that this is the way.

    Returns whether it is such a department; another one is asked in chat.
    """
    book = visit.book
    unit = next(iter(units_in(rest, book.office.departments)), None)
    words = rest.split()
    if unit is None and words and book.office.unit(words[0]) != words[0]:
        unit = words[0]  # of a button
    if unit is None or book.roster.holders(Role.LIAISON, unit):
        return False
    if any(word in rest for word in _BY_LINK):
        _by_link(visit, ticket, unit)
        return True
    number = ticket.number
    visit.say(
        "sound_out.unspoken",
        unit=book.office.unit(unit),
        number=number,
        short=short(number, book.today.year),
    )
    visit.offer(
        Choice(Key("sound_out.by_link"), f"a:sound_out:{number}:{unit} link", "primary"),
        Choice(Key("sound_out.at_once"), f"a:assign:{number}:{unit}"),
    )
    return True


def _by_link(visit: Visit, ticket: Ticket, unit: str) -> None:
    actor = visit.book.actor(ticket, visit.person)
    moved = move(ticket, Act.SOUND_OUT, actor, told.SoundOut(unit), visit.book.moment)
    if isinstance(moved, Refusal):
        refuse(visit, ticket, moved)
        return
    after(visit, Act.SOUND_OUT, ticket, moved, actor)
    give_to_unit(visit, moved, unit)
