"""Who hears of what happens to a ticket, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flows import reading
from flows.engine.words import Choice, Key, Line
from flows.office import Content
from flows.tickets.case import Extension, ReturnRequest, State, Suspension, Ticket
from flows.tickets.hiding import apart, hide
from flows.tickets.merging import files_for, inside, notes_for
from flows.tickets.parts import Part, may_read, may_see_files, sees_reporter
from flows.tickets.progress import progress
from handlers.book import Book
from handlers.inside import inside_lines, reads_inside
from handlers.ports import Group, Office, Person, Post, Role, Text, ToGroup, ToPerson
from handlers.ratings import rating_lines
from handlers.visit import ticket_choices

Notice = Callable[[Book, Ticket, Ticket], list[Post]]
"""Words who hears of an act, from the ticket before and after it."""


def mark_of(ticket: Ticket) -> Key | str:
    """Return the mark of a date that may still change (暂定)."""
    return Key("progress.provisional") if ticket.due_provisional else ""


def promise_of(ticket: Ticket) -> Text | str:
    """Word the day that an answer names for what is not solved yet (B)."""
    day = ticket.reply.planned_on if ticket.reply else None
    return Text("notice.planned", {"day": day}) if day else ""


def progress_text(ticket: Ticket, office: Office) -> Text:
    """Word the four lines: who has it, telephone, by when, what you need to do."""
    now = progress(ticket)
    holder = f"{office.unit(now.holder)} {now.handler}" if now.holder else office.name
    due: object = Key("progress.no_date")
    if now.due is not None:
        due = now.due.day
    return Text(
        "progress.ended" if now.ended else "progress.lines",
        {
            "number": ticket.number,
            "state": Key(f"seen.{ticket.state.value}"),
            "holder": holder,
            "phone": now.phone or office.phone_of(now.holder),
            "due": due,
            "mark": Key("progress.provisional") if now.due and now.due.provisional else "",
            "todo": Key(f"todo.{ticket.state.value}"),
        },
    )


READ_BY_ALL = frozenset({"supplement", "object", "contact", "opinion", "unhappy", "reopen"})
"""Kinds of notes that stand in the whole case for whoever may read it."""


def reads_note(kind: str, parts: frozenset[Part]) -> bool:
    """Say whether a note of this kind is for who reads a case inside; above it every one is."""
    return kind in READ_BY_ALL or reads_inside(kind, parts)


def view_text(
    ticket: Ticket, parts: frozenset[Part], office: Office, members: Sequence[Ticket] = ()
) -> Text:
    """Word the whole case for somebody entitled to read it.

    `members` are the tickets that follow it: what their reporters added is worded as their own
    wish to be hidden has it, and the enterprise reads nothing of theirs (并案).
    """
    category = office.category(ticket.category)
    shown = sees_reporter(ticket, parts)
    lines: list[Line | Text] = [
        Line(Key("report.category.label"), category.name if category else ticket.category),
        *(
            _reporter_lines(ticket)
            if shown
            else [Line(Key("report.enterprise.label"), Key("case.hidden"))]
        ),
        Line(Key("report.body.label"), hide(ticket, ticket.body, shown)),
    ]
    if ticket.since:
        lines.append(Line(Key("report.since.label"), hide(ticket, ticket.since, shown)))
    if ticket.told_elsewhere:
        lines.append(Text("case.elsewhere", {"where": ticket.told_elsewhere}))
    if ticket.wish:
        lines.append(Line(Key("report.wish.label"), hide(ticket, ticket.wish, shown)))
    writers = {one.reporter: one for one in members}
    for note in notes_for(ticket, parts):
        hidden = note.kind == "opinion" and not inside(parts)  # 协办 answers the 主办 alone
        if note.text and note.kind in READ_BY_ALL and not hidden:
            writer = writers.get(note.by, ticket)
            text = hide(writer, note.text, sees_reporter(writer, parts))
            lines.append(Line(Key(f"note.{note.kind}"), text))
    lines += inside_lines(ticket, parts, office)
    if ticket.stages:
        last = ticket.stages[-1]
        staged = {"text": hide(ticket, last.text, shown), "day": last.next_on}
        lines.append(Text("note.stage", staged))
    if ticket.reply is not None and (inside(parts) or ticket.answered):
        reply = apart(ticket.reply.text, () if inside(parts) else members)
        lines.append(Line(Key("note.reply"), hide(ticket, reply, shown)))
        if ticket.reply.planned_on is not None:
            lines.append(Text("notice.planned", {"day": ticket.reply.planned_on}))
    lines += rating_lines(ticket, parts)
    return Text(
        "case.view",
        {
            "number": ticket.number,
            "state": Key(f"state.{ticket.state.value}"),
            "lines": tuple(lines),
            "files": len(files_for(ticket, parts, members)),
            "verified": "" if ticket.verified else Key("case.unverified"),
        },
    )


def file_acts(ticket: Ticket, parts: frozenset[Part], members: Sequence[Ticket]) -> tuple[str, ...]:
    """Offer 看附件 below the whole case, to whoever may see what is there."""
    shown = may_see_files(ticket, parts) and files_for(ticket, parts, members)
    return ("files",) if shown else ()


def _reporter_lines(ticket: Ticket) -> list[Line]:
    return [
        Line(Key("report.enterprise.label"), ticket.enterprise),
        Line(Key("report.contact.label"), ticket.contact),
        Line(Key("report.phone.label"), ticket.phone),
    ]


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
    staff = desk_staff(book)
    posts = []
    for person in staff:
        parts = book.actor(ticket, person).parts
        texts = [_general(ticket, key, book.office), view_text(ticket, parts, book.office)]
        buttons = ticket_choices(ticket, *acts, "view")
        posts.append(_to_person(ticket, person, key, texts, buttons))
    return posts


def _group_card(ticket: Ticket, key: str, group: Group) -> str:
    """Name a card by what it is about; a name used twice would show no second card."""
    about: object = ticket.version
    if key == "notice.new":
        about = "new"
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
    desk = {person.id: person for person in desk_staff(book)}
    return desk.get(ticket.clerk or 0) or next(iter(desk.values()), None)


def to_unit(
    book: Book, ticket: Ticket, unit: str, key: str, *acts: str, reason: str = "", **params: object
) -> list[Post]:
    """Tell a department's 联络员 what they may see; where it has none, the 受理员 act for it."""
    people = book.roster.holders(Role.LIAISON, unit) or desk_staff(book)
    posts = []
    for person in people:
        parts = book.actor(ticket, person).parts
        told = {
            "number": ticket.number,
            "unit": book.office.unit(unit),
            "state": Key(f"state.{ticket.state.value}"),
            "reason": hide(ticket, reason, sees_reporter(ticket, parts)),
        }
        texts = [Text(key, {**told, **params})]
        members = book.members(ticket)
        if may_read(ticket, parts):
            texts.append(view_text(ticket, parts, book.office, members))
        buttons = ticket_choices(ticket, *acts, *file_acts(ticket, parts, members))
        posts.append(_to_person(ticket, person, key, texts, buttons))
    return posts


