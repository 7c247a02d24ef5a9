"""代理: who stands in for a 联络员 who is away, until a day, with the department's rights."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from flows import reading
from flows.calendar import OFFICE_ZONE
from flows.engine.words import Choice, Key
from flows.office import Content
from flows.tickets.forms.common import units_in
from handlers.codes import INVITE_DAYS, drawn_invite, spelt
from handlers.pairing.standing import whose
from handlers.ports import Invite, Person, Post, Role, Text, ToPerson
from handlers.visit import Visit

_DESK = (Role.CLERK, Role.SUPERVISOR, Role.ADMIN)
_OFFICE = (*_DESK, Role.LEADER, Role.SECRETARY, Role.INSPECTOR)
_BETWEEN = re.compile(r"[\s,，、;；:：]+")
_AROUND = "到至由让请给替"
_TAIL = 4  # digits of a telephone that tell namesakes apart


@dataclass(frozen=True, slots=True)
class _Told:
    """What was said: departments, names in their order, the last day."""

    units: tuple[str, ...]
    names: tuple[str, ...]
    until: date | None


class Refused(Exception):
    """What was asked for is not done; the text says why."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.said = Text(key, params)


INVITED, CHANGED = "invite_deputy", "change_deputy"  # lines of the history of who is away


async def deputise(visit: Visit) -> None:
    """代理 李四 到12月3日; the desk: 代理 经信局 王五 李四 12月3日."""
    try:
        told = _told(visit)
        absent = _absent(visit, told)
        until = _until(visit, told)
        namesakes = _namesakes(visit, absent, told.names[-1])
        if len(namesakes) > 1:
            _ask_which(visit, absent, namesakes, until)
            return
        who = await _found(visit, absent, namesakes, told.names[-1])
    except Refused as refused:
        visit.private.append(refused.said)
        return
    if who is None:
        await _invite(visit, absent, told.names[-1], until)
    else:
        await _start(visit, absent, who, until)


async def deputise_one(visit: Visit, chosen: str) -> None:
    """Let the one stand in who was chosen of several with one name; all is looked at anew."""
    staff, me = visit.book.roster.staff, visit.person
    try:
        one, other, day = chosen.split(":")
        absent, who, last = staff[int(one)], staff[int(other)], date.fromisoformat(day)
    except (ValueError, KeyError):  # no button of ours, or of somebody who has no role any more
        visit.say("card.unknown")
        return
    if not (me.has(*_DESK) or me.id == absent.id):
        visit.say("card.unknown")
        return
    try:
        if not absent.units() or absent.stands_for():
            raise Refused("deputy.too_late")
        until = _until(visit, _Told((), (who.name,), last))
        _fits(visit, absent, who)
    except Refused as refused:
        visit.private.append(refused.said)
        return
    await _start(visit, absent, who, until)


async def end_deputy(visit: Visit) -> None:
    """取消代理: the desk for who is named, a 联络员 and a 代理 for themselves."""
    told = _told(visit)
    roster, me = visit.book.roster, visit.person
    pairs = [
        (who, roster.staff.get(one)) for who in roster.staff.values() for one in who.stands_for()
    ]
    if me.has(*_DESK):
        named = {*told.names} - {""}
        held = {one.id for unit in told.units for one in roster.holders(Role.LIAISON, unit)}
        mine = [(a, b) for a, b in pairs if b and (b.id in held or named & {a.name, b.name})]
    else:
        mine = [(a, b) for a, b in pairs if b and me.id in {a.id, b.id}]
    for who, absent in mine:
        if absent is not None:
            await _take(visit, absent, who)
            visit.say("deputy.ended", **_about(visit, absent, who))
    if not mine:
        if me.units():
            await _changed(visit, me)
        visit.say("deputy.none_for" if me.has(*_DESK) else "deputy.none")


async def accept(visit: Visit, invite: Invite) -> None:
    """Let whoever was invited stand in, if they may."""
    found = await visit.book.tx.people.load([invite.deputy_of or 0])
    absent = found.get(invite.deputy_of or 0)
    until = invite.until
    if absent is None or until is None or until < _today(visit) or not absent.units():
        visit.say("deputy.too_late")
        return
    if not await _stands(visit, absent, invite):
        visit.say("deputy.too_late")
        return
    who = visit.person
    try:
        _fits(visit, absent, who)
    except Refused as refused:
        visit.private.append(refused.said)
        return
    if not who.name:
        who = replace(who, name=invite.name)
        visit.book.put_person(who)
    await _put(visit, absent, who, until)


