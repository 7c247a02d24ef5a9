"""What is known of the enterprise of whoever asks, and what a policy is to it."""

from __future__ import annotations

from collections.abc import Mapping

from flows.policies.conditions import EnterpriseFact, Field
from flows.policies.known import known
from flows.policies.matching import Match, evaluate
from flows.policies.policy import OVER, Policy
from handlers.ports import Person
from handlers.visit import Visit

Known = Mapping[Field, EnterpriseFact]


def enterprise_of(visit: Visit, person: Person) -> str:
    """Return the enterprise that a person is bound to, "" = to none that still is."""
    bound = person.binding == "bound" and person.enterprise not in visit.book.deregistered
    return person.enterprise if bound else ""


async def known_of(visit: Visit) -> Known | None:
    """Return what is known of the person's enterprise; None = they speak for none."""
    name = enterprise_of(visit, visit.person)
    return known(await visit.book.tx.facts.of(name)) if name else None


def match_of(visit: Visit, one: Policy, facts: Known | None) -> Match | None:
    """Judge a policy for the person's enterprise; None = for nobody in particular."""
    if facts is None or one.state(visit.book.now) in OVER:
        return None
    return evaluate(one, facts, visit.book.today, visit.book.office.policies.lists)


__all__ = ["Known", "enterprise_of", "known_of", "match_of"]
