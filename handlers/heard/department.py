"""Who hears of acts of the department's leg."""

from __future__ import annotations

from collections.abc import Mapping

from flows.engine.words import Key
from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from flows.tickets.hiding import hide
from handlers.book import Book
from handlers.heard.owner import to_owner
from handlers.notices import (
    Notice,
    close_group_cards,
    desk_staff,
    mark_of,
    tell_unit,
    to_desk,
    to_member,
    to_reporter,
    to_unit,
)
from handlers.ports import Post


def _assigned(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    lead = ticket.lead_unit or ""
    posts = to_unit(
        book,
        ticket,
        lead,
        "notice.assigned",
        "sign",
        due=ticket.due_on or Key("progress.no_date"),
        mark=mark_of(ticket),
    )
    for task in ticket.co_tasks:
        told = to_unit(
            book, ticket, task.unit, "notice.support", "opinion", lead=book.office.unit(lead)
        )
        known = {post.dedupe for post in posts}
        posts += [post for post in told if post.dedupe not in known]
    return [
        *close_group_cards(book, ticket, "notice.new"),
        *posts,
        to_reporter(book, ticket, "notice.dispatched"),
    ]


def _sounded_out(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    asked = ticket.soundings[-1]
    return to_unit(
        book, ticket, asked.unit, "notice.sounded", "ours", "not_ours", until=asked.until
    )


def _sounded(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Who asked hears the answer, and may dispatch with it; nobody else does."""
    both = zip(before.soundings, ticket.soundings, strict=True)
    answered = [new for old, new in both if old != new]
    posts = list[Post]()
    for one in answered:
        staff = desk_staff(book)
        asked = [person for person in staff if person.id == one.by] or list(staff)
        key = "notice.said_ours" if one.ours else "notice.said_not_ours"
        name = book.office.unit(one.unit)
        then = f"assign:{one.unit}" if one.ours else "assign"
        posts += [to_member(book, ticket, person, key, then, whose=name) for person in asked]
    return posts


def _signed(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    return [to_reporter(book, ticket, "notice.signed")]


def _opinion(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    return to_unit(book, ticket, ticket.lead_unit or "", "notice.opinion")


def _passed_on(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The enterprise is told whom to call; the department stays the same."""
    return [to_reporter(book, ticket, "notice.passed_on")]


def _waived(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    open_before = {task.unit for task in before.co_tasks if task.open}
    waived = open_before - {task.unit for task in ticket.co_tasks if task.open}
    lead, posts = ticket.lead_unit or "", list[Post]()
    for unit in sorted(waived):
        posts += tell_unit(book, ticket, lead, "notice.waived", whose=book.office.unit(unit))
        posts += tell_unit(book, ticket, unit, "notice.waived_you")
    return posts


def _returned(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Who rules has the buttons: the desk, or for the second dispute the leader (T10).

    The enterprise hears nothing of a dispute; its progress says 协调部门中.
    """
    if len(ticket.returns) > 1 and ticket.leader:
        return [
            *to_desk(book, ticket, "notice.returned"),
            *to_owner(book, ticket, "notice.returned_again", "rule_moved", "rule_kept"),
        ]
    return to_desk(book, ticket, "notice.returned", "rule_moved", "rule_kept")


def _ruled_kept(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    lead, ruling = ticket.lead_unit or "", ticket.returns[-1].ruling
    then = "reply" if ticket.handler else "sign"
    return [
        *close_group_cards(book, ticket, "notice.returned", "notice.ruled"),
        *to_unit(book, ticket, lead, "notice.ruled_kept", then, reason=ruling),
    ]


def _ruled_moved(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Both departments read the ruling; 协办 hear who leads, the enterprise who has it."""
    lead = ticket.lead_unit or ""
    name = book.office.unit(lead)
    ruling = ticket.returns[-1].ruling
    posts = to_unit(
        book,
        ticket,
        lead,
        "notice.ruled_yours",
        "sign",
        reason=ruling,
        due=ticket.due_on or Key("progress.no_date"),
        mark=mark_of(ticket),
    )
    gone = before.lead_unit or ""
    said = hide(ticket, ruling, not ticket.anonymous)
    told = tell_unit(book, ticket, gone, "notice.ruled_away", whose=name, reason=said)
    for task in ticket.co_tasks:
        told += tell_unit(book, ticket, task.unit, "notice.lead_changed", whose=name)
    known = {post.dedupe for post in posts}
    return [
        *close_group_cards(book, ticket, "notice.returned", "notice.ruled"),
        *posts,
        *(post for post in told if post.dedupe not in known),
        to_reporter(book, ticket, "notice.dispatched"),
    ]


def _nobody(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    return []


DEPARTMENT: Mapping[Act, Notice] = {
    Act.ASSIGN: _assigned,
    Act.SOUND_OUT: _sounded_out,
    Act.OURS: _sounded,
    Act.NOT_OURS: _sounded,
    Act.SIGN: _signed,
    Act.CONTACT: _nobody,
    Act.OPINION: _opinion,
    Act.PASS_ON: _passed_on,
    Act.NOTE: _nobody,
    Act.WAIVE: _waived,
    Act.RETURN: _returned,
    Act.RULE_KEPT: _ruled_kept,
    Act.RULE_MOVED: _ruled_moved,
}
