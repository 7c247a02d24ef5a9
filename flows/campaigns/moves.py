"""The acts on a campaign, and the only way from one stage to another (四眼审批)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flows.campaigns.campaign import Campaign, Decision, Draft, LeftBehind, Stage, Waiver
from flows.engine.words import Refused


class Act(StrEnum):
    """What can be done to a campaign."""

    EDIT = "edit"  # 修改
    WAIVE = "waive"  # 确认无误
    SUBMIT = "submit"  # 提交审批
    WITHDRAW = "withdraw"  # 撤回送审
    APPROVE = "approve"  # 通过
    REJECT = "reject"  # 退回修改
    LAPSE = "lapse"  # 逾期未批
    BEGIN = "begin"  # 开始发送
    EXPIRE = "expire"  # 过时不发
    PAUSE = "pause"  # 暂停
    RESUME = "resume"  # 继续
    CANCEL = "cancel"  # 取消发送
    FINISH = "finish"  # 发完
    RECALL = "recall"  # 撤回
    WITHOUT = "without"  # 不带附件发


class Part(StrEnum):
    """What somebody is to a campaign."""

    SENDER = "sender"  # 起草人: whoever may compose
    APPROVER = "approver"  # 审批人
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a person with all their accounts, or nobody (the clock)."""

    person: int | None
    parts: frozenset[Part]


SYSTEM = Actor(None, frozenset({Part.SYSTEM}))


