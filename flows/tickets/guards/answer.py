"""What stands against an answer, its audit and its rating."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flows.calendar import OFFICE_ZONE
from flows.reading.substance import lacking
from flows.tickets import told as forms
from flows.tickets.acting import Refusal
from flows.tickets.case import Ticket
from flows.tickets.children import Outcome, Satisfaction
from flows.tickets.clocks import due_after
from flows.tickets.guards.base import no
from flows.tickets.parts import DESK, Actor, Part
from flows.tickets.policy import Moment
from flows.tickets.tries import tried_days

AUDITORS = DESK | {Part.LEADER, Part.INSPECTOR}
"""Who lets an answer go out, or sends it back."""
_FARTHEST = timedelta(days=366)  # of the next word; a slip of the pen would silence its clock


def contacted(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """Nobody answers an enterprise they never talked to (T13)."""
    return None if ticket.first_contact_at else no("contact_first")


def supports_done(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """Every 协办 has answered or was done without, by name (T13)."""
    waits = tuple(task.unit for task in ticket.co_tasks if task.open)
    return no("support_open", units=waits) if waits else None


def talked(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """From the second 重办 on the enterprise was met before it is answered again (T17)."""
    if ticket.round < now.policy.talk_round:
        return None
    met = any(one.kind == "talk" and one.round == ticket.round for one in ticket.meetings)
    return None if met else no("talk_first")


def says_enough(ticket: Ticket, actor: Actor, told: forms.Answer, now: Moment) -> Refusal | None:
    """An answer has words enough to be one (T13)."""
    limit = now.policy.reply_min
    return no("short_reply", limit=limit) if len(told.text.strip()) < limit else None


def planned(ticket: Ticket, actor: Actor, told: forms.Answer, now: Moment) -> Refusal | None:
    """正在解决 says until when; a day that has passed is none."""
    if told.outcome is Outcome.SOLVING and told.planned_on is None:
        return no("planned_on")
    past = told.planned_on and told.planned_on <= now.at.astimezone(OFFICE_ZONE).date()
    return no("planned_past") if past else None


def next_word(ticket: Ticket, actor: Actor, told: forms.Stage, now: Moment) -> Refusal | None:
    """A stage reply says when the next word comes, on a coming day within a year."""
    today = now.at.astimezone(OFFICE_ZONE).date()
    if told.next_on <= today:
        return no("next_past")
    return no("next_far") if told.next_on > today + _FARTHEST else None


def not_the_author(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """Who wrote an answer does not audit it, nor who made the link that it came through."""
    own = ticket.reply is not None and ticket.reply.is_by(actor.person)
    return no("own_reply", others=AUDITORS) if own else None


def another_auditor(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """After 不满意 somebody else audits the next answer (T17)."""
    unhappy = ticket.satisfaction is Satisfaction.DISSATISFIED
    same = unhappy and ticket.audited_by == actor.person
    return no("same_auditor", others=AUDITORS) if same else None


def has_substance(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """正在研究, 已转, 请咨询 without a date, an office and a telephone is no answer."""
    if ticket.reply is None:
        return None
    today = now.at.astimezone(OFFICE_ZONE).date()
    missing = lacking(ticket.reply.text, today, now.days)
    return no("empty_reply", missing=missing) if missing else None


def round_left(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """There is another 重办."""
    return None if ticket.round < now.policy.rounds else no("no_round")


def no_round_left(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """There is no other 重办."""
    return no("round_left") if ticket.round < now.policy.rounds else None


def not_the_handler(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """A department does not ask about its own work (回访); who reported says it themselves."""
    if Part.REPORTER in actor.parts:
        return None
    wrote = ticket.reply is not None and ticket.reply.is_by(actor.person)
    handles = ticket.lead_unit in actor.departments
    return no("own_callback") if wrote or handles else None


def not_called_today(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """One try a day, and none once the enterprise asked for messages only (U13)."""
    if ticket.no_calls:
        return no("no_calls")
    today = now.at.astimezone(OFFICE_ZONE).date()
    tried = (one for one in ticket.attempts if one.at.astimezone(OFFICE_ZONE).date() == today)
    last = next(tried, None)
    return no("tried_today", by=last.by, at=last.at) if last else None


def may_be_called(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """It did not say so already (只发消息)."""
    return no("no_calls_already") if ticket.no_calls else None


def is_not_called(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """Only who asked for messages alone takes that back (可以打电话)."""
    return None if ticket.no_calls else no("calls_already")


def tried_enough(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """Three tries on three working days, then a week of silence (T18)."""
    days = tried_days(ticket, now)
    if len(days) < now.policy.attempts and not ticket.no_calls:
        return no("few_tries", left=now.policy.attempts - len(days))
    since = ticket.attempts[-1].at if ticket.attempts else ticket.audited_at or ticket.created_at
    until = due_after(f"{now.policy.silence_days}WD", since, now.days).at
    return no("wait_silence", until=f"{until:%m-%d}") if now.at < until else None


def recently_closed(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """Within thirty days the same ticket goes on; later it is a new one (T19)."""
    closed = ticket.closed_at or ticket.created_at
    days = (now.at.astimezone(OFFICE_ZONE).date() - closed.astimezone(OFFICE_ZONE).date()).days
    limit = now.policy.reopen_days
    return no("reopen_late", days=limit) if days > limit else None
