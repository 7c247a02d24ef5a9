"""What is known of enterprises (一企一档), as an audience asks for it; looked up once a batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from flows.campaigns.audience import Firm
from flows.campaigns.composing import COMPOSE
from flows.engine.flow import State
from flows.policies.conditions import EnterpriseFact, Field
from flows.policies.known import known
from flows.policies.settings import Settings
from handlers.book import Book
from handlers.visit import Visit

ASKED = (Field.REGION, Field.INDUSTRY, Field.SIZE, Field.TAG)
"""What an audience can ask of an enterprise."""
_FOR = next(step.words for step in COMPOSE.steps if step.field == "audience")
_TOWN = ("街道", "镇", "乡")
_CHAMBER = ("商会", "协会")


async def firms(book: Book) -> Mapping[str, Firm]:
    """Return what is known of every enterprise of whom anything is, by its name."""
    if book.shelf.firms is None:
        facts = await book.tx.facts.every(ASKED)
        lists = _Lists(book.office.policies, _of_groups(book))
        book.shelf.firms = {name: lists.firm(name, told) for name, told in facts.items()}
    return book.shelf.firms


async def look_up_firms(visit: Visit, state: State) -> bool:
    """Look up what typed words may name of enterprises; say whether it is known only now.

    Thousands of enterprises take a moment, so it is done only where words may say whom it is for.
    """
    book, text = visit.book, visit.request.text
    if book.shelf.firms is not None or not text:
        return False
    if "audience" in state.answers and not text.startswith(_FOR):
        return False
    await firms(book)
    return True


def is_chamber(tag: str) -> bool:
    """Say whether a tag names a chamber that the enterprise is in."""
    return tag.endswith(_CHAMBER)


def _of_groups(book: Book) -> tuple[str, ...]:
    return tuple(x for one in book.roster.groups for x in one.industries)


@dataclass(frozen=True)
class _Lists:
    """The office's lists, each value looked up once: thousands of enterprises share a few."""

    settings: Settings
    groups: Sequence[str]  # industries that are noted of groups
    towns: dict[str, str] = field(default_factory=dict)
    around: dict[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)

    def firm(self, name: str, told: Iterable[EnterpriseFact]) -> Firm:
        """Put together what was told last of each thing."""
        facts = known(told)
        tags = facts.get(Field.TAG)
        industry = _first(facts.get(Field.INDUSTRY))
        wider, narrower = self._around(industry) if industry else (frozenset(), frozenset())
        return Firm(
            name,
            town=self._town(_first(facts.get(Field.REGION))),
            industry=industry,
            size=_first(facts.get(Field.SIZE)),
            tags=frozenset(tags.value if tags else ()),
            lacks=frozenset(tags.lacks if tags else ()),
            wider=wider,
            narrower=narrower,
        )

    def _town(self, said: str) -> str:
        """Return the town that a place lies in; a district alone names none."""
        if said not in self.towns:
            place = self.settings.place(said) if said else ""
            self.towns[said] = place if place.endswith(_TOWN) else ""
        return self.towns[said]

    def _around(self, own: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the names of what an industry is part of, and of what may be part of it."""
        if own not in self.around:
            mine = self.settings.lists.industries.code(own)
            every = self._codes.items() if mine else ()
            self.around[own] = (
                frozenset(name for name, code in every if mine and mine.startswith(code)),
                frozenset(
                    name for name, code in every if mine and code != mine and code.startswith(mine)
                ),
            )
        return self.around[own]

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        industries = self.settings.lists.industries
        found = ((name, industries.code(name)) for name in (*industries.codes, *self.groups))
        return {name: code for name, code in found if code}


def _first(fact: EnterpriseFact | None) -> str:
    return fact.value[0] if fact and fact.value else ""


__all__ = ["ASKED", "firms", "is_chamber", "look_up_firms"]