@dataclass(frozen=True, slots=True)
class Rules:
    """What is configured: how long a sending can be taken back, and an approval is awaited."""

    hold: timedelta  # 发送中·可撤
    decide_within: timedelta


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, with the rules by which it is judged."""

    at: datetime
    rules: Rules


@dataclass(frozen=True, slots=True)
class Told:
    """What comes with an act."""

    draft: Draft | None = None  # EDIT
    finding: str = ""  # WAIVE
    reason: str = ""
    past_quiet: bool = False  # APPROVE
    version: int | None = None  # as the person saw it; another one is refused
    open_findings: tuple[str, ...] = ()  # what is found in the text and let pass by nobody
    targets: int = 0  # how many are meant now
    files: tuple[str, ...] = ()  # WITHOUT: attachments that stay behind


Guard = Callable[[Campaign, Actor, Told, Moment], Refused | None]
Effect = Callable[[Campaign, Actor, Told, Moment], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Move:
    """Where an act leads, who may do it, what stands against it and what it changes."""

    to: Stage
    parts: frozenset[Part]
    effect: Effect
    guards: tuple[Guard, ...] = field(default=())


def _no(key: str, **params: Any) -> Refused:
    return Refused(f"campaign.refused.{key}", params)


def _four_eyes(one: Campaign, who: Actor, told: Told, now: Moment) -> Refused | None:
    """Nobody decides about what they wrote, changed or submitted, from whatever account."""
    return _no("own") if who.person in one.writers else None


def _unchanged(one: Campaign, who: Actor, told: Told, now: Moment) -> Refused | None:
    """What was read is what is decided about."""
    return _no("changed") if told.version not in (None, one.version) else None


def _clean(one: Campaign, who: Actor, told: Told, now: Moment) -> Refused | None:
    """Everything found in the text was mended, or let pass by name."""
    found = len(told.open_findings)
    return _no("findings", count=found) if found else None


def _somebody(one: Campaign, who: Actor, told: Told, now: Moment) -> Refused | None:
    return None if told.targets else _no("nobody")


def _in_time(one: Campaign, who: Actor, told: Told, now: Moment) -> Refused | None:
    return _no("too_late") if one.expired(now.at) else None


def _has_reason(one: Campaign, who: Actor, told: Told, now: Moment) -> Refused | None:
    return None if told.reason.strip() else _no("reason")


def _is_due(one: Campaign, who: Actor, told: Told, now: Moment) -> Refused | None:
    due = one.begins_at is not None and now.at >= one.begins_at
    return None if due else _no("not_due")


def _has_lapsed(one: Campaign, who: Actor, told: Told, now: Moment) -> Refused | None:
    until = one.submitted_at and one.submitted_at + now.rules.decide_within
    return None if until and now.at >= until else _no("not_due")


def _is_over(one: Campaign, who: Actor, told: Told, now: Moment) -> Refused | None:
    return None if one.expired(now.at) else _no("not_due")


def _has_left(one: Campaign, who: Actor, told: Told, now: Moment) -> Refused | None:
    return None if one.begun else _no("nothing_left")


def _kept(one: Campaign, who: Actor, told: Told, now: Moment) -> Mapping[str, Any]:
    return {}


def _edited(one: Campaign, who: Actor, told: Told, now: Moment) -> Mapping[str, Any]:
    """Take the new text; what was approved is so no longer."""
    draft = told.draft or one.draft
    nobody_asked = {"submitted_by": None, "submitted_at": None, "begins_at": None}
    return {
        "draft": draft,
        "edited_by": who.person,
        "waivers": _still_let_pass(one, draft),
        "left_behind": (),
        **nobody_asked,
    }


def _still_let_pass(one: Campaign, draft: Draft) -> tuple[Waiver, ...]:
    """Leave out whom somebody let pass (署名放行) where others may be meant, or something else."""
    same = all(getattr(one.draft, name) == getattr(draft, name) for name in _JUDGED)
    return tuple(waiver for waiver in one.waivers if same or not waiver.reason)


_JUDGED = ("title", "body", "doc_no", "event", "audience", "send_at")
"""Fields by which people are left out for a reason that somebody can let pass."""


def _waived(one: Campaign, who: Actor, told: Told, now: Moment) -> Mapping[str, Any]:
    others = tuple(waiver for waiver in one.waivers if waiver.finding != told.finding)
    return {"waivers": (*others, Waiver(finding=told.finding, by=who.person or 0, at=now.at))}


def _submitted(one: Campaign, who: Actor, told: Told, now: Moment) -> Mapping[str, Any]:
    return {"submitted_by": who.person, "submitted_at": now.at, "reason": ""}


def _withdrawn(one: Campaign, who: Actor, told: Told, now: Moment) -> Mapping[str, Any]:
    return {"submitted_by": None, "submitted_at": None, "begins_at": None}


def _decided(one: Campaign, who: Actor, told: Told, now: Moment, *, approved: bool) -> Decision:
    return Decision(
        by=who.person or 0,
        at=now.at,
        fingerprint=one.draft.fingerprint,
        approved=approved,
        reason=told.reason,
        past_quiet=approved and told.past_quiet and one.draft.urgent,
    )


def _approved(one: Campaign, who: Actor, told: Told, now: Moment) -> Mapping[str, Any]:
    """Bind the approval to the text; the first message leaves when it can no longer be stopped."""
    soonest = now.at + now.rules.hold
    return {
        "decisions": (*one.decisions, _decided(one, who, told, now, approved=True)),
        "before": one.draft,
        "begins_at": max(soonest, one.draft.send_at or soonest),
        "targets": told.targets,
        "reason": "",
    }


def _rejected(one: Campaign, who: Actor, told: Told, now: Moment) -> Mapping[str, Any]:
    return {
        "decisions": (*one.decisions, _decided(one, who, told, now, approved=False)),
        "before": one.draft,
        "reason": told.reason,
    }


def _begun(one: Campaign, who: Actor, told: Told, now: Moment) -> Mapping[str, Any]:
    return {"begun": True, "begun_at": now.at}


def _stopped(one: Campaign, who: Actor, told: Told, now: Moment) -> Mapping[str, Any]:
    return {"reason": told.reason, "stopped_by": who.person}


def _resumed(one: Campaign, who: Actor, told: Told, now: Moment) -> Mapping[str, Any]:
    return {"reason": "", "stopped_by": None, "resumed_at": now.at}


def _without(one: Campaign, who: Actor, told: Told, now: Moment) -> Mapping[str, Any]:
    """Go on and leave attachments behind; the text is still the one that was approved."""
    left = (LeftBehind(file=file, by=who.person or 0, at=now.at) for file in told.files)
    return {**_resumed(one, who, told, now), "left_behind": (*one.left_behind, *left)}


def _has_files(one: Campaign, who: Actor, told: Told, now: Moment) -> Refused | None:
    return None if told.files else _no("all_files_fit")


def _ended(one: Campaign, who: Actor, told: Told, now: Moment) -> Mapping[str, Any]:
    return {"ended_at": now.at, "reason": told.reason or one.reason}


def _recalled(one: Campaign, who: Actor, told: Told, now: Moment) -> Mapping[str, Any]:
    return {
        "recalled_at": one.recalled_at or now.at,
        "recall_told": False,
        "resent": (),
        "ended_at": one.ended_at or now.at,
    }


_S = Stage
_WRITES = frozenset({Part.SENDER})
_DECIDES = frozenset({Part.APPROVER})
_STOPS = frozenset({Part.SENDER, Part.APPROVER})
_STOPS_OR_CLOCK = _STOPS | {Part.SYSTEM}
_CLOCK = frozenset({Part.SYSTEM})

MOVES: Mapping[tuple[Stage, Act], Move] = {
    (_S.DRAFT, Act.EDIT): Move(_S.DRAFT, _WRITES, _edited, (_unchanged,)),
    (_S.PENDING, Act.EDIT): Move(_S.DRAFT, _WRITES, _edited, (_unchanged,)),
    (_S.APPROVED, Act.EDIT): Move(_S.DRAFT, _WRITES, _edited, (_unchanged,)),
    (_S.DRAFT, Act.WAIVE): Move(_S.DRAFT, _WRITES, _waived),
    (_S.DRAFT, Act.SUBMIT): Move(
        _S.PENDING, _WRITES, _submitted, (_unchanged, _clean, _somebody, _in_time)
    ),
    (_S.DRAFT, Act.CANCEL): Move(_S.CANCELLED, _WRITES, _ended),
    (_S.PENDING, Act.WITHDRAW): Move(_S.DRAFT, _WRITES, _withdrawn),
    (_S.PENDING, Act.APPROVE): Move(
        _S.APPROVED, _DECIDES, _approved, (_four_eyes, _unchanged, _clean, _somebody, _in_time)
    ),
    (_S.PENDING, Act.REJECT): Move(
        _S.DRAFT, _DECIDES, _rejected, (_four_eyes, _unchanged, _has_reason)
    ),
    (_S.PENDING, Act.CANCEL): Move(_S.CANCELLED, _STOPS, _ended),
    (_S.PENDING, Act.LAPSE): Move(_S.DRAFT, _CLOCK, _withdrawn, (_has_lapsed,)),
    (_S.PENDING, Act.EXPIRE): Move(_S.EXPIRED, _CLOCK, _ended, (_is_over,)),
    (_S.APPROVED, Act.BEGIN): Move(_S.SENDING, _CLOCK, _begun, (_is_due, _in_time)),
    (_S.APPROVED, Act.EXPIRE): Move(_S.EXPIRED, _CLOCK, _ended, (_is_over,)),
    (_S.APPROVED, Act.WITHDRAW): Move(_S.DRAFT, _STOPS, _withdrawn),
    (_S.APPROVED, Act.CANCEL): Move(_S.CANCELLED, _STOPS, _ended),
    (_S.SENDING, Act.PAUSE): Move(_S.PAUSED, _STOPS_OR_CLOCK, _stopped),
    (_S.SENDING, Act.CANCEL): Move(_S.CANCELLED, _STOPS, _ended),
    (_S.SENDING, Act.FINISH): Move(_S.DONE, _CLOCK, _ended),
    (_S.SENDING, Act.EXPIRE): Move(_S.DONE, _CLOCK, _ended, (_is_over,)),
    (_S.PAUSED, Act.EXPIRE): Move(_S.DONE, _CLOCK, _ended, (_is_over,)),
    (_S.PAUSED, Act.RESUME): Move(_S.SENDING, _STOPS, _resumed, (_in_time,)),
    (_S.PAUSED, Act.CANCEL): Move(_S.CANCELLED, _STOPS, _ended),
    (_S.PAUSED, Act.WITHOUT): Move(
        _S.SENDING, _DECIDES, _without, (_four_eyes, _has_files, _in_time)
    ),
    (_S.DONE, Act.RECALL): Move(_S.DONE, _STOPS, _recalled),
    (_S.CANCELLED, Act.RECALL): Move(_S.CANCELLED, _STOPS, _recalled, (_has_left,)),
    # Whoever takes back what has left wants no more of it to leave.
    (_S.SENDING, Act.RECALL): Move(_S.CANCELLED, _STOPS, _recalled),
    (_S.PAUSED, Act.RECALL): Move(_S.CANCELLED, _STOPS, _recalled),
}


def objection(one: Campaign, act: Act, who: Actor, told: Told, now: Moment) -> Refused | None:
    """Say what stands against an act; None = it may be done."""
    move = MOVES.get((one.stage, act))
    if move is None:
        return _no("stage", act=act.value, stage=one.stage.value)
    if not move.parts & who.parts:
        return _no("not_yours", act=act.value)
    found = (guard(one, who, told, now) for guard in move.guards)
    return next((refused for refused in found if refused is not None), None)


def moved(one: Campaign, act: Act, who: Actor, told: Told, now: Moment) -> Campaign | Refused:
    """Do an act: the campaign in its new stage, or why not."""
    refused = objection(one, act, who, told, now)
    if refused is not None:
        return refused
    move = MOVES[one.stage, act]
    known = {name: getattr(one, name) for name in Campaign.model_fields}
    changed = move.effect(one, who, told, now)
    return Campaign.model_validate(
        {**known, **changed, "stage": move.to, "version": one.version + 1}
    )


__all__ = [
    "MOVES",
    "SYSTEM",
    "Act",
    "Actor",
    "Moment",
    "Move",
    "Part",
    "Rules",
    "Told",
    "moved",
    "objection",
]
