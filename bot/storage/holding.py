"""What the ledger has of a campaign of which nothing may leave for a while, or ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    case,
    delete,
    exists,
    literal,
    or_,
    select,
    update,
)

from bot.storage.fates import dedupe_of, key_of, keys_of, places
from bot.storage.ledger import ASIDE, BEHIND, CALLED_OFF, free
from bot.storage.meters import HELD, RELEASED
from bot.storage.queue import NO_ANSWER, PACED, Queue
from bot.storage.recalls import RecallRows
from bot.storage.session import Session
from bot.storage.tables import Moment, delivery, target

_LANE = delivery.c.lane
_OWN = "c:"  # how a lane begins in which a campaign waits and keeps nothing else waiting
_MOST = 500  # rows that one statement names


async def draw_back(session: Session, number: str) -> int:
    """Take back what was never tried; say how many messages that are."""
    await Queue(session).lock()
    found = await session.connection.execute(
        select(delivery.c.id, delivery.c.dedupe, _LANE).where(
            delivery.c.campaign == number,
            delivery.c.state == "ready",
            delivery.c.attempts == 0,
            delivery.c.attempted_at.is_(None),  # what staff sent again was tried before
            delivery.c.code != RELEASED,  # forgotten, the quota would hold it anew
            delivery.c.dedupe.startswith(dedupe_of(number, ""), autoescape=True),
        )
    )
    rows = await _whole(session, number, found.all())
    for start in range(0, len(rows), _MOST):
        some = [row.id for row in rows[start : start + _MOST]]
        await session.connection.execute(delete(delivery).where(delivery.c.id.in_(some)))
    if not rows:
        return 0
    await free(session, {row.lane for row in rows})
    left = literal(dedupe_of(number, "")) + target.c.key
    there = exists(select(delivery.c.id).where(delivery.c.dedupe == left))
    await move(session, number, "waiting", and_(target.c.state == "owed", ~there))
    return len(rows)


async def _whole(
    session: Session, number: str, rows: Sequence[Row[*tuple[Any, ...]]]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Leave out what is to follow what stays: a target that waits is sent the whole anew."""
    keys = await keys_of(session, number) if rows else frozenset()
    front = len(dedupe_of(number, ""))
    if all(row.dedupe[front:] in keys for row in rows):
        return rows
    untried = {row.id for row in rows}
    found = await places(session, number, keys)
    stay = {k for k, place in found.items() if any(x.id not in untried for x in place.rows)}
    return [row for row in rows if key_of(row.dedupe[front:], keys) not in stay]


async def put_off(session: Session, number: str, until: datetime | None) -> bool:
    """Let what waits for another try wait longer, None = till it is brought back.

    It waits beside its lane: what others have for the same place goes past it. What may have
    arrived stays in doubt. Says whether some of it is on its way just now.
    """
    await Queue(session).lock()
    till = ASIDE if until is None else until
    waits = and_(
        delivery.c.campaign == number,
        delivery.c.state.in_(("ready", "unknown")),
        delivery.c.due_at.is_not(None),
    )
    found = await session.connection.execute(select(_LANE).where(waits))
    lanes = set(found.scalars())
    if lanes:
        own = f"{_OWN}{number}:"
        # What the quota held is asked about anew then; nobody lets it go meanwhile.
        why = case((delivery.c.code == HELD, ""), else_=delivery.c.code)
        beside = case((_LANE.like(f"{_OWN}%"), _LANE), else_=own + _LANE)
        held = delivery.c.code == HELD
        sooner = or_(held, delivery.c.due_at < till, delivery.c.due_at == BEHIND)
        later = case((sooner, literal(till, Moment())), else_=delivery.c.due_at)
        await session.connection.execute(
            update(delivery).where(waits).values(due_at=later, lane=beside, code=why)
        )
        await free(session, lanes)
    return await flying(session, number)


async def flying(session: Session, number: str) -> bool:
    """Say whether something of it is on its way just now."""
    found = select(exists().where(_flies(number)))
    return bool((await session.connection.execute(found)).scalar())


async def bring_back(session: Session, number: str, at: datetime | None) -> None:
    """Let what was put off till then be tried again at a moment, None = now."""
    await session.connection.execute(
        update(delivery)
        .where(delivery.c.campaign == number, delivery.c.due_at == ASIDE)
        .values(due_at=at or session.steady())
    )


async def give_up(session: Session, number: str) -> int:
    """Give up what has not left, for good; say how many targets that are.

    Where it may have arrived, it stays unknown. What is on its way is given up when it lands, and
    what somebody at the platform would have to let go is taken back there.
    """
    await draw_back(session, number)
    await RecallRows(session).stop(number)
    await session.connection.execute(update(delivery).where(_flies(number)).values(code=CALLED_OFF))
    doubtful = or_(delivery.c.state == "unknown", delivery.c.resends > 0)
    waits = and_(delivery.c.state.in_(("ready", "unknown")), delivery.c.due_at.is_not(None))
    # Why it waited says nothing of why nobody knows.
    waited = delivery.c.code.in_((PACED, HELD, RELEASED))
    result = await session.connection.execute(
        update(delivery)
        .where(
            delivery.c.campaign == number,
            or_(waits, and_(delivery.c.state == "unknown", waited)),
        )
        .values(
            state=case((doubtful, "unknown"), else_="cancelled"),
            code=case((and_(waited, doubtful), NO_ANSWER), (waited, ""), else_=delivery.c.code),
            due_at=None,
        )
        .returning(_LANE, delivery.c.state)
    )
    rows = result.all()
    await free(session, {row.lane for row in rows})
    given_up = len({row.lane for row in rows if row.state == "cancelled"})
    return await move(session, number, "cancelled", target.c.state == "waiting") + given_up


async def move(
    session: Session, number: str, state: str, which: ColumnElement[bool], **more: str
) -> int:
    """Let some targets be in another state; say how many."""
    result = await session.connection.execute(
        update(target).where(target.c.campaign == number, which).values(state=state, **more)
    )
    return result.rowcount


def _flies(number: str) -> ColumnElement[bool]:
    return and_(delivery.c.campaign == number, delivery.c.state == "sending")


__all__ = ["bring_back", "draw_back", "flying", "give_up", "move", "put_off"]
