"""How long the platform waits; tests make it shorter."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Timings:
    """The platform's waits and lives; the defaults are the documented ones."""

    ticket_life: timedelta = timedelta(seconds=90)
    token_life: timedelta = timedelta(seconds=7200)
    webhook_life: timedelta = timedelta(minutes=90)
    # After a `disconnect` frame the socket is silent, then the platform closes it.
    silence: timedelta = timedelta(seconds=10)
    # A card callback must be answered within 2 s.
    card_answer: timedelta = timedelta(seconds=2)
    # When an unacknowledged push is sent again; (15 s, 60 s) as seen in the field, () for never.
    redeliver_after: tuple[timedelta, ...] = ()
    # How often the gateway sends its own ping frame; None for never.
    keepalive: timedelta | None = None
    # How long a client may refuse to read before its socket is dropped.
    send: timedelta = timedelta(seconds=5)
