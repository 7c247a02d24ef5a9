"""What becomes of a ticket on the department's leg: 交办, 签收, 首联, 协办, 退单."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.tickets import told as forms
from flows.tickets.case import Ticket
from flows.tickets.change import Change, enclosed, noted, replaced_last
from flows.tickets.children import CoTask, LeaderCase, ReturnRequest, Sounding
from flows.tickets.clocks import Clock, due_after, opinion_key
from flows.tickets.errands import handed_on
from flows.tickets.limits import Limit
from flows.tickets.parts import Actor
from flows.tickets.policy import Moment
from flows.tickets.state import Tier


def handling_limit(tier: Tier, days: int | None, now: Moment) -> Limit:
    """Return how long handling may take: the class's own days, or those of the tier."""
    return f"{days}WD" if days else now.policy.limit(tier, Clock.HANDLE)


def department_clocks(tier: Tier, handle: Limit, now: Moment) -> dict[str, Limit]:
    """Return what runs from 交办 on; it never waits for the signature."""
    limits = {
        Clock.SIGN.value: now.policy.limit(tier, Clock.SIGN),
        Clock.CONTACT.value: now.policy.limit(tier, Clock.CONTACT),
        Clock.HANDLE.value: handle,
    }
    if tier in now.policy.leader_tiers:
        limits[Clock.STAGE.value] = f"{now.policy.stage_every}WD"
    return limits


def assigned(ticket: Ticket, actor: Actor, told: forms.Dispatch, now: Moment) -> Change:
    """Give it to its department (T7): from here on every clock of the department runs."""
    tier = told.tier or ticket.tier
    opinion = now.policy.limit(tier, Clock.OPINION)
    handle = handling_limit(tier, told.days, now)
    return Change(
        {
            "lead_unit": told.lead,
            "tier": tier,
            "co_tasks": tuple(CoTask(unit=unit) for unit in told.supports),
            "dispatched_at": now.at,
        },
        begins={
            **department_clocks(tier, handle, now),
            **{opinion_key(unit): opinion for unit in told.supports},
        },
    )


def sounded_out(ticket: Ticket, actor: Actor, told: forms.SoundOut, now: Moment) -> Change:
    """Ask a department whether it is theirs (预交办); no clock waits for the answer."""
    until = due_after(now.policy.sounding, now.at, now.days).at
    asked = Sounding(unit=told.unit, by=actor.person, at=now.at, until=until)
    others = tuple(one for one in ticket.soundings if one.unit != told.unit)
    return Change({"soundings": (*others, asked)})


def _answered(ticket: Ticket, actor: Actor, now: Moment, *, ours: bool) -> Change:
    said = {"ours": ours, "answered_by": actor.person, "answered_at": now.at}
    return Change(
        {
            "soundings": tuple(
                one.model_copy(update=said) if one.unit in actor.units and one.ours is None else one
                for one in ticket.soundings
            )
        }
    )