async def _stands(visit: Visit, absent: Person, invite: Invite) -> bool:
    """Say whether an invitation is the last word about who stands in for somebody."""
    invited = await visit.book.tx.told(f"person:{absent.id}", INVITED)
    changed = await visit.book.tx.told(f"person:{absent.id}", CHANGED)
    before = int(changed[-1].public["invited"]) if changed else 0
    return len(invited) > before and invited[-1].personal.get("name") == invite.name


async def _changed(visit: Visit, absent: Person) -> None:
    """Note that earlier invitations are void."""
    subject = f"person:{absent.id}"
    invited = len(await visit.book.tx.told(subject, INVITED))
    visit.book.entries.append(visit.record(subject, CHANGED, "", public={"invited": str(invited)}))


# Reading ---------------------------------------------------------------------------------------


def _today(visit: Visit) -> date:
    return visit.book.now.astimezone(OFFICE_ZONE).date()


def _told(visit: Visit) -> _Told:
    office, rest = visit.book.office, visit.request.rest
    today = _today(visit)
    left = reading.without_day(rest, today, office.days)
    words = (word.strip(_AROUND) for word in _BETWEEN.split(left))
    names = tuple(word for word in words if word and not units_in(word, office.departments))
    until = reading.day(rest, today, office.days)
    return _Told(tuple(units_in(rest, office.departments)), names, until)


def _until(visit: Visit, told: _Told) -> date:
    today, longest = _today(visit), visit.book.office.longest_deputy
    if told.until is None:
        raise Refused("deputy.no_day", name=told.names[-1])
    if told.until < today:
        raise Refused("deputy.past_day")
    if told.until > today + longest:
        raise Refused("deputy.far_day", longest=longest.days, latest=today + longest)
    return told.until


def _absent(visit: Visit, told: _Told) -> Person:
    """Return the 联络员 who is away: whoever says so, or whom the desk names. Raises Refused."""
    me = visit.person
    if me.has(*_DESK):
        return _named(visit, told)
    if not me.units():
        raise Refused("deputy.not_yours", phone=visit.book.office.phone)
    if me.stands_for():
        raise Refused("deputy.stands_in")
    if len(told.names) != 1:
        raise Refused("deputy.how")
    return me


def _named(visit: Visit, told: _Told) -> Person:
    """Return the 联络员 whom the desk names by department, by name, or by both."""
    if not told.units or len(told.names) not in {1, 2}:
        raise Refused("deputy.how_desk")
    unit = told.units[0]
    theirs = visit.book.roster.holders(Role.LIAISON, unit)
    own = [one for one in theirs if not one.stands_for()]
    fitting = [one for one in own if len(told.names) == 1 or one.name == told.names[0]]
    if len(fitting) != 1:
        known = "、".join(one.name for one in own if one.name) or Key("deputy.nobody")
        raise Refused("deputy.which", unit=visit.book.office.unit(unit), known=known)
    return fitting[0]


def _namesakes(visit: Visit, absent: Person, name: str) -> Sequence[Person]:
    """Return the staff of that name: those of the department, else all."""
    known = [one for one in visit.book.roster.staff.values() if one.name == name]
    return [one for one in known if set(one.units()) & set(absent.units())] or known


def _ask_which(visit: Visit, absent: Person, namesakes: Sequence[Person], until: date) -> None:
    """Ask which of several is meant, told apart by department and end of the telephone."""
    visit.say("deputy.namesakes", name=namesakes[0].name, count=len(namesakes))
    for one in namesakes:
        about = (one.name, _units(visit, one), one.phone[-_TAIL:])
        label = " ".join(part for part in about if part)
        visit.offer(Choice(label, f"d:{absent.id}:{one.id}:{until.isoformat()}"))


async def _found(
    visit: Visit, absent: Person, namesakes: Sequence[Person], name: str
) -> Person | None:
    """Return who is to stand in, by name or by account; None = somebody we do not know yet."""
    who = next(iter(namesakes), None)
    if who is None:
        who = await whose(visit.book, visit.filed.arrival.channel, name)
    if who is not None:
        _fits(visit, absent, who)
    return who


