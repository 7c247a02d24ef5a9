"""What people do about activities: look, sign up, answer an offer, see their own places."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from flows.engine.words import Choice, Key, Refused, Start
from flows.registration.choosing import matching
from flows.registration.doors import near
from flows.registration.event import Event, Guests, Stage
from flows.registration.registration import Registration
from flows.registration.roll import Roll, Rolled
from flows.registration.signing import closed, full
from flows.registration.telephoned import LEAVE_FOR, PARTY_FOR
from flows.registration.waitlist import accept, decline
from flows.tickets.report import REPORT
from handlers.paragraphs import is_report
from handlers.ports import Text
from handlers.registration.after import event_choice, event_text, params_of, status_of
from handlers.registration.counting import COUNTING
from handlers.registration.desk import answer, done, not_theirs, place_choices
from handlers.registration.documents import Documents, send_template
from handlers.registration.doors import DOOR_ACTS, door_word, press_door
from handlers.registration.organisers import organises
from handlers.registration.organising import Organising, choices
from handlers.registration.papers import PAPERS, typed_paper
from handlers.registration.proxies import PROXY_ACTS, list_proxies, press_proxy
from handlers.registration.raising import Raising
from handlers.registration.relay import Relaying
from handlers.registration.relay_rows import rest_word
from handlers.registration.relay_undoing import undo_word
from handlers.registration.surveys import GAINS, press_gain, show_results
from handlers.registration.telephoned import Telephoned
from handlers.registration.topics import place_of_topic, topic_choices
from handlers.registration.touched import VIEWS
from handlers.registration.words import EVENT_WORDS, may_sign_up
from handlers.talk import Talk
from handlers.visit import Visit

Command = Callable[[Visit], Awaitable[None]]
SHOWN = 6  # activities of a list; more would be more than a screen


@dataclass(frozen=True, slots=True)
class Attending:
    """The words 活动, 报名, 我的报名, and the buttons under activities."""

    talk: Talk

    async def upcoming(self, visit: Visit) -> None:
        """List what one may sign up for."""
        events = await visit.book.tx.rolls.open(visit.book.now)
        if not events:
            visit.say("event.none")
        elif len(events) == 1:
            await self.pressed(visit, "view", events[0].number, 0)
        else:
            await self._list(visit, "event.list", events[:SHOWN])

    async def sign_up(self, visit: Visit) -> None:
        """Sign up by a sentence: 明天的面对面我报名，2个人."""
        book, text = visit.book, visit.request.text
        if await Relaying(self.talk).took(visit):
            return
        events = await book.tx.rolls.open(book.now)
        if not events:
            visit.say("event.none")
            return
        found = matching(text, events, book.today)
        only = events[0] if len(events) == 1 else None  # and the form says which it is
        one = found.one or only
        if one is not None:
            await self._open(visit, one.number, "" if text in EVENT_WORDS else text)
            return
        meant = [one.number for one in (found.events or events)[:SHOWN]]
        await book.rolls.hold(meant)
        await self.talk.open(visit, "which", Start(given={"text": text}), ",".join(meant))

    async def plain(self, visit: Visit) -> bool:
        """Take plain words that sign somebody up for an open activity; say whether they did."""
        book, text = visit.book, visit.request.text
        named = "报名" in text or "参加" in text
        if not may_sign_up(text) or (is_report(text) and not named):
            return False
        events = await book.tx.rolls.open(book.now)
        if not events or not matching(text, events, book.today).events:
            return False
        await self.sign_up(visit)
        return True

    async def mine(self, visit: Visit) -> None:
        """List the places that somebody has, their own and those they signed others up for."""
        book = visit.book
        rolls = await book.rolls.see(await book.tx.rolls.of(visit.person.id))
        found = [
            (roll, one)
            for roll in sorted(rolls.values(), key=lambda roll: roll.event.starts_at)
            for one in roll.registrations.values()
            if _is_own(visit, one) and one.live and roll.event.ends_at > book.now
        ]
        if not found:
            visit.say("registration.none")
            visit.offer(Choice(Key("menu.events"), "w:events"))
            return
        lines = tuple(_line(roll, one) for roll, one in found)
        visit.say("registration.mine", lines=lines)
        if len(found) == 1:
            visit.offer(*place_choices(*found[0]), *topic_choices(visit, *found[0]))
            return
        visit.offer(*(event_choice("place", r.event.number, o.seq) for r, o in found[:SHOWN]))

    async def door(self, visit: Visit) -> None:
        """签到: staff check people in; whoever comes sees their own code."""
        if organises(visit):
            await door_word(visit)
            return
        book = visit.book
        rolls = await book.rolls.see(await book.tx.rolls.of(visit.person.id))
        places = [
            (roll, one)
            for roll in rolls.values()
            for one in _own(roll, visit)
            if near(roll.event, book.now)
        ]
        if len(places) == 1:
            answer(visit, *places[0])
        else:
            await self.mine(visit)

    async def managed(self, visit: Visit) -> None:
        """Show what the office has not ended yet (活动管理); a single one at once."""
        events = await visit.book.tx.rolls.drafts(visit.book.now)
        if organises(visit) and len(events) == 1:
            await self.pressed(visit, "view", events[0].number, 0)
        else:
            await Organising(self.talk).list(visit, events)

    async def pressed(self, visit: Visit, act: str, number: str, seq: int) -> None:
        """Do what a button under an activity says."""
        rolls = visit.book.rolls
        if act in VIEWS:
            roll = (await rolls.see([number])).get(number)
        else:
            await rolls.hold([number])
            roll = rolls.get(number)
        if roll is None or (roll.event.stage is Stage.DRAFT and not organises(visit)):
            visit.say("event.unknown")
            return
        match act:
            case "view":
                self._view(visit, roll)
            case "sign_up":
                await self._open(visit, number, "")
            case "survey":
                show_results(visit, roll)
            case gain if gain in GAINS:
                await press_gain(visit, self.talk, roll, seq, gain)
            case "raise" | "raised":
                await Raising(self.talk).pressed(visit, act, roll)
            case "place" | "accept" | "decline" | "cancel" | "people" | "instead" | "topic":
                await self._place(visit, act, roll, seq)
            case _ if act in DOOR_ACTS and organises(visit):
                press_door(visit, act, roll, seq)
            case _:
                await Organising(self.talk).pressed(visit, act, roll, seq)

    async def _open(self, visit: Visit, number: str, text: str) -> None:
        """Open the form, unless the person is on the list already or nobody can be."""
        book = visit.book
        await book.rolls.hold([number])
        roll = book.rolls.get(number)
        if roll is None:
            visit.say("event.unknown")
            return
        mine = [one for one in _own(roll, visit) if one.person == visit.person.id]
        if mine and not text:
            answer(visit, roll, mine[0], again=True)
            return
        refused = closed(roll.event, visit.received_at) or full(roll)
        if refused is not None:
            visit.say(refused.key, **refused.params)
            visit.offer(event_choice("view", number))
            return
        await self.talk.open(visit, "sign_up", Start(text=text), number)

    async def _place(self, visit: Visit, act: str, roll: Roll, seq: int) -> None:
        subject = f"{roll.event.number}:{seq}"
        one = roll.registrations.get(seq)
        if one is None or not visit.book.rolls.concerns(one, visit.person.id):
            not_theirs(visit, one)
            return
        waking = visit.book.office.events.waking
        match act:
            case "accept":
                self._answered(visit, one, accept(roll, seq, visit.book.now, visit.received_at))
            case "decline":
                self._answered(visit, one, decline(roll, seq, visit.book.now, waking))
            case "place":
                answer(visit, roll, one)
            case _ if not one.live or (act == "topic" and not place_of_topic(visit, subject)):
                answer(visit, roll, one)
            case "topic":
                await self.talk.open(visit, REPORT.name, Start(), subject)
            case _:
                flow = {"cancel": "leave", "people": "party", "instead": "instead"}[act]
                await self.talk.open(visit, flow, Start(), subject)

    def _answered(self, visit: Visit, one: Registration, acted: Rolled | Refused) -> None:
        if isinstance(acted, Refused):
            visit.say(acted.key, **acted.params)
            visit.offer(event_choice("view", one.event))
            return
        done(visit, acted)
        answer(visit, acted.roll, acted.roll.registrations[one.seq])

    def _view(self, visit: Visit, roll: Roll) -> None:
        """Show an activity, with the person's own place on its list."""
        mine = _own(roll, visit)
        said = visit.say if mine or not visit.in_private else visit.tell
        text = event_text(roll, "event.whole")
        said(
            text.key,
            **text.params,
            status=status_of(roll, visit.book.now),
            guests_in=_guests(roll, visit),
        )
        for one in mine[:SHOWN]:
            visit.say("registration.yours", **params_of(roll.event, one))
        if organises(visit):
            visit.offer(*choices(visit, roll))
        if mine:
            visit.offer(*place_choices(roll, mine[0]), *topic_choices(visit, roll, mine[0]))
        elif closed(roll.event, visit.book.now) is None:
            visit.offer(event_choice("sign_up", roll.event.number, primary=True))

    async def _list(self, visit: Visit, key: str, events: Sequence[Event]) -> None:
        seen = await visit.book.rolls.see([one.number for one in events])
        rolls = [seen[one.number] for one in events]
        lines = tuple(
            Text(
                "event.line",
                {
                    "event": roll.event.title_whole,
                    "starts": roll.event.starts_at,
                    "status": status_of(roll, visit.book.now),
                },
            )
            for roll in rolls
        )
        visit.say(key, lines=lines)
        visit.offer(
            *(Choice(roll.event.title_whole[:20], f"e:view:{roll.event.number}") for roll in rolls)
        )


