"""A policy as people read it: three lines first, then conditions with their reasons, and links."""

from __future__ import annotations

from collections.abc import Iterator

from flows.engine.words import Choice, Key, Line
from flows.policies.checking import is_checked, public
from flows.policies.lookup import lines
from flows.policies.matching import Match, wanted
from flows.policies.policy import Policy, is_official
from flows.policies.record import differences
from handlers.campaigns.parts import composes
from handlers.policies.checking import check_choices, standing
from handlers.policies.firms import Known, enterprise_of, match_of
from handlers.ports import Text
from handlers.visit import Visit

_LABEL = 20  # characters of a button


def policy_choice(act: str, number: str, *, primary: bool = False) -> Choice:
    """Make a button of a policy: "p:ACT:NUMBER"."""
    name = Key(f"policy.button.{act}")
    return Choice(name, f"p:{act}:{number}", "primary" if primary else "plain")


def named(one: Policy) -> Choice:
    """Make the button that opens a policy, by its title."""
    title = one.title.removeprefix("【演示】")
    return Choice(title[:_LABEL], f"p:view:{one.number}")


def brief(visit: Visit, one: Policy, match: Match | None) -> Text:
    """Word the three lines of a policy; without a match nothing of any enterprise is in them."""
    share, amount, closing = lines(one, match, visit.book.now)
    told = {"title": one.title, "number": one.number}
    return Text("policy.brief", {**told, "share": share, "amount": amount, "closing": closing})


def show(visit: Visit, one: Policy, facts: Known | None) -> None:
    """Show a policy to one person, with what it is to their enterprise and what can be done."""
    match = match_of(visit, one, facts)
    waits = standing(visit, one)
    visit.private += [waits] if waits else []
    visit.private.append(brief(visit, one, match))
    visit.private += _conditions(one, match)
    facts_told = tuple(_record(visit, one))
    if facts_told:
        visit.say("policy.facts", lines=facts_told)
    visit.say("policy.source", lines=tuple(_source(visit, one)))
    visit.offer(*choices(visit, one, match))


async def show_older(visit: Visit, one: Policy) -> None:
    """Say what is different from the policy that this one replaces, as that was last read."""
    older = await visit.book.tx.policies.seen(one.replaces) if one.replaces else None
    older = public(older) if older is not None else None
    lines = differences(older, one, visit.book.office.departments) if older else ()
    if older is not None and lines:
        visit.say("policy.since_older", number=older.number, title=older.title, lines=lines)


def choices(visit: Visit, one: Policy, match: Match | None) -> tuple[Choice, ...]:
    """Return what the person may do about a policy."""
    found: list[Choice] = []
    if match is not None and match.missing:
        found.append(policy_choice("facts", one.number, primary=True))
    if composes(visit.book, visit.person):
        found += check_choices(visit, one)
        found += [policy_choice("push", one.number)] if is_checked(one) else []
        found.append(policy_choice("edit", one.number))
    elif staff := check_choices(visit, one):  # who stands in for a second one
        found += staff
    elif not enterprise_of(visit, visit.person) and not visit.person.roles:
        found.append(Choice(Key("policy.button.bind"), "w:bind"))
    return tuple(found)


def _conditions(one: Policy, match: Match | None) -> Iterator[Text]:
    if not one.demands:
        yield Text("policy.no_conditions")
    elif match is None:
        texts = {str(what): what for what in map(wanted, one.demands)}  # one line says two things
        told = tuple(Text("policy.condition", {"what": what}) for what in texts.values())
        yield Text("policy.conditions", {"lines": told})
    else:
        yield Text("policy.conditions", {"lines": tuple(x.reason for x in match.verdicts)})


def _record(visit: Visit, one: Policy) -> Iterator[Line]:
    told = (
        ("support", one.support),
        ("way", Key(f"policy.way.{one.way.value}")),
        ("materials", "、".join(one.materials)),
        ("address", one.address),
        ("unit", visit.book.office.unit(one.unit)),
        ("contact", one.contact),
        ("phone", one.phone),
        ("note", one.note),
    )
    return (Line(Key(f"policy.record.{name}"), value) for name, value in told if value)


def _source(visit: Visit, one: Policy) -> Iterator[Line | Text]:
    """Name the paper and the official links; one that leads elsewhere says so."""
    told = (("docno", one.docno), ("issuers", "、".join(one.issuers)))
    yield from (Line(Key(f"policy.record.{name}"), value) for name, value in told if value)
    for name, url in (("apply_url", one.apply_url), ("source_url", one.source_url)):
        if url:
            yield Line(Key(f"policy.record.{name}"), url)
            if not is_official(url, visit.book.office.lexicon.hosts):
                yield Text("policy.not_official")
    yield Text("policy.summary", {"phone": one.phone or visit.book.office.phone_of(one.unit)})


__all__ = ["brief", "choices", "named", "policy_choice", "show", "show_older"]
