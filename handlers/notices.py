"""Who hears of what happens to a ticket, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from flows import reading
from flows.engine.words import Choice, Key
from flows.office import Content
from flows.tickets.case import Extension, ReturnRequest, State, Suspension, Ticket
from flows.tickets.hiding import apart, hide
from flows.tickets.parts import is_party
from flows.tickets.rights import Piece, may_read, reads
from handlers.book import Book
from handlers.colleagues import concerned
from handlers.ports import Group, Office, Person, Post, Role, Text, ToGroup, ToPerson
from handlers.view import (
    file_acts,
    mark_of,
    progress_text,
    promise_of,
    view_text,
)
from handlers.visit import ticket_choices

Notice = Callable[[Book, Ticket, Ticket], list[Post]]
"""Words who hears of an act, from the ticket before and after it."""


def staff_groups(book: Book) -> tuple[Group, ...]:
    """Return the 工作群."""
    return tuple(group for group in book.roster.groups if group.kind == "staff")


def desk_staff(book: Book) -> tuple[Person, ...]:
    """Return who takes tickets on: 受理员 and 受理负责人, else the administrators."""
    staff = {p.id: p for role in (Role.CLERK, Role.SUPERVISOR) for p in book.roster.holders(role)}
    return tuple(staff.values()) or book.roster.holders(Role.ADMIN)


def _general(ticket: Ticket, key: str, office: Office) -> Text:
    """Word what a group may see: number, class and state, nothing of the report."""
    category = office.category(ticket.category)
    return Text(
        key,
        {
            "number": ticket.number,
            "category": category.name if category else "",
            "state": Key(f"state.{ticket.state.value}"),
            "urgent": Key("case.urgent") if ticket.urgent else "",
        },
    )


def to_desk(book: Book, ticket: Ticket, key: str, *acts: str) -> list[Post]:
    """Tell the 工作群 with buttons, or each 受理员 in 1:1 where there is no such group."""
    groups = staff_groups(book)
    if groups:
        return [
            Post(
                to=ToGroup(group.chat),
                content=Content.PROGRESS,
                parts=(_general(ticket, key, book.office),),
                dedupe=f"{ticket.number}:{ticket.version}:{key}:{group.chat}",
                choices=ticket_choices(ticket, *acts, "view"),
                title=Text("case.title", {"number": ticket.number}),
                brief=(Text("case.title", {"number": ticket.number}),),
                status=Text(f"state.{ticket.state.value}"),
                card=_group_card(ticket, key, group),
                ticket=ticket.number,
            )
            for group in groups
        ]
    posts = []
    for person in concerned(book, ticket, desk_staff(book)):
        actor = book.actor(ticket, person)
        texts = [_general(ticket, key, book.office)]
        if may_read(ticket, actor):
            texts.append(view_text(ticket, actor, book.office))
        buttons = ticket_choices(ticket, *acts, "view")
        posts.append(_to_person(ticket, person, key, texts, buttons))
    return posts


def _group_card(ticket: Ticket, key: str, group: Group) -> str:
    """Name a card by what it is about; a name used twice would show no second card."""
    about: object = ticket.version
    if key in {"notice.new", "notice.new_inside"}:
        key, about = "notice.new", "new"
    elif key == "notice.replied" and ticket.reply is not None:
        about = ticket.reply.at.isoformat()
    elif asked := _asked_at(ticket, key):
        about = asked.isoformat()
    return f"{ticket.number}:{key}:{about}:{group.chat}"


def _asked_at(ticket: Ticket, key: str) -> datetime | None:
    """Say when the department asked for what a card is about: 退单, 延期, 挂起."""
    if key == "notice.letter_waits":
        return max((one.at for one in ticket.supervisions), default=None)
    asked: Mapping[str, Iterable[ReturnRequest | Extension | Suspension]] = {
        "notice.returned": ticket.returns,
        "notice.longer_asked": ticket.extensions,
        "notice.rest_asked": ticket.suspensions,
    }
    return max((one.at for one in asked.get(key, ())), default=None)


def close_group_cards(book: Book, ticket: Ticket, key: str, text: str = "") -> list[Post]:
    """Show on the 工作群's card where the case stands now; its act is done, its button goes."""
    return [
        Post(
            to=ToGroup(group.chat),
            content=Content.PROGRESS,
            parts=(_general(ticket, text or key, book.office),),
            dedupe=f"{ticket.number}:{ticket.version}:{key}:{group.chat}:update",
            choices=ticket_choices(ticket, "view"),
            title=Text("case.title", {"number": ticket.number}),
            brief=(Text("case.title", {"number": ticket.number}),),
            status=Text(f"state.{ticket.state.value}"),
            card=_group_card(ticket, key, group),
            update=True,
            ticket=ticket.number,
        )
        for group in staff_groups(book)
    ]


