"""The desks of policies: entering one, and telling what is missing of an enterprise."""

from __future__ import annotations

from dataclasses import dataclass

from flows.calendar import OFFICE_ZONE
from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Say, Start, Submit
from flows.policies.answers import PolicyFacts
from flows.policies.asking import ASK_FACTS, AskedFacts, FactsForm
from flows.policies.conditions import Field
from flows.policies.form import ENTER
from flows.policies.known import added, known
from flows.policies.policy import Policy
from flows.policies.record import PolicyForm, differences
from flows.registration.number import number as numbered
from handlers.campaigns.parts import composes
from handlers.policies.checking import (
    ask_for_checks,
    readable,
    say_what_it_replaces,
    standing,
)
from handlers.policies.firms import enterprise_of
from handlers.policies.keeping import keep
from handlers.policies.showing import choices, show
from handlers.ports import Text
from handlers.visit import Visit

REPLACE = "replace:"  # the subject of a form that makes the next version of a policy
_TAGS = "|"  # between the tags in the subject of 补充信息


@dataclass(frozen=True, slots=True)
class PolicyDesk:
    """Keeps a policy; one whose 文号 is there already becomes its next version, if staff say so."""

    flow: Flow[PolicyForm, PolicyFacts] = ENTER

    def facts(self, visit: Visit, state: State) -> PolicyFacts:
        """Return the day, what notices are read by, and the policy that is replaced."""
        book = visit.book
        settings = book.office.policies
        notes = settings.notes(book.office.departments, book.office.days.closes)
        before = book.policies.get(_replaces(state.subject)[0])
        return PolicyFacts(book.today, notes, settings, before)

    async def look_up(self, visit: Visit, state: State) -> bool:
        """Look up the policy that the form replaces, once a batch."""
        number, _ = _replaces(state.subject)
        if not number or number in visit.book.policies:
            return False
        visit.book.policies[number] = await visit.book.tx.policies.seen(number)
        return visit.book.policies[number] is not None

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the person enters no policies any more."""
        return not composes(visit.book, visit.person)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Keep it, say what a new version changes, and let what it replaces be over."""
        form = PolicyForm.model_validate(submit.form)
        if not composes(visit.book, visit.person):
            visit.say("policy.not_yours")
            return None
        policies = visit.book.tx.policies
        number, seen = _replaces(state.subject)
        before = await visit.book.writing.policies.hold(number) if number else None
        if before is not None and seen not in ("", str(before.version)):
            _say_overtaken(visit, before, form)
            return None
        there = await policies.by_doc_no(form.docno)
        if there is not None and there.number != number:
            return _offer_to_replace(visit, state, there)
        older = await replaced(visit, form, number)
        if isinstance(older, Text):
            return Refused(older.key, older.params, "replaces")
        try:
            one = await made(visit, form, before, older)
        except ValueError:  # the whole is not in order, though every answer is
            return Refused("policy.not_in_order")
        await keep(visit, one, "replace" if before else "enter")
        visit.book.policies[one.number] = one
        _say_kept(visit, one, before)
        if older is not None and older.replaced_by != one.number:
            say_what_it_replaces(visit, older, one)
        waits = standing(visit, one)
        visit.private += [waits] if waits else []
        visit.book.posts += ask_for_checks(
            visit.book, [one], visit.person, f"{one.number}:{one.version}"
        )
        visit.offer(*choices(visit, one, None))
        return None


def _offer_to_replace(visit: Visit, state: State, there: Policy) -> Refused | None:
    """Say that the 文号 is there, and open the form again as the next version of that policy."""
    told = {"docno": there.docno, "number": there.number, "title": there.title}
    if state.subject:  # another policy is being changed: there is no version to make of both
        return Refused("policy.docno_taken", told, "docno")
    visit.say("policy.there", **told)
    given = {name: raw for name, raw in state.answers.items() if raw}
    visit.follow = (ENTER.name, Start(given=given), replacing(there))
    return None


def replacing(one: Policy) -> str:
    """Name a form that makes the next version of a policy: which one, and what was seen of it."""
    return f"{REPLACE}{one.number}:{one.version}"


def _replaces(subject: str) -> tuple[str, str]:
    """Return the policy that a form changes and the version that was seen; "" = none."""
    if not subject.startswith(REPLACE):
        return "", ""
    number, _, version = subject.removeprefix(REPLACE).partition(":")
    return number, version


