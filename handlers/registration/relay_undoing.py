"""撤销接龙 in chat: a list that was filed under the wrong activity is taken back as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flows.engine.words import Choice, Key, Refused
from flows.registration.event import Event, Pasting
from flows.registration.number import in_front
from flows.registration.registration import Registration
from flows.registration.relay_undoing import may_be_undone, undo, undoing
from flows.registration.roll import Roll
from handlers.ports import Text
from handlers.registration.after import event_choice
from handlers.registration.keeping import keep
from handlers.registration.organisers import organises
from handlers.visit import Visit

UNDO, UNDONE = "relay_undo", "relay_undone"  # ask about it; do it
SHOWN = 6  # lists that are offered
NAMED = 40  # names of one line


async def undo_word(visit: Visit) -> None:
    """Ask about the list that is to be taken back: 撤销接龙 HD-2026-003."""
    book = visit.book
    if not organises(visit):
        visit.say("relay_undo.not_yours")
        return
    number, _ = in_front(visit.request.rest)
    planned = await book.tx.rolls.drafts(book.now)
    events = [one for one in planned if number in {None, one.number}]
    within = book.office.events.undo_relay
    lists = [(one, pasting) for one in events for pasting in may_be_undone(one, book.now, within)]
    if len(lists) == 1:
        event, pasting = lists[0]
        await book.rolls.hold([event.number])
        press_undo(visit, UNDO, book.rolls.rolls[event.number], pasting.no)
    elif lists:
        await _ask_which(visit, lists)
    else:
        visit.say("relay_undo.none", hours=within // timedelta(hours=1))


def press_undo(visit: Visit, act: str, roll: Roll, no: int) -> None:
    """Say what taking a list back means, or do it."""
    book, event = visit.book, roll.event
    within = book.office.events.undo_relay
    if no not in {one.no for one in may_be_undone(event, book.now, within)}:
        visit.say("relay_undo.too_late", hours=within // timedelta(hours=1))
        return
    if act == UNDO:
        _ask(visit, roll, no)
    else:
        _undo(visit, roll, no)


def _ask(visit: Visit, roll: Roll, no: int) -> None:
    event, found = roll.event, undoing(roll, no)
    visit.say(
        "relay_undo.sure",
        event=event.title_whole,
        going=len(found.going),
        people=sum(one.party for one in found.going),
    )
    _name(visit, "relay_undo.staying", found.staying)
    if found.unanswered:
        visit.say("relay_undo.unanswered", count=found.unanswered)
    visit.offer(Choice(Key("relay_undo.button"), f"e:{UNDONE}:{event.number}:{no}", "danger"))


def _undo(visit: Visit, roll: Roll, no: int) -> None:
    book, event, found = visit.book, roll.event, undoing(roll, no)
    within = book.office.events.undo_relay
    acted = undo(roll, no, book.now, book.office.events.waking, within)
    if isinstance(acted, Refused):
        visit.say(acted.key, hours=within // timedelta(hours=1))
        return
    keep(visit, acted, "relay_undo", going=str(len(found.going)), staying=str(len(found.staying)))
    visit.say(
        "relay_undo.done",
        event=event.title_whole,
        going=len(found.going),
        free=max(acted.roll.free, 0),
    )
    _name(visit, "relay_undo.staying", found.staying)
    # Whom only the group can tell.
    _name(visit, "relay_undo.untold", [one for one in found.going if one.person is None])
    visit.offer(event_choice("names", event.number, primary=True))


async def _ask_which(visit: Visit, lists: Sequence[tuple[Event, Pasting]]) -> None:
    """Offer the lists by when they were pasted and by whom, the latest of each activity first."""
    people = await visit.book.tx.people.load(sorted({one.by for _, one in lists}))
    lines = []
    for n, (event, one) in enumerate(lists[:SHOWN], 1):
        who = people.get(one.by)
        told = {"no": n, "event": event.title_whole, "at": one.at, "by": who.name if who else ""}
        lines.append(Text("relay_undo.list", told))
        visit.offer(Choice(f"{n} {event.title_whole}"[:20], f"e:{UNDO}:{event.number}:{one.no}"))
    visit.say("relay_undo.which", lines=tuple(lines))


def _name(visit: Visit, key: str, found: Sequence[Registration]) -> None:
    if found:
        more = Text("relay.more", {"count": len(found)}) if len(found) > NAMED else ""
        names = tuple(one.name for one in found[:NAMED])
        visit.say(key, count=len(found), names=names, more=more)


__all__ = ["UNDO", "UNDONE", "press_undo", "undo_word"]
