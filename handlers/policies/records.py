"""Policies and what is known of enterprises, as the records keep them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from flows.policies.conditions import EnterpriseFact, Field, Source
from flows.policies.policy import Policy
from handlers.arrival import PersonId


class Policies(Protocol):
    """Policies (政策), who asked about one, and which reminders are done."""

    async def next_number(self, year: int) -> int:
        """Reserve the serial number of a new policy."""

    async def hold(self, number: str) -> Policy | None:
        """Return a policy, held until the commit."""

    async def seen(self, number: str) -> Policy | None:
        """Return a policy without holding it."""

    async def by_doc_no(self, typed: str) -> Policy | None:
        """Return the policy of a 文号, however it is typed; None = there is none."""

    async def latest(self, limit: int) -> Sequence[Policy]:
        """Return the policies that were entered last, the newest first."""

    async def save(self, one: Policy) -> None:
        """Store a policy as it is now.

        Two at once with one 文号: the second hears Stale, and the same again finds the first.
        """

    async def ask(self, number: str, person: PersonId, at: datetime) -> None:
        """Note that somebody wanted to know of a policy; a second time changes nothing."""

    async def askers(self, number: str) -> Sequence[PersonId]:
        """Return who wanted to know of a policy, in the order of asking."""

    async def reminded(self, number: str) -> Collection[str]:
        """Return the marks of the reminders that are done."""

    async def remind(self, number: str, mark: str) -> None:
        """Note that a reminder is done."""


class Facts(Protocol):
    """What is known of enterprises (一企一档): one fact a field and source, the last one told."""

    async def of(self, enterprise: str) -> Sequence[EnterpriseFact]:
        """Return all facts of an enterprise, from every source."""

    async def every(self, fields: Collection[Field]) -> Mapping[str, Sequence[EnterpriseFact]]:
        """Return the facts about these fields of every enterprise, by its name."""

    async def save(self, facts: Sequence[EnterpriseFact], by: PersonId, mark: str = "") -> int:
        """Store facts of one enterprise, which stand for those told before by the same source.

        By its mark the telling is undone. Returns the number of the enterprise. Raises ValueError
        for none, or those of several.
        """

    async def undo(self, mark: str, source: Source) -> Mapping[int, tuple[str, Sequence[Field]]]:
        """Take back what was told under a mark and still stands: what was before counts again.

        Returns the name and the fields of each enterprise, by its number.
        """


__all__ = ["Facts", "Policies"]
