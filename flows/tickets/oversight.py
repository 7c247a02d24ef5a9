"""The moves of leaders and of the ladder: 领办, 面商, 批示, 督办."""

from __future__ import annotations

from flows.tickets.acting import Act
from flows.tickets.effects import ladder as by_hand
from flows.tickets.effects import leaders as effects
from flows.tickets.guards import ladder
from flows.tickets.guards import leaders as guards
from flows.tickets.parts import DESK, Part
from flows.tickets.state import RUNNING, State
from flows.tickets.whitelist import Move, Table, stay

_S = State
_SYSTEM = frozenset({Part.SYSTEM})
_HEAD = frozenset({Part.SUPERVISOR})
_LEAD = frozenset({Part.LEAD})
_SUPPORT = frozenset({Part.SUPPORT})
_ABOVE = frozenset({Part.SUPERVISOR, Part.LEADER, Part.INSPECTOR})
_TAKERS = DESK | {Part.LEAD, Part.SUPPORT, Part.LEADER, Part.OFFICIAL, Part.SECRETARY}
_GIVEN = (_S.ASSIGNED, _S.RETURN_REVIEW, _S.IN_PROGRESS, _S.SUSPENDED)

LEADERS: Table = {
    **stay(
        RUNNING,
        Act.LEAD,
        Move(_S.SUBMITTED, _HEAD | _SYSTEM, effects.led, (), (guards.other_leader,)),
    ),
    **stay(
        RUNNING,
        Act.HAND_OVER,
        Move(
            _S.SUBMITTED,
            _HEAD | {Part.LEADER, Part.SYSTEM},
            effects.led,
            (guards.is_led,),
            (guards.other_leader,),
        ),
    ),
    **stay(
        (*_GIVEN, _S.REPLIED),
        Act.MEET,
        Move(_S.ASSIGNED, _LEAD | DESK | {Part.LEADER, Part.SECRETARY}, effects.met),
    ),
    **stay(
        RUNNING,
        Act.INSTRUCT,
        Move(
            _S.SUBMITTED,
            frozenset({Part.LEADER, Part.OFFICIAL, Part.SECRETARY}),
            effects.instructed,
            (),
            (guards.own_words, guards.takers_known),
        ),
    ),
    **stay(
        RUNNING,
        Act.DONE,
        Move(
            _S.SUBMITTED,
            _TAKERS,
            effects.errand_done,
            (guards.errand_open,),
            (guards.errand_waits,),
        ),
    ),
    **stay(
        RUNNING,
        Act.UNDONE,
        Move(_S.SUBMITTED, _TAKERS, effects.errand_undone, (guards.ticked_today,)),
    ),
    **stay(
        (*RUNNING, _S.CLOSED),
        Act.SUPERVISE,
        Move(
            _S.SUBMITTED,
            _ABOVE | _SYSTEM,
            effects.supervised,
            (),
            (ladder.own_rung, ladder.not_standing, guards.unsupervised),
        ),
    ),
    **stay(
        RUNNING,
        Act.PRESS,
        Move(_S.SUBMITTED, DESK | {Part.LEADER}, by_hand.pressed, (ladder.not_pressed,)),
    ),
    **stay(
        RUNNING,
        Act.EMERGENCY,
        Move(_S.SUBMITTED, _ABOVE, by_hand.marked, (ladder.not_emergency,)),
    ),
    **stay(
        RUNNING,
        Act.NO_EMERGENCY,
        Move(_S.SUBMITTED, _ABOVE, by_hand.unmarked, (ladder.is_emergency,)),
    ),
    **stay(
        RUNNING,
        Act.CALL_OFF,
        Move(_S.SUBMITTED, DESK | _ABOVE, effects.called_off, (guards.can_call_off,)),
    ),
    **stay(
        (*RUNNING, _S.CLOSED),
        Act.ANSWER,
        Move(
            _S.SUBMITTED,
            _LEAD | _SUPPORT | DESK | _ABOVE,
            effects.answered,
            (guards.is_supervised,),
        ),
    ),
}