def _to_person(
    ticket: Ticket,
    person: Person,
    key: str,
    parts: Iterable[Text],
    choices: tuple[Choice, ...] = (),
) -> Post:
    dedupe = f"{ticket.number}:{ticket.version}:{key}:p{person.id}"
    return Post(
        to=ToPerson(person.id),
        content=Content.BODY,
        parts=tuple(parts),
        dedupe=dedupe,
        choices=choices,
        title=Text("case.title", {"number": ticket.number}),
        status=Text(f"state.{ticket.state.value}"),
        card=dedupe if choices else None,
        ticket=ticket.number,
    )


def to_reporter(book: Book, ticket: Ticket, key: str, *acts: str, **params: object) -> Post:
    """Tell the one who reported, in 1:1, with the four lines.

    Where nobody speaks for the enterprise, whoever took the case on tells it by telephone.
    """
    told = Text(key, {"number": ticket.number, **_apart(book, ticket, ticket.number, params)})
    parts = [told] if ticket.state is State.CALLBACK else [told, progress_text(ticket, book.office)]
    if ticket.left and (staff := _stand_in(book, ticket)) is not None:
        passed_on = [Text("notice.pass_on", {"number": ticket.number}), *parts]
        return _to_person(ticket, staff, key, passed_on)
    reporter = book.persons.get(ticket.reporter) or Person(ticket.reporter)
    return _to_person(ticket, reporter, key, parts, ticket_choices(ticket, *acts))


def to_joined(book: Book, ticket: Ticket, key: str, *acts: str, **params: object) -> list[Post]:
    """Tell those who joined, each under the number that they know it by.

    Nobody learns who else reported: the others' names are taken out of what is told.
    """
    posts = []
    for one in ticket.joined:
        known = ticket.model_copy(update={"number": one.number or ticket.number})
        person = book.persons.get(one.person) or Person(one.person)
        parts = [Text(key, {"number": known.number, **_apart(book, ticket, known.number, params)})]
        if ticket.state is not State.CALLBACK:
            parts.append(progress_text(known, book.office))
        post = _to_person(known, person, key, parts, ticket_choices(known, *acts))
        # The version is this ticket's: with their own number it could name another post.
        name = f"{ticket.number}:{ticket.version}:{key}:p{person.id}"
        posts.append(replace(post, dedupe=name, card=name if post.card else None))
    return posts


def _apart(
    book: Book, ticket: Ticket, number: str, params: Mapping[str, object]
) -> Mapping[str, object]:
    """Take the other enterprises of a merged case out of what one of them is told."""
    own = book.tickets.get(number, ticket)
    others = [
        one
        for one in (book.tickets.get(ticket.number, ticket), *book.members(ticket))
        if one.number != number and not (own.verified and one.enterprise == own.enterprise)
    ]
    return {
        name: apart(value, others) if type(value) is str else value  # a Key is no text yet
        for name, value in params.items()
    }


def _stand_in(book: Book, ticket: Ticket) -> Person | None:
    desk = {person.id: person for person in concerned(book, ticket, desk_staff(book))}
    return desk.get(ticket.clerk or 0) or next(iter(desk.values()), None)


