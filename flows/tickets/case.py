"""A ticket and its child records as they are kept (问千家进百企 工单)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict


class State(StrEnum):
    """Where a ticket stands; 领办, 协办, 延期, 退单, 督办, 回访 are child records, not states."""

    SUBMITTED = "submitted"  # 待受理
    NEED_INFO = "need_info"  # 待补充
    ACCEPTED = "accepted"  # 待交办
    ASSIGNED = "assigned"  # 待签收
    RETURN_REVIEW = "return_review"  # 退单待裁定
    IN_PROGRESS = "in_progress"  # 办理中
    SUSPENDED = "suspended"  # 挂起
    REPLIED = "replied"  # 待审核
    CALLBACK = "callback"  # 待回访
    CLOSED = "closed"  # 办结
    REJECTED = "rejected"  # 不予受理
    TRANSFERRED = "transferred"  # 移送外部
    WITHDRAWN = "withdrawn"  # 企业撤回
    MERGED = "merged"  # 并案


ENDED = frozenset({State.CLOSED, State.REJECTED, State.TRANSFERRED, State.WITHDRAWN, State.MERGED})


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


class Kept(BaseModel):
    """Base of what is stored inside a ticket's encrypted body."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CoTask(Kept):
    """A supporting department's part (协办)."""

    unit: str
    opinion: str = ""
    done: bool = False


class Reply(Kept):
    """An answer of the lead department, audited by somebody else before it goes out."""

    text: str
    outcome: Outcome
    by: int  # person
    at: AwareDatetime
    round: int


class Note(Kept):
    """Something added while the case ran: 补充, 催办, 首联 and the like."""

    kind: str
    text: str
    by: int
    at: AwareDatetime
    files: tuple[str, ...] = ()


class Ticket(Kept):
    """One problem of one enterprise on its way through the closed loop."""

    number: str
    state: State = State.SUBMITTED
    version: int = 1
    round: int = 0  # 重办 rounds
    reporter: int  # person who reports or is called for
    recorded_by: int | None = None  # staff who wrote it down for the caller (代录)
    enterprise: str
    contact: str
    phone: str
    category: str  # id in config/taxonomy.toml
    body: str
    since: str = ""
    wish: str = ""
    anonymous: bool = False  # 对部门隐去企业名
    files: tuple[str, ...] = ()
    source: str = "dingtalk"
    verified: bool = False  # the reporter's binding was confirmed when filed; else 待核验
    urgent: bool = False
    clerk: int | None = None  # 受理员 who accepted
    lead_unit: str | None = None  # 主办
    co_tasks: tuple[CoTask, ...] = ()
    handler: str = ""  # 经办人 named at 签收
    handler_phone: str = ""
    due_on: date | None = None
    due_provisional: bool = False  # 暂定: a year without an official notice was counted
    due_from: date | None = None  # day 0 of the count to due_on
    due_days: int | None = None  # working days counted to due_on
    promise_days: int | None = None  # working days promised at 交办, frozen in the ticket
    created_at: AwareDatetime
    accepted_at: AwareDatetime | None = None
    dispatched_at: AwareDatetime | None = None
    signed_at: AwareDatetime | None = None
    first_contact_at: AwareDatetime | None = None
    replied_at: AwareDatetime | None = None
    audited_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None
    question: str = ""  # what 受理员 asked for in 待补充
    reply: Reply | None = None
    notes: tuple[Note, ...] = ()
    satisfaction: Satisfaction | None = None
    dissatisfied_reason: str = ""
    reject_reason: str = ""

    @property
    def all_files(self) -> tuple[str, ...]:
        """Return its attachments and those that came later, in order."""
        return (*self.files, *(name for note in self.notes for name in note.files))
