"""One 走访 or 问询 as it is kept, and how long it can be put right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Mode = Literal["been", "asked"]
BEEN: Mode = "been"  # 进: somebody was there
ASKED: Mode = "asked"  # 问: by telephone, in a chat or at a meeting

UNDONE_WITHIN = timedelta(days=1)  # after that a 走访 stands as it was written down


@dataclass(frozen=True, slots=True)
class Outreach:
    """Somebody of the federation heard an enterprise on one day."""

    id: int  # 0 = not stored yet
    enterprise: str
    mode: Mode
    day: date
    contact: str
    phone: str  # "" = there was nothing to call back about
    by: int  # who wrote it down
    at: datetime
    leader: str = ""  # who was there, if a leader was (当天领导)

    @property
    def source_ref(self) -> str:
        """Return what its tickets name as where they come from."""
        return str(self.id)

    @property
    def undone_until(self) -> datetime:
        """Say until when it can be corrected or taken back."""
        return self.at + UNDONE_WITHIN

    def same(self, enterprise: str, mode: str, day: date) -> bool:
        """Say whether it is of this enterprise and day, in this way."""
        return (self.enterprise, self.mode, self.day) == (enterprise, mode, day)


@dataclass(frozen=True, slots=True)
class Count:
    """How often enterprises were heard, and how many they were."""

    enterprises: int = 0  # each once, however often
    times: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """问 and 进 of a stretch of days, and what came of them."""

    asked: Count = Count()
    been: Count = Count()
    enterprises: int = 0  # asked or been to, each once
    problems: int = 0  # tickets
