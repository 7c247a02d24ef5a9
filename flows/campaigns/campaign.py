"""A campaign (推送): one message to many groups and people, as it is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator


class Kept(BaseModel):
    """Base of what is stored inside an encrypted body."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Stage(StrEnum):
    """How far a campaign is."""

    DRAFT = "draft"  # 草稿
    PENDING = "pending"  # 待审批
    APPROVED = "approved"  # 已批准, waits for its moment
    SENDING = "sending"  # 发送中
    PAUSED = "paused"  # 已暂停
    DONE = "done"  # 已发完
    CANCELLED = "cancelled"  # 已取消
    EXPIRED = "expired"  # 过时未发


OPEN = frozenset({Stage.DRAFT, Stage.PENDING, Stage.APPROVED, Stage.SENDING, Stage.PAUSED})
"""Stages in which something can still become of a campaign."""
UNDER_WAY = frozenset({Stage.SENDING, Stage.PAUSED})


class Kind(StrEnum):
    """What a campaign is about."""

    POLICY = "policy"  # 政策推送
    NOTICE = "notice"  # 通知
    CORRECTION = "correction"  # 更正通知


class Button(StrEnum):
    """What the card offers besides: each opens another conversation with the campaign attached."""

    ASK = "ask"  # 我有疑问
    RECEIVED = "received"  # 收到
    SIGN_UP = "sign_up"  # 我要报名, for the activity that the draft names
    APPLY = "apply"  # 我要申报, for the policy that the draft names


class Audience(Kept):
    """Who is meant (受众): a rule, until the approval freezes it into targets.

    Each narrows: an empty tuple means "any". `chats` = ("*",) means every enterprise group; named
    chats and named enterprises are taken whatever the other fields say.
    """

    chats: tuple[str, ...] = ()
    chambers: tuple[str, ...] = ()  # 商会
    towns: tuple[str, ...] = ()  # 镇（街道）
    industries: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()  # 资质标签
    enterprises: tuple[str, ...] = ()  # a list of names
    people: bool = False  # 1:1 to the people of the enterprises, too

    @property
    def narrows(self) -> bool:
        """Say whether the enterprise itself is looked at."""
        return bool(self.chambers or self.towns or self.industries or self.sizes or self.tags)

    @property
    def empty(self) -> bool:
        """Say whether nobody can be meant."""
        return not (self.chats or self.people)


class Draft(Kept):
    """What is written and for whom: all that an approval is bound to."""

    kind: Kind
    title: str
    body: str
    topic: str = ""  # 订阅主题
    policy: str = ""  # number of the policy it is about
    event: str = ""  # number of the activity that 我要报名 is for
    doc_no: str = ""  # its 文号, for the window in which it is not sent twice
    corrects: str = ""  # number of the campaign that this one corrects
    corrected: str = ""  # its title, which its readers know
    buttons: tuple[Button, ...] = ()
    files: tuple[str, ...] = ()
    mandatory: bool = False  # who unsubscribed gets it as well
    remind: bool = False  # 催办 of those who did not press 收到
    urgent: bool = False  # passes the quiet hours, if the approver says so
    audience: Audience
    send_at: AwareDatetime | None = None  # None = as soon as it is approved
    expires_at: AwareDatetime | None = None  # 过时不发
    demo: bool = False  # only for groups marked 沙箱
    blanks: tuple[str, ...] = ()  # of the template that it began with: 【时间】 is one there

    @model_validator(mode="after")
    def _in_order(self) -> Draft:
        if self.send_at and self.expires_at and self.expires_at <= self.send_at:
            raise ValueError("a campaign expires after it is to be sent")
        if self.kind is Kind.CORRECTION and not self.corrects:
            raise ValueError("a correction names what it corrects")
        if Button.SIGN_UP in self.buttons and not self.event:
            raise ValueError("nobody signs up for an activity that is not named")
        if Button.APPLY in self.buttons and not self.policy:
            raise ValueError("nobody applies for a policy that is not named")
        if self.remind and Button.RECEIVED not in self.buttons:
            raise ValueError("nobody is reminded of what nobody can confirm")
        return self

    @property
    def fingerprint(self) -> str:
        """Return a digest of all of it: one character changed, and it is another."""
        # A field that comes later, unused, takes nobody's approval away.
        return _digest(self.model_dump(mode="json", exclude_defaults=True))

    def is_of(self, fingerprint: str) -> bool:
        """Say whether a fingerprint is of this draft, taken now or by an earlier release."""
        # The first ones were of every field there was then, used or not.
        later = {name for name in ("event", "blanks") if not getattr(self, name)}
        return fingerprint in {
            self.fingerprint,
            _digest(self.model_dump(mode="json", exclude=later)),
        }


def _digest(told: Mapping[str, Any]) -> str:
    canonical = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


