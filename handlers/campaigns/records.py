"""Campaigns and their targets, as the records keep them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from flows.campaigns.again import Again
from flows.campaigns.audience import Target, Why
from flows.campaigns.campaign import Button, Campaign, Stage
from flows.campaigns.tally import Tally
from handlers.arrival import PersonId
from handlers.campaigns.calm_records import Calms

MESSAGE_FAILED = "message.failed"
"""The code of a file that is not sent, because the text that it belongs to was not."""
UNREADABLE = "file.unreadable"
"""The code of a file that could not be read when it was to be sent."""
HINTED, IN_WORDS = "only.hint", "in.words"
"""The codes of what was sent and is less than was approved: a text of which no more than a hint to
log in may stand there, and a file in whose place stands whom to ask for it."""
MESSAGE_MOVED = "message.moved"
"""The code of what followed its text to another channel, or may not be shown there."""
FILE_LEFT = "stays.behind"
"""The code of a file that was decided to stay behind (不带附件发): its place lacks nothing."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of the ledger that a target is sent: the text of the campaign, or a file."""

    delivery: int
    state: str
    code: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one target: of its messages in the ledger, or why there is none.

    It is what became of the worst of them: nobody got it who did not get all of it.
    """

    key: str
    name: str
    state: str  # waiting, owed, skipped; ready, sending, asked, sent, failed, unknown, cancelled
    why: Why | None = None  # of one that was skipped
    code: str = ""  # of one that failed or is unknown
    delivery: int = 0  # number in the ledger, of the part of the text that lacks; 0 = none there
    rows: tuple[int, ...] = ()  # numbers of all that the ledger has of it
    reached: int | None = None  # how many got it, where one message goes to many
    recalled: bool = False
    again: bool = False  # of one that is unknown so far: whether it is tried again by itself
    sent_at: datetime | None = None
    read_at: datetime | None = None  # of a message 1:1, where the platform tells it
    recalled_at: datetime | None = None
    pieces: Sequence[Piece] = ()  # the text first, then its files

    @property
    def has_text(self) -> bool:
        """Say whether the text may have arrived, or may still, whatever became of the files."""
        state = self.pieces[0].state if self.pieces else self.state
        return state in {"sent", "asked", "unknown", "recalled"}

    @property
    def lacks_files(self) -> bool:
        """Say whether the text arrived and a file is over that did not."""
        over = {"failed", "unknown", "cancelled"}
        text = self.pieces[0].state if self.pieces else ""
        files = self.pieces[1:]
        return text == "sent" and any(x.state in over and not x.again for x in files)

    @property
    def is_hint(self) -> bool:
        """Say whether no more than a hint to log in arrived."""
        text = self.pieces[0] if self.pieces else None
        return text is not None and text.state == "sent" and text.code == HINTED

    @property
    def in_words(self) -> bool:
        """Say whether words stand there for a file."""
        return any(x.state == "sent" and x.code == IN_WORDS for x in self.pieces[1:])

    @property
    def without_files(self) -> bool:
        """Say whether the text arrived where no file goes."""
        return len(self.pieces) == 1 and self.pieces[0].state == "sent" and not self.is_hint

    @property
    def lacking(self) -> Sequence[int]:
        """Return the numbers of those of its messages that ended as the whole did.

        Beside a file that failed, a text of which nobody knows stays: it may have arrived.
        """
        if not self.pieces:
            return [] if self.again else [self.delivery]
        return [one.delivery for one in self.pieces if one.state == self.state and not one.again]


@dataclass(frozen=True, slots=True)
class Answered:
    """What those did who got a campaign."""

    received: Mapping[PersonId, datetime] = field(default_factory=dict)  # 收到, the earliest first
    firms: int = 0  # enterprises of those, each once
    reached: int = 0  # enterprises of whom somebody was sent it 1:1
    readers: Mapping[int, int] = field(default_factory=dict)  # message in the ledger → of a group
    left: int = 0  # 退订 of its topic, or of all, since it began
    tickets: int = 0  # that came out of it
    enterprises: Mapping[PersonId, str] = field(default_factory=dict)  # of whoever it is for 1:1


class Campaigns(Protocol):
    """Campaigns (推送), their frozen targets, and what became of each."""

    calm: Calms

    async def next_number(self, year: int) -> int:
        """Reserve the serial number of a new campaign."""

    async def hold(self, number: str) -> Campaign | None:
        """Return a campaign, held until the commit."""

    async def seen(self, number: str) -> Campaign | None:
        """Return a campaign as it was committed last, without holding it."""

    async def by_code(self, code: str) -> Campaign | None:
        """Return the campaign with this 验真码."""

    async def recent(
        self, limit: int, stages: Collection[Stage] = tuple(Stage)
    ) -> Sequence[Campaign]:
        """Return campaigns in these stages, the newest first."""

    async def save(self, one: Campaign) -> None:
        """Store a campaign as it is now."""

    async def freeze(self, number: str, targets: Sequence[Target]) -> None:
        """Fix who gets it, and who is left out with which reason; what was fixed before is gone."""

    async def waiting(self, number: str, limit: int) -> Sequence[Target]:
        """Return the next targets that the ledger does not have yet, in their order."""

    async def owe(self, number: str, keys: Sequence[str]) -> None:
        """Note that the ledger has these now."""

    async def skip(self, number: str, why: Mapping[str, Why]) -> None:
        """Leave targets out that cannot get it any more."""

    async def draw_back(self, number: str) -> int:
        """Take back what is in the ledger and was never tried; say how many wait again."""

    async def put_off(self, number: str, until: datetime | None) -> bool:
        """Let what waits for another try wait longer, None = till it is brought back.

        Says whether some of it is on its way, of which nobody knows yet whether it is tried again.
        """

    async def leave_behind(self, number: str, files: Collection[int]) -> None:
        """Let nothing more of these files leave, by the number of each in the draft.

        What is on its way is not tried again; once it has landed, the same settles it.
        """

    async def bring_back(self, number: str, at: datetime | None) -> None:
        """Let what was put off till then be tried again at a moment, None = now."""

    async def decide(
        self, number: str, what: Again, deliveries: Sequence[int]
    ) -> Mapping[int, str]:
        """Send messages of the ledger again or note that they arrived; "done" where it was.

        The row stays the one it was: what is sent again and arrives counts once.
        """

    async def cancel(self, number: str) -> int:
        """Give up everything that has not left; say how many targets that are.

        What is on its way just now is not tried again.
        """

    async def flying(self, number: str) -> bool:
        """Say whether something of it is on its way just now."""

    async def under_way(self, number: str) -> int:
        """Count what the ledger has of it that is not over."""

    async def outcomes(
        self, number: str, limit: int, since: datetime | None
    ) -> Sequence[tuple[str, str]]:
        """Return how the latest attempts ended, newest first: (state, code); none from before."""

    async def had(self, doc_no: str, since: datetime, but: str) -> Collection[str]:
        """Return the targets that were sent the same 文号 since then, by another campaign."""

    async def masses(self, since: datetime) -> int:
        """Count the mass sends (群发) since then that left and reached the subscribers, or may."""

    async def acknowledge(
        self, number: str, person: PersonId, enterprise: str, at: datetime
    ) -> bool:
        """Note that somebody confirmed it (收到); False when they had already."""

    async def unanswered(self, person: PersonId, since: datetime) -> Sequence[Campaign]:
        """Return what somebody was sent 1:1 since then and did not confirm, the latest first."""

    async def presses(self, number: str) -> Mapping[Button, int]:
        """Return how many people pressed which button, each once; a button nobody pressed lacks."""

    async def unconfirmed(self, number: str, same: Collection[str] = ()) -> Sequence[PersonId]:
        """Return who was sent it 1:1 and did not confirm, nor anybody of their enterprise.

        Whoever confirmed one of the `same` text has confirmed it.
        """

    async def fates(self, number: str) -> Sequence[Fate]:
        """Return what became of every target, in their order."""

    async def answered(self, number: str, topic: str, since: datetime | None) -> Answered:
        """Return what those did who got it; `since` = when it began, for who left its topic."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of one message that was to be taken back."""

    state: str  # asked, gone, stands
    why: str = ""  # of one that stands


