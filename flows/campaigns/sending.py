"""How campaigns leave: how far ahead of the robots, and when one stops by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.calendar import DueTime, WorkingDays
from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.hours import Quiet, next_allowed
from flows.campaigns.moves import Rules


@dataclass(frozen=True, slots=True)
class Sending:
    """The office's numbers for sending; config/campaigns.toml holds them."""

    prefix: str = "TS"  # 推送编号
    hold: timedelta = timedelta(seconds=60)  # 发送中·可撤
    decide_within: timedelta = timedelta(hours=24)
    ahead: int = 200  # messages of one campaign that the ledger has at a time
    step: timedelta = timedelta(seconds=1)  # how often more are given to it
    run: int = 5  # failures one after the other, after which a campaign stops
    same_within: timedelta = timedelta(days=7)  # the same 文号 to the same group is a mistake
    remind_after: timedelta = timedelta(hours=24)  # 催办, once
    receipt: timedelta = timedelta(days=14)  # so long 收到 without a number may mean it
    progress: timedelta = timedelta(seconds=15)  # how often 进度卡片 is changed at most

    @property
    def rules(self) -> Rules:
        """Return what acts on a campaign are judged by."""
        return Rules(self.hold, self.decide_within)


def next_look(
    one: Campaign, now: datetime, sending: Sending, quiet: Quiet, days: WorkingDays
) -> datetime | None:
    """Return when the clock has something to do with a campaign; None = never by itself."""
    at = _by_stage(one, now, sending, quiet, days)
    return min((x for x in (at, one.late_at) if x is not None), default=None)


def _by_stage(
    one: Campaign, now: datetime, sending: Sending, quiet: Quiet, days: WorkingDays
) -> datetime | None:
    ends = [one.draft.expires_at] if one.draft.expires_at else []
    match one.stage:
        case Stage.PENDING:
            asked = one.submitted_at or now
            return min([*ends, asked + sending.decide_within])
        case Stage.APPROVED:
            begins = leaves_at(one, one.begins_at or now, quiet, days)
            return min([*ends, begins])
        case Stage.SENDING:
            return _while_it_leaves(one, now, sending, quiet, days)
        case Stage.DONE if one.resent:
            return _while_it_leaves(one, now, sending, quiet, days)
        case Stage.PAUSED:
            return min(ends, default=None)
        case Stage.DONE if one.draft.remind and not (one.reminded_at or one.recalled_at):
            asked = (one.ended_at or now) + sending.remind_after
            return leaves_at(one, max(asked, now), quiet, days)
    return None


def _while_it_leaves(
    one: Campaign, now: datetime, sending: Sending, quiet: Quiet, days: WorkingDays
) -> datetime:
    """Return the next step; once more behind the beginning of the quiet hours, to hold it back."""
    ends = [one.draft.expires_at] if one.draft.expires_at else []
    return min([*ends, max(now + sending.step, leaves_at(one, now, quiet, days))])


def leaves_at(one: Campaign, at: datetime, quiet: Quiet, days: WorkingDays) -> datetime:
    """Return when a campaign may leave that is ready then: at once, or after the quiet hours."""
    return leaves(one, at, quiet, days).at


def leaves(one: Campaign, at: datetime, quiet: Quiet, days: WorkingDays) -> DueTime:
    """Return that moment, provisional where a year without an official calendar lies before it.

    An urgent one passes the quiet hours where its approver said so, and a mandatory one does not.
    """
    passes = one.approval is not None and one.approval.past_quiet
    return next_allowed(at, quiet, days, override=passes)


__all__ = ["Sending", "leaves", "leaves_at", "next_look"]
