"""The second pair of eyes on a policy: who may check it, and what a check does."""

from __future__ import annotations

from collections.abc import Sequence

from flows.engine.words import Choice, Key, Refused
from flows.office import Content
from flows.policies.checking import checked, is_checked, public, unchecked, writers
from flows.policies.policy import Policy
from flows.policies.record import differences
from handlers.book import Book
from handlers.campaigns.parts import composes, oversees
from handlers.policies.keeping import keep
from handlers.policies.taking_back import pushes_about, take_pushes_back
from handlers.ports import Person, PersonId, Post, Role, Text, ToPerson
from handlers.visit import Visit

LISTED = 5  # policies of one list
_LINES = 20  # of a message about many
_LOOKED_AT = 500  # the latest policies, among which another one may replace the same
_LABEL = 20  # characters of a button
_FIRST = ((Role.CLERK, Role.SUPERVISOR, Role.ORGANISER), (Role.LEADER,), (Role.ADMIN,))


def checkers(book: Book, one: Policy) -> tuple[Person, ...]:
    """Return who may check a policy: staff who did not write it.

    Where there is no other one, a leader stands in, and then an administrator.
    """
    own = writers(one)
    for roles in _FIRST:
        others = [x for x in book.roster.staff.values() if x.has(*roles) and x.id not in own]
        if others:
            return tuple(others)
    return ()


def readable(visit: Visit, one: Policy | None) -> Policy | None:
    """Return a policy as this person may read it here: staff in 1:1 also what is not checked."""
    if one is None or (visit.in_private and oversees(visit.book, visit.person)):
        return one
    return public(one)


def standing(visit: Visit, one: Policy) -> Text | None:
    """Say what is missing before enterprises read it; None = it is checked, or not theirs."""
    if is_checked(one) or not oversees(visit.book, visit.person):
        return None
    names = _names(checkers(visit.book, one))
    if not names:
        return Text("policy_check.nobody")
    may = _may(visit, one)
    if one.last_checked is None:
        return Text("policy_check.yours" if may else "policy_check.waiting", {"names": names})
    told = {"version": one.version, "shown": one.last_checked.version, "names": names}
    return Text("policy_check.yours_version" if may else "policy_check.waiting_version", told)


def check_choices(visit: Visit, one: Policy) -> tuple[Choice, ...]:
    """Return what this person may do about the check of a policy."""
    number = one.number
    if not is_checked(one):
        if not _may(visit, one):
            return ()
        action = f"p:check:{number}:{one.version}"
        return (Choice(Key("policy_check.button.check"), action, "primary"),)
    if not composes(visit.book, visit.person):
        return ()
    return (Choice(Key("policy_check.button.uncheck"), f"p:uncheck:{number}"),)


def refuses_push(visit: Visit, one: Policy) -> bool:
    """Say so where a policy is not checked: nothing of it is sent around."""
    if is_checked(one):
        return False
    why = why_not_pushed(visit.book, one)
    visit.say(why.key, **why.params)
    return True


def why_not_pushed(book: Book, one: Policy) -> Refused:
    """Word that a policy is not checked, and who can check it."""
    names = _names(checkers(book, one))
    told = {"title": one.title, "number": one.number, "names": names}
    return Refused("policy_check.not_pushed" if names else "policy_check.not_pushed_nobody", told)


def ask_for_checks(book: Book, several: Sequence[Policy], by: Person, name: str) -> list[Post]:
    """Put what is not checked before those who head the desk, else before all who may check."""
    waiting = [one for one in several if not is_checked(one)]
    theirs: dict[PersonId, list[Policy]] = {}
    for one in waiting:
        whom = checkers(book, one)
        heads = tuple(person for person in whom if person.has(Role.SUPERVISOR))
        for person in heads or whom:
            theirs.setdefault(person.id, []).append(one)
    return [
        Post(
            to=ToPerson(who),
            content=Content.INTERNAL,
            parts=(_asked(several, by),),
            dedupe=f"policy:check:{name}:p{who}",
            choices=tuple(_opens(one) for one in several[:LISTED]),
            title=Text("policy_check.title"),
            card=f"policy:check:{name}:p{who}",
        )
        for who, several in theirs.items()
    ]


def _asked(waiting: Sequence[Policy], by: Person) -> Text:
    told = {"by": by.name or ""}
    if len(waiting) == 1:
        one = waiting[0]
        return Text("policy_check.asked", {**told, "number": one.number, "title": one.title})
    lines = [
        Text("policy_check.line", {"number": one.number, "title": one.title})
        for one in waiting[:_LINES]
    ]
    if len(waiting) > _LINES:
        lines.append(Text("policy_check.more", {"count": len(waiting) - _LINES}))
    return Text("policy_check.asked_many", {**told, "count": len(waiting), "lines": tuple(lines)})


def _opens(one: Policy) -> Choice:
    return Choice(one.title.removeprefix("【演示】")[:_LABEL], f"p:view:{one.number}")


# What a check does ---------------------------------------------------------------------------


