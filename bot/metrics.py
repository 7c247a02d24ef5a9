"""Metrics: what the process counts and measures for whoever watches it.

No label ever names a person, a place or a ticket: each has a handful of values, listed here.
"""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

__all__ = ["CONTENT_TYPE", "REGISTRY", "Outage", "exposition"]

CONTENT_TYPE = CONTENT_TYPE_LATEST

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry(auto_describe=False)

_PROMPT = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)

# What comes in ----------------------------------------------------------------------------------

turn = Histogram(
    "qinqing_turn_seconds",
    "From an arrival taken from the channel to the commit that holds it",
    buckets=_PROMPT,
    registry=REGISTRY,
)
batch = Histogram(
    "qinqing_batch_arrivals",
    "Arrivals that shared one transaction",
    buckets=(1, 2, 4, 8, 16, 32, 64),
    registry=REGISTRY,
)
arrivals = Counter(
    "qinqing_arrivals",
    "Arrivals: done, waiting (filed for a worker), failed (kept, apologised for), repeated, "
    "unrecorded (not acknowledged)",
    ("outcome",),
    registry=REGISTRY,
)
backlog = Gauge("qinqing_backlog_arrivals", "Arrivals that wait for a worker", registry=REGISTRY)
oldest_waiting = Gauge(
    "qinqing_backlog_oldest_seconds",
    "How long the longest waiting arrival waits for a worker",
    registry=REGISTRY,
)

# What goes out ----------------------------------------------------------------------------------

send = Histogram(
    "qinqing_send_seconds",
    "One call that sends, from the claim to the platform's answer",
    buckets=_SLOW,
    registry=REGISTRY,
)
deliveries = Counter(
    "qinqing_deliveries",
    "Attempts that ended: sent, asked (somebody there lets it go), retried (refused, again "
    "later), failed (for good), unknown (nobody knows), resent (unknown, once more), cancelled, "
    "held (by the quota)",
    ("outcome",),
    registry=REGISTRY,
)
outbox = Gauge(
    "qinqing_outbox_deliveries",
    "Rows of the outbox: ready, held (by the quota), sending, asked (somebody at the platform lets "
    "it go), unknown, failed",
    ("state",),
    registry=REGISTRY,
)
oldest_due = Gauge(
    "qinqing_outbox_oldest_due_seconds",
    "How long the longest waiting delivery is due; one that the quota holds is not due",
    registry=REGISTRY,
)
breakers = Gauge(
    "qinqing_breakers_open", "What rests because the platform asked for it", registry=REGISTRY
)

# The month's quota ------------------------------------------------------------------------------

quota_used = Gauge(
    "qinqing_quota_used",
    "Used this month, as far as it is written down: api (calls), messages",
    ("name",),
    registry=REGISTRY,
)
quota_limit = Gauge(
    "qinqing_quota_limit", "Allowed in a month; 0 is no limit", ("name",), registry=REGISTRY
)

# The process ------------------------------------------------------------------------------------

lease = Gauge(
    "qinqing_lease_held", "Whether this process holds a lease: stream", ("name",), registry=REGISTRY
)
timer_lag = Gauge(
    "qinqing_timers_oldest_due_seconds",
    "How long the longest waiting timer is due",
    registry=REGISTRY,
)
loop_lag = Gauge(
    "qinqing_loop_lag_seconds", "How late the event loop runs what is due", registry=REGISTRY
)
hub_degraded = Gauge(
    "qinqing_hub_degraded", "Whether other processes cannot be told (Redis)", registry=REGISTRY
)
database_down = Gauge(
    "qinqing_database_down_seconds",
    "For how long the database has not answered; 0 = it answers",
    registry=REGISTRY,
)


class Outage:
    """Since when something has not worked."""

    def __init__(self) -> None:
        self._since: float | None = None

    def failed(self) -> None:
        """Note that it did not work; only the first time counts."""
        if self._since is None:
            self._since = time.monotonic()

    def worked(self) -> None:
        """Note that it works."""
        self._since = None

    def seconds(self) -> float:
        """Say for how long it has not worked."""
        return 0.0 if self._since is None else time.monotonic() - self._since


database = Outage()
database_down.set_function(database.seconds)


def exposition() -> bytes:
    """Write everything down in the text format of Prometheus."""
    return generate_latest(REGISTRY)