def _say_overtaken(visit: Visit, now: Policy, form: PolicyForm) -> None:
    """Show in what the answers differ from what a colleague made of it meanwhile."""
    try:
        typed = form.policy(now.number, visit.person.id, visit.book.now, now)
    except ValueError:  # the whole is not in order, though every answer is
        lines: tuple[Say, ...] = ()
    else:
        lines = differences(now, typed, visit.book.office.departments)
    told = {"number": now.number, "title": now.title, "version": now.version}
    visit.say("policy.overtaken" if lines else "policy.overtaken_same", **told, lines=lines)
    visit.offer(*choices(visit, now, None))


async def replaced(visit: Visit, form: PolicyForm, number: str) -> Policy | Text | None:
    """Return the older policy that this one replaces, held; None = it replaces none.

    A text says that there is none of that name.
    """
    if not form.replaces:
        return None
    policies = visit.book.writing.policies
    found = await policies.by_doc_no(form.replaces)
    found = await policies.hold(found.number if found else form.replaces)
    if found is None or found.number == number:
        return Text("policy.no_such_older", {"typed": form.replaces})
    return found


async def made(
    visit: Visit, form: PolicyForm, before: Policy | None, older: Policy | None = None
) -> Policy:
    """Make a new policy with a number of its own, or the next version of one.

    Raises ValueError where the whole is not in order; no number is used up then.
    """
    book, by = visit.book, visit.person.id
    ends = older.number if older else ""
    if before is not None:
        return form.policy(before.number, by, book.now, before, ends)
    year = book.now.astimezone(OFFICE_ZONE).year
    form.policy(numbered(book.office.policies.prefix, year, 0), by, book.now, None, ends)
    serial = await book.writing.policies.next_number(year)
    number = numbered(book.office.policies.prefix, year, serial)
    return form.policy(number, by, book.now, None, ends)


def _say_kept(visit: Visit, one: Policy, before: Policy | None) -> None:
    if before is None:
        visit.say("policy.entered", number=one.number, title=one.title)
        return
    lines = differences(before, one, visit.book.office.departments)
    told = {"number": one.number, "title": one.title, "version": one.version}
    if lines:
        visit.say("policy.replaced_version", **told, lines=lines)
    else:
        visit.say("policy.same_version", **told)


# 补充信息 --------------------------------------------------------------------------------------


def asked_subject(number: str, missing: tuple[Field, ...], tags: tuple[str, ...]) -> str:
    """Name what a form of 补充信息 asks, and for which policy."""
    told = ",".join(
        f"{one.value}={_TAGS.join(tags)}" if one is Field.TAG else one.value for one in missing
    )
    return f"{told}:{number}"


def _asked(subject: str) -> tuple[tuple[Field, ...], tuple[str, ...]]:
    told = [one.partition("=") for one in subject.rpartition(":")[0].split(",")]
    tags = next((tags for name, _, tags in told if name == Field.TAG.value), "")
    return tuple(Field(name) for name, _, _ in told), tuple(filter(None, tags.split(_TAGS)))


@dataclass(frozen=True, slots=True)
class FactsDesk:
    """Keeps what somebody tells of their own enterprise, and judges the policy anew."""

    flow: Flow[FactsForm, AskedFacts] = ASK_FACTS

    def facts(self, visit: Visit, state: State) -> AskedFacts:
        """Return the day and what is asked; the subject holds it while the form is open."""
        return AskedFacts(visit.book.today, *_asked(state.subject), visit.book.office.policies)

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the person speaks for no enterprise any more."""
        return not enterprise_of(visit, visit.person)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Store it as the enterprise's own word, and show the policy again."""
        form = FactsForm.model_validate(submit.form)
        name, book = enterprise_of(visit, visit.person), visit.book
        if not name:
            visit.say("policy.bind_first")
            return None
        told = await book.tx.facts.of(name)
        own = known(one for one in told if one.source.value == "self")
        new = [
            added(own.get(one.field), one)
            for one in form.facts(name, book.today, str(visit.person.id))
        ]
        if new:
            number = await book.writing.facts.save(new, visit.person.id)
            fields = ",".join(one.field.value for one in new)
            book.entries.append(
                visit.record(f"enterprise:{number}", "facts", "reporter", public={"fields": fields})
            )
        visit.say("policy.facts_kept" if new else "policy.facts_none", enterprise=name)
        one = readable(visit, await book.tx.policies.seen(state.subject.rpartition(":")[2]))
        if one is not None:
            show(visit, one, known(await book.tx.facts.of(name)))
        return None


__all__ = ["FactsDesk", "PolicyDesk", "asked_subject", "made", "replaced", "replacing"]