def event_command(talk: Talk, word: str) -> Command | None:
    """Return what a typed word about activities does."""
    attending, organising = Attending(talk), Organising(talk)
    if word in PAPERS:
        return partial(typed_paper, kind=PAPERS[word])
    commands: Mapping[str, Command] = {
        "events": attending.upcoming,
        "sign_up": attending.sign_up,
        "places": attending.mine,
        "relay": Relaying(talk).begin,
        "relay_rest": partial(rest_word, talk=talk),
        "relay_undo": undo_word,
        "no_proxy": list_proxies,
        "proxy_again": list_proxies,
        "plan": organising.plan,
        "plan_file": Documents(talk).begin,
        "plan_template": send_template,
        "leave_for": Telephoned(talk, LEAVE_FOR.name).begin,
        "party_for": Telephoned(talk, PARTY_FOR.name).begin,
        "door": attending.door,
        "events_office": attending.managed,
        **COUNTING,
    }
    return commands.get(word)


async def press_event(visit: Visit, talk: Talk, rest: str) -> None:
    """Do what a button "e:ACT:NUMBER[:PLACE]" says."""
    act, number, *seq = rest.split(":")
    place = int(seq[0]) if seq and seq[0].isdecimal() else 0
    if act in PROXY_ACTS:
        await press_proxy(visit, act, number, place)
        return
    await Attending(talk).pressed(visit, act, number, place)


def _own(roll: Roll, visit: Visit) -> list[Registration]:
    return [one for one in roll.registrations.values() if one.live and _is_own(visit, one)]


def _is_own(visit: Visit, one: Registration) -> bool:
    """Say whether a place is among 我的报名: whom staff took out of a 接龙 is not."""
    me = visit.person.id
    return visit.book.rolls.concerns(one, me) and (one.person == me or not one.by_list)


def _guests(roll: Roll, visit: Visit) -> Text | str:
    """Name the officials to those who may know them: registered, or of the office."""
    event = roll.event
    if not event.guests or event.guests_for is Guests.PUBLIC:
        return ""
    may = organises(visit) or (event.guests_for is Guests.REGISTERED and bool(_own(roll, visit)))
    return Text("event.guests_in", {"guests": event.guests}) if may else ""


def _line(roll: Roll, one: Registration) -> Text:
    return Text("registration.line", params_of(roll.event, one))
