"""What the page of a door shows, and what is done on it.

A page is a channel like any other: what is pressed comes in as an arrival, once, and whoever the
link was given to did it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flows.calendar import OFFICE_ZONE
from flows.engine import fill
from flows.engine.words import Refused, Say
from flows.registration.doors import bound, door_of, is_code, latest, matches
from flows.registration.event import Door, Event, Stage
from flows.registration.organising import WALK_IN, OfficeFacts, WalkInForm, about
from flows.registration.registration import Registration
from flows.registration.roll import Roll
from handlers.book import Book
from handlers.link import Gate
from handlers.ports import Arrival, Clock, Entry, Filed, Office, Place, Role, Sender, Text, Tx
from handlers.registration.keeping import ROLE, keep
from handlers.registration.letting_in import (
    counts,
    let_in,
    let_out,
    refused_at_door,
    told,
    walk_in,
    why_not,
)
from handlers.registration.organisers import organises, runs
from handlers.understand import Request
from handlers.visit import Visit

CHANNEL = "door"
LATEST = 5  # of who came, for the one that was a mistake

_SEQ_DIGITS = 6  # of a place on a list


@dataclass(frozen=True, slots=True)
class AtDoor:
    """What a phone met that came by a door's address."""

    gate: Gate
    event: Event | None = None
    door: Door | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """What came in at a door of an activity."""

    number: str
    door: Door
    filed: Filed


@dataclass(frozen=True, slots=True)
class Told:
    """What became of what was pressed; faults = nothing is kept, a field is to be corrected."""

    good: bool
    text: Text
    faults: Mapping[str, Say] | None = None


@dataclass(frozen=True, slots=True)
class DoorSheet:
    """What a door's page shows."""

    event: Event
    arrived: int
    expected: int
    latest: tuple[Registration, ...]
    free: int


