"""我是谁: what somebody is here, for which departments, and until when."""

from __future__ import annotations

from flows.calendar import OFFICE_ZONE
from flows.engine.words import Key
from handlers.book import name_of
from handlers.pairing.places import listed
from handlers.ports import PersonId, Role, Term, Text
from handlers.visit import Visit


async def show_rights(visit: Visit) -> None:
    """Say under which name somebody is known, what they may do, and where they are known."""
    await _say_rights(visit)
    found = await visit.book.tx.pairings.accounts(visit.person.id)
    if len(found) > 1:
        visit.say("pairing.yours", where=listed(visit.book.office, [one.channel for one in found]))


async def _say_rights(visit: Visit) -> None:
    me, book = visit.person, visit.book
    name = me.name or me.nick or Key("whoami.nameless")
    if not me.roles:
        visit.say("whoami.guest", name=name, enterprise=me.enterprise or Key("whoami.unbound"))
        return
    terms = await book.tx.people.terms(book.now.astimezone(OFFICE_ZONE).date())
    lines = [_line(visit, one) for one in terms if one.person == me.id]
    lines += [_away(visit, one) for one in terms if _stands_for(one, me.id)]
    visit.say("whoami.staff", name=name, lines=tuple(lines))


def _stands_for(term: Term, person: PersonId) -> bool:
    return (term.role, term.unit) == (Role.DEPUTY, str(person))


def _line(visit: Visit, term: Term) -> Text:
    until = Text("whoami.until", {"day": term.until}) if term.until else ""
    told = {"role": Key(f"whoami.role.{term.role.value}"), "until": until}
    if term.role not in {Role.DEPUTY, Role.SECRETARY}:
        unit = visit.book.office.unit(term.unit)
        return Text(
            "whoami.line", {**told, "about": Text("whoami.of", {"unit": unit}) if unit else ""}
        )
    whose = name_of(visit.book, int(term.unit))
    absent = visit.book.roster.staff.get(int(term.unit))
    units = absent.units() if absent and term.role is Role.DEPUTY else ()
    names = "、".join(visit.book.office.unit(unit) for unit in units)
    return Text("whoami.line", {**told, "about": Text("whoami.of", {"unit": f"{names}{whose}"})})


def _away(visit: Visit, term: Term) -> Text:
    told = {"name": name_of(visit.book, term.person), "day": term.until or ""}
    return Text("whoami.away", told)