def to_unit(
    book: Book, ticket: Ticket, unit: str, key: str, *acts: str, reason: str = "", **params: object
) -> list[Post]:
    """Tell a department's 联络员 what they may see; where it has none, the 受理员 act for it."""
    posts = []
    for person in _speakers(book, ticket, unit):
        actor = book.actor(ticket, person)
        told = {
            "number": ticket.number,
            "unit": book.office.unit(unit),
            "state": Key(f"state.{ticket.state.value}"),
            "reason": hide(ticket, reason, reads(Piece.NAMES, ticket, actor)),
        }
        texts = [Text(key, {**told, **params})]
        members = book.members(ticket)
        if may_read(ticket, actor):
            texts.append(view_text(ticket, actor, book.office, members))
        buttons = ticket_choices(ticket, *acts, *file_acts(ticket, actor, members))
        posts.append(_to_person(ticket, person, key, texts, buttons))
    return posts


def tell_unit(book: Book, ticket: Ticket, unit: str, key: str, **params: object) -> list[Post]:
    """Tell a department's 联络员 in one line, without the case."""
    told = Text(key, {"number": ticket.number, **params})
    people = _speakers(book, ticket, unit)
    return [_to_person(ticket, person, key, [told]) for person in people]


def _speakers(book: Book, ticket: Ticket, unit: str) -> tuple[Person, ...]:
    return book.speakers(ticket, unit) or concerned(book, ticket, desk_staff(book))


def to_member(
    book: Book, ticket: Ticket, person: Person, key: str, *acts: str, **params: object
) -> Post:
    """Tell one member of staff, in 1:1, with what they may see of the case."""
    actor = book.actor(ticket, person)
    texts = [Text(key, {"number": ticket.number, **params})]
    if may_read(ticket, actor):
        texts.append(view_text(ticket, actor, book.office))
    return _to_person(ticket, person, key, texts, ticket_choices(ticket, *acts, "view"))


def to_heads(book: Book, ticket: Ticket, key: str, *acts: str, **params: object) -> list[Post]:
    """Tell the 受理负责人, who decide; where there is none, the desk's people."""
    heads = concerned(book, ticket, book.roster.holders(Role.SUPERVISOR) or desk_staff(book))
    return [to_member(book, ticket, person, key, *acts, **params) for person in heads]


def proposed_leads(ticket: Ticket, office: Office) -> tuple[str, ...]:
    """Return the three likeliest departments, the likeliest first."""
    category = office.category(ticket.category)
    others = reading.propose_category(ticket.body, office.categories)
    rest = tuple(c for c in others if c.id != ticket.category)
    return reading.propose_departments(category, ticket.body, office.departments, rest)


def to_leaders(book: Book, ticket: Ticket, key: str) -> list[Post]:
    """Tell the leaders, in general words, with a way to read more."""
    return [
        _to_person(
            ticket,
            person,
            key,
            [_general(ticket, key, book.office)],
            ticket_choices(ticket, "view"),
        )
        for person in book.roster.holders(Role.LEADER)
        if not is_party(ticket, person.id)
    ]


def recorded_notice(book: Book, ticket: Ticket) -> Post:
    """Tell a caller what staff wrote down for them."""
    caller = book.persons.get(ticket.reporter)
    agrees = caller is None or caller.consent != book.office.consent
    return to_reporter(
        book,
        ticket,
        "notice.recorded",
        "right",
        "supplement",
        body=ticket.body,
        notice=Key("report.notice_right") if agrees else "",
    )


__all__ = [
    "Notice",
    "close_group_cards",
    "desk_staff",
    "file_acts",
    "mark_of",
    "progress_text",
    "promise_of",
    "proposed_leads",
    "recorded_notice",
    "staff_groups",
    "tell_unit",
    "to_desk",
    "to_heads",
    "to_joined",
    "to_leaders",
    "to_member",
    "to_reporter",
    "to_unit",
    "view_text",
]
