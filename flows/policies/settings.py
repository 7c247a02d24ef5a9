"""What config/policies.toml says, as policies need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time

from flows.office import Department
from flows.policies.demands import Known
from flows.policies.matching import Lists
from flows.policies.reading import Notes
from flows.policies.validity import MORNING


@dataclass(frozen=True, slots=True)
class Files:
    """How much of a file with policies, or facts of enterprises, is taken at once."""

    rows: int = 200
    kilobytes: int = 512  # of the text in it
    versions: int = 20  # policies that are there already and would be changed


@dataclass(frozen=True, slots=True)
class Settings:
    """The office's lists of places and industries, and how policies are numbered."""

    prefix: str = "ZC"
    lists: Lists = field(default_factory=Lists)
    known: Known = field(default_factory=Known)
    reminds_at: time = MORNING
    files: Files = field(default_factory=Files)
    push: Mapping[str, str] = field(default_factory=dict)  # texts of a push (announcing.Words)

    def notes(self, departments: Sequence[Department], closes: time) -> Notes:
        """Return what the reader of notices knows; `closes` is when the office ends its day."""
        return Notes(closes=closes, departments=tuple(departments), known=self.known)

    def place(self, said: str) -> str:
        """Return the smallest listed place that a text names; else the text as it is."""
        regions = self.lists.regions
        named = [one for one in (*regions.parents, *regions.aliases) if one in said]
        if not named:
            return said.strip()
        return max((regions.chain(one) for one in named), key=len)[0]

    def industry(self, said: str) -> str:
        """Return the listed industry that a text names, the longest name; else the text as it is.

        制造 means 制造业 as well; a code stays a code.
        """
        names = sorted(self.lists.industries.codes, key=len, reverse=True)
        return next((one for one in names if one.removesuffix("业") in said), said.strip())


__all__ = ["Files", "Settings"]
