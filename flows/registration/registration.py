"""One party that signed up for an activity: who comes, on whose word, and where it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from pydantic import AwareDatetime, Field

from flows.registration.event import Kept


class Standing(StrEnum):
    """Where a party stands."""

    APPLIED = "applied"  # 待审核
    CONFIRMED = "confirmed"  # 已确认
    WAITING = "waiting"  # 候补
    OFFERED = "offered"  # 待确认: a seat is held until its hour
    EXPIRED = "expired"  # 已过期
    CANCELLED = "cancelled"  # 已取消
    REJECTED = "rejected"  # 未通过
    ARRIVED = "arrived"  # 已签到
    ABSENT = "absent"  # 未到场


SEATED = frozenset({Standing.APPLIED, Standing.CONFIRMED, Standing.OFFERED, Standing.ARRIVED})
"""Has a seat, be it held for a decision."""
LIVE = SEATED | {Standing.WAITING}
"""A second one of the same attendee is the first again."""
COMING = frozenset({Standing.CONFIRMED, Standing.ARRIVED})


class Shown(Kept):
    """A party as an issue of the activity's papers had it; without a name it was not on them."""

    issue: int
    name: str = ""
    enterprise: str = ""
    post: str = ""
    party: int = 0
    companions: tuple[str, ...] = ()
    plate: str = ""


class Registration(Kept):
    """A party's place on the list; `seq` is the order in which they came and never changes."""

    event: str
    seq: int
    attendee: str  # who comes: "p:12", or a keyed digest of somebody we do not know
    person: int | None = None  # the attendee, where we know them
    by: int  # who signed them up: themselves, an assistant (代报), staff
    name: str
    phone: str = ""
    enterprise: str = ""
    also_for: tuple[str, ...] = ()  # other enterprises the same person speaks for
    post: str = ""  # 职务
    party: int = Field(default=1, ge=1)  # people who come, the attendee included
    companions: tuple[str, ...] = ()  # their names, where told
    plate: str = ""  # 车牌
    answers: Mapping[str, str] = Field(default_factory=dict)  # by the question's key
    gain: str = ""  # what they say of it the morning after (survey)
    remark: str = ""  # and in a sentence
    asked: bool = False  # whether they were asked it: nobody is twice
    topic: str = ""  # number of the ticket that the party wants to talk about (议题)
    standing: Standing
    made_at: AwareDatetime
    changed_at: AwareDatetime
    offer_until: AwareDatetime | None = None
    decided_by: int | None = None  # staff who confirmed or rejected it
    arrived_at: AwareDatetime | None = None
    let_in_by: int | None = None  # staff who checked them in
    nonce: str = ""  # of the check-in that succeeded: its repeat is no second one
    code: str = ""  # six digits for when the network is down
    walk_in: bool = False  # 现场加报
    reason: str = ""  # why it was rejected or cancelled for them
    shown: tuple[Shown, ...] = ()  # only issues in which it changed
    listed: tuple[str, ...] = ()  # keyed digests of the rows of a 接龙 that name the attendee
    handed: int = 0  # times it was handed over (换人): each holder has an address of their own
    by_list: bool = False  # staff took it out of a 接龙: nobody is told of it thirty times
    pasting: int = 0  # which 接龙 of the activity it came with; 0 = none, or one that is settled
    touched: bool = False  # whoever it is about did something with it since
    undone: bool = False  # taken back with its 接龙: it was never meant for this activity

    @property
    def live(self) -> bool:
        """Say whether it may still lead to taking part."""
        return self.standing in LIVE

    @property
    def seats(self) -> int:
        """Return how many seats it holds."""
        return self.party if self.standing in SEATED else 0


def enterprise_key(name: str) -> str:
    """Return under what an enterprise is counted: full-width or not, it is the same."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in plain if char.isalnum())


__all__ = ["COMING", "LIVE", "SEATED", "Registration", "Shown", "Standing", "enterprise_key"]
