"""What follows an act: its line of history, who hears of it, and what the actor is told."""

from __future__ import annotations

from collections.abc import Mapping

from flows.engine.words import Key
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import Ticket
from flows.tickets.consequences import consequences
from flows.tickets.merging import known_as
from flows.tickets.moves import MOVES, move
from flows.tickets.number import short
from flows.tickets.parts import SYSTEM, Actor, Part
from flows.tickets.state import State
from flows.tickets.told import Words
from handlers.book import Book, name_of
from handlers.colleagues import who_may
from handlers.handing import hand_out
from handlers.heard import HEARD
from handlers.heard.intake import reminded
from handlers.heard.joined import tell_joined
from handlers.merging import carry_over, stray_notices, with_words
from handlers.notices import mark_of, progress_text, promise_of, view_text
from handlers.ports import Entry, Text
from handlers.visit import Visit, ticket_choices

_ORDER = (
    Part.REPORTER,
    Part.JOINED,
    Part.LEAD,
    Part.SUPPORT,
    Part.ASKED,
    Part.CLERK,
    Part.SUPERVISOR,
    Part.LEADER,
    Part.OFFICIAL,
    Part.SECRETARY,
    Part.INSPECTOR,
    Part.SYSTEM,
)
_NEXT: Mapping[Act, tuple[str, ...]] = {
    Act.SIGN: ("contact",),
    Act.CONTACT: ("reply",),
    Act.CONFIDE: ("release",),
}
_RATINGS = ("satisfied", "mostly", "dissatisfied")
_SILENT = frozenset({Act.RATE, Act.REDO, Act.CLOSE_UNHAPPY, Act.WITHDRAW, Act.RATE_ALSO})
"""What the enterprise is told with these acts is all; the four lines would say it again."""


def role_in(act: Act, before: Ticket, actor: Actor) -> str:
    """Name the part in which somebody did an act, for the history."""
    allowed = MOVES[before.state, act].parts & actor.parts
    return next(part.value for part in _ORDER if part in allowed)


def after(visit: Visit, act: Act, before: Ticket, ticket: Ticket, actor: Actor) -> None:
    """Keep a moved ticket and tell everybody concerned."""
    role = role_in(act, before, actor)
    entry = visit.record(
        f"ticket:{ticket.number}",
        act.value,
        role,
        before=before.state.value,
        after=ticket.state.value,
        public=public(ticket),
        personal={**personal(before, ticket), **dictated(visit.book, before, ticket)},
    )
    visit.book.put_ticket(ticket, entry)
    _tell_all(visit.book, act, before, ticket, entry)
    visit.book.posts.extend(hand_out(visit.book, before, ticket))
    follow(visit.book, act, ticket)
    visit.card_status = Text(f"card.{act.value}", {"name": visit.person.name or visit.person.nick})
    visit.card_over = True
    if not visit.in_private and visit.filed.arrival.button is None:
        visit.tell(  # a pressed card shows it by itself
            "group.noted" if role in {Part.REPORTER, Part.JOINED} else "group.acted",
            number=known_as(ticket, visit.person.id),
            act=Key(f"act.{act.value}"),
            state=Key(f"state.{ticket.state.value}"),
        )
    _tell_actor(visit, act, visit.book.tickets[ticket.number], actor)


def done_by_clock(book: Book, act: Act, before: Ticket, ticket: Ticket) -> None:
    """Keep what the clock did with a ticket, and tell everybody concerned."""
    entry = Entry(
        subject=f"ticket:{ticket.number}",
        act=act.value,
        actor=None,
        role=Part.SYSTEM.value,
        channel="clock",
        at=book.now,
        before=before.state.value,
        after=ticket.state.value,
        public=public(ticket),
        personal=personal(before, ticket),
    )
    book.put_ticket(ticket, entry)
    _tell_all(book, act, before, ticket, entry)
    book.posts.extend(hand_out(book, before, ticket))
    follow(book, act, ticket)


def _tell_all(book: Book, act: Act, before: Ticket, ticket: Ticket, entry: Entry) -> None:
    """Change the other tickets concerned, and tell everybody."""
    returned = carry_over(book, act, before, ticket, entry)
    if act is Act.SUPERVISE and before.state is State.NEED_INFO:
        book.posts.extend(reminded(book, ticket))  # only the enterprise can do something
    else:
        book.posts.extend(HEARD[act](book, before, ticket))
    book.posts.extend(tell_joined(book, act, ticket))
    for merged, restored in returned:
        book.posts.extend(HEARD[Act.UNMERGE](book, merged, restored))


def keep(visit: Visit, ticket: Ticket, said: Words) -> None:
    """Keep words for a ticket that takes no more, and have the desk look at them."""
    kept = with_words(visit.book, ticket, visit.person.id, said)
    entry = visit.record(
        f"ticket:{ticket.number}",
        Act.SUPPLEMENT.value,
        Part.REPORTER.value if ticket.reporter == visit.person.id else Part.JOINED.value,
        before=ticket.state.value,
        after=kept.state.value,
        public=public(kept),
        personal=personal(ticket, kept),
    )
    visit.book.put_ticket(kept, entry)
    visit.book.posts.extend(stray_notices(visit.book, kept))
    visit.say("acted.kept", number=known_as(kept, visit.person.id))


def follow(book: Book, act: Act, ticket: Ticket) -> None:
    """Do what the rules add to an act: a leader for the hard case, a rung for the unhappy one."""
    moment = book.moment
    for then, told in consequences(
        act, ticket, book.leader_for(ticket), moment, book.office.ladder
    ):
        before = book.tickets[ticket.number]
        moved = move(before, then, SYSTEM, told, moment)
        if not isinstance(moved, Refusal):
            done_by_clock(book, then, before, moved)


