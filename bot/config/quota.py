"""quota.toml: what is saved when a quota of the month runs out."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from bot.config.source import Table, parse

Holdable = Literal["answer", "notice", "group", "file"]


class Step(Table):
    """What still goes out, and how."""

    cards: bool
    card_updates: bool
    hold: frozenset[Holdable]


class Near(Step):
    """What is saved from so many percent on."""

    percent: Annotated[int, Field(ge=1, le=99, strict=True)]


class QuotaRules(Table):
    """The whole file."""

    near: Near
    full: Step


def load_quota(path: Path) -> QuotaRules:
    """Read quota.toml."""
    return parse(QuotaRules, path)
