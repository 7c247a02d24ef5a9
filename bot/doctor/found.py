"""What a check found, and whom it examines."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.config import Config
from bot.settings import Settings


class Sign(StrEnum):
    """How a check ended; each sign is in the character set of a Chinese Windows console."""

    FINE = "√"
    FAULT = "×"
    MIND = "！"  # works, but somebody should know
    SKIPPED = "－"


@dataclass(frozen=True, slots=True)
class Found:
    """One line: a text of config/texts/doctor.toml with its blanks."""

    sign: Sign
    key: str
    blanks: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Patient:
    """An installation that is examined."""

    settings: Settings
    config: Config
    at: datetime
    environment: Mapping[str, str]


Check = Callable[[Patient], Awaitable[Sequence[Found]]]


def fine(key: str, **blanks: object) -> Found:
    """Say that something is as it should be."""
    return Found(Sign.FINE, key, blanks)


def fault(key: str, **blanks: object) -> Found:
    """Say what keeps the bot from working, with its remedy."""
    return Found(Sign.FAULT, key, blanks)


def mind(key: str, **blanks: object) -> Found:
    """Say what somebody should know."""
    return Found(Sign.MIND, key, blanks)


def skipped(key: str, **blanks: object) -> Found:
    """Say what was not looked at, and why."""
    return Found(Sign.SKIPPED, key, blanks)