class Recalls(Protocol):
    """Messages that are to be taken back (撤回)."""

    async def ask(self, number: str) -> int:
        """Have everything taken back that a campaign sent; say how much is new."""

    async def standing(self, number: str) -> Mapping[int, Standing]:
        """Return how each message of a campaign stands, by its number in the ledger."""


class Topics(Protocol):
    """What people do not want to be sent any more (退订)."""

    async def leave(self, person: PersonId, topic: str, at: datetime) -> bool:
        """Note that somebody wants no more of a topic; False when that was known."""

    async def come_back(self, person: PersonId, topic: str, every: str) -> bool:
        """Let somebody have a topic again; `every` for all of them. False when they had it."""

    async def left(self) -> Mapping[PersonId, frozenset[str]]:
        """Return who left which topics."""


_PARTS = 16  # subjects that a campaign's presses are spread over


def press_act(button: Button) -> str:
    """Name a press of a button in the history."""
    return f"press_{button.value}"


def press_subject(number: str, person: PersonId) -> str:
    """Name the history that somebody's presses stand in.

    A history has one writer at a time: many who press at once would wait for each other in one.
    """
    return f"campaign:{number}:presses:{person % _PARTS}"


def press_subjects(number: str) -> Sequence[str]:
    """Name every history in which presses of a campaign stand."""
    return [press_subject(number, part) for part in range(_PARTS)]


def tally_of(fates: Sequence[Fate]) -> Tally:
    """Count targets by what became of them."""

    def count(*states: str) -> int:
        return sum(one.state in states for one in fates)

    again = sum(one.again for one in fates)
    return Tally(
        waiting=count("waiting"),
        under_way=count("owed", "ready", "sending") + again,
        asked=count("asked"),
        sent=count("sent", "recalled"),
        failed=count("failed"),
        unknown=count("unknown") - again,
        skipped=count("skipped"),
        cancelled=count("cancelled"),
        recalled=sum(one.recalled or one.state == "recalled" for one in fates),
    )


__all__ = [
    "FILE_LEFT",
    "HINTED",
    "IN_WORDS",
    "MESSAGE_FAILED",
    "MESSAGE_MOVED",
    "UNREADABLE",
    "Answered",
    "Campaigns",
    "Fate",
    "Piece",
    "Recalls",
    "Standing",
    "Topics",
    "press_act",
    "press_subject",
    "press_subjects",
    "tally_of",
]
