"""The whitelist of moves of a ticket, and the only way to a new state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.tickets import told as forms
from flows.tickets.acting import Act, Refusal, not_theirs
from flows.tickets.case import Ticket
from flows.tickets.causes import still_caused
from flows.tickets.change import Change
from flows.tickets.clocks import Clock, Passage, step
from flows.tickets.effects import answer, confidence, contacts, department, intake, time
from flows.tickets.guards import answer as answering
from flows.tickets.guards import confidence as confiding
from flows.tickets.guards import department as departing
from flows.tickets.guards import intake as entering
from flows.tickets.guards import time as timing
from flows.tickets.oversight import LEADERS
from flows.tickets.parts import DESK, Actor, Part
from flows.tickets.policy import Moment
from flows.tickets.state import RUNNING, State
from flows.tickets.whitelist import Move, Table, lead_to, stay

_S = State
_REPORTER = frozenset({Part.REPORTER})
_HEARS = frozenset({Part.REPORTER, Part.JOINED})
_HEAD = frozenset({Part.SUPERVISOR})
_GRANTS = frozenset({Part.SUPERVISOR, Part.LEADER})
_LEAD = frozenset({Part.LEAD})
_SUPPORT = frozenset({Part.SUPPORT})
_ASKED = frozenset({Part.ASKED})
_UNASKED = (confiding.stays_inside, departing.not_sounded)
_STILL_ASKED = (departing.still_asked,)
_DAYS_ASKED, _REST_ASKED = (timing.longer_asked,), (timing.rest_asked,)
_AUDIT = answering.AUDITORS
_SYSTEM = frozenset({Part.SYSTEM})
_ABOVE = frozenset({Part.SUPERVISOR, Part.LEADER, Part.INSPECTOR})
_GIVEN = (_S.ASSIGNED, _S.RETURN_REVIEW, _S.IN_PROGRESS, _S.SUSPENDED)

_INTAKE: Table = {
    (_S.SUBMITTED, Act.ACCEPT): Move(_S.ACCEPTED, DESK, intake.accepted),
    (_S.SUBMITTED, Act.ASK_INFO): Move(_S.NEED_INFO, DESK, intake.asked, (entering.can_answer,)),
    (_S.SUBMITTED, Act.ASK_REJECT): Move(
        _S.SUBMITTED, DESK - _HEAD, intake.reject_asked, (), (entering.has_reason,)
    ),
    (_S.SUBMITTED, Act.REJECT): Move(
        _S.REJECTED, _HEAD, intake.rejected, (), (entering.has_reason,)
    ),
    (_S.REJECTED, Act.OBJECT): Move(
        _S.SUBMITTED, _REPORTER, intake.objected, (entering.can_object,)
    ),
    (_S.NEED_INFO, Act.SUPPLEMENT): Move(_S.SUBMITTED, _HEARS, intake.supplemented),
    (_S.NEED_INFO, Act.LAPSE): Move(_S.WITHDRAWN, _SYSTEM, intake.lapsed, (entering.lapsed,)),
    (_S.WITHDRAWN, Act.REVIVE): Move(
        _S.SUBMITTED, _REPORTER, intake.revived, (entering.can_revive,)
    ),
    **lead_to(
        (_S.SUBMITTED, _S.ACCEPTED),
        Act.MERGE,
        Move(_S.MERGED, DESK, intake.merged, (confiding.joins_nothing,), (entering.can_merge,)),
    ),
    (_S.MERGED, Act.UNMERGE): Move(
        _S.MERGED, DESK | _SYSTEM, intake.unmerged, (entering.can_unmerge,)
    ),
    **lead_to(
        (_S.SUBMITTED, _S.NEED_INFO, _S.ACCEPTED, _S.ASSIGNED, _S.RETURN_REVIEW, _S.IN_PROGRESS),
        Act.TRANSFER,
        Move(_S.TRANSFERRED, DESK, intake.transferred, (), (entering.asks_later,)),
    ),
    (_S.TRANSFERRED, Act.ASK_AFTER): Move(
        _S.TRANSFERRED, _SYSTEM, intake.asked_after, (entering.asked_in_time,)
    ),
    (_S.TRANSFERRED, Act.FOLLOW_UP): Move(
        _S.TRANSFERRED, DESK, intake.followed_up, (), (entering.asks_later,)
    ),
}

_DEPARTMENT: Table = {
    (_S.ACCEPTED, Act.ASSIGN): Move(
        _S.ASSIGNED,
        DESK,
        department.assigned,
        (),
        (departing.one_lead, confiding.stays_inside, departing.countersigned),
    ),
    (_S.ACCEPTED, Act.SOUND_OUT): Move(_S.ACCEPTED, DESK, department.sounded_out, (), _UNASKED),
    (_S.ACCEPTED, Act.OURS): Move(_S.ACCEPTED, _ASKED, department.said_ours, _STILL_ASKED),
    (_S.ACCEPTED, Act.NOT_OURS): Move(_S.ACCEPTED, _ASKED, department.said_not_ours, _STILL_ASKED),
    (_S.ASSIGNED, Act.SIGN): Move(_S.IN_PROGRESS, _LEAD, department.signed),
    (_S.IN_PROGRESS, Act.SIGN): Move(
        _S.IN_PROGRESS, _LEAD, department.signed, (departing.unsigned,)
    ),
    (_S.ASSIGNED, Act.TAKE_AS_SIGNED): Move(
        _S.IN_PROGRESS, _SYSTEM, department.taken_as_signed, (departing.sign_missed,)
    ),
    **stay((_S.IN_PROGRESS,), Act.PASS_ON, Move(_S.IN_PROGRESS, _LEAD, department.passed_on)),
    (_S.IN_PROGRESS, Act.CONTACT): Move(_S.IN_PROGRESS, _LEAD, department.contacted),
    **lead_to(
        (_S.ASSIGNED, _S.IN_PROGRESS),
        Act.RETURN,
        Move(
            _S.RETURN_REVIEW,
            _LEAD,
            department.returned,
            (departing.first_return, departing.in_return_window),
            (departing.has_basis,),
        ),
    ),
    (_S.RETURN_REVIEW, Act.RULE_KEPT): Move(
        _S.ASSIGNED, DESK | {Part.LEADER}, department.ruled_kept, (departing.may_rule,)
    ),
    (_S.RETURN_REVIEW, Act.RULE_MOVED): Move(
        _S.ASSIGNED,
        DESK | {Part.LEADER},
        department.ruled_moved,
        (departing.may_rule,),
        (confiding.stays_inside, departing.ruled_elsewhere),
    ),
    **stay(
        (_S.ASSIGNED, _S.RETURN_REVIEW, _S.IN_PROGRESS),
        Act.OPINION,
        Move(_S.ASSIGNED, _SUPPORT, department.opinion),
    ),
    **stay(
        (_S.ASSIGNED, _S.IN_PROGRESS),
        Act.WAIVE,
        Move(_S.ASSIGNED, DESK | {Part.LEADER}, department.waived, (), (departing.waits_for,)),
    ),
    **stay(_GIVEN, Act.NOTE, Move(_S.ASSIGNED, _LEAD | _SUPPORT | DESK, department.progressed)),
}

_TIME: Table = {
    (_S.IN_PROGRESS, Act.ASK_LONGER): Move(
        _S.IN_PROGRESS,
        _LEAD,
        time.longer_asked,
        (timing.tier_extends, timing.nothing_open, timing.in_time_to_ask),
        (timing.longer_possible,),
    ),
    (_S.IN_PROGRESS, Act.LONGER): Move(
        _S.IN_PROGRESS, _GRANTS, time.longer, (timing.longer_asked, timing.may_decide_longer)
    ),
    (_S.IN_PROGRESS, Act.NOT_LONGER): Move(_S.IN_PROGRESS, _GRANTS, time.not_longer, _DAYS_ASKED),
    (_S.IN_PROGRESS, Act.ASK_REST): Move(
        _S.IN_PROGRESS, _LEAD, time.rest_asked, (timing.nothing_open,), (timing.rest_possible,)
    ),
    (_S.IN_PROGRESS, Act.REST): Move(_S.SUSPENDED, _GRANTS, time.rested, _REST_ASKED),
    (_S.IN_PROGRESS, Act.NO_REST): Move(_S.IN_PROGRESS, _GRANTS, time.no_rest, _REST_ASKED),
    (_S.SUSPENDED, Act.RESUME): Move(
        _S.IN_PROGRESS,
        _LEAD | DESK | {Part.LEADER, Part.SYSTEM},
        time.resumed,
        (timing.rested_enough,),
    ),
    **stay(
        _GIVEN, Act.RETIER, Move(_S.ASSIGNED, _GRANTS, time.retiered, (), (timing.another_tier,))
    ),
}

_OWN_AUDIT = (answering.not_the_author,)
_UNHAPPY = _REPORTER | DESK | {Part.INSPECTOR}

_ANSWER: Table = {
    (_S.IN_PROGRESS, Act.REPLY): Move(
        _S.REPLIED,
        _LEAD,
        answer.replied,
        (answering.contacted, answering.supports_done, answering.talked),
        (answering.says_enough, answering.planned),
    ),
    (_S.IN_PROGRESS, Act.STAGE): Move(
        _S.IN_PROGRESS,
        _LEAD,
        answer.staged,
        (answering.contacted,),
        (answering.says_enough, answering.next_word),
    ),
    (_S.REPLIED, Act.SEND_BACK): Move(_S.IN_PROGRESS, _AUDIT, answer.sent_back, _OWN_AUDIT),
    (_S.REPLIED, Act.AS_STAGE): Move(
        _S.IN_PROGRESS, _AUDIT, answer.made_stage, _OWN_AUDIT, (answering.next_word,)
    ),
    (_S.REPLIED, Act.APPROVE): Move(
        _S.CALLBACK,
        _AUDIT,
        answer.approved,
        (*_OWN_AUDIT, answering.another_auditor, answering.has_substance),
    ),
    (_S.CALLBACK, Act.RATE): Move(_S.CLOSED, _REPORTER, answer.rated),
    (_S.CALLBACK, Act.RATE_FOR): Move(
        _S.CLOSED, DESK | {Part.INSPECTOR}, answer.rated_for, (answering.not_the_handler,)
    ),
    **stay(
        (_S.CALLBACK, _S.CLOSED),
        Act.RATE_ALSO,
        Move(_S.CALLBACK, frozenset({Part.JOINED}), answer.rated_also),
    ),
    (_S.CALLBACK, Act.TRY): Move(
        _S.CALLBACK,
        DESK | {Part.INSPECTOR, Part.LEADER},
        answer.tried,
        (answering.not_the_handler, answering.not_called_today),
    ),
    **stay(
        RUNNING,
        Act.MESSAGES_ONLY,
        Move(_S.CALLBACK, _REPORTER, answer.messages_only, (answering.may_be_called,)),
    ),
    **stay(
        RUNNING,
        Act.CALLS_TOO,
        Move(_S.CALLBACK, _REPORTER, answer.calls_too, (answering.is_not_called,)),
    ),
    (_S.CALLBACK, Act.REDO): Move(
        _S.IN_PROGRESS,
        _UNHAPPY,
        answer.redone,
        (answering.not_the_handler, answering.round_left),
    ),
    (_S.CALLBACK, Act.CLOSE_UNHAPPY): Move(
        _S.CLOSED,
        _UNHAPPY,
        answer.closed_unhappy,
        (answering.not_the_handler, answering.no_round_left),
    ),
    (_S.CALLBACK, Act.CLOSE_UNRATED): Move(
        _S.CLOSED, _SYSTEM, answer.closed_unrated, (answering.tried_enough,)
    ),
    (_S.CLOSED, Act.REOPEN): Move(
        _S.IN_PROGRESS, _REPORTER, answer.reopened, (answering.recently_closed,)
    ),
    (_S.CLOSED, Act.TAKE_UP): Move(
        _S.IN_PROGRESS,
        frozenset({Part.INSPECTOR, Part.LEADER, Part.OFFICIAL}),
        answer.taken_up,
    ),
}

_CONFIDENCE: Table = {
    **stay(
        (*RUNNING, _S.CLOSED),
        Act.CONFIDE,
        Move(_S.SUBMITTED, _HEAD, confidence.confided, (confiding.not_confidential,)),
    ),
    **stay(
        (*RUNNING, _S.CLOSED),
        Act.RELEASE,
        Move(_S.SUBMITTED, _HEAD, confidence.released, (confiding.is_confidential,)),
    ),
}

_ENTERPRISE: Table = {
    **lead_to(RUNNING, Act.WITHDRAW, Move(_S.WITHDRAWN, _REPORTER, intake.withdrawn)),
    **stay(
        (*RUNNING, _S.CLOSED, _S.MERGED),
        Act.LEAVE,
        Move(_S.SUBMITTED, DESK | {Part.SYSTEM}, contacts.left, (entering.has_contact,)),
    ),
    **stay(
        (*RUNNING, _S.CLOSED, _S.MERGED),
        Act.RECONTACT,
        Move(_S.SUBMITTED, DESK, contacts.recontacted),
    ),
    **stay(RUNNING, Act.URGE, Move(_S.SUBMITTED, _HEARS, intake.urged)),
    **stay(
        (state for state in RUNNING if state is not _S.NEED_INFO),
        Act.SUPPLEMENT,
        Move(_S.SUBMITTED, _HEARS, intake.supplemented),
    ),
    (_S.SUBMITTED, Act.JOIN): Move(
        _S.SUBMITTED,
        _REPORTER,
        intake.joined,
        (entering.looked_alike, confiding.joins_nothing),
        (entering.can_join,),
    ),
}

MOVES: Mapping[tuple[State, Act], Move] = {
    **_INTAKE,
    **_DEPARTMENT,
    **_TIME,
    **_ANSWER,
    **LEADERS,
    **_ENTERPRISE,
    **_CONFIDENCE,
}
_ALLOWED: Mapping[Act, frozenset[Part]] = {
    act: frozenset[Part]().union(*(m.parts for (_, a), m in MOVES.items() if a is act))
    for act in {act for _, act in MOVES}
}


def objection(ticket: Ticket, act: Act, actor: Actor, now: Moment) -> Refusal | None:
    """Say what stands against an act before anything is told: rights, state, what it needs.

    Rights are told apart from the state: a stranger learns nothing about where the case stands.
    """
    if not actor.parts:
        return Refusal("ticket.refused.stranger", {"number": ticket.number})
    planned = MOVES.get((ticket.state, act))
    allowed = planned.parts if planned else _ALLOWED.get(act, frozenset[Part]())
    if not actor.parts & allowed:
        return not_theirs(actor, allowed)
    if planned is None:
        return Refusal("ticket.refused.not_now")
    found = (need(ticket, actor, forms.Nothing(), now) for need in planned.needs)
    return next((refusal for refusal in found if refusal), None)


def move(ticket: Ticket, act: Act, actor: Actor, told: Any, now: Moment) -> Ticket | Refusal:
    """Do an act with what was told (flows.tickets.told): the ticket after it, or why not."""
    refusal = objection(ticket, act, actor, now)
    if refusal is not None:
        return refusal
    planned = MOVES[ticket.state, act]
    for guard in planned.guards:
        refusal = guard(ticket, actor, told, now)
        if refusal is not None:
            return refusal
    change = planned.effect(ticket, actor, told, now)
    return applied(ticket, act, change, change.state or planned.to, now)


def applied(ticket: Ticket, act: Act, change: Change, to: State, now: Moment) -> Ticket:
    """Return the ticket after a change, with its clocks carried through."""
    update: dict[str, Any] = {**change.fields, "state": to, "version": ticket.version + 1}
    moved = to is not ticket.state
    if moved or change.begins or change.changes or change.ends or change.extra:
        passage = Passage(
            at=now.at,
            act=act.value,
            state=to,
            begins=dict(change.begins),
            changes=dict(change.changes),
            ends=change.ends,
            extra=change.extra,
            floor=change.floor,
        )
        update["passages"] = (*ticket.passages, passage)
        update["deadlines"] = step(ticket.deadlines, passage, now.days)
    after = ticket.model_copy(update=update)
    if any(one.waits for one in after.supervisions):
        after = after.model_copy(update={"supervisions": still_caused(after)})
    return after


def filed(ticket: Ticket, now: Moment) -> Ticket:
    """Begin the life of a new ticket (T1)."""
    limit = now.policy.limit(ticket.tier, Clock.ACCEPT)
    change = Change({"policy": now.policy.version}, begins={Clock.ACCEPT.value: limit})
    begun = applied(ticket, Act.FILE, change, State.SUBMITTED, now)
    return begun.model_copy(update={"version": ticket.version})


def open_acts(ticket: Ticket, actor: Actor, now: Moment) -> tuple[Act, ...]:
    """Return the acts the person may do now, in the order of the table."""
    return tuple(
        act
        for (state, act), planned in MOVES.items()
        if state is ticket.state
        and actor.parts & planned.parts
        and all(need(ticket, actor, forms.Nothing(), now) is None for need in planned.needs)
    )
