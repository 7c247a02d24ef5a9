"""The words and buttons of those who run activities: publish, decide, list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.engine.words import Choice, Refused, Start
from flows.registration import office
from flows.registration.arriving import DOORS_OPEN
from flows.registration.doors import near
from flows.registration.event import Event, Stage
from flows.registration.issues import Kind
from flows.registration.organising import (
    CALL_OFF,
    MOVE,
    PAUSE,
    REJECT,
    SEATS,
    WALK_IN,
)
from flows.registration.planning import PLAN, copied
from flows.registration.publishing import PUBLISH
from flows.registration.registration import Registration, Standing
from flows.registration.roll import Roll, Rolled
from flows.registration.telephoned import LEAVE_FOR, PARTY_FOR
from handlers.person import CUSTOMERS, MASS
from handlers.ports import Text
from handlers.registration.after import card_posts, event_choice, status_of
from handlers.registration.keeping import keep
from handlers.registration.organisers import organises
from handlers.registration.papers import FULL, PAPERS, hand_out, offer_papers, papers_choice
from handlers.registration.relay_rows import REST, press_rest
from handlers.registration.relay_undoing import UNDO, UNDONE, press_undo
from handlers.registration.telephoned import has_begun, say_begun
from handlers.talk import Talk
from handlers.visit import Visit

SEATED = 4  # who may be given a seat at a press
LISTED = 60  # lines of a list in chat; the whole is a file


_FORMS = {
    "off": CALL_OFF.name,
    "pause": PAUSE.name,
    "no": REJECT.name,
    "move": MOVE.name,
    "seats": SEATS.name,
    "walk_in": WALK_IN.name,
    "leave_for": LEAVE_FOR.name,
    "party_for": PARTY_FOR.name,
}


def choices(visit: Visit, roll: Roll) -> tuple[Choice, ...]:
    """Return what may be done with an activity as it is."""
    event, number = roll.event, roll.event.number
    match event.stage:
        case Stage.DRAFT:
            return (event_choice("publish", number, primary=True), event_choice("off", number))
        case Stage.PUBLISHED:
            acts: tuple[str, ...] = ("names", "seats", "move", "pause", "off", "copy")
        case Stage.PAUSED:
            acts = ("names", "resume", "seats", "move", "off")
        case _:
            acts = ("names", "copy")
    door = ("door",) if near(event, visit.book.now) else ()
    held: tuple[str, ...] = ()
    if visit.book.now >= event.starts_at - DOORS_OPEN:
        held = ("raise", "raised", *(("survey",) if visit.book.now >= event.ends_at else ()))
    return tuple(event_choice(act, number) for act in (*door, *held, *acts))


def groups_without(visit: Visit, event: Event) -> Mapping[str, str]:
    """Return the 企业群 that have no card of an activity yet and can get one: chat → name.

    Subscribers and customer groups get what was approved as a campaign, and nothing else.
    """
    return {
        group.chat: group.name
        for group in visit.book.roster.groups
        if group.kind == "enterprise"
        and group.robot
        and not group.chat.startswith((MASS, CUSTOMERS))
        and group.chat not in event.groups
    }


def published(visit: Visit, roll: Roll, chats: tuple[str, ...]) -> None:
    """Open an activity, and put its card into these groups."""
    acted = office.publish(roll, visit.book.now, chats)
    if isinstance(acted, Rolled):
        visit.book.posts += card_posts(visit.book, acted.roll, chats, update=False)
    said(visit, acted, "publish", groups=len(chats))


def said(visit: Visit, acted: Rolled | Refused, act: str, **params: int) -> None:
    """Keep an act of the office and say how the activity stands now."""
    if isinstance(acted, Refused):
        visit.say(acted.key, **acted.params)
        return
    keep(visit, acted, act)
    now = acted.roll
    visit.say(
        f"event.done.{act}",
        event=now.event.title_whole,
        told=len(acted.happened),
        free=max(now.free, 0),
        **params,
    )
    visit.offer(*choices(visit, now))


@dataclass(frozen=True, slots=True)
class Organising:
    """Buttons and words of those who run activities."""

    talk: Talk

    async def plan(self, visit: Visit) -> None:
        """Begin a new activity: 建活动, with its announcement pasted behind."""
        if not organises(visit):
            visit.say("event.not_yours")
            return
        await self.talk.open(visit, PLAN.name, Start(text=visit.request.rest))

    async def list(self, visit: Visit, planned: Sequence[Event]) -> None:
        """List the activities that are not over, drafts too (活动管理)."""
        if not organises(visit):
            visit.say("event.not_yours")
            return
        events = planned[:12]
        if not events:
            visit.say("event.none_planned")
            return
        seen = await visit.book.rolls.see([one.number for one in events])
        rolls = [seen[one.number] for one in events]
        visit.say("event.managed", lines=tuple(_managed(visit, roll) for roll in rolls))
        visit.offer(
            *(
                Choice(roll.event.title_whole[:20], f"e:view:{roll.event.number}")
                for roll in rolls[:6]
            )
        )

    async def pressed(self, visit: Visit, act: str, roll: Roll, seq: int) -> None:
        """Do what a button of the office says."""
        if not organises(visit):
            visit.say("event.not_yours")
            return
        number = roll.event.number
        match act:
            case "publish":
                await self._publish(visit, roll)
            case "resume":
                book = visit.book
                said(visit, office.go_on(roll, book.now, book.office.events.waking), "resume")
            case "copy":
                await self.talk.open(visit, PLAN.name, Start(given=copied(roll.event)))
            case "names" | "applied" | "papers":
                self._show(visit, act, roll, seq)
            case _ if act in PAPERS or act == FULL:
                kind = PAPERS.get(act, Kind.SIGN_IN)
                await hand_out(visit, roll, kind, full=act == FULL)
            case _ if act == REST:
                await press_rest(visit, self.talk, roll)
            case _ if act in {UNDO, UNDONE}:
                press_undo(visit, act, roll, seq)
            case "yes" | "seat" | "restore":
                self._decide(visit, act, roll, seq)
            case "party_for" if has_begun(visit, roll):
                say_begun(visit, roll)
            case _ if act in _FORMS:
                subject = f"{number}:{seq}" if seq else number
                await self.talk.open(visit, _FORMS[act], Start(), subject)
            case _:
                visit.say("card.unknown")

    def _show(self, visit: Visit, act: str, roll: Roll, seq: int) -> None:
        if act == "names":
            self._names(visit, roll)
        elif act == "applied":
            self._applied(visit, roll, seq)
        else:
            offer_papers(visit, roll)

    async def _publish(self, visit: Visit, roll: Roll) -> None:
        """Ask into which groups; where there is one, or none, there is nothing to ask."""
        groups = groups_without(visit, roll.event)
        if len(groups) > 1:
            await self.talk.open(visit, PUBLISH.name, Start(), roll.event.number)
        else:
            published(visit, roll, tuple(groups))

    def _decide(self, visit: Visit, act: str, roll: Roll, seq: int) -> None:
        book = visit.book
        if seq not in roll.registrations:
            visit.say("registration.refused.not_live")
            return
        if act == "yes":
            waking = book.office.events.waking
            acted = office.decide(roll, seq, visit.person.id, book.now, waking)
        elif act == "restore":
            acted = office.restore(roll, seq, book.now)
        else:
            acted = office.seat(roll, seq, visit.person.id, book.now)
        if isinstance(acted, Refused):
            visit.say(acted.key, **by_name(visit, acted))
            return
        keep(visit, acted)
        one = acted.roll.registrations[seq]
        standing = Text(f"registration.standing.{one.standing.value}")
        visit.say(
            f"event.done.{act}", name=one.name, free=max(acted.roll.free, 0), standing=standing
        )
        if act == "yes":
            self._applied(visit, acted.roll, 0)
        else:
            visit.offer(event_choice("names", roll.event.number))

    def _applied(self, visit: Visit, roll: Roll, seq: int) -> None:
        """Show the next who waits for a decision, with two buttons."""
        waiting = roll.standing(Standing.APPLIED)
        one = roll.registrations.get(seq) or next(iter(waiting), None)
        if one is None:
            visit.say("event.none_applied")
            return
        visit.say(
            "event.applied",
            name=one.name,
            enterprise=one.enterprise,
            party=one.party,
            answers="；".join(one.answers.values()),
            left=len(waiting),
        )
        number = roll.event.number
        visit.offer(
            event_choice("yes", number, one.seq, primary=True), event_choice("no", number, one.seq)
        )

    def _names(self, visit: Visit, roll: Roll) -> None:
        """Show the list in the order of coming (公平日志 is its history)."""
        shown = roll.standing(
            Standing.APPLIED, Standing.CONFIRMED, Standing.OFFERED, Standing.ARRIVED
        )
        lines = tuple(_name_line(one) for one in (*shown, *roll.waiting)[:LISTED])
        visit.say(
            "event.names",
            event=roll.event.title_whole,
            seats=sum(one.seats for one in shown),
            capacity=roll.event.capacity,
            waiting=roll.people(Standing.WAITING),
            lines=lines or Text("event.nobody"),
        )
        if roll.standing(Standing.APPLIED):
            visit.offer(event_choice("applied", roll.event.number, primary=True))
        self._offer_seats(visit, roll)
        number = roll.event.number
        visit.offer(papers_choice(number))
        if any(one.standing is not Standing.ARRIVED for one in (*shown, *roll.waiting)):
            visit.offer(event_choice("leave_for", number))
            if not has_begun(visit, roll):
                visit.offer(event_choice("party_for", number))
        visit.offer(*(c for c in choices(visit, roll) if not c.value.startswith("e:names")))

    def _offer_seats(self, visit: Visit, roll: Roll) -> None:
        """Let a seat be given by hand, out of the order, while any is free."""
        fitting = [one for one in roll.waiting if one.party <= roll.free][:SEATED]
        if fitting:
            visit.say("event.seat_whom", free=roll.free)
            number = roll.event.number
            visit.offer(*(Choice(one.name[:20], f"e:seat:{number}:{one.seq}") for one in fitting))


def by_name(visit: Visit, refused: Refused) -> dict[str, object]:
    """Word who decided before."""
    params = dict(refused.params)
    if "by" in params:
        other = visit.book.roster.staff.get(params["by"] or 0)
        params["by"] = other.name if other else Text("event.somebody")
    if "now" in params:
        params["now"] = Text(f"registration.standing.{params['now']}")
    return params


def _name_line(one: Registration) -> Text:
    return Text(
        "event.name",
        {
            "seq": one.seq,
            "name": one.name,
            "enterprise": one.enterprise,
            "party": one.party,
            "standing": Text(f"registration.standing.{one.standing.value}"),
        },
    )


def _managed(visit: Visit, roll: Roll) -> Text:
    return Text(
        "event.line",
        {
            "event": roll.event.title_whole,
            "starts": roll.event.starts_at,
            "status": status_of(roll, visit.book.now),
        },
    )
