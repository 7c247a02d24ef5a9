"""What follows an act: its line of history, who hears of it, and what the actor is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flows.engine.words import Key
from flows.tickets.case import ENDED, Satisfaction, Ticket
from flows.tickets.moves import MOVES, Act, Actor, Part, Refusal
from flows.tickets.number import short
from handlers.notices import (
    close_group_cards,
    mark_of,
    progress_text,
    staff_groups,
    tell_unit,
    to_desk,
    to_leaders,
    to_reporter,
    to_unit,
    view_text,
)
from handlers.ports import Post, Text
from handlers.visit import Visit, ticket_choices

_ORDER = (Part.REPORTER, Part.LEAD, Part.SUPPORT, Part.CLERK, Part.SUPERVISOR, Part.LEADER)


def after(visit: Visit, act: Act, before: Ticket, ticket: Ticket, actor: Actor) -> None:
    """Keep a moved ticket and tell everybody concerned."""
    allowed = MOVES[before.state, act].parts & actor.parts
    role = next(part.value for part in _ORDER if part in allowed)
    entry = visit.record(
        f"ticket:{ticket.number}",
        act.value,
        role,
        before=before.state.value,
        after=ticket.state.value,
        public={
            "version": str(ticket.version),
            "lead": ticket.lead_unit or "",
            "satisfaction": ticket.satisfaction or "",
        },
        personal=_personal(before, ticket),
    )
    visit.book.put_ticket(ticket, entry)
    visit.book.posts.extend(NOTICES[act](visit, before, ticket))
    visit.card_status = Text(f"card.{act.value}", {"name": visit.person.name or visit.person.nick})
    visit.card_over = True
    if visit.in_private:
        _tell_actor(visit, act, ticket, actor)
    else:
        if visit.filed.arrival.button is None:  # the pressed card shows it by itself
            visit.tell(
                "group.noted" if role == Part.REPORTER.value else "group.acted",
                number=ticket.number,
                act=Key(f"act.{act.value}"),
                state=Key(f"state.{ticket.state.value}"),
            )
        _tell_actor(visit, act, ticket, actor)


def _personal(before: Ticket, ticket: Ticket) -> Mapping[str, str]:
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
    return said


def _tell_actor(visit: Visit, act: Act, ticket: Ticket, actor: Actor) -> None:
    """Say what was done and what comes next, with its buttons."""
    office = visit.book.office
    visit.say(
        f"acted.{act.value}",
        number=ticket.number,
        unit=office.unit(ticket.lead_unit),
        due=ticket.due_on or Key("progress.no_date"),
        mark=mark_of(ticket),
    )
    visit.title = Text("case.title", {"number": ticket.number})
    if act is Act.ACCEPT:
        visit.private.append(view_text(ticket, actor.parts, office))
    elif act in {Act.RATE, Act.REDO, Act.CLOSE_UNHAPPY, Act.WITHDRAW}:
        pass
    elif Part.REPORTER in actor.parts and ticket.reporter == visit.person.id:
        visit.private.append(progress_text(ticket, office))
    visit.offer(*ticket_choices(ticket, *_NEXT.get(act, ())))


_NEXT: Mapping[Act, tuple[str, ...]] = {
    Act.SIGN: ("contact",),
    Act.CONTACT: ("reply",),
}


def refuse(visit: Visit, ticket: Ticket, refusal: Refusal) -> None:
    """Say why an act is not done, where it was asked for; nothing of the report is told."""
    params = {
        "number": ticket.number,
        "short": short(ticket.number),
        "state": Key(f"state.{ticket.state.value}"),
        **refusal.params,
    }
    (visit.say if visit.in_private else visit.tell)(refusal.key, **params)
    visit.card_status = Text("card.refused")


# Who hears of which act ----------------------------------------------------------------------


def _holders(visit: Visit, ticket: Ticket, key: str) -> list[Post]:
    """Tell whoever has the case now: the lead department, else the desk's people."""
    if ticket.lead_unit and ticket.state not in ENDED:
        return to_unit(visit.book, ticket, ticket.lead_unit, key)
    return to_desk(visit.book, ticket, key)


def _accepted(visit: Visit, before: Ticket, ticket: Ticket) -> list[Post]:
    book = visit.book
    return [
        *close_group_cards(book, ticket, "notice.new"),
        to_reporter(book, ticket, "notice.accepted"),
    ]


def _info_asked(visit: Visit, before: Ticket, ticket: Ticket) -> list[Post]:
    return [
        to_reporter(visit.book, ticket, "notice.ask_info", "supplement", question=ticket.question)
    ]


