"""Months: what the settings and quota.toml allow of each, for those who forecast."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Monthly:
    """Limits, whether there are cards, and what is held from when."""

    limits: Mapping[str, int] = field(default_factory=dict)  # by quota; 0 = no limit
    cards: bool = False  # whether there is a card template
    groups_until: int | None = None  # percent used, from which groups wait; None = they never do
    people_until: int | None = None
