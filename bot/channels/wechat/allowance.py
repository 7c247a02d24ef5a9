"""How many customer-service messages somebody may still be sent, as far as this process knows.

Five in the 48 hours after each message of theirs; three in the minute after a menu click, a
subscription or a scan (Customer_Service_Messages.html). Answers on the call itself are free.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

KNOWN = 50_000  # people; of the others the platform itself says what is left
REST = timedelta(minutes=1)
"""After the platform said no it is asked again: a process that hears no message cannot know that
somebody wrote meanwhile."""

Trigger = Literal["message", "event", "subscription"]
_NEVER = datetime.min.replace(tzinfo=UTC)
_FOR_GOOD = datetime.max.replace(tzinfo=UTC)
_GRANTS: dict[Trigger, tuple[int, timedelta]] = {
    "message": (5, timedelta(hours=48)),
    "event": (3, timedelta(minutes=1)),
    "subscription": (3, timedelta(minutes=1)),
}


@dataclass(slots=True)
class _Grant:
    left: int
    until: datetime


@dataclass(slots=True)
class _Known:
    grants: dict[Trigger, _Grant] = field(default_factory=dict)
    closed_until: datetime = _NEVER  # where there are no grants


@dataclass(frozen=True, slots=True)
class Push:
    """A message that was counted, and what allowed it when it left."""

    account: str
    drawn: _Grant | None = None
    standing: tuple[_Grant, ...] = ()


class Allowance:
    """Counts per person; who is not known may be written to until the platform says no."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def heard(self, account: str, trigger: Trigger, now: datetime) -> None:
        """Hear that somebody did something that lets us write to them."""
        known = self._known.get(account)
        # They may have written before this process began, or so long ago that it forgot them.
        wrote = known is None or (not known.grants and known.closed_until <= now)
        known = known or _Known()
        if trigger == "event" and wrote:
            known.grants["message"] = _granted("message", now)
        known.grants[trigger] = _granted(trigger, now)
        self._keep(account, known)

    def left(self, account: str) -> None:
        """Hear that somebody does not follow any more: nothing is sent until they are heard."""
        self._keep(account, _Known(closed_until=_FOR_GOOD))

    def spend(self, account: str, now: datetime) -> Push | None:
        """Count a message; None = none may be sent now."""
        known = self._known.get(account)
        if known is None or (not known.grants and known.closed_until <= now):
            return Push(account)
        standing = tuple(known.grants.values())
        usable = [one for one in standing if one.left > 0 and one.until > now]
        if not usable:
            return None
        drawn = min(usable, key=lambda one: one.until)
        drawn.left -= 1
        return Push(account, drawn, standing)

    def give_back(self, push: Push) -> None:
        """Hear that a message that was counted was refused."""
        if push.drawn is not None:
            push.drawn.left += 1

    def over(self, push: Push, now: datetime) -> None:
        """Hear from the platform that it allowed nothing when this left, whatever was counted."""
        known = self._known.get(push.account) or _Known()
        if known.closed_until == _FOR_GOOD and not known.grants:
            return
        void = {id(one) for one in push.standing}
        # What they did while it was under way allows what it allows.
        known.grants = {name: one for name, one in known.grants.items() if id(one) not in void}
        known.closed_until = now + REST
        self._keep(push.account, known)

    def forget(self) -> None:
        """Know nothing any more: another process hears the platform from now on."""
        self._known.clear()

    def _keep(self, account: str, known: _Known) -> None:
        self._known[account] = known
        self._known.move_to_end(account)
        while len(self._known) > KNOWN:
            self._known.popitem(last=False)


def _granted(trigger: Trigger, now: datetime) -> _Grant:
    count, life = _GRANTS[trigger]
    return _Grant(count, now + life)


__all__ = ["Allowance", "Push", "Trigger"]