def _rejected(visit: Visit, before: Ticket, ticket: Ticket) -> list[Post]:
    return [
        *close_group_cards(visit.book, ticket, "notice.new"),
        to_reporter(visit.book, ticket, "notice.rejected", reason=ticket.reject_reason),
    ]


def _assigned(visit: Visit, before: Ticket, ticket: Ticket) -> list[Post]:
    book, lead = visit.book, ticket.lead_unit or ""
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


def _signed(visit: Visit, before: Ticket, ticket: Ticket) -> list[Post]:
    return [to_reporter(visit.book, ticket, "notice.signed")]


def _opinion(visit: Visit, before: Ticket, ticket: Ticket) -> list[Post]:
    return to_unit(visit.book, ticket, ticket.lead_unit or "", "notice.opinion")


def _replied(visit: Visit, before: Ticket, ticket: Ticket) -> list[Post]:
    return to_desk(visit.book, ticket, "notice.replied")


def _approved(visit: Visit, before: Ticket, ticket: Ticket) -> list[Post]:
    book = visit.book
    reply = ticket.reply
    if reply is None:
        raise ValueError("a ticket without a reply cannot be approved")
    return [
        *close_group_cards(book, ticket, "notice.replied", "notice.audited"),
        to_reporter(
            book,
            ticket,
            "notice.answer",
            "satisfied",
            "mostly",
            "dissatisfied",
            unit=book.office.unit(ticket.lead_unit),
            outcome=Key(f"outcome.{reply.outcome.value}"),
            reply=reply.text,
        ),
    ]


def _sent_back(visit: Visit, before: Ticket, ticket: Ticket) -> list[Post]:
    reason = ticket.notes[-1].text
    return [
        *close_group_cards(visit.book, ticket, "notice.replied", "notice.audited"),
        *to_unit(
            visit.book, ticket, ticket.lead_unit or "", "notice.sent_back", "reply", reason=reason
        ),
    ]


def _redone(visit: Visit, before: Ticket, ticket: Ticket) -> list[Post]:
    """A second round is heard of by the department, the desk and the leaders (T17)."""
    book = visit.book
    reason = ticket.dissatisfied_reason
    return [
        *to_unit(book, ticket, ticket.lead_unit or "", "notice.redo", "contact", reason=reason),
        *to_desk(book, ticket, "notice.unhappy"),
        *to_leaders(book, ticket, "notice.unhappy"),
    ]


def _rated(visit: Visit, before: Ticket, ticket: Ticket) -> list[Post]:
    """Ratings are the federation's to see; the department learns that the case is closed."""
    book = visit.book
    posts = close_group_cards(book, ticket, "notice.new")
    posts += tell_unit(book, ticket, ticket.lead_unit or "", "notice.closed")
    if ticket.satisfaction is Satisfaction.DISSATISFIED:
        posts += [*to_desk(book, ticket, "notice.unhappy_end")]
        posts += [*to_leaders(book, ticket, "notice.unhappy_end")]
    return posts


def _withdrawn(visit: Visit, before: Ticket, ticket: Ticket) -> list[Post]:
    posts = close_group_cards(visit.book, ticket, "notice.new")
    units = [before.lead_unit, *(task.unit for task in before.co_tasks)]
    told = [tell_unit(visit.book, ticket, u, "notice.withdrawn") for u in units if u]
    if not told and not staff_groups(visit.book):  # only the desk had it, without a card to close
        told = [tell_unit(visit.book, ticket, "", "notice.withdrawn")]
    known: dict[str, Post] = {post.dedupe: post for some in told for post in some}
    return [*posts, *known.values()]


def _supplemented(visit: Visit, before: Ticket, ticket: Ticket) -> list[Post]:
    return _holders(visit, ticket, "notice.supplemented")


def _urged(visit: Visit, before: Ticket, ticket: Ticket) -> list[Post]:
    return _holders(visit, ticket, "notice.urged")


def _nobody(visit: Visit, before: Ticket, ticket: Ticket) -> list[Post]:
    return []


NOTICES: Mapping[Act, Callable[[Visit, Ticket, Ticket], list[Post]]] = {
    Act.ASK_INFO: _info_asked,
    Act.SUPPLEMENT: _supplemented,
    Act.REJECT: _rejected,
    Act.ACCEPT: _accepted,
    Act.ASSIGN: _assigned,
    Act.SIGN: _signed,
    Act.CONTACT: _nobody,
    Act.OPINION: _opinion,
    Act.REPLY: _replied,
    Act.APPROVE: _approved,
    Act.SEND_BACK: _sent_back,
    Act.RATE: _rated,
    Act.REDO: _redone,
    Act.CLOSE_UNHAPPY: _rated,
    Act.WITHDRAW: _withdrawn,
    Act.URGE: _urged,
}
