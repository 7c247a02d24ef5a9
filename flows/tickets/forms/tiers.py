"""How hard a case is (难易), as it is chosen, read and shown."""

from __future__ import annotations

import re

from flows.engine.flow import Answers
from flows.engine.words import Choice, Key
from flows.tickets.forms.common import EDGE, CaseFacts
from flows.tickets.state import Tier

WORDS = {
    "一般": Tier.GENERAL,
    "复杂": Tier.COMPLEX,
    "疑难": Tier.HARD,
    "咨询": Tier.CONSULT,
    "紧急": Tier.URGENT,
}
_WORD = re.compile("|".join(WORDS))


def tier_in(text: str) -> str | None:
    """Return the first tier that a text names."""
    return tier_and_rest(text)[0]


def tier_and_rest(text: str) -> tuple[str | None, str]:
    """Return the first tier that a text names, and the text without it."""
    found = _WORD.search(text)
    if found is None:
        return None, text
    return WORDS[found.group()].value, (text[: found.start()] + text[found.end() :]).strip(EDGE)


def tier_choices(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    """Offer every tier."""
    return tuple(
        Choice(Key(f"tier.{tier.value}"), tier.value, words=(word,)) for word, tier in WORDS.items()
    )


def show_tier(raw: str, answers: Answers, facts: CaseFacts) -> str:
    """Word a tier."""
    return Key(f"tier.{raw}")