def said_ours(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Keep that a department takes it for its own."""
    return _answered(ticket, actor, now, ours=True)


def said_not_ours(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Keep that it does not; this is no 退单."""
    return _answered(ticket, actor, now, ours=False)


def signed(ticket: Ticket, actor: Actor, told: forms.Handler, now: Moment) -> Change:
    """Name who handles it (T8)."""
    return Change(
        {
            "handler": told.name,
            "handler_phone": told.phone,
            "office": told.office or ticket.office,
            "signed_at": now.at,
        }
    )


def taken_as_signed(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Go on without a signature (视为签收, T8b)."""
    return Change({"auto_signed": True, "signed_at": now.at})


def passed_on(ticket: Ticket, actor: Actor, told: forms.Handler, now: Moment) -> Change:
    """Name another office of the same department (转科室); the department stays 主办."""
    return Change(
        {
            "office": told.office,
            "handler": told.name,
            "handler_phone": told.phone,
            "notes": noted(ticket, actor, now, "pass_on", told.office),
        }
    )


def contacted(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Keep the first talk with the enterprise (首联), and every later one."""
    return Change(
        {
            "first_contact_at": ticket.first_contact_at or now.at,
            "notes": noted(ticket, actor, now, "contact", told.text, files=told.files),
        },
        ends=(Clock.CONTACT.value,),
    )


def returned(ticket: Ticket, actor: Actor, told: forms.Return, now: Moment) -> Change:
    """Keep why the department says it is not its own (T9); the time goes on."""
    request = ReturnRequest(
        unit=ticket.lead_unit or "",
        basis=told.basis,
        suggested=told.suggested,
        by=actor.person,
        at=now.at,
        was=ticket.state,
    )
    return Change(
        {
            "returns": (*ticket.returns, request),
            **enclosed(ticket, actor, now, told.files),
        },
        begins={Clock.RULING.value: now.policy.limit(ticket.tier, Clock.RULING)},
    )


def _ruled(ticket: Ticket, actor: Actor, told: forms.Ruling, now: Moment) -> Mapping[str, Any]:
    return {
        "returns": replaced_last(
            ticket.returns,
            ruling=told.text,
            ruler=actor.person,
            ruled_at=now.at,
            moved_to=told.unit,
        )
    }


def ruled_kept(ticket: Ticket, actor: Actor, told: forms.Ruling, now: Moment) -> Change:
    """Leave it where it was, finally (T10)."""
    request = ticket.return_request
    fields = _ruled(ticket, actor, forms.Ruling(told.text), now)
    return Change(fields, state=request.was if request else None)


def ruled_moved(ticket: Ticket, actor: Actor, told: forms.Ruling, now: Moment) -> Change:
    """Give it to another department (T10); its time is new only when the first was 错派."""
    opinions = tuple(task for task in ticket.co_tasks if task.unit != told.unit)
    gone = tuple(opinion_key(task.unit) for task in ticket.co_tasks if task.unit == told.unit)
    handling = ticket.handling
    limit = handling.limit if handling else now.policy.limit(ticket.tier, Clock.HANDLE)
    begins = department_clocks(ticket.tier, limit, now)
    if not told.restart:
        begins.pop(Clock.HANDLE.value)
    return Change(
        {
            **_ruled(ticket, actor, told, now),
            "lead_unit": told.unit,
            "co_tasks": opinions,
            "instructions": handed_on(ticket, ticket.lead_unit or "", told.unit),
            "handler": "",
            "handler_phone": "",
            "office": "",
            "auto_signed": False,
            "signed_at": None,
            "first_contact_at": None,
            "dispatched_at": now.at,
        },
        begins=begins,
        ends=gone,
    )


def opinion(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Keep what a supporting department says to the lead department."""
    units = {task.unit for task in ticket.co_tasks} & actor.units
    tasks = tuple(
        task.model_copy(update={"opinion": told.text, "done": True, "answered_at": now.at})
        if task.unit in units
        else task
        for task in ticket.co_tasks
    )
    notes = noted(ticket, actor, now, "opinion", told.text, files=told.files)
    return Change(
        {"co_tasks": tasks, "notes": notes},
        ends=tuple(opinion_key(unit) for unit in sorted(units)),
    )


def waived(ticket: Ticket, actor: Actor, told: forms.Waiver, now: Moment) -> Change:
    """Do without an opinion, by name (免除)."""
    tasks = tuple(
        task.model_copy(update={"waived_by": actor.person, "waiver": told.text})
        if task.unit == told.unit and task.open
        else task
        for task in ticket.co_tasks
    )
    return Change({"co_tasks": tasks}, ends=(opinion_key(told.unit),))


def progressed(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Keep how it goes (进展)."""
    return Change({"notes": noted(ticket, actor, now, "note", told.text, files=told.files)})


def led_by_rule(ticket: Ticket, leader: int | None, why: str, now: Moment) -> dict[str, Any]:
    """Return the leader whom the rule names, unless the case has one (领办)."""
    if leader is None or ticket.leader is not None:
        return {}
    return {"leaders": (*ticket.leaders, LeaderCase(leader=leader, why=why, since=now.at))}