def _fits(visit: Visit, absent: Person, who: Person) -> None:
    """Check that somebody may stand in for a department. Raises Refused."""
    name = who.name or who.nick
    others = [unit for unit in who.units() if unit not in absent.units()]
    if who.id == absent.id:
        raise Refused("deputy.self")
    if who.has(*_OFFICE):  # who audits an answer must not have given it
        raise Refused("deputy.of_office", name=name)
    if others:
        raise Refused("deputy.of_other", name=name, unit=visit.book.office.unit(others[0]))
    if who.enterprise:
        raise Refused("deputy.of_enterprise", name=name)
    if who.id in visit.book.roster.away:
        raise Refused("deputy.away_too", name=name)
    if not who.reachable:
        raise Refused("deputy.unreachable", name=name)


# Doing -----------------------------------------------------------------------------------------


async def _start(visit: Visit, absent: Person, who: Person, until: date) -> None:
    """Let somebody stand in, and say so to who asked for it."""
    await _put(visit, absent, who, until)
    own = absent.id == visit.person.id
    key = "deputy.started" if own else "deputy.started_for"
    visit.say(key, **_about(visit, absent, who), until=until)


async def _put(visit: Visit, absent: Person, who: Person, until: date) -> None:
    """Let one person stand in for a 联络员, and nobody else any more; both hear of it."""
    await _changed(visit, absent)
    for other in _deputies(visit, absent):
        if other.id != who.id:
            await _take(visit, absent, other)
    people = visit.book.writing.people
    await people.grant(who.id, Role.DEPUTY, str(absent.id), visit.person.id, until)
    await _look_again(visit)
    about = {**_about(visit, absent, who), "until": until}
    _tell(visit, who, "deputy.told", about)
    if absent.id != visit.person.id:
        accepts = who.id == visit.person.id
        _tell(visit, absent, "deputy.accepted" if accepts else "deputy.told_absent", about)


async def _take(visit: Visit, absent: Person, who: Person) -> None:
    await _changed(visit, absent)
    people = visit.book.writing.people
    await people.revoke(who.id, Role.DEPUTY, str(absent.id), visit.person.id)
    await _look_again(visit)
    for person in (who, absent):
        if person.id != visit.person.id:
            _tell(visit, person, "deputy.over", _about(visit, absent, who))


async def _invite(visit: Visit, absent: Person, name: str, until: date) -> None:
    """Hand out a code for somebody who never wrote to us: with it they stand in at once."""
    last = datetime.combine(until, time.max, OFFICE_ZONE)
    code = drawn_invite()
    expires = min(last, visit.book.now + timedelta(days=INVITE_DAYS))
    invite = Invite(code, "", name, visit.person.id, expires, absent.id, until)
    await visit.book.writing.people.invite(invite)
    line = visit.record(f"person:{absent.id}", INVITED, "", personal={"name": name})
    visit.book.entries.append(line)
    unit = _units(visit, absent)
    visit.say("deputy.invite", name=name, code=spelt(code), unit=unit, until=until)


async def _look_again(visit: Visit) -> None:
    visit.book.roster = await visit.book.tx.people.roster(_today(visit))


def _deputies(visit: Visit, absent: Person) -> Sequence[Person]:
    return visit.book.roster.holders(Role.DEPUTY, str(absent.id))


def _units(visit: Visit, absent: Person) -> str:
    return "、".join(visit.book.office.unit(unit) for unit in absent.units())


def _about(visit: Visit, absent: Person, who: Person) -> dict[str, object]:
    names = {"name": who.name or who.nick, "absent": absent.name or absent.nick}
    return {**names, "unit": _units(visit, absent)}


def _tell(visit: Visit, person: Person, key: str, about: dict[str, object]) -> None:
    if person.id == visit.person.id:
        visit.say(key, **about)
        return
    visit.book.posts.append(
        Post(
            to=ToPerson(person.id),
            content=Content.NOTICE,
            parts=(Text(key, about),),
            dedupe=f"a:{visit.filed.id}:{key}:{person.id}",
        )
    )


DEPUTY_COMMANDS: Mapping[str, Callable[[Visit], Awaitable[None]]] = {
    "deputy": deputise,
    "end_deputy": end_deputy,
}
"""What the typed words about 代理 do."""
