"""A ticket as it is kept (问千家进百企 工单)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import AwareDatetime, model_validator

from flows.calendar import OFFICE_ZONE
from flows.tickets.children import (
    Attempt,
    CoTask,
    Errand,
    Extension,
    FollowUp,
    Instruction,
    LeaderCase,
    Meeting,
    Note,
    Outcome,
    Relation,
    Reply,
    ReturnRequest,
    Satisfaction,
    Sounding,
    StageReply,
    Supervision,
    Suspension,
)
from flows.tickets.clocks import Clock, Deadline, Passage
from flows.tickets.earlier import upgraded
from flows.tickets.state import ENDED, Kept, State, Tier


class Joined(Kept):
    """Somebody else with the same problem, who hears of it and rates it (我也有此问题, 并案)."""

    person: int
    number: str = ""  # of their own ticket, which follows this one; empty = they have none
    via: str = ""  # the ticket that was merged into this one and brought them along
    satisfaction: Satisfaction | None = None
    reason: str = ""


class Ticket(Kept):
    """One problem of one enterprise on its way through the closed loop."""

    number: str
    state: State = State.SUBMITTED
    version: int = 1
    round: int = 0  # 重办 rounds
    reopened: int = 0  # times it was taken up again after 办结
    tier: Tier = Tier.GENERAL
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
    source: str = (
        "dingtalk"  # channel, staff (代录), visit (走访), event (会上转入), campaign (推送)
    )
    source_ref: str = ""  # the 走访's or event's id
    met_leader: str = ""  # the leader who was there when it was told (当天领导)
    told_elsewhere: str = ""  # 已在 12345/8718/企呼我应 反映过, with its number
    verified: bool = False  # the reporter's binding was confirmed when filed; else 待核验
    urgent: bool = False
    emergency: bool = False  # 应急: its letters leave at any hour
    policy: str = ""  # version of the rules it runs under
    clerk: int | None = None  # 受理员 who accepted
    lead_unit: str | None = None  # 主办
    co_tasks: tuple[CoTask, ...] = ()
    handler: str = ""  # 经办人 named at 签收
    handler_phone: str = ""
    office: str = ""  # 科室 the lead department passed it on to
    auto_signed: bool = False  # 视为签收
    passages: tuple[Passage, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    created_at: AwareDatetime
    accepted_at: AwareDatetime | None = None
    dispatched_at: AwareDatetime | None = None
    signed_at: AwareDatetime | None = None
    first_contact_at: AwareDatetime | None = None
    replied_at: AwareDatetime | None = None
    audited_at: AwareDatetime | None = None
    audited_by: int | None = None
    closed_at: AwareDatetime | None = None
    question: str = ""  # what 受理员 asked for in 待补充
    reply: Reply | None = None
    stages: tuple[StageReply, ...] = ()
    notes: tuple[Note, ...] = ()
    soundings: tuple[Sounding, ...] = ()
    returns: tuple[ReturnRequest, ...] = ()
    extensions: tuple[Extension, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    leaders: tuple[LeaderCase, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    supervisions: tuple[Supervision, ...] = ()
    joined: tuple[Joined, ...] = ()
    relations: tuple[Relation, ...] = ()
    merged_into: str = ""
    was: State | None = None  # before 并案, to go back to
    merged_at: AwareDatetime | None = None
    satisfaction: Satisfaction | None = None
    dissatisfied_reason: str = ""
    reject_reason: str = ""  # why it was not taken on
    onward: str = ""  # where the enterprise was sent instead, and where it was transferred to
    asked_reject_by: int | None = None  # 受理员 who proposes 不予受理, to be countersigned
    objected: bool = False  # to 不予受理, once
    left: bool = False  # the reporter no longer speaks for the enterprise
    no_calls: bool = False  # 只发消息, 不打电话
    confidential: bool = False  # 保密: of the desk only those who handle it read it
    kept_inside: bool = False  # 只给工商联看: no department gets it before 解除保密

    @model_validator(mode="before")
    @classmethod
    def _from_earlier(cls, kept: Any) -> Any:
        return upgraded(kept) if isinstance(kept, Mapping) else kept

    @property
    def all_files(self) -> tuple[str, ...]:
        """Return its attachments and those that came later, in order."""
        return (*self.files, *(name for note in self.notes for name in note.files))

    @property
    def ended(self) -> bool:
        """Say whether nothing is expected of anybody."""
        return self.state in ENDED

    @property
    def lapsed(self) -> bool:
        """Say whether it ended because nobody answered what was asked (T3b)."""
        latest = next(iter(self.passages[-1:]), None)
        return self.state is State.WITHDRAWN and latest is not None and latest.act == "lapse"

    def deadline(self, key: str) -> Deadline | None:
        """Return a clock's deadline, if it was ever begun."""
        return next((one for one in self.deadlines if one.key == key), None)

    @property
    def handling(self) -> Deadline | None:
        """Return the deadline that the enterprise was told (办理期限)."""
        return self.deadline(Clock.HANDLE.value)

    @property
    def due_on(self) -> date | None:
        """Name the day the lead department has until."""
        return self.handling.due_at.astimezone(OFFICE_ZONE).date() if self.handling else None

    @property
    def due_provisional(self) -> bool:
        """Say whether that day may still change (暂定)."""
        return self.handling is not None and self.handling.provisional

    @property
    def answered(self) -> bool:
        """Say whether the enterprise has its answer: what is not audited yet is none."""
        audited, reply = self.audited_at, self.reply
        return reply is not None and audited is not None and audited >= reply.at

    @property
    def return_request(self) -> ReturnRequest | None:
        """Return the 退单 that waits for a ruling."""
        return next((one for one in self.returns if one.open), None)

    @property
    def extension(self) -> Extension | None:
        """Return the 延期 that waits for a decision."""
        return next((one for one in self.extensions if one.open), None)

    @property
    def suspension(self) -> Suspension | None:
        """Return the 挂起 that waits for a decision."""
        return next((one for one in self.suspensions if one.open), None)

    @property
    def resting(self) -> Suspension | None:
        """Return the 挂起 that the case rests by."""
        found = (s for s in self.suspensions if s.granted and s.resumed_at is None)
        return next(found, None) if self.state is State.SUSPENDED else None

    @property
    def errands(self) -> tuple[tuple[int, Errand], ...]:
        """Return what all instructions ask (批示事项), each with its place, from 1."""
        every = (errand for said in self.instructions for errand in said.errands)
        return tuple(enumerate(every, 1))

    @property
    def own_wish(self) -> str:
        """Return what the enterprise wishes; "" where the problem says it already."""
        return "" if _bare(self.wish) in _bare(self.body) else self.wish

    @property
    def follow_up(self) -> FollowUp | None:
        """Return the 移送回访 that is still to come; only what was transferred has one."""
        transferred = self.state is State.TRANSFERRED
        return next((one for one in self.follow_ups if transferred and one.open), None)

    @property
    def leader(self) -> int | None:
        """Name the leader who owns the outcome (领办)."""
        return next((one.leader for one in self.leaders if one.open), None)

    @property
    def rung(self) -> int:
        """Return the highest rung of the ladder it stands on; 0 = none is open."""
        return max((one.rung for one in self.supervisions if one.open), default=0)

    @property
    def units(self) -> frozenset[str]:
        """Return the departments that have a part in it."""
        return frozenset({self.lead_unit or "", *(task.unit for task in self.co_tasks)} - {""})

    @property
    def sounded(self) -> frozenset[str]:
        """Return the departments that are asked whether it is theirs (预交办)."""
        waits = self.state is State.ACCEPTED
        return frozenset(one.unit for one in self.soundings if waits and one.ours is None)

    def joined_as(self, person: int) -> Joined | None:
        """Return how somebody joined it."""
        return next((one for one in self.joined if one.person == person), None)


def _bare(text: str) -> str:
    """Return a text without what may differ where it is split: spaces, stops."""
    return "".join(char for char in text if char.isalnum())


__all__ = [
    "ENDED",
    "Attempt",
    "CoTask",
    "Errand",
    "Extension",
    "FollowUp",
    "Instruction",
    "Joined",
    "LeaderCase",
    "Meeting",
    "Note",
    "Outcome",
    "Relation",
    "Reply",
    "ReturnRequest",
    "Satisfaction",
    "StageReply",
    "State",
    "Supervision",
    "Suspension",
    "Ticket",
    "Tier",
]