def public(ticket: Ticket) -> Mapping[str, str]:
    """Return what of a ticket stands in its history for good."""
    return {
        "version": str(ticket.version),
        "lead": ticket.lead_unit or "",
        "satisfaction": ticket.satisfaction or "",
        "tier": ticket.tier.value,
        "round": str(ticket.round),
        "due": ticket.handling.due_at.isoformat() if ticket.handling else "",
    }


def personal(before: Ticket, ticket: Ticket) -> Mapping[str, str]:
    """Return what was said with the act; it can be erased without breaking the chain."""
    said: dict[str, str] = {}
    if ticket.reply is not None and ticket.reply != before.reply:
        said["reply"] = ticket.reply.text
    if len(ticket.notes) > len(before.notes) and ticket.notes[-1].text:
        said["note"] = ticket.notes[-1].text
    for name in ("question", "reject_reason", "handler", "handler_phone"):
        value = getattr(ticket, name)
        if value and value != getattr(before, name):
            said[name] = value
    for name in _CHILDREN:
        children = getattr(ticket, name)
        if children != getattr(before, name) and children:
            said[name] = children[-1].model_dump_json()
    reasons = [one.reason for one in ticket.joined if one.reason and one not in before.joined]
    return said | ({"rating": reasons[-1]} if reasons else {})


def dictated(book: Book, before: Ticket, ticket: Ticket) -> Mapping[str, str]:
    """Name who said an instruction, and who wrote it down (口头: ××; 代录: ××)."""
    if ticket.instructions == before.instructions:
        return {}
    said = ticket.instructions[-1]
    if said.recorded_by is None:
        return {}
    return {"oral": name_of(book, said.leader), "recorded_by": name_of(book, said.recorded_by)}


_CHILDREN = (
    "stages",
    "returns",
    "extensions",
    "suspensions",
    "attempts",
    "meetings",
    "instructions",
    "follow_ups",
    "supervisions",
)


def _tell_actor(visit: Visit, act: Act, ticket: Ticket, actor: Actor) -> None:
    """Say what was done and what comes next, with its buttons."""
    office = visit.book.office
    visit.say(
        f"acted.{act.value}",
        number=known_as(ticket, visit.person.id),
        unit=office.unit(ticket.lead_unit),
        due=ticket.due_on or Key("progress.no_date"),
        mark=mark_of(ticket),
        planned=promise_of(ticket),
        next=ticket.stages[-1].next_on if ticket.stages else "",
        tries=len(ticket.attempts),
        again=ticket.follow_up.on if ticket.follow_up else Key("follow_up.next_on.never"),
    )
    visit.title = Text("case.title", {"number": ticket.number})
    if act is Act.ACCEPT:
        visit.private.append(view_text(ticket, actor, office))
    elif act not in _SILENT and actor.parts & {Part.REPORTER, Part.JOINED}:
        stands = visit.book.standing(ticket)
        known = stands.model_copy(update={"number": known_as(ticket, visit.person.id)})
        visit.private.append(progress_text(known, office))
    visit.offer(*ticket_choices(ticket, *_next(act, ticket)))


def _next(act: Act, ticket: Ticket) -> tuple[str, ...]:
    """Return what may be done next; a card whose rating is not given yet has its buttons again."""
    ways = {Act.MESSAGES_ONLY: "calls_too", Act.CALLS_TOO: "messages_only"}
    if act not in ways:
        return _NEXT.get(act, ())
    return (*(_RATINGS if ticket.state is State.CALLBACK else ()), ways[act])


def refuse(visit: Visit, ticket: Ticket, refusal: Refusal) -> None:
    """Say why an act is not done, where it was asked for; nothing of the report is told.

    What can be done instead is offered in 1:1, where its buttons are.
    """
    number = known_as(ticket, visit.person.id)
    instead = _INSTEAD.get(refusal.key.rpartition(".")[2], ())
    visit.offer(*ticket_choices(ticket, *instead))
    (visit.say if visit.in_private or instead else visit.tell)(
        refusal.key,
        **{
            **refusal_params(visit, ticket, refusal),
            "number": number,
            "short": short(number, visit.book.today.year),
        },
    )
    visit.card_status = Text("card.refused")


_INSTEAD: Mapping[str, tuple[str, ...]] = {
    "contact_first": ("contact",),
    "empty_reply": ("as_stage", "send_back"),
    "tried_today": ("rate_for",),
    "no_calls": ("rate_for",),
}
"""Key of a refusal → what is offered in the place of what was refused."""


def refusal_params(visit: Visit, ticket: Ticket, refusal: Refusal) -> dict[str, object]:
    """Word what a refusal names: departments and people by their names, what lacks by its label."""
    book = visit.book
    params: dict[str, object] = {
        "number": ticket.number,
        "short": short(ticket.number, book.today.year),
        "state": Key(f"state.{ticket.state.value}"),
        "phone": book.office.phone,
        **refusal.params,
    }
    if "units" in params:
        params["units"] = "、".join(book.office.unit(unit) for unit in refusal.params["units"])
    if "by" in params:
        caller = book.roster.staff.get(refusal.params["by"])
        params["by"] = caller.name if caller else book.office.name
    if "others" in params:
        params["others"] = who_may(book, ticket, refusal.params["others"], visit.person.id)
    if "missing" in params:
        params["missing"] = tuple(Key(f"ticket.missing.{one}") for one in refusal.params["missing"])
    return params
