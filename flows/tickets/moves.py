"""The whitelist of moves of a ticket, and the only way to a new state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from flows.tickets.case import ENDED, Reply, State, Ticket

ROUNDS = 2  # 重办 at the most, then the leader meets the enterprise (facts: T17)
REPLY_MIN = 20  # characters of an answer (facts: T13)


class Act(StrEnum):
    """What somebody does with a ticket."""

    ASK_INFO = "ask_info"  # 请补充
    SUPPLEMENT = "supplement"  # 补充
    REJECT = "reject"  # 不予受理
    ACCEPT = "accept"  # 受理
    ASSIGN = "assign"  # 交办
    SIGN = "sign"  # 签收
    CONTACT = "contact"  # 首联
    OPINION = "opinion"  # 协办意见
    REPLY = "reply"  # 答复
    APPROVE = "approve"  # 审核通过
    SEND_BACK = "send_back"  # 审核退回
    RATE = "rate"  # 满意 / 基本满意
    REDO = "redo"  # 不满意, one more round
    CLOSE_UNHAPPY = "close_unhappy"  # 不满意 after the last round
    WITHDRAW = "withdraw"  # 撤回
    URGE = "urge"  # 催办


class Part(StrEnum):
    """What a person is to one ticket."""

    REPORTER = "reporter"  # 反映人
    CLERK = "clerk"  # 受理员
    SUPERVISOR = "supervisor"  # 受理负责人
    LEAD = "lead"  # 主办联络员
    SUPPORT = "support"  # 协办联络员
    LEADER = "leader"  # 领导
    ADMIN = "admin"  # 管理员


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and in which parts."""

    person: int
    parts: frozenset[Part]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is not done: a key of the catalogue."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


Guard = Callable[[Ticket, Actor, Mapping[str, Any]], Refusal | None]


@dataclass(frozen=True, slots=True)
class Move:
    """Where an act leads, who may do it, and what stands against it."""

    to: State
    parts: frozenset[Part]
    needs: tuple[Guard, ...] = ()  # known before anything is told
    guards: tuple[Guard, ...] = ()  # look at what was told


def _one_lead(ticket: Ticket, actor: Actor, changes: Mapping[str, Any]) -> Refusal | None:
    lead = changes.get("lead_unit")
    if not lead:
        return Refusal("ticket.refused.no_lead")
    if any(task.unit == lead for task in changes.get("co_tasks", ())):
        return Refusal("ticket.refused.lead_supports")
    return None


def _contacted(ticket: Ticket, actor: Actor, changes: Mapping[str, Any]) -> Refusal | None:
    return None if ticket.first_contact_at else Refusal("ticket.refused.contact_first")


def _says_enough(ticket: Ticket, actor: Actor, changes: Mapping[str, Any]) -> Refusal | None:
    reply: Reply = changes["reply"]
    if len(reply.text) < REPLY_MIN:
        return Refusal("ticket.refused.short_reply", {"limit": REPLY_MIN})
    return None


def _not_the_author(ticket: Ticket, actor: Actor, changes: Mapping[str, Any]) -> Refusal | None:
    if ticket.reply is not None and ticket.reply.by == actor.person:
        return Refusal("ticket.refused.own_reply")
    return None


def _round_left(ticket: Ticket, actor: Actor, changes: Mapping[str, Any]) -> Refusal | None:
    return None if ticket.round < ROUNDS else Refusal("ticket.refused.no_round")


def _no_round_left(ticket: Ticket, actor: Actor, changes: Mapping[str, Any]) -> Refusal | None:
    return Refusal("ticket.refused.round_left") if ticket.round < ROUNDS else None


_REPORTER = frozenset({Part.REPORTER})
_DESK = frozenset({Part.CLERK, Part.SUPERVISOR})
_LEAD = frozenset({Part.LEAD})
_SUPPORT = frozenset({Part.SUPPORT})
_AUDIT = frozenset({Part.CLERK, Part.SUPERVISOR, Part.LEADER})
_RUNNING = tuple(state for state in State if state not in ENDED)

