"""Tell somebody else when a notice about a ticket could not be delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.calendar import OFFICE_ZONE
from flows.engine.words import Choice, Key
from flows.office import Content
from handlers.ports import (
    Clock,
    Person,
    PersonId,
    Post,
    Role,
    Roster,
    Text,
    ToPerson,
    Tx,
)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A delivery about a ticket that failed for good: to a group, or to a person."""

    ticket: str
    person: PersonId | None  # None = a group


async def tell_of_undelivered(tx: Tx, clock: Clock, failed: Sequence[Undelivered]) -> None:
    """Tell the 受理员, or the administrators where a 受理员 is the one not reached.

    What is told here names no ticket of the ledger, so that it is never followed by the like.
    """
    today = clock().astimezone(OFFICE_ZONE).date()
    roster = await tx.people.roster(today)
    posts = [
        Post(
            to=ToPerson(person.id),
            content=Content.PROGRESS,
            parts=(Text("notice.undelivered", {"number": one.ticket, "whom": _whom(one, roster)}),),
            # Once a day: a case that cannot be reached for weeks is not forgotten, nor repeated.
            dedupe=f"undelivered:{today}:{one.ticket}:{one.person or 'group'}:{person.id}",
            choices=(Choice(Key("act.view"), f"a:view:{one.ticket}", "primary"),),
        )
        for one in failed
        for person in _stand_ins(one, roster)
    ]
    await tx.post(posts, {})


def _stand_ins(one: Undelivered, roster: Roster) -> Sequence[Person]:
    desk = {p.id: p for role in (Role.CLERK, Role.SUPERVISOR) for p in roster.holders(role)}
    if one.person in desk or not desk:
        return [p for p in roster.holders(Role.ADMIN) if p.id != one.person]
    return list(desk.values())


def _whom(one: Undelivered, roster: Roster) -> Key:
    if one.person is None:
        return Key("notice.whom.group")
    return Key("notice.whom.staff" if one.person in roster.staff else "notice.whom.reporter")