def tell_unit(book: Book, ticket: Ticket, unit: str, key: str, **params: object) -> list[Post]:
    """Tell a department's 联络员 in one line, without the case."""
    people = book.roster.holders(Role.LIAISON, unit) or desk_staff(book)
    told = Text(key, {"number": ticket.number, **params})
    return [_to_person(ticket, person, key, [told]) for person in people]


def to_member(
    book: Book, ticket: Ticket, person: Person, key: str, *acts: str, **params: object
) -> Post:
    """Tell one member of staff, in 1:1, with what they may see of the case."""
    parts = book.actor(ticket, person).parts
    texts = [Text(key, {"number": ticket.number, **params})]
    if may_read(ticket, parts):
        texts.append(view_text(ticket, parts, book.office))
    return _to_person(ticket, person, key, texts, ticket_choices(ticket, *acts, "view"))


def to_heads(book: Book, ticket: Ticket, key: str, *acts: str, **params: object) -> list[Post]:
    """Tell the 受理负责人, who decide; where there is none, the desk's people."""
    heads = book.roster.holders(Role.SUPERVISOR) or desk_staff(book)
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
    ]


def filed_notices(book: Book, ticket: Ticket) -> list[Post]:
    """Tell of a new ticket: the desk, and the caller whom staff wrote it down for."""
    posts = to_desk(book, ticket, "notice.new", "accept")
    caller = book.persons.get(ticket.reporter)
    agrees = caller is None or caller.consent != book.office.consent
    if ticket.recorded_by is not None:
        posts.append(
            to_reporter(
                book,
                ticket,
                "notice.recorded",
                "right",
                "supplement",
                body=ticket.body,
                notice=Key("report.notice_right") if agrees else "",
            )
        )
    return posts