MOVES: Mapping[tuple[State, Act], Move] = {
    (State.SUBMITTED, Act.ASK_INFO): Move(State.NEED_INFO, _DESK),
    (State.NEED_INFO, Act.SUPPLEMENT): Move(State.SUBMITTED, _REPORTER),
    (State.SUBMITTED, Act.REJECT): Move(State.REJECTED, _DESK),
    (State.SUBMITTED, Act.ACCEPT): Move(State.ACCEPTED, _DESK),
    (State.ACCEPTED, Act.ASSIGN): Move(State.ASSIGNED, _DESK, guards=(_one_lead,)),
    (State.ASSIGNED, Act.SIGN): Move(State.IN_PROGRESS, _LEAD),
    (State.IN_PROGRESS, Act.CONTACT): Move(State.IN_PROGRESS, _LEAD),
    (State.ASSIGNED, Act.OPINION): Move(State.ASSIGNED, _SUPPORT),
    (State.IN_PROGRESS, Act.OPINION): Move(State.IN_PROGRESS, _SUPPORT),
    (State.IN_PROGRESS, Act.REPLY): Move(State.REPLIED, _LEAD, (_contacted,), (_says_enough,)),
    (State.REPLIED, Act.APPROVE): Move(State.CALLBACK, _AUDIT, (_not_the_author,)),
    (State.REPLIED, Act.SEND_BACK): Move(State.IN_PROGRESS, _AUDIT, (_not_the_author,)),
    (State.CALLBACK, Act.RATE): Move(State.CLOSED, _REPORTER),
    (State.CALLBACK, Act.REDO): Move(State.IN_PROGRESS, _REPORTER, (_round_left,)),
    (State.CALLBACK, Act.CLOSE_UNHAPPY): Move(State.CLOSED, _REPORTER, (_no_round_left,)),
    **{(state, Act.WITHDRAW): Move(State.WITHDRAWN, _REPORTER) for state in _RUNNING},
    **{(state, Act.URGE): Move(state, _REPORTER) for state in _RUNNING},
    **{
        (state, Act.SUPPLEMENT): Move(state, _REPORTER)
        for state in _RUNNING
        if state is not State.NEED_INFO
    },
}


def objection(ticket: Ticket, act: Act, actor: Actor) -> Refusal | None:
    """Say what stands against an act before anything is told: rights, state, what it needs.

    Rights are told apart from the state: a stranger learns nothing about where the case stands.
    """
    if not actor.parts:
        return Refusal("ticket.refused.stranger", {"number": ticket.number})
    planned = MOVES.get((ticket.state, act))
    allowed = frozenset[Part]().union(*(m.parts for (_, a), m in MOVES.items() if a is act))
    if not actor.parts & (planned.parts if planned else allowed):
        return Refusal("ticket.refused.not_yours")
    if planned is None:
        return Refusal("ticket.refused.not_now")
    found = (need(ticket, actor, {}) for need in planned.needs)
    return next((refusal for refusal in found if refusal), None)


def move(ticket: Ticket, act: Act, actor: Actor, changes: Mapping[str, Any]) -> Ticket | Refusal:
    """Do an act: the ticket in its new state with `changes` applied, or why not."""
    refusal = objection(ticket, act, actor)
    if refusal is not None:
        return refusal
    planned = MOVES[ticket.state, act]
    for guard in planned.guards:
        refusal = guard(ticket, actor, changes)
        if refusal is not None:
            return refusal
    update = {**changes, "state": planned.to, "version": ticket.version + 1}
    return ticket.model_copy(update=update)


def open_acts(ticket: Ticket, actor: Actor) -> tuple[Act, ...]:
    """Return the acts the person may do now, in the order of the table."""
    return tuple(
        act
        for (state, act), planned in MOVES.items()
        if state is ticket.state and actor.parts & planned.parts
    )


def parts_of(
    ticket: Ticket, person: int, roles: frozenset[tuple[str, str]], orphaned: frozenset[str]
) -> frozenset[Part]:
    """Say what a person is to a ticket, from their (role, unit) pairs.

    `orphaned` are departments without any 联络员: the 受理员 act for them (代录).
    """
    held = {role for role, _ in roles}
    units = {unit for role, unit in roles if role == "liaison" and unit}
    parts = {Part(role) for role in held if role in {"clerk", "supervisor", "leader", "admin"}}
    if ticket.reporter == person:
        parts.add(Part.REPORTER)
    desk = bool(parts & _DESK)
    if ticket.lead_unit in units or (desk and ticket.lead_unit in orphaned):
        parts.add(Part.LEAD)
    supports = {task.unit for task in ticket.co_tasks}
    if supports & units or (desk and supports & orphaned):
        parts.add(Part.SUPPORT)
    return frozenset(parts)


def may_read(ticket: Ticket, parts: frozenset[Part]) -> bool:
    """Say whether the body may be shown; an administrator sees the configuration only."""
    return bool(parts - {Part.ADMIN})


def sees_reporter(ticket: Ticket, parts: frozenset[Part]) -> bool:
    """Say whether enterprise, contact and phone may be shown (对部门隐去企业名)."""
    inside = {Part.REPORTER, Part.CLERK, Part.SUPERVISOR, Part.LEADER}
    return bool(parts & inside) or not ticket.anonymous


def may_see_files(ticket: Ticket, parts: frozenset[Part]) -> bool:
    """Say whether attachments may be shown: nobody can take a name out of a picture."""
    return may_read(ticket, parts) and sees_reporter(ticket, parts)


def urged_recently(ticket: Ticket, since: datetime) -> bool:
    """Say whether the enterprise has urged since then (催办 once a working day)."""
    return any(note.kind == "urge" and note.at >= since for note in ticket.notes)
