"""What follows from a change of a list: its history, its timer, and who hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.calendar import OFFICE_ZONE
from flows.engine.words import Choice, Key
from flows.office import Content
from flows.registration.clock import next_moment
from flows.registration.event import Event, Guests
from flows.registration.hearing import hears, reminded_of
from flows.registration.registration import Registration, Standing
from flows.registration.roll import Happened, Roll, Rolled
from handlers.book import Book, name_of
from handlers.ports import ArrivalId, Due, Entry, PersonId, Post, Text, ToGroup, ToPerson
from handlers.registration.collected import goes_on, raiser, withdrawal

EVENT = "event"  # the kind of the timer of an activity
COUNTERS = "event_counters"  # the kind of the timer that brings its cards up to date
FRESH = timedelta(seconds=60)  # how old the counters on a card may be

# What the one it is about hears, unless they did it themselves.
_TOLD = {
    "offer": "registration.told.offer",
    "expire": "registration.told.expire",
    "approve": "registration.told.approve",
    "reject": "registration.told.reject",
    "seat": "registration.told.seat",
    "cancel": "registration.told.cancel",
    "call_off": "registration.told.call_off",
    "sign_up": "registration.told.sign_up",
    "wait": "registration.told.wait",
    "hand_over": "registration.told.hand_over",
    "resize": "registration.told.resize",
    "restore": "registration.told.restore_for",
    "relay_undone": "registration.told.relay_undone",
}
_FOR_BOTH = frozenset({"cancel", "resize", "restore"})  # by the office: the assistant hears, too
PROXY = "attendee"  # the role of whoever signs up, themselves or somebody else
OFFICE = "organiser"  # the role of staff


@dataclass(frozen=True, slots=True)
class By:
    """Who did something, and through what; no person = the clock."""

    person: PersonId | None
    role: str
    channel: str
    arrival: ArrivalId | None = None


CLOCK = By(None, "system", "clock")


def settle(book: Book, done: Rolled, by: By) -> None:
    """Keep a roll with all that happened on it; those it concerns hear of it, once each."""
    roll = done.roll
    book.rolls.put(roll)
    for one in done.happened:
        book.entries.append(_entry(book, roll, one, by))
        book.posts += told(book, roll.event, one, by)
    set_clock(book, roll)
    if roll.event.groups:
        book.winding.append(counters_due(roll.event, book.now))


def set_clock(book: Book, roll: Roll) -> None:
    """Have the clock look at an activity when something is due."""
    number = roll.event.number
    at = next_moment(roll, book.now, book.office.events)
    key = f"{EVENT}:{number}"
    book.dues[key] = Due(EVENT, number, at, key) if at else None


def counters_due(event: Event, now: datetime) -> Due:
    """Have the cards of an activity brought up to date soon, however many sign up meanwhile."""
    return Due(COUNTERS, event.number, now + FRESH, f"{COUNTERS}:{event.number}")


def _entry(book: Book, roll: Roll, happened: Happened, by: By) -> Entry:
    """Write a line of the activity's own history: who came when, in order (公平日志)."""
    one, before = happened.after, happened.before
    return Entry(
        subject=f"event:{roll.event.number}",
        act=happened.act,
        actor=by.person,
        role=by.role,
        channel=by.channel,
        at=book.now,
        before=before.standing.value if before else "",
        after=one.standing.value,
        public={"seq": str(one.seq), "party": str(one.party), "free": str(roll.free)},
        personal={"name": one.name, "enterprise": one.enterprise, "reason": one.reason},
        arrival=by.arrival,
    )


def told(book: Book, event: Event, happened: Happened, by: By) -> list[Post]:
    """Tell whom it concerns of what somebody else did.

    That is the attendee; whoever signed them up only where we cannot write to the attendee, or
    where the office changed what they had done.
    """
    if happened.act not in _TOLD:
        return []
    return [_notice(book, event, happened, by, person) for person in _concerned(book, happened, by)]


def _notice(book: Book, event: Event, happened: Happened, by: By, person: PersonId) -> Post:
    one, before = happened.after, happened.before or happened.after
    told_by = {"by": _actor(book, by), "was": before.name, "phone": book.office.phone}
    params = {**params_of(event, one), **told_by, "page": page_of(book, one)}
    topic = goes_on(book, one, person) if happened.act == "call_off" else ()
    owns = by.role == PROXY and person in {one.person, before.person}
    name = f"{event.number}:{one.seq}:{happened.act}:{_stamp(one)}:p{person}"
    return Post(
        to=ToPerson(person),
        content=Content.PROGRESS,
        parts=(Text(_key(happened, by, person), params), *topic),
        dedupe=name,
        choices=(
            *_choices(happened.act, one),
            *((withdrawal(one.topic),) if topic else ()),
            *(_right(event, by) if owns else ()),
        ),
        title=Text("registration.title", {"event": event.title_whole}),
        card=name,
    )


def _key(happened: Happened, by: By, person: PersonId) -> str:
    """Return the words for one who hears: whoever takes a place over reads it as theirs."""
    act, one, before = happened.act, happened.after, happened.before or happened.after
    if act == "hand_over" and person == hears(one) != hears(before):
        return "registration.told.instead"
    office = by.role == OFFICE and act in _FOR_BOTH
    return f"registration.told.{act}_for" if office else _TOLD[act]


