"""The question whether policies that are there become what a file says (换成表里的)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from flows.engine.flow import Answers, Flow
from flows.engine.words import Say
from flows.office import Department
from flows.policies.policy import Policy
from flows.policies.record import differences


class VersionsForm(BaseModel):
    """Nothing is asked: what is confirmed is kept with the policies (`Policy.proposed`)."""

    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True, slots=True)
class VersionsFacts:
    """The policies that are there, each with what a file says now."""

    several: tuple[Policy, ...] = ()
    departments: tuple[Department, ...] = ()


def _differing(answers: Answers, facts: VersionsFacts) -> Mapping[str, Any]:
    lines = tuple(
        Say(
            "policy_versions.one",
            {
                "number": one.number,
                "title": one.title,
                "lines": differences(one, one.proposed, facts.departments),
            },
        )
        for one in facts.several
        if one.proposed is not None
    )
    return {"count": len(lines), "lines": lines}


VERSIONS: Flow[VersionsForm, VersionsFacts] = Flow(
    name="policy_versions", form=VersionsForm, review_params=_differing, steps=()
)

__all__ = ["VERSIONS", "VersionsFacts", "VersionsForm"]
