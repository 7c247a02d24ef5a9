"""The child records of a ticket: what runs beside 办理中 and has people and dates of its own."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime

from flows.tickets.state import Kept, State


class Outcome(StrEnum):
    """What became of the problem, apart from how satisfied the enterprise is."""

    SOLVED = "A"  # 已解决
    SOLVING = "B"  # 正在解决
    PLANNED = "C"  # 列入计划 / 条件限制
    NOTED = "D"  # 留作参考 / 不符政策


class Satisfaction(StrEnum):
    """How the enterprise rates the answer; unreachable is UNRATED, never satisfied."""

    SATISFIED = "satisfied"  # 满意
    MOSTLY = "mostly"  # 基本满意
    DISSATISFIED = "dissatisfied"  # 不满意
    UNRATED = "unrated"  # 未评价


class CoTask(Kept):
    """A supporting department's part (协办): an opinion, by its own date."""

    unit: str
    opinion: str = ""
    done: bool = False
    answered_at: AwareDatetime | None = None
    waived_by: int | None = None  # who did without it (免除), by name
    waiver: str = ""
    void: bool = False  # the case was withdrawn or transferred before it came
    errand: int = 0  # place of the errand (批示事项) that brought it in, whose tick answers it

    @property
    def open(self) -> bool:
        """Say whether the lead department still waits for it."""
        return not self.done and self.waived_by is None and not self.void


class Reply(Kept):
    """An answer of the lead department, audited by somebody else before it goes out."""

    text: str
    outcome: Outcome
    by: int  # person
    at: AwareDatetime
    round: int
    planned_on: date | None = None  # B: when it will be solved; C: when it is looked at again
    behind: int | None = None  # who made the link through which it came

    def is_by(self, person: int) -> bool:
        """Say whether somebody wrote it: also who made the link that it came through."""
        return person in {self.by, self.behind}


class StageReply(Kept):
    """阶段答复: what was done so far, and the day of the next word."""

    text: str
    next_on: date
    by: int
    at: AwareDatetime


class Note(Kept):
    """Something added while the case ran: 补充, 催办, 首联 and the like."""

    kind: str
    text: str
    by: int
    at: AwareDatetime
    files: tuple[str, ...] = ()
    unit: str = ""  # the department it was written for; empty = the office, the enterprise


class Sounding(Kept):
    """预交办: a department is asked before 交办 whether a case is its own; silence says nothing."""

    unit: str
    by: int
    at: AwareDatetime
    until: AwareDatetime
    ours: bool | None = None  # None = no answer
    answered_by: int | None = None
    answered_at: AwareDatetime | None = None


class ReturnRequest(Kept):
    """退单: why a department says that a case is not its own, and how that was ruled."""

    unit: str
    basis: str  # 法定职责依据
    suggested: str = ""  # 建议改由哪个部门
    by: int
    at: AwareDatetime
    was: State = State.ASSIGNED  # where the case goes back to when it stays
    ruling: str = ""  # 裁定
    ruler: int | None = None
    ruled_at: AwareDatetime | None = None
    moved_to: str = ""  # empty while open, and when it stays

    @property
    def open(self) -> bool:
        """Say whether it waits for a ruling."""
        return self.ruled_at is None


class Extension(Kept):
    """延期: so many working days more, asked for in time and granted by name."""

    days: int
    reason: str
    by: int
    at: AwareDatetime
    was_due: AwareDatetime
    granted: bool | None = None  # None = waits
    decider: int | None = None
    decided_at: AwareDatetime | None = None
    new_due: AwareDatetime | None = None

    @property
    def open(self) -> bool:
        """Say whether it waits for a decision."""
        return self.granted is None


class RestReason(StrEnum):
    """Why a case may rest (挂起); nothing else is a reason."""

    PROCEDURE = "procedure"  # 法定程序
    ENTERPRISE = "enterprise"  # 待企业
    POLICY = "policy"  # 待上级政策
    SEASON = "season"  # 工程或季节
    COURT = "court"  # 司法


