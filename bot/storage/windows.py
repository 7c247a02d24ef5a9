"""Windows: how much went out lately, by the attempts on record (steady time)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, literal, select

from bot.channels.base import Window
from bot.storage.session import Session
from bot.storage.tables import delivery

LEAST_PAUSE = 1.1  # seconds: nothing is tried twice in less


@dataclass(frozen=True, slots=True)
class Used:
    """How many calls a window has seen, and when the first of them leaves it."""

    calls: int
    frees_at: datetime


class Windows:
    """Counts calls: every attempt, whatever became of it; the rows of one call count once."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def used(self, windows: Iterable[Window]) -> Mapping[str, Used]:
        """Count what is in each window now; one without a call is left out.

        The caller holds the outbox (Ledger.lock), so that nobody else adds meanwhile.
        """
        lengths: defaultdict[float, set[str]] = defaultdict(set)
        for window in windows:
            lengths[window.seconds].add(window.key)
        found: dict[str, Used] = {}
        for seconds, keys in lengths.items():
            found |= await self._used(keys, seconds)
        return found

    async def _used(self, keys: Iterable[str], seconds: float) -> dict[str, Used]:
        length = timedelta(seconds=seconds)
        # A row knows its last attempt only: earlier ones count as if they were as late.
        again = and_(delivery.c.attempts > 1, literal(seconds > LEAST_PAUSE))
        tries = case((again, delivery.c.attempts), else_=1)
        alone = func.sum(case((delivery.c.call == "", tries), else_=0))
        shared = func.count(func.nullif(delivery.c.call, "").distinct())
        result = await self._session.connection.execute(
            select(
                delivery.c.window,
                (alone + shared).label("calls"),
                func.min(delivery.c.attempted_at).label("first"),
            )
            .where(
                delivery.c.window.in_(keys),
                delivery.c.attempted_at > self._session.steady() - length,
            )
            .group_by(delivery.c.window)
        )
        return {row.window: Used(int(row.calls), row.first + length) for row in result}
