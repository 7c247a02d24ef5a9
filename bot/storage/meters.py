"""Meters: what the month's quotas were used for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    case,
    cast,
    distinct,
    func,
    select,
    type_coerce,
    update,
)

from bot.kinds import BEGINNINGS, FILE_PART, Kind
from bot.storage import rows
from bot.storage.ledger import free
from bot.storage.session import Session
from bot.storage.tables import arrival, delivery, meter
from flows.calendar import OFFICE_ZONE
from flows.office import Door

HELD = "quota.held"  # the code of a row that waits for the next month
RELEASED = rows.RELEASED
UNMETERED = frozenset({"wechat", "wecom", "wecom_robot"})
"""Channels that cost nothing of the month, which is DingTalk's."""
_WAITS = delivery.c.state.in_(("ready", "unknown"))
IS_HELD = and_(_WAITS, delivery.c.code == HELD)
"""Which rows the quota holds; a doubtful one waits for its repetition."""

_ID = delivery.c.id
_LANE = delivery.c.lane
_ASIDE = "h:"  # how a lane begins whose letters the quota holds
_HELD_FOR = timedelta(days=62)  # at the most: what is sent in a month may be written before it
_DAY = 24 * 3600 * 1_000_000
_EAST = 8 * 3600 * 1_000_000  # the office's clock is eight hours ahead


@dataclass(frozen=True, slots=True)
class Spent:
    """What went one way for one purpose."""

    kind: str  # a Kind, or "arrival"
    via: str  # webhook, api, card; empty for what came in
    count: int


def month_of(at: datetime) -> str:
    """Name the month of a moment, as the office counts it."""
    return at.astimezone(OFFICE_ZONE).strftime("%Y-%m")


class Meters:
    """The month's counts; several processes add to them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, month: str, counts: Mapping[str, int]) -> Mapping[str, int]:
        """Add to the meters of a month and return all of them."""
        for name, count in sorted(counts.items()):
            statement = self._session.insert(meter).values(month=month, name=name, used=count)
            await self._session.connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["month", "name"],
                    set_={"used": meter.c.used + statement.excluded.used},
                )
            )
        return await self.used(month)

    async def at_least(self, month: str, least: Mapping[str, int]) -> None:
        """Raise meters that show less than is known."""
        for name, count in sorted(least.items()):
            statement = self._session.insert(meter).values(month=month, name=name, used=count)
            new = statement.excluded.used
            await self._session.connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["month", "name"],
                    set_={"used": case((meter.c.used < new, new), else_=meter.c.used)},
                )
            )

    async def used(self, month: str) -> Mapping[str, int]:
        """Return the meters of a month."""
        result = await self._session.connection.execute(
            select(meter.c.name, meter.c.used).where(meter.c.month == month)
        )
        return {row.name: row.used for row in result}

    async def proved(self, since: datetime) -> Mapping[str, int]:
        """Return what the other records prove to have been used since then."""
        row_or_call = case((delivery.c.call != "", delivery.c.call), else_=cast(_ID, Text))
        by_call = delivery.c.via.in_(("api", "card"))
        came = select(func.count()).where(arrival.c.at >= since).scalar_subquery()
        result = await self._session.connection.execute(
            select(
                came.label("came"),
                func.count(case((delivery.c.via == "webhook", 1))).label("replies"),
                # What was sent in one batch cost one call.
                func.count(distinct(case((by_call, row_or_call)))).label("calls"),
            ).where(*_sent(since))
        )
        row = result.one()
        return {"api": row.calls, "messages": row.came + row.replies}

    async def spent(self, since: datetime) -> list[Spent]:
        """Return what was used for what since then, the most first."""
        came = await self._session.connection.execute(
            select(func.count()).where(arrival.c.at >= since)
        )
        kind = _kind()
        sent = await self._session.connection.execute(
            select(kind.label("kind"), delivery.c.via, func.count().label("n"))
            .where(*_sent(since))
            .group_by(kind, delivery.c.via)
        )
        spent = [Spent("arrival", "", came.scalar() or 0)]
        spent += [Spent(row.kind, row.via or "", row.n) for row in sent]
        return sorted((one for one in spent if one.count), key=lambda one: -one.count)

    async def by_day(self, since: datetime) -> Mapping[int, tuple[int, int]]:
        """Return how many came and how many went, by the day since 1970 in the office's zone."""
        days: dict[int, tuple[int, int]] = {}
        for position, column in enumerate((arrival.c.at, delivery.c.sent_at)):
            day = (type_coerce(column, BigInteger) + _EAST) // _DAY
            result = await self._session.connection.execute(
                select(day.label("day"), func.count().label("n"))
                .where(column >= since)
                .group_by(day)
            )
            for row in result:
                came, went = days.get(row.day, (0, 0))
                days[row.day] = (came + row.n, went) if position == 0 else (came, went + row.n)
        return days

    async def hold(self, numbers: Sequence[int], due_at: datetime) -> None:
        """Let what waits for its turn wait for the month; what is urgent goes past it."""
        chosen = and_(delivery.c.id.in_(numbers), _WAITS)
        found = await self._session.connection.execute(select(delivery.c.lane).where(chosen))
        lanes = set(found.scalars())
        aside = case((delivery.c.lane.like(f"{_ASIDE}%"), _LANE), else_=_ASIDE + _LANE)
        await self._session.connection.execute(
            update(delivery).where(chosen).values(due_at=due_at, code=HELD, lane=aside)
        )
        await free(self._session, lanes)

    async def held(self) -> int:
        """Return how many deliveries the quota holds."""
        result = await self._session.connection.execute(select(func.count()).where(IS_HELD))
        return result.scalar() or 0

    async def release(self, *, code: str = "") -> Mapping[int, str]:
        """Make due what the quota holds, in a transaction that holds the queue.

        Returns the states of the rows, by number. With the code RELEASED they are not held again.
        """
        result = await self._session.connection.execute(
            update(delivery)
            .where(IS_HELD)
            .values(due_at=delivery.c.created_at, code=code)
            .returning(delivery.c.id, delivery.c.state)
        )
        return {row.id: row.state for row in result}


def _sent(since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Choose what cost the month since then; only when rows were written has an index."""
    return (
        delivery.c.created_at >= since - _HELD_FOR,
        delivery.c.sent_at >= since,
        delivery.c.door != Door.OFFICIAL_ACCOUNT.value,
        delivery.c.channel.not_in(UNMETERED),
    )


def _kind() -> ColumnElement[str]:
    dedupe = delivery.c.dedupe
    return case(
        (delivery.c.updates_card, Kind.UPDATE.value),
        (dedupe.like(f"a:%{FILE_PART}%"), Kind.FILE.value),
        *((dedupe.like(f"{beginning}%"), kind.value) for beginning, kind in BEGINNINGS),
        (delivery.c.door == "private", Kind.NOTICE.value),
        else_=Kind.GROUP.value,
    )
