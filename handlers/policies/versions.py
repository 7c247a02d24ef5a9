"""The desk that makes a policy what a file says, once somebody confirmed the difference."""

from __future__ import annotations

from dataclasses import dataclass

from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Submit
from flows.policies.checking import brought_up
from flows.policies.policy import Policy
from flows.policies.versions import VERSIONS, VersionsFacts, VersionsForm
from handlers.campaigns.parts import composes
from handlers.policies.checking import ask_for_checks
from handlers.policies.keeping import keep
from handlers.policies.sheet import numbers_in
from handlers.ports import Text
from handlers.visit import Visit


@dataclass(frozen=True, slots=True)
class VersionsDesk:
    """Keeps the next versions that a file proposed, those of whoever sent it."""

    flow: Flow[VersionsForm, VersionsFacts] = VERSIONS

    def facts(self, visit: Visit, state: State) -> VersionsFacts:
        """Return the policies that would change."""
        found = (visit.book.policies.get(number) for number in numbers_in(state.subject))
        several = tuple(one for one in found if one is not None)
        return VersionsFacts(several, tuple(visit.book.office.departments))

    async def look_up(self, visit: Visit, state: State) -> bool:
        """Look up the policies of the question, once a batch."""
        known = visit.book.policies
        missing = [number for number in numbers_in(state.subject) if number not in known]
        for number in missing:
            known[number] = await visit.book.tx.policies.seen(number)
        return bool(missing)

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the person enters no policies any more."""
        return not composes(visit.book, visit.person)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Keep every next version whose policy is still what it was compared with."""
        book = visit.book
        if not composes(book, visit.person):
            visit.say("policy.not_yours")
            return None
        kept: list[Policy] = []
        for number in numbers_in(state.subject):
            one = await book.writing.policies.hold(number)
            after = one.proposed if one is not None else None
            mine = after is not None and visit.person.id in after.authors
            if one is None or after is None or not mine or after.version != one.version + 1:
                visit.say("policy_versions.overtaken", number=number)
                continue
            after = brought_up(after, visit.person.id, one)
            await keep(visit, after, "replace")
            book.policies[number] = after
            kept.append(after)
        if kept:
            lines = tuple(
                Text("policy_versions.line", {"number": x.number, "title": x.title}) for x in kept
            )
            visit.say("policy_versions.done", count=len(kept), lines=lines)
            book.posts += ask_for_checks(book, kept, visit.person, f"a{visit.filed.id}")
        return None


__all__ = ["VersionsDesk"]
