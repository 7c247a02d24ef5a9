"""Who of an enterprise's people a name or a telephone number on a list stands for."""

from __future__ import annotations

from collections.abc import Sequence

from flows.registration.people import is_called
from flows.registration.registration import enterprise_key
from flows.registration.relay_merging import may_be_one
from handlers.ports import Person
from handlers.registration.organisers import organises
from handlers.visit import Visit


def who_is(
    people: Sequence[Person], name: str, phone: str, *, by_title: bool = False
) -> Person | None:
    """Return the one person whom a name or a number means; None where none or several may be.

    `by_title` = 陈总 is taken for the only 陈 of the enterprise, as a colleague means it.
    """
    exact = [one for one in people if one.name == name]
    if not exact and phone:
        exact = [one for one in people if one.phone == phone and may_be_one(name, one.name)]
    if not exact and by_title and is_called(name):
        exact = [one for one in people if may_be_one(name, one.name)]
    return exact[0] if len(exact) == 1 and exact[0].reachable else None


async def attendee_of(visit: Visit, name: str, phone: str, enterprise: str) -> Person | None:
    """Return who comes, where we know them: the person who writes, or a colleague (代报).

    Staff, too, sign people up whom we know; nobody else speaks for another enterprise.
    """
    me = visit.person
    own_number = phone == me.phone and may_be_one(name, me.name)
    if not me.name or name == me.name or own_number:
        return me
    same = enterprise_key(me.enterprise) == enterprise_key(enterprise)
    if not (me.binding == "bound" and same) and not organises(visit):
        return None
    people = await visit.book.tx.people.speakers(enterprise)
    others = [one for one in people if one.id != me.id]
    return who_is(others, name, phone, by_title=True)
