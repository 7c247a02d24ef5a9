"""Who hears of what happens to a ticket, and in which words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flows import reading
from flows.engine.words import Choice, Key, Line
from flows.office import Content
from flows.reading.words import TRADES
from flows.tickets.case import State, Ticket
from flows.tickets.moves import Part, may_read, may_see_files, sees_reporter
from flows.tickets.progress import progress
from handlers.book import Book
from handlers.ports import Group, Office, Person, Post, Role, Text, ToGroup, ToPerson
from handlers.visit import ticket_choices


def mark_of(ticket: Ticket) -> Key | str:
    """Return the mark of a date that may still change (暂定)."""
    return Key("progress.provisional") if ticket.due_provisional else ""


def progress_text(ticket: Ticket, office: Office) -> Text:
    """Word the four lines: who has it, telephone, by when, what you need to do."""
    now = progress(ticket, office.days, office.stages)
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


def view_text(ticket: Ticket, parts: frozenset[Part], office: Office) -> Text:
    """Word the whole case for somebody entitled to read it."""
    category = office.category(ticket.category)
    shown = sees_reporter(ticket, parts)
    lines = [
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
    if ticket.wish:
        lines.append(Line(Key("report.wish.label"), hide(ticket, ticket.wish, shown)))
    for note in ticket.notes:
        if note.text and note.kind in {"supplement", "contact", "opinion", "unhappy"}:
            lines.append(Line(Key(f"note.{note.kind}"), hide(ticket, note.text, shown)))
    if ticket.reply is not None:
        lines.append(Line(Key("note.reply"), hide(ticket, ticket.reply.text, shown)))
    return Text(
        "case.view",
        {
            "number": ticket.number,
            "state": Key(f"state.{ticket.state.value}"),
            "lines": tuple(lines),
            "files": len(ticket.all_files),
            "verified": "" if ticket.verified else Key("case.unverified"),
        },
    )


def file_acts(ticket: Ticket, parts: frozenset[Part]) -> tuple[str, ...]:
    """Offer 看附件 below the whole case, to whoever may see what is there."""
    return ("files",) if ticket.all_files and may_see_files(ticket, parts) else ()


def _reporter_lines(ticket: Ticket) -> list[Line]:
    return [
        Line(Key("report.enterprise.label"), ticket.enterprise),
        Line(Key("report.contact.label"), ticket.contact),
        Line(Key("report.phone.label"), ticket.phone),
    ]


def hide(ticket: Ticket, text: str, shown: bool) -> str:
    """Take the enterprise's and the contact's names and every number out of a text (隐去企业名)."""
    if shown:
        return text
    core = _core(ticket.enterprise)
    brand = re.sub(rf"(?:{TRADES})+$", "", core)
    hidden = _MASKED.sub("某", reading.mask_numbers(text.replace(ticket.phone, "某")))
    for word in (ticket.enterprise, core, brand, ticket.contact):
        if len(word) > 1:
            hidden = hidden.replace(word, "某")
    surname = re.escape(ticket.contact[:1])
    return re.sub(rf"[老小阿]{surname}|{surname}(?:{_CALLED})", "某", hidden)


_MASKED = re.compile(r"\d*\*{4}\d*")  # what is left of a masked number still tells too much
_CALLED = "总经理|董事长|老板|厂长|经理|主任|师傅|女士|先生|总|董"


def _core(enterprise: str) -> str:
    """Return what is distinctive in a company's name: 镇海恒通紧固件有限公司 → 恒通紧固件."""
    name = enterprise
    for head in ("浙江省", "浙江", "宁波市", "宁波", "镇海区", "镇海"):
        name = name.removeprefix(head)
    for tail in ("股份有限公司", "有限责任公司", "有限公司", "公司", "厂"):
        name = name.removesuffix(tail)
    return name


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
    return f"{ticket.number}:{key}:{about}:{group.chat}"


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
    """Tell the one who reported, in 1:1, with the four lines."""
    reporter = book.persons.get(ticket.reporter) or Person(ticket.reporter)
    told = Text(key, {"number": ticket.number, **params})
    parts = [told] if ticket.state is State.CALLBACK else [told, progress_text(ticket, book.office)]
    return _to_person(ticket, reporter, key, parts, ticket_choices(ticket, *acts))


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
        if may_read(ticket, parts):
            texts.append(view_text(ticket, parts, book.office))
        buttons = ticket_choices(ticket, *acts, *file_acts(ticket, parts))
        posts.append(_to_person(ticket, person, key, texts, buttons))
    return posts


def tell_unit(book: Book, ticket: Ticket, unit: str, key: str, **params: object) -> list[Post]:
    """Tell a department's 联络员 in one line, without the case."""
    people = book.roster.holders(Role.LIAISON, unit) or desk_staff(book)
    told = Text(key, {"number": ticket.number, **params})
    return [_to_person(ticket, person, key, [told]) for person in people]


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
