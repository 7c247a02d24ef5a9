"""How patient the calls are: those that bring messages, and ours."""

from dataclasses import dataclass

FRESH = 300.0
"""Seconds that the clock of a callback may differ from ours, before or after."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds and bounds of the calls that bring messages."""

    # The platform drops a call after 5 s and brings it again, three times in all
    # (Passive_user_reply_message).
    answer: float = 4.0
    write: float = 0.9  # to get an answer out of the door
    # An answer, for a call that comes again: as long as its stamp may be good (a clock may be
    # behind as much as ahead), lest a replay be taken for another message.
    keep: float = 2 * FRESH
    kept: int = 20_000  # answers
    open: int = 2_000  # messages that wait for an answer at once
    stop: float = 4.5
    call: float = 10.0  # of ours to the platform
    prove: float = 300.0  # from one look at a token that was refused to the next
