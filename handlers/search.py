"""查: staff look for words in the tickets that they may read, alone with the bot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flows.engine.words import Choice, Key
from flows.tickets.case import Ticket
from flows.tickets.hiding import hide
from flows.tickets.merging import notes_for
from flows.tickets.parts import sees_reporter
from flows.tickets.rights import Piece, may_read, reads
from flows.tickets.searching import folded, hit, wanted
from handlers.desks import BUTTONS
from handlers.lists import Reach
from handlers.ports import Role, Text
from handlers.visit import Visit

SHOWN = 10
MOST = 200  # tickets that are looked at; beyond that the words say too little
EXCERPT = 24  # characters around the first word that was found


@dataclass(frozen=True, slots=True)
class _Hit:
    """A ticket that was found, as far as the person may read it."""

    ticket: Ticket
    said: str


async def search(visit: Visit) -> None:
    """Find tickets with all the words; that somebody searched is kept, not for what."""
    if not visit.in_private:
        visit.tell("search.private_only")
        return
    if not visit.person.roles:
        visit.say("search.not_staff")
        return
    words = wanted(visit.request.rest)
    if not words:
        visit.say("search.which")
        return
    await visit.book.store_tickets()
    reach = _reach(visit)
    numbers = await visit.book.tx.lists.with_words(words, reach, MOST + 1)
    # How many more there are would tell a department whom it may not know of.
    hits, unread = await _read(visit, numbers[:MOST], words, all_of_them=not reach.everything)
    _record(visit, len(hits) + unread)
    shown = " ".join(words)
    if not hits:
        visit.say("search.none", words=shown)
        return
    lines = [_line(one, words[0]) for one in hits[:SHOWN]]
    more = len(hits) - len(lines) + unread
    if more:
        lines.append(Text("search.many" if len(numbers) > MOST else "search.more", {"more": more}))
    visit.say("search.list", words=shown, lines=tuple(lines))
    found = [one.ticket.number for one in hits[:BUTTONS]]
    visit.offer(*(Choice(number, f"a:view:{number}") for number in found))


def _reach(visit: Visit) -> Reach:
    """Say how far a person may look: as far as they may read."""
    person, book = visit.person, visit.book
    stands_in = person.has(Role.ADMIN) and not book.has_desk
    if person.has(Role.CLERK, Role.SUPERVISOR, Role.INSPECTOR) or stands_in:
        return Reach(everything=True)
    leads = person.has(Role.LEADER, Role.SECRETARY)
    return Reach(serious=leads, units=person.units())


async def _read(
    visit: Visit, numbers: Sequence[str], words: Sequence[str], *, all_of_them: bool
) -> tuple[list[_Hit], int]:
    """Compare the words with what the person may read of each ticket; say how many are left."""
    hits: list[_Hit] = []
    for at in range(0, len(numbers), SHOWN):
        if len(hits) >= SHOWN and not all_of_them:
            return hits, len(numbers) - at
        some = numbers[at : at + SHOWN]
        found = {one.number: one for one in await visit.book.tx.tickets.load(some, ())}
        joined = (one.number for ticket in found.values() for one in ticket.joined)
        await visit.book.look_up([number for number in joined if number])
        for number in (one for one in some if one in found):
            said = _readable(visit, found[number])
            if said is not None and hit(folded(said), words):
                hits.append(_Hit(found[number], said))
    return hits, 0


def _readable(visit: Visit, ticket: Ticket) -> str | None:
    """Return what a person may read of a ticket, as one text; None = nothing."""
    book = visit.book
    actor = book.actor(ticket, visit.person)
    if not may_read(ticket, actor):
        return None
    category = book.office.category(ticket.category)
    shown = reads(Piece.NAMES, ticket, actor)
    kept = ticket if shown else ticket.model_copy(update={"enterprise": ""})
    # The body first: an excerpt of it says most. Folded, a name would no longer be found to hide.
    told = (kept.body, kept.enterprise, category.name if category else "", kept.wish)
    writers = {one.reporter: one for one in book.members(ticket)}
    notes = (
        hide(writer, note.text, sees_reporter(writer, actor.parts))
        for note in notes_for(ticket, actor)
        for writer in (writers.get(note.by, ticket),)
    )
    return "\n".join((hide(ticket, "\n".join(told), shown), *notes))


def _line(one: _Hit, word: str) -> Text:
    text = re.sub(r"\s+", " ", folded(one.said))
    at = max(0, text.find(word) - EXCERPT // 2)
    cut = text[at : at + EXCERPT]
    excerpt = ("…" if at else "") + cut + ("…" if at + EXCERPT < len(text) else "")
    return Text(
        "search.line",
        {
            "number": one.ticket.number,
            "state": Key(f"state.{one.ticket.state.value}"),
            "excerpt": excerpt,
        },
    )


def _record(visit: Visit, found: int) -> None:
    role = visit.person.roles[0][0].value
    subject = f"person:{visit.person.id}"
    visit.book.entries.append(visit.record(subject, "search", role, public={"found": str(found)}))