class Suspension(Kept):
    """挂起: asked for by the lead department, granted by name, with a day of return."""

    reason: RestReason
    text: str
    resume_on: date
    days: int  # working days from the asking to the return
    by: int
    at: AwareDatetime
    granted: bool | None = None
    decider: int | None = None
    decided_at: AwareDatetime | None = None
    resumed_at: AwareDatetime | None = None

    @property
    def open(self) -> bool:
        """Say whether it waits for a decision."""
        return self.granted is None


class Attempt(Kept):
    """One try to reach the enterprise for its rating (回访)."""

    by: int
    at: AwareDatetime
    channel: str  # phone, chat
    reached: bool
    text: str = ""


class Meeting(Kept):
    """面商 with the enterprise or 协调会 between departments, as it is recorded."""

    kind: str  # talk = 面商, meeting = 协调会
    on: date
    text: str
    by: int
    at: AwareDatetime
    round: int = 0


class Errand(Kept):
    """Who does what by when: what an instruction (批示) asks of a department or a person."""

    who: str  # a department's id, or the number of a person
    what: str
    by_when: date
    name: str = ""  # of the person, as it was said
    done_at: AwareDatetime | None = None
    done_by: int | None = None

    @property
    def open(self) -> bool:
        """Say whether it still has to be done."""
        return self.done_at is None

    @property
    def person(self) -> int | None:
        """Return the person it is for; None = it is a department's."""
        return int(self.who) if self.who.isdecimal() else None


class Instruction(Kept):
    """批示: a leader's words, oral ones written down by the secretary (口头: ××; 代录: ××)."""

    leader: int
    text: str
    recorded_by: int | None = None  # the secretary, when it was not the leader
    at: AwareDatetime
    errands: tuple[Errand, ...] = ()


class LeaderCase(Kept):
    """领办: the named leader who owns the outcome, while the department owns the work."""

    leader: int
    why: str  # hard, unhappy, chosen, handed_over
    since: AwareDatetime
    by: int | None = None  # None = by the rule
    until: AwareDatetime | None = None
    handed_from: int | None = None

    @property
    def open(self) -> bool:
        """Say whether the leader still owns it."""
        return self.until is None


class Supervision(Kept):
    """督办: a rung of the ladder that somebody has to answer."""

    rung: int  # 1 催办, 2 督办单, 3 督办函, 4 会商
    clock: str
    deadline: AwareDatetime  # the one that was missed
    at: AwareDatetime
    number: str = ""  # of the paper, from L2 on
    due_at: AwareDatetime | None = None
    sends_at: AwareDatetime | None = None  # until then "先打个电话" may call it off
    sent_at: AwareDatetime | None = None
    called_off_by: int | None = None  # 0 = its cause fell away before it left
    answered_by: int | None = None
    answered_at: AwareDatetime | None = None
    answer: str = ""
    by: int | None = None  # who set it by hand; None = the clock
    text: str = ""  # why, in their words

    @property
    def open(self) -> bool:
        """Say whether it waits for an answer."""
        return self.answered_at is None and self.called_off_by is None

    @property
    def waits(self) -> bool:
        """Say whether it is a letter that has not left yet."""
        return self.open and self.sends_at is not None and self.sent_at is None


class Relation(Kept):
    """How a ticket belongs to another."""

    kind: str  # relapse_of, merged, near (it looked alike), alike (its reporter said so)
    number: str


class FollowUp(Kept):
    """移送回访: the day on which a body outside is asked what became of a transferred case."""

    on: date
    reminded_at: AwareDatetime | None = None  # the desk was told, in its digest
    asked_at: AwareDatetime | None = None  # what the body did was recorded
    by: int | None = None

    @property
    def open(self) -> bool:
        """Say whether nobody has asked yet."""
        return self.asked_at is None
