"""What of ratings is shown, and to whom: the desk every rating, a department its own in sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.calendar import OFFICE_ZONE
from flows.engine.words import Key, Line
from flows.tickets.case import Ticket
from flows.tickets.parts import Actor
from flows.tickets.rates import FEW, Share, own_satisfaction, rates, relapsed, relapses_in
from flows.tickets.rights import Piece, reads
from handlers.ports import Role, Text
from handlers.visit import Visit

_OVERLOOKS = (Role.CLERK, Role.SUPERVISOR, Role.LEADER, Role.INSPECTOR)


def rating_lines(ticket: Ticket, actor: Actor) -> Sequence[Line]:
    """Word ratings and tries for who may see them: never the department, nor the enterprise."""
    if not reads(Piece.RATING, ticket, actor):
        return ()
    lines = []
    if ticket.satisfaction is not None:
        lines.append(Line(Key("note.rating"), Key(f"rating.{ticket.satisfaction.value}")))
    for one in ticket.joined:
        if one.satisfaction is not None:
            lines.append(Line(Key("note.rating_also"), Key(f"rating.{one.satisfaction.value}")))
            if one.reason:
                lines.append(Line(Key("note.rating_why"), one.reason))
    if ticket.attempts:
        last = ticket.attempts[-1]
        lines.append(Line(Key("note.tries"), str(len(ticket.attempts))))
        if last.text:
            lines.append(Line(Key("note.quote"), last.text))
    return lines


@dataclass(frozen=True, slots=True)
class Ratings:
    """The command 满意度, of this year."""

    async def show(self, visit: Visit) -> None:
        """Tell the desk and the leaders the three rates, a department its own satisfaction."""
        person, book = visit.person, visit.book
        begins = book.now.astimezone(OFFICE_ZONE).replace(
            month=1, day=1, hour=0, minute=0, second=0, microsecond=0
        )
        ends = book.now + timedelta(seconds=1)  # what happens now counts
        if person.has(*_OVERLOOKS):
            await self._whole(visit, begins, ends)
        elif person.units():
            for unit in person.units():
                await self._own(visit, unit, begins, ends)
        else:
            (visit.say if visit.in_private else visit.tell)("rating.not_staff")

    async def _whole(self, visit: Visit, begins: datetime, ends: datetime) -> None:
        tickets = visit.book.tx.tickets
        closed = await tickets.closed(begins, ())
        running = await tickets.load((), (), running=True)
        known = (*closed, *running)
        found = rates(known, begins, ends)
        # What came back may have been closed in an earlier year.
        earlier = relapses_in(known, begins, ends) - {one.number for one in known}
        before = await tickets.load(sorted(earlier), ())
        within = visit.book.office.policy.relapse_days
        back = relapsed((*before, *known), begins, ends, within)
        broken = len(tickets.unreadable)
        beside = {"kept": found.kept, "promised": found.promised}
        visit.say(
            "rating.rates",
            year=begins.year,
            responded=_share(found.responded),
            solved=_share(found.solved),
            promised=Text("rating.promised", beside) if any(beside.values()) else "",
            satisfied=_share(found.satisfied),
            rated=_share(found.rated),
            days=within,
            relapsed=_share(back),
            left_out=Text("rating.left_out", {"count": broken}) if broken else "",
        )

    async def _own(self, visit: Visit, unit: str, begins: datetime, ends: datetime) -> None:
        closed = await visit.book.tx.tickets.closed(begins, (unit,))
        share = own_satisfaction(closed, begins, ends)
        name = visit.book.office.unit(unit)
        if share is None:
            visit.say("rating.too_few", unit=name, few=FEW)
        else:
            visit.say("rating.own", unit=name, few=FEW, satisfied=_share(share))


def _share(share: Share) -> Text:
    """Word a rate with what it was counted from."""
    if share.percent is None:
        return Text("rating.none")
    return Text(
        "rating.share", {"percent": share.percent, "part": share.part, "whole": share.whole}
    )
