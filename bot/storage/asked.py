"""Asked: deliveries that the platform took, and that somebody there has to let go out (待确认)."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Row, and_, case, func, literal, or_, select, update

from bot.channels.base import Delivered
from bot.keys import Tampered, WrongKey
from bot.storage.letters import opened
from bot.storage.rows import Claimed
from bot.storage.session import Session
from bot.storage.tables import delivery
from flows.office import Door
from handlers.campaigns.records import HINTED

log = logging.getLogger(__name__)

NOT_CONFIRMED: Final = "not.confirmed"
"""The code of what nobody at the platform let go out in the time that the office gives them."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that waits for somebody at the platform, since a moment of the steady clock."""

    one: Delivered
    since: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a delivery that the platform had taken."""

    state: Literal["sent", "failed", "unknown", "cancelled"]
    code: str = ""
    reached: int | None = None


class AskedRows:
    """Reads what waits and writes down what became of it, in a transaction with the queue."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def waiting(self) -> Mapping[str, Sequence[Waiting]]:
        """Return what waits, by channel, the longest first."""
        result = await self._session.connection.execute(
            select(delivery)
            .where(delivery.c.state == "asked")
            .order_by(delivery.c.attempted_at, delivery.c.id)
        )
        found: dict[str, list[Waiting]] = {}
        for row in result:
            since = row.attempted_at or self._session.steady()
            found.setdefault(row.channel, []).append(Waiting(_delivered(row), since))
        return found

    async def anything(self) -> bool:
        """Say whether something waits."""
        result = await self._session.connection.execute(
            select(delivery.c.id).where(delivery.c.state == "asked").limit(1)
        )
        return result.first() is not None

    async def channels(self, numbers: Collection[int]) -> Mapping[int, str]:
        """Return through which channel each of these deliveries goes."""
        result = await self._session.connection.execute(
            select(delivery.c.id, delivery.c.channel).where(delivery.c.id.in_(numbers))
        )
        return {row.id: row.channel for row in result}

    async def campaigns(self, numbers: Collection[int]) -> Sequence[str]:
        """Return the campaigns of which these deliveries are."""
        result = await self._session.connection.execute(
            select(delivery.c.campaign)
            .where(delivery.c.id.in_(numbers), delivery.c.campaign.is_not(None))
            .distinct()
        )
        return sorted(result.scalars())

    async def known(self, channel: str, key: str) -> Mapping[int, str]:
        """Return the state of each delivery to which a channel's platform gave this name."""
        result = await self._session.connection.execute(
            select(delivery.c.id, delivery.c.state)
            .where(delivery.c.receipt == key, delivery.c.channel == channel)
            .order_by(delivery.c.id)
        )
        return {row.id: row.state for row in result}

    async def taken(self, told: Mapping[int, Verdict]) -> Mapping[int, Claimed | None]:
        """Return those of which a verdict still says something new, held until the commit.

        None stands for what cannot be read any more.
        """
        alike: dict[Verdict, list[int]] = {}
        for number, verdict in told.items():
            alike.setdefault(verdict, []).append(number)
        news = [and_(delivery.c.id.in_(numbers), _is_news(one)) for one, numbers in alike.items()]
        result = await self._session.connection.execute(
            select(delivery).where(or_(False, *news)).order_by(delivery.c.id).with_for_update()
        )
        return {row.id: self._opened(row) for row in result}

    async def says(self, channel: str, key: str, verdict: Verdict) -> bool | None:
        """Say whether a verdict on a name changes anything; None = nobody here sent it."""
        named = and_(delivery.c.receipt == key, delivery.c.channel == channel)
        result = await self._session.connection.execute(
            select(_is_news(verdict).label("news")).select_from(delivery).where(named)
        )
        found = list(result.scalars())
        return any(found) if found else None

    async def note(self, told: Mapping[int, Verdict]) -> Sequence[str]:
        """Write down what became of them; return the campaigns of those whose state it changed."""
        now = self._session.steady()
        moved: set[str] = set()
        for number, verdict in told.items():
            values: dict[str, object] = {"state": verdict.state, "code": _code(verdict)}
            values |= {"sent_at": now} if verdict.state == "sent" else {}
            result = await self._session.connection.execute(
                update(delivery)
                .where(delivery.c.id == number, _open_to(verdict))
                .values(**values)
                .returning(delivery.c.campaign)
            )
            moved.update(row.campaign for row in result if row.campaign)
            if verdict.reached is not None:
                await self._session.connection.execute(
                    update(delivery)
                    .where(delivery.c.id == number, delivery.c.state == "sent")
                    .values(reached=verdict.reached)
                )
        return sorted(moved)

    def _opened(self, row: Row[Any]) -> Claimed | None:
        try:
            # What is spoken of is the last try, and no other one.
            return opened(self._session, row).model_copy(update={"resends": row.resends})
        except (Tampered, WrongKey, ValueError, LookupError, TypeError) as error:
            log.warning("it cannot be sent another way: %s", type(error).__name__)
            return None


def _code(verdict: Verdict) -> ColumnElement[str]:
    """Keep in mind that no more than a hint to log in was let go."""
    kept = and_(delivery.c.code == HINTED, literal(verdict.state) == "sent")
    return case((kept, delivery.c.code), else_=verdict.code)


def _open_to(verdict: Verdict) -> ColumnElement[bool]:
    """Say which rows a verdict moves.

    That nobody let it go out is what we say, of what waits; everything else the platform says. It
    may say so after we gave it up, and that it did not arrive even after it had left.
    """
    state = delivery.c.state
    if verdict.code == NOT_CONFIRMED:
        return state == "asked"
    given_up = and_(state == "unknown", delivery.c.due_at.is_(None), delivery.c.receipt != "")
    open_ = or_(state == "asked", given_up)
    return open_ if verdict.state == "sent" else or_(open_, state == "sent")


def _is_news(verdict: Verdict) -> ColumnElement[bool]:
    """Say of which rows a verdict says something new: how it ended, or how many it reached."""
    if verdict.reached is None:
        return _open_to(verdict)
    counts = func.coalesce(delivery.c.reached, -1) != verdict.reached
    return or_(_open_to(verdict), and_(delivery.c.state == "sent", counts))


def _delivered(row: Row[Any]) -> Delivered:
    return Delivered(
        id=row.id,
        robot=row.robot,
        door=Door(row.door),
        to=row.to,
        key=row.receipt or "",
        via=row.via or "api",
    )


__all__ = ["NOT_CONFIRMED", "AskedRows", "Verdict", "Waiting"]
