"""Rolls: activities and who signed up for them."""

import base64
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from bot.storage.session import Session
from bot.storage.tables import counter, event, registration, ticket
from flows.registration.event import Event, Stage
from flows.registration.number import WRITTEN
from flows.registration.registration import Registration, enterprise_key
from flows.registration.roll import Roll
from flows.tickets.sources import EVENT
from handlers.ports import PersonId
from handlers.rolls import Pass

_TICKET = re.compile(rf"({WRITTEN})\.(\d{{1,6}})(?:\.(\d{{1,4}}))?\.([a-z2-7]{{26}})", re.ASCII)
_DOOR = re.compile(rf"({WRITTEN})\.([0-9a-f]{{16}})\.([a-z2-7]{{26}})", re.ASCII)
_MAC_BYTES = 16  # 26 characters; a QR code of all that is small enough for an old phone
_EVENT = ("stage", "version", "series", "starts_at", "ends_at", "body")
_REGISTRATION = (
    "attendee",
    "person",
    "by",
    "standing",
    "party",
    "enterprise",
    "made_at",
    "arrived_at",
    "body",
)


class RollRows:
    """Loads and stores activities; who changes a list holds its activity's row meanwhile."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._loaded: dict[str, Roll] = {}  # as they are stored

    async def next_number(self, year: int) -> int:
        """Reserve the serial number of a new activity."""
        result = await self._session.connection.execute(
            self._session.insert(counter)
            .values(prefix="event", year=year, last=1)
            .on_conflict_do_update(
                index_elements=["prefix", "year"], set_={"last": counter.c.last + 1}
            )
            .returning(counter.c.last)
        )
        last: int = result.scalar_one()
        return last

    async def hold(self, numbers: Sequence[str]) -> Mapping[str, Roll]:
        """Return lists by their activity's number, held until the commit.

        All hold them in the same order, so that no two wait for each other.
        """
        if not numbers:
            return {}
        result = await self._session.connection.execute(
            select(event.c.number, event.c.body)
            .where(event.c.number.in_(numbers))
            .order_by(event.c.number)
            .with_for_update()
        )
        events = {number: self._event(number, body) for number, body in result.all()}
        # A statement of its own: it sees what was committed while this one waited for the rows.
        found = await self._lists(events)
        self._loaded.update(found)
        return found

    async def count(self, numbers: Sequence[str]) -> Mapping[str, Roll]:
        """Return lists by their activity's number as they were committed last, to count them."""
        if not numbers:
            return {}
        result = await self._session.connection.execute(
            select(event.c.number, event.c.body)
            .where(event.c.number.in_(numbers))
            .order_by(event.c.number)
        )
        return await self._lists({n: self._event(n, body) for n, body in result.all()})

    async def look(self, number: str) -> Roll | None:
        """Return a list as it was committed last, without holding it."""
        event = await self.seen(number)
        return None if event is None else (await self._lists({number: event}))[number]

    async def _lists(self, events: Mapping[str, Event]) -> Mapping[str, Roll]:
        places = await self._session.connection.execute(
            select(registration.c.event, registration.c.seq, registration.c.body)
            .where(registration.c.event.in_(events))
            .order_by(registration.c.event, registration.c.seq)
        )
        lists: dict[str, list[Registration]] = {number: [] for number in events}
        for number, seq, body in places:
            lists[number].append(self._registration(number, seq, body))
        return {number: Roll.of(events[number], lists[number]) for number in events}

    async def seen(self, number: str) -> Event | None:
        """Return an activity as it was committed last, without holding it."""
        result = await self._session.connection.execute(
            select(event.c.body).where(event.c.number == number)
        )
        body = result.scalar_one_or_none()
        return None if body is None else self._event(number, body)

    async def place(self, number: str, seq: int) -> Registration | None:
        """Return one place of a list as it was committed last, without holding it."""
        result = await self._session.connection.execute(
            select(registration.c.body).where(
                registration.c.event == number, registration.c.seq == seq
            )
        )
        body = result.scalar_one_or_none()
        return None if body is None else self._registration(number, seq, body)

    async def open(self, now: datetime) -> Sequence[Event]:
        """Return what is published and not over, the next first."""
        return await self._upcoming(now, (Stage.PUBLISHED, Stage.PAUSED))

    async def drafts(self, now: datetime) -> Sequence[Event]:
        """Return what staff have not published, called off or seen the end of, the next first."""
        return await self._upcoming(now, (Stage.DRAFT, Stage.PUBLISHED, Stage.PAUSED))

    async def _upcoming(self, now: datetime, stages: Sequence[Stage]) -> Sequence[Event]:
        result = await self._session.connection.execute(
            select(event.c.number, event.c.body)
            .where(event.c.ends_at > now, event.c.stage.in_([stage.value for stage in stages]))
            .order_by(event.c.starts_at, event.c.number)
        )
        return [self._event(number, body) for number, body in result]

    async def between(self, since: datetime, until: datetime) -> Sequence[Event]:
        """Return what took or takes place in that stretch of time, the earliest first."""
        stages = (Stage.PUBLISHED.value, Stage.PAUSED.value)
        result = await self._session.connection.execute(
            select(event.c.number, event.c.body)
            .where(event.c.ends_at >= since, event.c.starts_at < until, event.c.stage.in_(stages))
            .order_by(event.c.starts_at, event.c.number)
        )
        return [self._event(number, body) for number, body in result]

    async def tickets(self, number: str) -> Sequence[str]:
        """Return the numbers of the tickets that came of an activity."""
        result = await self._session.connection.execute(
            select(ticket.c.number)
            .where(ticket.c.source_ref == f"{EVENT}:{number}")
            .order_by(ticket.c.year, ticket.c.seq)
        )
        return list(result.scalars())

    async def of(self, person: PersonId) -> Sequence[str]:
        """Return the numbers of the activities somebody signed up for, themselves or others."""
        mine = (registration.c.person == person) | (registration.c.by == person)
        result = await self._session.connection.execute(
            select(registration.c.event).where(mine).distinct().order_by(registration.c.event)
        )
        return list(result.scalars())

    async def save(self, changed: Sequence[Roll]) -> None:
        """Store what is different from what was loaded; a new activity is added."""
        before = {roll.event.number: self._loaded.get(roll.event.number) for roll in changed}
        events = [
            self._event_row(roll.event)
            for roll in changed
            if (known := before[roll.event.number]) is None or known.event != roll.event
        ]
        rows = []
        for roll in changed:
            known = before[roll.event.number]
            old = known.registrations if known else {}
            moved = (one for one in roll.registrations.values() if old.get(one.seq) != one)
            rows += [self._registration_row(one) for one in moved]
        if events:
            await self._upsert_events(events)
        if rows:
            statement = self._session.insert(registration)
            await self._session.connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["event", "seq"],
                    set_={name: statement.excluded[name] for name in _REGISTRATION},
                ),
                rows,
            )
        self._loaded.update((roll.event.number, roll) for roll in changed)

    async def _upsert_events(self, rows: Sequence[Mapping[str, object]]) -> None:
        statement = self._session.insert(event)
        await self._session.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["number"],
                set_={name: statement.excluded[name] for name in _EVENT},
            ),
            rows,
        )

    def stranger(self, name: str, enterprise: str) -> str:
        """Return under what somebody is on a list whom we do not know: a keyed digest."""
        told = f"attendee\x1f{enterprise_key(name)}\x1f{enterprise_key(enterprise)}"
        return f"n:{self._session.keys.lookup(told).hex()[:32]}"

    def ticket(self, number: str, seq: int, handed: int = 0) -> str:
        """Return what a registration's QR code says, signed; whoever takes it over has another."""
        told = (str(seq), *((str(handed),) if handed else ()))
        return ".".join((number, *told, self._mac("entry", number, *told)))

    def read_ticket(self, text: str) -> Pass | None:
        """Return what a QR code says; None when it is not whole."""
        found = _TICKET.fullmatch(text.strip())
        if found is None:
            return None
        told = Pass(found[1], int(found[2]), int(found[3] or 0))
        return told if hmac.compare_digest(self.ticket(*told), text.strip()) else None

    def door(self, number: str, ident: str) -> str:
        """Return what stands in the address of a door's page, signed."""
        return f"{number}.{ident}.{self._mac('door', number, ident)}"

    def read_door(self, text: str) -> tuple[str, str] | None:
        """Return the activity and the door of an address; None when it is not whole."""
        found = _DOOR.fullmatch(text)
        if found is None:
            return None
        number, ident = found[1], found[2]
        return (number, ident) if hmac.compare_digest(self.door(number, ident), text) else None

    def device(self, ident: str, secret: str) -> str:
        """Return under what the phone of a door is kept."""
        return self._session.keys.link("door device", ident, secret).hex()

    def _mac(self, purpose: str, *told: str) -> str:
        signed = self._session.keys.link(purpose, *told)
        return base64.b32encode(signed[:_MAC_BYTES]).decode().rstrip("=").lower()

    def _event(self, number: str, body: bytes) -> Event:
        return Event.model_validate_json(self._session.open(body, "event.body", number))

    def _registration(self, number: str, seq: int, body: bytes) -> Registration:
        opened = self._session.open(body, "registration.body", number, seq)
        return Registration.model_validate_json(opened)

    def _event_row(self, one: Event) -> Mapping[str, object]:
        return {
            "number": one.number,
            "stage": one.stage.value,
            "version": one.version,
            "series": one.series,
            "starts_at": one.starts_at,
            "ends_at": one.ends_at,
            "body": self._session.seal(one.model_dump_json(), "event.body", one.number),
        }

    def _registration_row(self, one: Registration) -> Mapping[str, object]:
        sealed = self._session.seal(one.model_dump_json(), "registration.body", one.event, one.seq)
        enterprise = self._session.keys.lookup(f"enterprise\x1f{enterprise_key(one.enterprise)}")
        return {
            "event": one.event,
            "seq": one.seq,
            "attendee": one.attendee,
            "person": one.person,
            "by": one.by,
            "standing": one.standing.value,
            "party": one.party,
            "enterprise": enterprise.hex() if one.enterprise else "",
            "made_at": one.made_at,
            "arrived_at": one.arrived_at,
            "body": sealed,
        }
