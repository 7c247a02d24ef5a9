"""confirming.toml: how long we wait for somebody at a platform to let a message go."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.config.source import Table, parse

Minutes = Annotated[int, Field(ge=1, le=1440, strict=True)]


class Confirming(Table):
    """The whole file."""

    first_minutes: Minutes
    longest_minutes: Minutes
    within_hours: Annotated[int, Field(ge=1, le=720, strict=True)]

    @property
    def within(self) -> timedelta:
        """Return how long somebody has to let it go."""
        return timedelta(hours=self.within_hours)

    def pause(self, age: timedelta) -> timedelta:
        """Return how long to wait between two questions about what has waited so long."""
        first, longest = (timedelta(minutes=n) for n in (self.first_minutes, self.longest_minutes))
        return max(first, min(longest, age / _SHARE))


_SHARE = 4  # of its age; so the answer is late by a quarter of it at the most


def load_confirming(path: Path) -> Confirming:
    """Read confirming.toml."""
    return parse(Confirming, path)