@dataclass(frozen=True, slots=True)
class DoorPage:
    """The desk behind the pages of doors."""

    office: Office
    clock: Clock

    def until(self, event: Event) -> datetime:
        """Return when the doors of an activity shut."""
        return event.ends_at + self.office.events.doors

    def gate(self, event: Event, ident: str, device: str) -> AtDoor:
        """Say what a phone meets; `device` is the digest of its cookie, "" = it brought none."""
        door = door_of(event, ident)
        if door is None or event.stage is Stage.CANCELLED:
            return AtDoor(Gate.REVOKED, event)
        if self.clock() >= self.until(event):
            return AtDoor(Gate.EXPIRED, event)
        if not door.device:
            return AtDoor(Gate.FRESH, event, door)
        return AtDoor(Gate.OPEN if device == door.device else Gate.OTHER, event, door)

    async def serves(self, tx: Tx, door: Door) -> bool:
        """Say whether whoever a door was given to still runs activities."""
        roster = await tx.people.roster(self.clock().astimezone(OFFICE_ZONE).date())
        person = roster.staff.get(door.person)
        has_desk = any(roster.holders(role) for role in (Role.CLERK, Role.SUPERVISOR))
        return person is not None and runs(person, has_desk=has_desk)

    async def bind(self, tx: Tx, number: str, ident: str, device: str) -> AtDoor:
        """Let the first phone in, for good; the same phone again changes nothing."""
        roll = (await tx.rolls.hold([number])).get(number)
        if roll is None:
            return AtDoor(Gate.BROKEN)
        met = self.gate(roll.event, ident, device)
        if met.gate is not Gate.FRESH or met.door is None:
            return met
        event = bound(roll.event, ident, device)
        await tx.rolls.save([replace(roll, event=event)])
        entry = Entry(
            subject=f"event:{number}",
            act="door_opened",
            actor=met.door.person,
            role=ROLE,
            channel=CHANNEL,
            at=self.clock(),
            public={"door": ident, "device": device[:8]},
        )
        await tx.record([entry])
        return replace(met, gate=Gate.OPEN, event=event)

    def sheet(self, roll: Roll) -> DoorSheet:
        """Return what the page shows: how many came, and who came last."""
        told_of = counts(roll)
        return DoorSheet(
            event=roll.event,
            arrived=int(str(told_of["arrived"])),
            expected=int(str(told_of["expected"])),
            latest=latest(roll, LATEST),
            free=roll.free,
        )

    def arrival(self, door: Door, nonce: str, text: str = "") -> Arrival:
        """Make what comes in by a door; `nonce` makes it the same when it comes again."""
        held = f"door:{door.person}"
        return Arrival(
            channel=CHANNEL,
            robot=door.id,
            msg_id=nonce,
            sender=Sender(None, None, held, ""),  # no staff id: nobody is written to by a door
            place=Place(private=True, chat=held),
            at=self.clock(),
            text=text,
        )

    async def turn_away(self, tx: Tx, number: str, door: Door, why: str) -> None:
        """Note that a code was shown at a door which is none of its activity's."""
        entry = Entry(
            subject=f"event:{number}",
            act="door_refused",
            actor=door.person,
            role=ROLE,
            channel=CHANNEL,
            at=self.clock(),
            public={"door": door.id, "why": why},
        )
        await tx.record([entry])

    async def act(self, tx: Tx, press: Press, act: str, said: Mapping[str, str]) -> Told:
        """Do one act of the page: in, out or add."""
        number, door, filed = press.number, press.door, press.filed
        who = door.person
        book = await Book.open(tx, self.office, self.clock(), [who], {})
        await book.rolls.hold([number])
        roll = book.rolls.get(number)
        visit = Visit(book, replace(filed, person=who), Request())
        if roll is None or door_of(roll.event, door.id) != door or not organises(visit):
            return Told(False, Text("check_in.shut"))
        match act:
            case "add":
                done = self._add(visit, roll, said)
            case "out":
                done = self._out(visit, roll, said)
            case _:
                done = self._in(visit, roll, filed.arrival.msg_id, said)
        if done.faults is None:
            await book.flush({})
        return done

    def _in(self, visit: Visit, roll: Roll, nonce: str, said: Mapping[str, str]) -> Told:
        seq, why = _meant(visit, roll, said)
        if why is not None:
            refused_at_door(visit, roll.event.number, why.key.rpartition(".")[2])
            return Told(False, why)
        acted = let_in(visit, roll, seq, nonce)
        now = visit.book.now
        if isinstance(acted, Refused):
            return Told(False, why_not(acted, now))
        return Told(True, told(acted.roll, acted.roll.registrations[seq], now))

    def _out(self, visit: Visit, roll: Roll, said: Mapping[str, str]) -> Told:
        seq = _seq(roll, said)
        if not seq:
            return Told(False, Text("check_in.forged"))
        acted = let_out(visit, roll, seq)
        if isinstance(acted, Refused):
            return Told(False, why_not(acted, visit.book.now))
        name = acted.roll.registrations[seq].name
        return Told(True, Text("check_in.undone", {"name": name, **counts(acted.roll)}))

    def _add(self, visit: Visit, roll: Roll, said: Mapping[str, str]) -> Told:
        """Fill the form of the chat (现场加报), all questions at once."""
        facts = OfficeFacts(roll, visit.book.today, visit.book.office.days)
        filled = fill(WALK_IN, roll.event.number, said, facts, ())
        if filled.submit is None:
            faults = dict(filled.faults)
            if "anyway" in faults:  # what the chat asks before somebody comes in beyond the seats
                faults["anyway"] = Say("walk_in.anyway.ask", about(filled.state.answers, facts))
            return Told(False, Text("check_in.add_again"), faults=faults)
        form = WalkInForm.model_validate(filled.submit.form)
        acted = walk_in(visit, roll, form)
        if isinstance(acted, Refused):
            if acted.at is not None and WALK_IN.step(acted.at) is not None:
                again = {acted.at: Say(acted.key, acted.params)}
                return Told(False, Text("check_in.add_again"), faults=again)
            return Told(False, why_not(acted, visit.book.now))
        keep(visit, acted)
        return Told(True, told(acted.roll, acted.happened[-1].after, visit.book.now))


def _meant(visit: Visit, roll: Roll, said: Mapping[str, str]) -> tuple[int, Text | None]:
    """Return whom a scan, a code or a tap means; else why it is nobody of this list."""
    text = said.get("text", "").strip()
    if seq := _seq(roll, said):
        return seq, None
    if is_code(text):
        found = matches(roll, text)
        return (found[0].seq, None) if found else (0, Text("check_in.unknown", {"said": text}))
    read = visit.book.tx.rolls.read_ticket(text.rpartition("/")[2])
    if read is None:
        return 0, Text("check_in.forged")
    if read.number != roll.event.number:
        return 0, Text("check_in.elsewhere")
    one = roll.registrations.get(read.seq)
    if one is None:
        return 0, Text("check_in.forged")
    return (one.seq, None) if one.handed == read.handed else (0, Text("check_in.passed_on"))


def _seq(roll: Roll, said: Mapping[str, str]) -> int:
    told_seq = said.get("seq", "")
    plain = len(told_seq) <= _SEQ_DIGITS and told_seq.isascii() and told_seq.isdecimal()
    seq = int(told_seq) if plain else 0
    return seq if seq in roll.registrations else 0
