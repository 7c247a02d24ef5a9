"""The conversation in which staff say that an enterprise is no more (注销)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.outreach.enterprises import candidates, meant
from flows.people.contact import Company

OFFERED = 6  # enterprises that a short name may mean
NAMED = 6  # tickets that the card names; the rest is counted


class DeregisterForm(BaseModel):
    """Which enterprise is no more, and how that is known."""

    model_config = ConfigDict(frozen=True)

    enterprise: Company
    which: str = ""
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]


@dataclass(frozen=True, slots=True)
class Standing:
    """What an enterprise still has: people who speak for it, running cases by their numbers."""

    people: int = 0
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeregisterFacts:
    """The enterprises on record, and what those that were named still have."""

    known: Sequence[str] = ()
    standing: Mapping[str, Standing] = field(default_factory=dict)


def enterprise_of(answers: Answers, facts: DeregisterFacts) -> str:
    """Return the enterprise on record that was meant; "" while it is open which."""
    found = meant(answers.get("enterprise", ""), answers.get("which", ""), facts.known)
    return found if found in facts.known else ""


def _unknown(raw: str, answers: Answers, facts: DeregisterFacts) -> str | None:
    return None if candidates(raw, facts.known) else "unknown"


def _which(answers: Answers, facts: DeregisterFacts) -> tuple[Choice, ...]:
    found = candidates(answers.get("enterprise", ""), facts.known)[:OFFERED]
    return tuple(Choice(name, name) for name in found)


def _review(answers: Answers, facts: DeregisterFacts) -> Mapping[str, Any]:
    """Say what becomes of everybody and everything that the enterprise has."""
    has = facts.standing.get(enterprise_of(answers, facts), Standing())
    numbers = has.cases[:NAMED] or Key("deregister.none")
    return {"people": has.people, "cases": len(has.cases), "numbers": numbers}


DEREGISTER: Flow[DeregisterForm, DeregisterFacts] = Flow(
    name="deregister",
    form=DeregisterForm,
    review_params=_review,
    steps=(
        Step(
            "enterprise",
            words=("企业", "单位", "公司", "企业名称"),
            objection=_unknown,
            alone=True,
            show=lambda raw, answers, facts: enterprise_of(answers, facts),
        ),
        Step(
            "which",
            words=("哪一家",),
            when=lambda answers, facts: (
                len(candidates(answers.get("enterprise", ""), facts.known)) > 1
            ),
            choices=_which,
            alone=True,
            show=lambda raw, answers, facts: "",
        ),
        Step("reason", words=("原因", "依据")),
    ),
)
