"""An activity as it is kept (亲清直通车·政商面对面, 惠企恳谈会, 宁波帮学堂, …)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator


class Kept(BaseModel):
    """Base of what is stored inside an encrypted body."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Stage(StrEnum):
    """How far the office is with an activity; whether one may sign up follows from its times."""

    DRAFT = "draft"  # 草稿
    PUBLISHED = "published"  # 已发布
    PAUSED = "paused"  # 暂停报名
    CANCELLED = "cancelled"  # 已取消


class Guests(StrEnum):
    """Who may know which officials come."""

    PUBLIC = "public"  # 公开
    REGISTERED = "registered"  # 报名后可见
    INSIDE = "inside"  # 不公开


class Kind(StrEnum):
    """What a question of the office wants to know."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    PHONE = "phone"
    YES_NO = "yes_no"


class Question(Kept):
    """What the office asks besides the name: 是否用餐, 想交流的问题."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    options: tuple[str, ...] = ()
    required: bool = True


class Taken(Kept):
    """A paper of an activity (桌签, 签到表) that was handed out, with what its marks compare."""

    issue: int
    since: int = 0  # the issue in which it was handed out before; 0 = never


class Announced(Kept):
    """The officials as an issue of the papers had them."""

    issue: int
    guests: str


class Door(Kept):
    """A phone at a door (签到): each member of staff has one, with a link of its own."""

    id: str
    person: int
    made_at: AwareDatetime
    device: str = ""  # keyed digest of the first phone that opened the link; "" = none did yet


class Pasting(Kept):
    """A 接龙 that staff pasted; one that was taken back stays, for its number means no other."""

    no: int
    by: int
    at: AwareDatetime
    undone: bool = False  # 撤销接龙


class Doubtful(Kept):
    """A row of a 接龙 that staff have yet to settle."""

    no: int  # by which it is answered
    pasting: int
    digest: str  # keyed, of the row as it was written
    row: str  # as flows.registration.relay_pending writes it


class Event(Kept):
    """One activity with its seats and its times; every moment is aware, a close is exclusive."""

    number: str
    series: str = ""  # 亲清直通车, 惠企恳谈会
    title: str
    stage: Stage = Stage.DRAFT
    version: int = 1
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    venue: str
    host: str = ""
    audience: str = ""
    note: str = ""
    guests: str = ""
    guests_for: Guests = Guests.INSIDE
    capacity: int = Field(ge=1)
    per_enterprise: int = Field(default=0, ge=0)  # 限报N人/家; 0 = no limit
    waitlist: int = Field(default=0, ge=0)  # people who may wait; 0 = no waitlist
    companions: int = Field(default=0, ge=0)  # most people that one may bring along
    opens_at: AwareDatetime | None = None  # None = with its publication
    closes_at: AwareDatetime
    cancel_until: AwareDatetime | None = None  # None = until it starts
    approval: bool = False  # somebody of the office confirms each
    offer: timedelta = timedelta(hours=2)  # how long an offered seat is held
    skips: bool = False  # 跳过放不下的: a smaller party may pass one that does not fit
    questions: tuple[Question, ...] = ()
    groups: tuple[str, ...] = ()  # chats that have its card
    revision: int = 0  # times it was rescheduled: SEQUENCE of its calendar entry
    created_by: int
    created_at: AwareDatetime
    published_at: AwareDatetime | None = None
    reason: str = ""  # why it was paused, rescheduled or cancelled
    marks: tuple[str, ...] = ()  # what its clock has done already
    issue: int = 0  # 版: of its papers; one more whenever the list had changed
    issued_at: AwareDatetime | None = None
    papers: Mapping[str, Taken] = Field(default_factory=dict)  # by kind
    announced: tuple[Announced, ...] = ()  # only issues in which they changed
    doors: tuple[Door, ...] = ()  # a link that was taken back is not here any more
    origin: str = ""  # digest of what named it in a file of staff; "" = it came of no file
    passed: tuple[str, ...] = ()  # keyed digests of the rows of a 接龙 that staff passed over
    pastings: tuple[Pasting, ...] = ()  # each 接龙 that brought anything new
    doubtful: tuple[Doubtful, ...] = ()  # rows that wait for an answer
    last_doubtful: int = 0  # the last number of such a row; a number never means another row

    @model_validator(mode="after")
    def _in_order(self) -> Event:
        if self.ends_at <= self.starts_at:
            raise ValueError("an activity ends after it starts")
        if self.closes_at > self.ends_at:
            raise ValueError("signing up closes before the activity ends")
        if self.opens_at is not None and self.opens_at >= self.closes_at:
            raise ValueError("signing up opens before it closes")
        return self

    @property
    def title_whole(self) -> str:
        """Return its title with the series in front, once."""
        named = not self.series or self.series in self.title
        return self.title if named else f"{self.series}·{self.title}"

    @property
    def last_cancel(self) -> AwareDatetime:
        """Return until when one may cancel oneself; exclusive."""
        return self.cancel_until or self.starts_at


__all__ = [
    "Announced",
    "Door",
    "Doubtful",
    "Event",
    "Guests",
    "Kept",
    "Kind",
    "Pasting",
    "Question",
    "Stage",
    "Taken",
]