REASON = "reason:"  # how a waiver begins that is of a reason: reason:twice


class Waiver(Kept):
    """Something that speaks against sending, and who let it pass by name (确认无误)."""

    finding: str  # identity of what was found, or a reason why some are left out (署名放行)
    by: int
    at: AwareDatetime

    @property
    def reason(self) -> str:
        """Return the reason for which some are left out that it lets pass; "" = a finding."""
        return self.finding.removeprefix(REASON) if self.finding.startswith(REASON) else ""


class Looked(Kept):
    """What was seen at a link of the text when it was looked up."""

    url: str
    state: Literal["open", "dead", "unclear"]
    seen: str = ""  # an HTTP status, or why there is none: no_answer, private, …
    at: AwareDatetime


class Decision(Kept):
    """What an approver said, and of which text."""

    by: int
    at: AwareDatetime
    fingerprint: str
    approved: bool
    reason: str = ""
    past_quiet: bool = False  # lets an urgent one go out in the quiet hours


class Progress(Kept):
    """How far it was when somebody looked last, and since when its pace counts."""

    at: AwareDatetime
    over: int  # places of which something was known
    since: AwareDatetime
    base: int  # places of which something was known then
    shown: int  # as the card says (进度卡片)
    until: AwareDatetime | None = None  # the card says that it waits till then


class Resent(Kept):
    """Places that somebody had sent again (补发) when the rest was over."""

    by: int
    places: tuple[str, ...]  # keys of targets


class LeftBehind(Kept):
    """An attachment that does not go out although it was approved, and who decided so."""

    file: str
    by: int
    at: AwareDatetime


class Campaign(Kept):
    """One campaign with all that was decided about it."""

    number: str
    stage: Stage = Stage.DRAFT
    version: int = 1
    draft: Draft
    before: Draft | None = None  # as it stood when it was last decided about
    created_by: int
    created_at: AwareDatetime
    code: str  # 验真码
    edited_by: int | None = None  # the last who changed the text
    submitted_by: int | None = None
    submitted_at: AwareDatetime | None = None
    waivers: tuple[Waiver, ...] = ()
    looked: tuple[Looked, ...] = ()  # at its links, as long as they are in the text
    decisions: tuple[Decision, ...] = ()
    begins_at: AwareDatetime | None = None  # when the first leaves; until then it is 可撤
    begun: bool = False  # whether anything has left
    begun_at: AwareDatetime | None = None
    resumed_at: AwareDatetime | None = None  # failures before then were seen to
    targets: int = Field(default=0, ge=0)  # frozen with the approval
    ended_at: AwareDatetime | None = None
    reminded_at: AwareDatetime | None = None  # 催办 of those who did not press 收到
    reason: str = ""  # why it was paused, cancelled or rejected
    stopped_by: int | None = None  # None = it paused by itself
    recalled_at: AwareDatetime | None = None
    recall_told: bool = False  # whether those concerned heard how that ended
    progress: Progress | None = None  # None = nothing has left
    asked: int = Field(default=0, ge=0)  # places that wait at the platform when it was over
    told_failed: int | None = None  # places that failed, as those concerned know since it ended
    told_unknown: int | None = None  # and those of which nobody knew
    late_at: AwareDatetime | None = None  # when they hear of those that failed afterwards
    resent: tuple[Resent, ...] = ()  # of which nobody has heard yet how that ended
    left_behind: tuple[LeftBehind, ...] = ()  # of the draft's attachments

    @property
    def approval(self) -> Decision | None:
        """Return the approval that counts: of this text and this audience, and of no other."""
        said = self.decisions[-1] if self.decisions else None
        fits = said is not None and said.approved and self.draft.is_of(said.fingerprint)
        return said if fits else None

    @property
    def files(self) -> Mapping[int, str]:
        """Return the attachments that go out, by the number that each has in the draft."""
        left = {one.file for one in self.left_behind}
        return {n: file for n, file in enumerate(self.draft.files, 1) if file not in left}

    @property
    def writers(self) -> frozenset[int]:
        """Return who had a hand in the text, and so cannot approve it."""
        found = (self.created_by, self.edited_by, self.submitted_by)
        return frozenset(one for one in found if one is not None)

    @property
    def open(self) -> bool:
        """Say whether something can still become of it."""
        return self.stage in OPEN

    def expired(self, now: datetime) -> bool:
        """Say whether it is too late to begin (过时不发)."""
        return self.draft.expires_at is not None and now >= self.draft.expires_at


__all__ = [
    "OPEN",
    "REASON",
    "UNDER_WAY",
    "Audience",
    "Button",
    "Campaign",
    "Decision",
    "Draft",
    "Kept",
    "Kind",
    "LeftBehind",
    "Looked",
    "Progress",
    "Resent",
    "Stage",
    "Waiver",
]
