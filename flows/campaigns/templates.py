"""Templates of campaigns (推送模板): a text with blanks 【…】 that staff fill before it is a draft.

A blank 【时间】 is filled once, by who writes; a blank ${企业} stays and is filled for each reader.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flows.campaigns.campaign import Button, Kind

MOST_BLANKS = 6
"""Blanks of one template: each is a question, and whoever writes is asked one after another."""
BLANK = re.compile(r"【([^【】\n]{1,20})】")


@dataclass(frozen=True, slots=True)
class Template:
    """How a kind of campaign is usually written; `sample` fills each blank with an example."""

    name: str
    kind: Kind
    title: str
    body: str
    sample: Mapping[str, str] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()
    topic: str = ""
    remind: bool = False
    mandatory: bool = False

    @property
    def blanks(self) -> tuple[str, ...]:
        """Name the blanks that staff fill, each once, in their order: those of the title first."""
        return blanks_of(f"{self.title}\n{self.body}")

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Return title and body with the blanks filled; one without a value stays as it is.

        It is done in one pass, so that nothing that somebody typed becomes a blank of its own.
        """
        title = _fill(self.title, values)
        return " ".join(title.split()), _fill(self.body, values)


def blanks_of(text: str) -> tuple[str, ...]:
    """Name what looks like a blank in a text, each once, in its order."""
    return tuple(dict.fromkeys(BLANK.findall(text)))


def unfilled(text: str, blanks: Collection[str]) -> tuple[str, ...]:
    """Name the blanks of a template that nobody has filled in the text that it became.

    Only those are blanks: 【重要】 and 【镇海工商联】 are what people write.
    """
    return tuple(name for name in blanks_of(text) if name in blanks)


def _fill(text: str, values: Mapping[str, str]) -> str:
    return BLANK.sub(lambda found: values.get(found[1]) or found[0], text)


__all__ = ["BLANK", "MOST_BLANKS", "Template", "blanks_of", "unfilled"]
