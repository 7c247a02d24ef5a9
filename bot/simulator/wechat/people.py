"""Who follows the account, what they see, and how often they may still be written to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

LIMIT = 2047  # bytes of a text
HOURS, MINUTE = timedelta(hours=48), timedelta(minutes=1)
BY_MESSAGE, BY_EVENT = 5, 3
NOBODY, NO_FOLLOWER, TOO_LONG, TOO_LATE, TOO_MANY = 40003, 43004, 45002, 45015, 45047

Way = Literal["answer", "push", "template", "mass"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that somebody sees."""

    openid: str
    text: str
    way: Way
    picture: str = ""  # its media id
    answers: str = ""  # what it answers on the call, as it was brought
    number: int = 0  # of a template message or a mass send


@dataclass(slots=True)
class Follower:
    """Somebody who has the account in their WeChat."""

    follows: bool = True
    wrote: datetime | None = None
    by_message: int = 0  # messages left
    acted: datetime | None = None  # clicked, scanned or subscribed
    by_event: int = 0


@dataclass(slots=True)
class People:
    """Everybody the platform knows by an openid of this account."""

    clock: Callable[[], datetime]
    followers: dict[str, Follower] = field(default_factory=dict)
    shown: list[Shown] = field(default_factory=list)
    watchers: list[Callable[[Shown], None]] = field(default_factory=list)

    def wrote(self, openid: str) -> None:
        """Let somebody have written."""
        follower = self.followers.setdefault(openid, Follower())
        follower.follows, follower.wrote, follower.by_message = True, self.clock(), BY_MESSAGE

    def acted(self, openid: str) -> None:
        """Let somebody have clicked, scanned or subscribed."""
        follower = self.followers.setdefault(openid, Follower())
        follower.follows, follower.acted, follower.by_event = True, self.clock(), BY_EVENT

    def left(self, openid: str) -> None:
        """Let somebody follow no more."""
        self.followers.setdefault(openid, Follower()).follows = False

    def push(self, openid: str, text: str, *, picture: str = "") -> int:
        """Show a customer-service message; return the error code, 0 = it is shown."""
        follower = self.followers.get(openid)
        if follower is None:
            return NOBODY
        if not follower.follows:
            return NO_FOLLOWER
        if len(text.encode()) > LIMIT:
            return TOO_LONG
        now = self.clock()
        just_acted = follower.acted is not None and now - follower.acted <= MINUTE
        wrote_lately = follower.wrote is not None and now - follower.wrote <= HOURS
        if just_acted and follower.by_event:
            follower.by_event -= 1
        elif wrote_lately and follower.by_message:
            follower.by_message -= 1
        else:
            return TOO_MANY if just_acted or wrote_lately else TOO_LATE
        self.show(Shown(openid, text, "push", picture))
        return 0

    def show(self, shown: Shown) -> None:
        """Let somebody see a message."""
        self.shown.append(shown)
        for watcher in self.watchers:
            watcher(shown)

    def told(self, openid: str) -> list[str]:
        """Return what somebody sees, in its order."""
        return [one.text for one in self.shown if one.openid == openid]
