"""What is told with an act: the content of the forms, of the buttons and of the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flows.tickets.case import Ticket
from flows.tickets.children import Errand, Outcome, RestReason, Satisfaction
from flows.tickets.state import Tier


@dataclass(frozen=True, slots=True)
class Nothing:
    """The act says everything."""


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence, and what was sent along."""

    text: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dispatch:
    """交办: one 主办, any number of 协办, how hard it is; days = of the category, if it says."""

    lead: str
    supports: tuple[str, ...] = ()
    tier: Tier | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class SoundOut:
    """预交办: the department that is asked."""

    unit: str


@dataclass(frozen=True, slots=True)
class Handler:
    """签收, 转科室: who handles it, and where the enterprise may call."""

    name: str
    phone: str
    office: str = ""  # 科室


@dataclass(frozen=True, slots=True)
class Answer:
    """答复: the text for the enterprise and what became of the problem."""

    text: str
    outcome: Outcome
    planned_on: date | None = None
    files: tuple[str, ...] = ()  # for those inside alone: the signed draft


@dataclass(frozen=True, slots=True)
class Stage:
    """阶段答复; without text the reply that waits becomes one."""

    next_on: date
    text: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Return:
    """退单: the 法定职责 basis and the department it belongs to."""

    basis: str
    suggested: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruling:
    """裁定: its text; `unit` = the department the case goes to, `restart` = it was 错派."""

    text: str
    unit: str = ""
    restart: bool = True


@dataclass(frozen=True, slots=True)
class Waiver:
    """免除协办: which department's opinion is done without, and why."""

    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Longer:
    """申请延期: working days more."""

    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class Resting:
    """申请挂起: why, and the day it goes on."""

    reason: RestReason
    text: str
    resume_on: date


@dataclass(frozen=True, slots=True)
class Retier:
    """改难易: how hard it is after all."""

    tier: Tier
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """评价, of the enterprise or as it was told to staff."""

    satisfaction: Satisfaction
    text: str = ""
    channel: str = "chat"


@dataclass(frozen=True, slots=True)
class Try:
    """回访未果: by which way, and whether the enterprise wants no more calls."""

    channel: str = "phone"
    text: str = ""
    no_calls: bool = False


@dataclass(frozen=True, slots=True)
class Reject:
    """不予受理: why, and where the enterprise may go; empty = as it was proposed."""

    text: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Merge:
    """并案: the master, as it is now; `masters` are all tickets it was merged into itself."""

    into: Ticket
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """我也有此问题: the colleague's ticket; None = it is like those of other enterprises."""

    into: Ticket | None = None
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """移送: to whom, their number or how the enterprise was told, and when they are asked again.

    Without a day it is the one that the office's rules say.
    """

    where: str
    text: str
    follow_on: date | None = None


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """移送回访: what the body outside did, and when it is asked again; None = never."""

    text: str
    next_on: date | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """换联系人: the colleague who speaks for the enterprise from now on, and the proof of it."""

    person: int
    name: str
    phone: str
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """领办: the leader who owns the outcome."""

    leader: int
    why: str = "chosen"


@dataclass(frozen=True, slots=True)
class Met:
    """面商 or 协调会: when, and what was said."""

    kind: str  # talk, meeting
    on: date
    text: str


@dataclass(frozen=True, slots=True)
class Instructed:
    """批示: whose words, and who does what by when.

    `adds` are departments without a part in the case that come in as 协办.
    """

    leader: int
    text: str
    errands: tuple[Errand, ...] = ()
    adds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrandDone:
    """批示办结: what was done, and which errand by its place; 0 = the first of one's own."""

    text: str = ""
    errand: int = 0
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Supervised:
    """督办: a rung, for which missed deadline, and until when an answer is due."""

    rung: int
    clock: str
    deadline: datetime
    due_at: datetime | None = None
    sends_at: datetime | None = None
    number: str = ""
    text: str = ""  # why, where somebody says so by hand


@dataclass(frozen=True, slots=True)
class Emergency:
    """应急, 取消应急: why, and when a letter that is raised now leaves under it."""

    leaves_at: datetime
    text: str = ""
