"""签到 in chat: the link of a door, who is checked in by code or name, what is taken back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from flows.engine.words import Choice, Refused
from flows.registration.arriving import LATE_ENTRY
from flows.registration.doors import given, is_code, matches, near, without
from flows.registration.event import Door
from flows.registration.registration import Registration, Standing
from flows.registration.roll import Roll
from handlers.registration.after import event_choice
from handlers.registration.keeping import ROLE
from handlers.registration.letting_in import counts, hour, let_in, let_out, told, why_not
from handlers.visit import Visit

DOOR_ACTS = frozenset({"door", "door_off", "in", "out"})
"""Buttons of who checks people in."""

_ID_BYTES = 8


async def door_word(visit: Visit) -> None:
    """Do what 签到 says: a link for the door, or 签到 246145 and 签到 陈建国."""
    book, said = visit.book, visit.request.rest.strip()
    planned = await book.tx.rolls.drafts(book.now - LATE_ENTRY)
    numbers = [event.number for event in planned if near(event, book.now)]
    await book.rolls.hold(numbers)
    rolls = [book.rolls.rolls[number] for number in numbers]
    if not rolls:
        visit.say("check_in.none")
    elif said:
        _find(visit, rolls, said)
    elif len(rolls) == 1:
        press_door(visit, "door", rolls[0], 0)
    else:
        visit.say("check_in.which")
        visit.offer(*(Choice(r.event.title_whole[:20], f"e:door:{r.event.number}") for r in rolls))


def press_door(visit: Visit, act: str, roll: Roll, seq: int) -> None:
    """Do what a button of the door says."""
    match act:
        case "door":
            _give(visit, roll)
        case "door_off":
            _take_back(visit, roll)
        case _ if seq not in roll.registrations:
            visit.say("registration.refused.not_live")
        case "in":
            _in(visit, roll, seq)
        case _:
            _out(visit, roll, seq)


def _find(visit: Visit, rolls: Sequence[Roll], said: str) -> None:
    """Check in by code; of those whom a name may mean, who has not come is offered."""
    found = [(roll, one) for roll in rolls for one in matches(roll, said)]
    missing = [(roll, one) for roll, one in found if one.standing is not Standing.ARRIVED]
    if len(found) == 1 and (is_code(said) or not missing):
        _in(visit, found[0][0], found[0][1].seq)
    elif missing:
        visit.say("check_in.tap")
        visit.offer(*(_person(one) for _, one in missing))
    elif found:
        for _, one in found:
            at = hour(one.arrived_at or visit.book.now, visit.book.now)
            visit.say("registration.refused.arrived", name=one.name, at=at)
    else:
        visit.say("check_in.unknown", said=said)


def _person(one: Registration) -> Choice:
    return Choice(f"{one.name} {one.enterprise}"[:20], f"e:in:{one.event}:{one.seq}")


def _undo(one: Registration) -> Choice:
    return event_choice("out", one.event, one.seq)


def _in(visit: Visit, roll: Roll, seq: int) -> None:
    acted = let_in(visit, roll, seq, f"a{visit.filed.id}")
    now = visit.book.now
    if isinstance(acted, Refused):
        refusal = why_not(acted, now)
        visit.say(refusal.key, **refusal.params)
        one = roll.registrations[seq]
        visit.offer(*((_undo(one),) if one.standing is Standing.ARRIVED else ()))
        return
    one = acted.roll.registrations[seq]
    done = told(acted.roll, one, now)
    visit.say(done.key, **done.params)
    visit.offer(_undo(one))


def _out(visit: Visit, roll: Roll, seq: int) -> None:
    acted = let_out(visit, roll, seq)
    if isinstance(acted, Refused):
        visit.say(acted.key, **acted.params)
        return
    name = acted.roll.registrations[seq].name
    visit.say("check_in.undone", name=name, **counts(acted.roll))


def _give(visit: Visit, roll: Roll) -> None:
    """Give a member of staff the link of a door; the one they had ends with it."""
    book, event = visit.book, roll.event
    if not near(event, book.now):
        visit.say("check_in.not_yet", event=event.title_whole)
        return
    door = Door(id=secrets.token_hex(_ID_BYTES), person=visit.person.id, made_at=book.now)
    _keep(visit, replace(roll, event=given(event, door)), "door", door.id)
    visit.say(
        "check_in.link",
        event=event.title_whole,
        address=f"{book.office.site}/door/{book.tx.rolls.door(event.number, door.id)}",
        until=event.ends_at + book.office.events.doors,
        **counts(roll),
    )
    visit.offer(*(event_choice(act, event.number) for act in ("walk_in", "door_off")))


def _take_back(visit: Visit, roll: Roll) -> None:
    mine = [one for one in roll.event.doors if one.person == visit.person.id]
    if not mine:
        visit.say("check_in.no_link")
        return
    event = without(roll.event, visit.person.id)
    _keep(visit, replace(roll, event=event), "door_off", mine[0].id)
    visit.say("check_in.taken_back", event=event.title_whole)


def _keep(visit: Visit, roll: Roll, act: str, door: str) -> None:
    visit.book.rolls.put(roll)
    visit.book.entries.append(
        visit.record(f"event:{roll.event.number}", act, ROLE, public={"door": door})
    )
