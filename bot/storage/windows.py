"""Windows: how much went out lately, by the attempts on record (steady time)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Text, and_, case, cast, func, literal, literal_column, or_, select

from bot.channels.base import Window
from bot.storage.session import Session
from bot.storage.tables import delivery

LEAST_PAUSE = 1.1  # seconds: nothing is tried twice in less
# So long may a claimed delivery wait for its call, and the call for its answer, in a process of
# which others cannot know whether it lives.
LONGEST = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Used:
    """How many calls a window has seen, and when the first of them leaves it at the earliest.

    `soon` are the seconds after which calls leave it, within its `ahead`.
    """

    calls: int
    frees_at: datetime
    soon: Sequence[float] = ()


class Windows:
    """Counts calls: every attempt, whatever became of it; the rows of one call count once.

    The platform counts when a call arrives, and that is any moment between its claim and its end.
    So a call counts while it is on its way, and for the window's length after it ended.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    async def used(self, windows: Iterable[Window]) -> Mapping[str, Used]:
        """Count what is in each window now; one without a call is left out.

        The caller holds the outbox (Ledger.lock), so that nobody else adds meanwhile.
        """
        lengths: defaultdict[tuple[float, float], set[str]] = defaultdict(set)
        for window in windows:
            lengths[window.seconds, window.ahead].add(window.key)
        found: dict[str, Used] = {}
        for (seconds, ahead), keys in lengths.items():
            used = await self._used(keys, seconds)
            if used and ahead:
                soon = await self._soon(used, seconds, ahead)
                used = {key: replace(one, soon=soon[key]) for key, one in used.items()}
            found |= used
        return found

    async def _used(self, keys: Iterable[str], seconds: float) -> dict[str, Used]:
        length, now = timedelta(seconds=seconds), self._session.steady()
        under_way = delivery.c.state == literal_column("'sending'")
        ended = case((under_way, None), else_=delivery.c.attempted_at)
        # A row knows its last attempt only: earlier ones count as if they were as late.
        again = and_(delivery.c.attempts > 1, literal(seconds > LEAST_PAUSE))
        tries = case((again, delivery.c.attempts), else_=1)
        alone = func.sum(case((delivery.c.call == "", tries), else_=0))
        shared = func.count(func.nullif(delivery.c.call, "").distinct())
        result = await self._session.connection.execute(
            select(
                delivery.c.window,
                (alone + shared).label("calls"),
                func.min(ended).label("first"),
            )
            .where(
                delivery.c.window.in_(keys),
                delivery.c.attempted_at > now - length - LONGEST,
                or_(under_way, delivery.c.attempted_at > now - length),
            )
            .group_by(delivery.c.window)
        )
        return {row.window: Used(int(row.calls), (row.first or now) + length) for row in result}

    async def _soon(
        self, keys: Iterable[str], seconds: float, ahead: float
    ) -> Mapping[str, Sequence[float]]:
        """Say for each window after how many seconds calls leave it, at most `ahead`."""
        now, length = self._session.steady(), timedelta(seconds=seconds)
        call = func.coalesce(func.nullif(delivery.c.call, ""), cast(delivery.c.id, Text))
        last = func.max(delivery.c.attempted_at).label("last")
        result = await self._session.connection.execute(
            select(delivery.c.window, last)
            .where(
                delivery.c.window.in_(keys),
                delivery.c.attempted_at > now - length,
                delivery.c.attempted_at <= now - length + timedelta(seconds=ahead),
                delivery.c.state != literal_column("'sending'"),
            )
            .group_by(delivery.c.window, call)
            .order_by(last)
        )
        soon: defaultdict[str, list[float]] = defaultdict(list)
        for row in result:
            soon[row.window].append((row.last + length - now).total_seconds())
        return soon