def _concerned(book: Book, happened: Happened, by: By) -> list[PersonId]:
    """Return who hears of it, but for whoever did it."""
    one, before = happened.after, happened.before or happened.after
    if happened.act in {"call_off", "relay_undone"}:  # a notice to everybody on a list
        found = (*reminded_of(one), *raiser(book, one))
    elif by.role == OFFICE and happened.act in _FOR_BOTH and not one.by_list:
        acts = book.rolls.concerns(one, one.by)  # not whom the attendee keeps from it
        found = (hears(one), *((one.by,) if acts else ()))
    else:
        found = (hears(one), hears(before))
    return [person for person in dict.fromkeys(found) if person != by.person]


def _actor(book: Book, by: By) -> str:
    """Name who did it: a colleague by name, the office as such."""
    if by.person is None or by.role != PROXY:
        return book.office.name
    return name_of(book, by.person)


def _right(event: Event, by: By) -> tuple[Choice, ...]:
    """Let whoever was acted for keep that person from it."""
    return (proxy_choice("no_proxy", event.number, by.person),) if by.person else ()


def proxy_choice(act: str, number: str, assistant: PersonId) -> Choice:
    """Make the button that takes the right to act for somebody from an assistant, or gives it."""
    return Choice(Key(f"event.{act}"), f"e:{act}:{number}:{assistant}")


def _stamp(one: Registration) -> str:
    return f"{one.changed_at.timestamp():.6f}"


def _choices(act: str, one: Registration) -> tuple[Choice, ...]:
    if act == "offer":
        return (
            event_choice("accept", one.event, one.seq, primary=True),
            event_choice("decline", one.event, one.seq),
        )
    return (event_choice("view", one.event),)


_LABELS = {"names": "event.list_names", "applied": "event.applied_next"}


def event_choice(act: str, number: str, seq: int = 0, *, primary: bool = False) -> Choice:
    """Make a button of an act on an activity, or on one place of its list."""
    value = f"e:{act}:{number}" + (f":{seq}" if seq else "")
    return Choice(Key(_LABELS.get(act, f"event.{act}")), value, "primary" if primary else "plain")


def params_of(event: Event, one: Registration) -> dict[str, object]:
    """Return the blanks of every text about a registration."""
    return {
        "event": event.title_whole,
        "starts": event.starts_at,
        "venue": event.venue,
        "name": one.name,
        "party": one.party,
        "until": one.offer_until or event.starts_at,
        "reason": one.reason or Key("registration.no_reason"),
        "standing": Key(f"registration.standing.{one.standing.value}"),
    }


def page_of(book: Book, one: Registration) -> str:
    """Return the address of a participant's own page: their code and their calendar entry."""
    return f"{book.office.site}/r/{book.tx.rolls.ticket(one.event, one.seq, one.handed)}"


def card_posts(book: Book, roll: Roll, groups: Sequence[str], *, update: bool) -> list[Post]:
    """Word the card of an activity for its groups, with what is left of the seats."""
    event = roll.event
    return [
        Post(
            to=ToGroup(chat),
            content=Content.NOTICE,
            parts=(event_text(roll, "event.card"),),
            dedupe=f"{event.number}:card:{chat}"
            + (f":{book.now.timestamp():.0f}" if update else ""),
            choices=(
                event_choice("sign_up", event.number, primary=True),
                event_choice("view", event.number),
            ),
            title=Text("registration.title", {"event": event.title_whole}),
            status=status_of(roll, book.now),
            card=f"{event.number}:card:{chat}",
            update=update,
        )
        for chat in groups
    ]


def event_text(roll: Roll, key: str) -> Text:
    """Word an activity with its counters; who of the officials comes only where it is public."""
    event = roll.event
    counts = {
        "closes": event.closes_at,
        "capacity": event.capacity,
        "free": max(roll.free, 0),
        "waiting": roll.people(Standing.WAITING),
    }
    hours = {
        "starts": event.starts_at,
        "ends": event.ends_at.astimezone(OFFICE_ZONE).time(),
    }
    public = event.guests_for is Guests.PUBLIC and event.guests
    lines = (
        Text("event.when", hours),
        Text("event.where", {"venue": event.venue}),
        *((Text("event.limit", {"limit": event.per_enterprise}),) if event.per_enterprise else ()),
        *((Text("event.guests", {"guests": event.guests}),) if public else ()),
        *((Text("event.note", {"note": event.note}),) if event.note else ()),
        Text("event.counts", counts),
    )
    return Text(key, {"event": event.title_whole, "lines": lines})


def status_of(roll: Roll, now: datetime) -> Text:
    """Say in a word whether one may still sign up."""
    event = roll.event
    key = event.stage.value
    if key == "published":
        if now >= event.closes_at:
            key = "closed"
        elif event.opens_at is not None and now < event.opens_at:
            key = "early"
        elif roll.free <= 0 or roll.waiting:
            key = "waitlist" if event.waitlist else "full"
        else:
            key = "open"
    params = {"free": max(roll.free, 0), "waiting": roll.people(Standing.WAITING)}
    return Text(f"event.status.{key}", params if key in {"open", "waitlist"} else {})
