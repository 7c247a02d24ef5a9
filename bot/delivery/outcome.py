"""Outcomes: what the end of one attempt means for its row."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.channels.base import (
    API,
    MESSAGES,
    NotYet,
    Receipt,
    SendDoubt,
    SendFault,
    SendUnknown,
    Window,
    WordsUnknown,
    used_up,
)
from bot.storage.meters import RELEASED
from bot.storage.queue import NO_ANSWER, TRIES
from bot.storage.rows import Claimed, Settlement
from handlers.campaigns.records import HINTED, IN_WORDS

FIRST_PAUSE = 2.3  # seconds; the least of its spread is more than a second's window
LONGEST_PAUSE = 300.0
RESEND_AFTER = timedelta(seconds=5)
_USED_UP = frozenset(map(used_up, (API, MESSAGES)))

Result = Receipt | SendFault | SendUnknown
Outcome = Literal["sent", "asked", "retried", "failed", "unknown", "resent"]


@dataclass(frozen=True, slots=True)
class Landed:
    """One attempt that ended, not written down yet; `rests` is what a breaker would stop.

    `ended` says when, by time.monotonic(); 0 = at the latest when it is written down. `window` is
    the rate that it counted against.
    """

    letter: Claimed
    result: Result
    rests: str = ""
    express: bool = False
    ended: float = 0.0
    window: Window | None = None

    @property
    def is_plain(self) -> bool:
        """Say whether it concerns nobody but its row: an answer that nobody claimed was sent."""
        return self.express and isinstance(self.result, Receipt)

    @property
    def in_short(self) -> "Landed":
        """The same without the platform's words, which may be what cannot be stored."""
        match self.result:
            case Receipt(via=via, awaits=awaits):
                return replace(self, result=Receipt(via=via, awaits=awaits))
            case SendFault(retry_after=after, breaks=breaks):
                return replace(self, result=type(self.result)("unwritten", after, breaks))
            case _:
                return self

    @property
    def outcome(self) -> Outcome:
        """What becomes of it."""
        match self.result:
            case Receipt(awaits=awaits):
                return "asked" if awaits else "sent"
            case SendFault(retry_after=None):
                return self._given_up
            case NotYet():
                return "retried"
            case SendFault(breaks=""):
                return self._given_up if self.letter.attempt >= TRIES else "retried"
            case SendFault():
                return "retried"
            case _:
                return "resent" if may_repeat(self._repeated) else "unknown"

    @property
    def _repeated(self) -> Claimed:
        """Return what another attempt would send."""
        card = "" if self._is_worded else self.letter.card
        return self.letter.model_copy(update={"card": card})

    @property
    def _is_worded(self) -> bool:
        return isinstance(self.result, WordsUnknown)

    @property
    def in_doubt(self) -> bool:
        """Say whether it may have arrived, now or with an attempt before; a changed card never."""
        doubtful = isinstance(self.result, SendDoubt) or self.letter.resends > 0
        return doubtful and not self.letter.update

    @property
    def _given_up(self) -> Outcome:
        return "unknown" if self.in_doubt else "failed"

    @property
    def is_unpaid(self) -> bool:
        """Say whether it is to be tried again although the platform says the month is used up."""
        used_up = isinstance(self.result, SendFault) and self.result.code in _USED_UP
        return used_up and self.outcome == "retried"

    @property
    def is_over(self) -> bool:
        """Say whether nothing more is tried, although it was not sent."""
        return self.outcome in ("failed", "unknown")

    @property
    def told(self) -> str:
        """Word it for the log."""
        match self.result:
            case Receipt(via=via):
                return f"{self.outcome} via {via}"
            case SendFault(code=code):
                return f"{self.outcome} {code}"
            case _:
                return self.outcome

    def settlement(self, now: datetime, spread: Callable[[], float]) -> Settlement:
        """Word it for the ledger; `spread` draws from 0 to 1."""
        letter, result = self.letter, self.result
        ago = max(0.0, time.monotonic() - self.ended) if self.ended else 0.0
        one = Settlement(letter.id, letter.attempt, letter.lane, "sent", sent_at=now, ago=ago)
        if isinstance(result, Receipt):
            one = replace(one, state="asked", sent_at=None) if result.awaits else one
            return replace(one, receipt=result, code=self._as_what(result))
        one = replace(one, sent_at=None, code=NO_ANSWER)
        one = replace(one, worded=self._is_worded)
        if isinstance(result, SendFault):
            one = replace(one, code=result.code)
        match self.outcome:
            case "retried":
                due_at = now + _pause(letter.attempt, result, spread)
                counts = not _is_no_try(result)
                one = replace(one, due_at=due_at, counts=counts)
                # A doubt stands in the state: why it waits, as the code says, changes meanwhile.
                return self._again(replace(one, state="unknown" if self.in_doubt else "ready"))
            case "resent":
                return self._again(replace(one, state="unknown", due_at=now + RESEND_AFTER))
            case "unknown":
                return replace(one, state="unknown")
            case _:
                return replace(one, state="failed")

    def _as_what(self, receipt: Receipt) -> str:
        """Say of a campaign's message that less than all of it stands there now."""
        if self.letter.campaign is None:
            return ""
        return HINTED if self.letter.message.hint else IN_WORDS if receipt.in_words else ""

    def _again(self, one: Settlement) -> Settlement:
        """Keep a release of a person, unless the platform itself says that nothing is left."""
        released = self.letter.code == RELEASED and one.code not in _USED_UP
        return replace(one, code=RELEASED) if released else one


def may_repeat(letter: Claimed) -> bool:
    """Say whether a doubtful delivery goes out again.

    To one person once; what the platform knows by its key as often as anything is tried.
    """
    if letter.is_keyed:
        return letter.attempt < TRIES
    return letter.door.is_one and letter.resends == 0


def _is_no_try(result: Result) -> bool:
    return isinstance(result, SendFault) and (bool(result.breaks) or isinstance(result, NotYet))


def _pause(attempt: int, result: Result, spread: Callable[[], float]) -> timedelta:
    asked = result.retry_after or 0.0 if isinstance(result, SendFault) else 0.0
    if _is_no_try(result):
        return timedelta(seconds=asked)  # due when the breaker closes, or at once
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)) * (0.5 + spread())
    return timedelta(seconds=max(asked, pause))