async def check(visit: Visit, number: str, version: str) -> bool:
    """Find a policy right; say whether it is to be shown again, as it was changed meanwhile."""
    book = visit.book
    one = await book.writing.policies.hold(number)
    if one is None:
        visit.say("policy.unknown")
        return False
    told = {"number": one.number, "title": one.title}
    if is_checked(one):
        visit.say("policy_check.already", **told)
    elif not _may(visit, one):
        _refuse(visit, one)
    elif version != str(one.version):
        visit.say("policy_check.changed", **told, version=one.version)
        return True
    else:
        done = checked(one, visit.person.id, book.now)
        await keep(visit, done, "check")
        visit.say("policy_check.done", **told)
        await _settle(visit, one, done)
        book.posts += _to_writers(visit, one)
    return False


async def uncheck(visit: Visit, number: str) -> None:
    """Take a check back; what the policy replaced is as it was, and nothing of it leaves."""
    book = visit.book
    may = composes(book, visit.person)
    pushes = await pushes_about(book, number) if may else ()
    one = await book.writing.policies.hold(number)
    if one is None or not may:
        visit.say("policy_check.not_yours" if one else "policy.unknown")
        return
    told = {"number": one.number, "title": one.title}
    if not is_checked(one):
        visit.say("policy_check.not_checked", **told)
        return
    done = unchecked(one)
    await keep(visit, done, "uncheck")
    await _settle(visit, one, done)
    visit.say("policy_check.undone", **told)
    await take_pushes_back(visit, pushes, one)


def say_what_it_replaces(visit: Visit, older: Policy, one: Policy) -> None:
    """Say what will be over once the new policy is checked, and what is different then."""
    lines = differences(older, one, visit.book.office.departments)
    visit.say("policy_check.will_replace", number=older.number, title=older.title, lines=lines)


async def _settle(visit: Visit, before: Policy, after: Policy) -> None:
    """Let what is public now end what it replaces, and free what it replaces no more."""
    was, one = public(before), public(after)
    freed, ends = (shown.replaces if shown else "" for shown in (was, one))
    if freed and freed != ends:
        await _free(visit, freed, after.number)
    if one is not None and ends:
        await _end(visit, ends, one)


async def _free(visit: Visit, number: str, by: str) -> None:
    """Let an older policy stand again, unless another one that is public replaces it too."""
    policies = visit.book.writing.policies
    older = await policies.hold(number)
    if older is None or older.replaced_by != by:
        return
    shown = map(public, await visit.book.tx.policies.latest(_LOOKED_AT))
    others = (x.number for x in shown if x and x.replaces == number and x.number != by)
    heir = next(others, "")
    freed = {"replaced_by": heir, "version": older.version + 1}
    act = "replaced" if heir else "revive"
    await keep(visit, older.model_copy(update=freed), act)


async def _end(visit: Visit, number: str, one: Policy) -> None:
    """Let an older policy be over, and say what is different now; what is over stays as it is."""
    older = await visit.book.writing.policies.hold(number)
    if older is None or older.replaced_by:
        return
    over = older.model_copy(update={"replaced_by": one.number, "version": older.version + 1})
    await keep(visit, over, "replaced")
    lines = differences(older, one, visit.book.office.departments)
    visit.say("policy.older_over", number=older.number, title=older.title, lines=lines)


def _may(visit: Visit, one: Policy) -> bool:
    return visit.person.id in {person.id for person in checkers(visit.book, one)}


def _refuse(visit: Visit, one: Policy) -> None:
    if visit.person.id not in writers(one) or not oversees(visit.book, visit.person):
        visit.say("policy_check.not_yours")
        return
    names = _names(checkers(visit.book, one))
    key = "policy_check.own" if names else "policy_check.own_nobody"
    visit.say(key, number=one.number, names=names)


def _to_writers(visit: Visit, one: Policy) -> list[Post]:
    told = {"by": visit.person.name or "", "number": one.number, "title": one.title}
    name = f"policy:{one.number}:{one.version}:checked"
    return [
        Post(
            to=ToPerson(who),
            content=Content.INTERNAL,
            parts=(Text("policy_check.told", told),),
            dedupe=f"{name}:{visit.filed.id}:p{who}",
            choices=(Choice(Key("policy.button.push"), f"p:push:{one.number}"),),
            title=Text("policy_check.title"),
            card=f"{name}:{visit.filed.id}:p{who}",
        )
        for who in sorted(writers(one))
        if who in visit.book.roster.staff
    ]


async def list_unchecked(visit: Visit, latest: Sequence[Policy]) -> None:
    """List what waits for this person's check (核对政策)."""
    if not oversees(visit.book, visit.person):
        visit.say("policy_check.not_yours")
        return
    waiting = [one for one in latest if not is_checked(one) and _may(visit, one)]
    if not waiting:
        visit.say("policy_check.none")
        return
    key = "policy_check.list_more" if len(waiting) > LISTED else "policy_check.list"
    visit.say(key, count=len(waiting), shown=LISTED)
    visit.offer(*(_opens(one) for one in waiting[:LISTED]))


def _names(people: Sequence[Person]) -> str:
    return "、".join(person.name or "" for person in people)


__all__ = [
    "ask_for_checks",
    "check",
    "check_choices",
    "checkers",
    "list_unchecked",
    "readable",
    "refuses_push",
    "say_what_it_replaces",
    "standing",
    "uncheck",
    "why_not_pushed",
]
