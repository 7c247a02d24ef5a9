"""Who hears of acts of the intake."""

from __future__ import annotations

from collections.abc import Mapping

from flows.calendar import OFFICE_ZONE
from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from flows.tickets.clocks import Clock, due_after
from flows.tickets.state import ENDED, OUTSIDE, State
from handlers.book import Book
from handlers.notices import (
    Notice,
    close_group_cards,
    desk_staff,
    staff_groups,
    tell_unit,
    to_desk,
    to_heads,
    to_member,
    to_reporter,
    to_unit,
)
from handlers.ports import Nudge, Post


def _holders(book: Book, ticket: Ticket, key: str) -> list[Post]:
    """Tell whoever has the case now: the lead department, else the desk's people."""
    if ticket.lead_unit and ticket.state not in ENDED:
        return to_unit(book, ticket, ticket.lead_unit, key)
    return to_desk(book, ticket, key)


def _accepted(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    return [
        *close_group_cards(book, ticket, "notice.new"),
        *_to_proposer(book, before, ticket, "notice.reject_declined"),
        to_reporter(book, ticket, "notice.accepted"),
    ]


def _info_asked(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    return [to_reporter(book, ticket, "notice.ask_info", "supplement", question=ticket.question)]


def _reject_asked(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The head of the desk hears what is proposed and decides; the enterprise hears nothing yet."""
    return to_heads(
        book,
        ticket,
        "notice.reject_asked",
        "agree_reject",
        "accept",
        reason=ticket.reject_reason,
        where=ticket.onward,
    )


def _rejected(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The enterprise hears why, where else to go, and until when it may object (T4)."""
    reason, where = ticket.reject_reason, ticket.onward
    if ticket.objected:
        told = to_reporter(book, ticket, "notice.rejected_again", reason=reason, where=where)
    else:
        until = due_after(f"{book.office.policy.object_days}WD", book.now, book.office.days)
        day = until.at.astimezone(OFFICE_ZONE).date()
        told = to_reporter(
            book, ticket, "notice.rejected", "object", reason=reason, where=where, until=day
        )
    return [
        *close_group_cards(book, ticket, "notice.new"),
        *_to_proposer(book, before, ticket, "notice.reject_agreed"),
        told,
    ]


def _to_proposer(book: Book, before: Ticket, ticket: Ticket, key: str) -> list[Post]:
    """Tell the 受理员 who proposed 不予受理 what became of it, unless they did it themselves."""
    proposer = before.asked_reject_by
    if proposer is None or proposer == ticket.clerk:
        return []
    person = next((p for p in desk_staff(book) if p.id == proposer), None)
    return [] if person is None else [to_member(book, ticket, person, key)]


def _objected(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Somebody looks at it once more, and the head knows (T4)."""
    reason = ticket.notes[-1].text
    return [
        *to_desk(book, ticket, "notice.objected", "accept"),
        *to_heads(book, ticket, "notice.objected_because", "accept", reason=reason),
    ]


def _revived(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    return to_desk(book, ticket, "notice.revived", "accept")


def _merged(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Its reporter hears neutral words and where it stands; who has the master hears of it too."""
    master = book.tickets[ticket.merged_into]
    theirs = {
        "number": ticket.number,
        "version": ticket.version,  # merged again, it is another post
        "reporter": ticket.reporter,
        "left": ticket.left,
    }
    return [
        *close_group_cards(book, ticket, "notice.new"),
        to_reporter(book, master.model_copy(update=theirs), "notice.merged"),
        *_to_unit_outside(book, master, "notice.taken_in"),
    ]


def _joined(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """What follows a colleague's leaves the list; what is like others is merged with one tap."""
    if ticket.state is State.MERGED:
        return close_group_cards(book, ticket, "notice.new")
    alike = next((one.number for one in ticket.relations if one.kind == "alike"), "")
    return to_desk(book, ticket, "notice.said_alike", f"merge:{alike}")


def _unmerged(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    master = book.tickets.get(before.merged_into)
    return [
        to_reporter(book, ticket, "notice.unmerged"),
        *to_desk(book, ticket, "notice.back"),
        *(_to_unit_outside(book, book.standing(master), "notice.let_go") if master else []),
    ]


def _to_unit_outside(book: Book, master: Ticket, key: str) -> list[Post]:
    """Tell the department that handles tickets together, when it has the case already."""
    given = master.lead_unit and master.state in OUTSIDE
    return to_unit(book, master, master.lead_unit or "", key, "view") if given else []


def _transferred(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The enterprise hears where it went, the departments that they have nothing more to do."""
    where, text = ticket.onward, ticket.notes[-1].text
    return [
        *close_group_cards(book, ticket, "notice.new"),
        *_units_told(book, before, ticket, "notice.transferred_away"),
        to_reporter(book, ticket, "notice.transferred", where=where, text=text),
    ]


def _asked_after(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The desk reads in its digest that it is time to ask (移送回访)."""
    about = f"{ticket.number}:{ticket.version}:follow_up"
    for person in desk_staff(book):
        line = Nudge(person.id, ticket.number, "follow_up", f"{about}:p{person.id}")
        book.nudge(line, book.now)
    return []


def _followed_up(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The enterprise hears what the body outside did, and whether it is asked again."""
    where, text, again = ticket.onward, ticket.notes[-1].text, ticket.follow_up
    if again is None:
        return [to_reporter(book, ticket, "notice.followed_up", where=where, text=text)]
    key, day = "notice.followed_up_again", again.on
    return [to_reporter(book, ticket, key, where=where, text=text, day=day)]


def _units_told(book: Book, before: Ticket, ticket: Ticket, key: str) -> list[Post]:
    """Tell every department that had a part in it, each person once."""
    units = [before.lead_unit, *(task.unit for task in before.co_tasks)]
    told = [post for unit in units if unit for post in tell_unit(book, ticket, unit, key)]
    return list({post.dedupe: post for post in told}.values())


def reminded(book: Book, ticket: Ticket) -> list[Post]:
    """Remind the enterprise of what it was asked, before the case is put away (T3b)."""
    waits = ticket.deadline(Clock.SUPPLEMENT.value)
    day = waits.due_at.astimezone(OFFICE_ZONE).date() if waits else ""
    return [
        to_reporter(
            book, ticket, "notice.remind_info", "supplement", question=ticket.question, until=day
        )
    ]


def _withdrawn(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    posts = close_group_cards(book, ticket, "notice.new")
    told = _units_told(book, before, ticket, "notice.withdrawn")
    if not told and not staff_groups(book):  # only the desk had it, without a card to close
        told = tell_unit(book, ticket, "", "notice.withdrawn")
    return [*posts, *told]


def _supplemented(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    return _holders(book, ticket, "notice.supplemented")


def _urged(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    return _holders(book, ticket, "notice.urged")


INTAKE: Mapping[Act, Notice] = {
    Act.ASK_INFO: _info_asked,
    Act.SUPPLEMENT: _supplemented,
    Act.ASK_REJECT: _reject_asked,
    Act.REJECT: _rejected,
    Act.OBJECT: _objected,
    Act.MERGE: _merged,
    Act.JOIN: _joined,
    Act.UNMERGE: _unmerged,
    Act.TRANSFER: _transferred,
    Act.ASK_AFTER: _asked_after,
    Act.FOLLOW_UP: _followed_up,
    Act.REVIVE: _revived,
    Act.ACCEPT: _accepted,
    Act.WITHDRAW: _withdrawn,
    Act.URGE: _urged,
}
