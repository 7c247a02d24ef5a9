"""What the ledger has of files that were decided to stay behind (不带附件发)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, and_, case, or_, select, update

from bot.storage.fates import dedupe_of, key_of, keys_of
from bot.storage.ledger import CALLED_OFF, free
from bot.storage.queue import Queue
from bot.storage.session import Session
from bot.storage.tables import delivery
from handlers.campaigns.records import FILE_LEFT, MESSAGE_MOVED

_FILE = re.compile(r"/f(?P<n>[1-9])(?:[/#].*)?", re.DOTALL)
_OVER = ("ready", "unknown", "failed", "cancelled")
_MOST = 500  # rows that one statement names


async def leave_behind(session: Session, number: str, files: Collection[int]) -> None:
    """Let nothing more of these files leave, by the number that each has in the draft.

    What waits, also at another channel, and what has failed is settled, so that nobody sends it
    again; where it may have arrived, it stays unknown. What is on its way is not tried again:
    when it has landed, the same once more settles it. What has arrived stays.
    """
    if not files:
        return
    await Queue(session).lock()
    result = await session.connection.execute(
        select(delivery.c.id, delivery.c.dedupe, delivery.c.state, delivery.c.lane).where(
            delivery.c.campaign == number,
            or_(delivery.c.state.in_(_OVER), delivery.c.state == "sending"),
            delivery.c.code.not_in((FILE_LEFT, MESSAGE_MOVED, CALLED_OFF)),
            or_(*(delivery.c.dedupe.contains(f"/f{n}", autoescape=True) for n in sorted(files))),
        )
    )
    rows = await _of(session, number, files, result.all())
    for start in range(0, len(rows), _MOST):
        await _settle(session, [row.id for row in rows[start : start + _MOST]])
    await free(session, {row.lane for row in rows if row.state != "sending"})


async def _settle(session: Session, numbers: Sequence[int]) -> None:
    doubtful = or_(
        delivery.c.state == "unknown", and_(delivery.c.state == "ready", delivery.c.resends > 0)
    )
    chosen = delivery.c.id.in_(numbers)
    await session.connection.execute(
        update(delivery).where(chosen, delivery.c.state == "sending").values(code=CALLED_OFF)
    )
    await session.connection.execute(
        update(delivery)
        .where(chosen, delivery.c.state.in_(_OVER))
        .values(state=case((doubtful, "unknown"), else_="cancelled"), due_at=None, code=FILE_LEFT)
    )


async def _of(
    session: Session, number: str, files: Collection[int], rows: Sequence[Row[*tuple[Any, ...]]]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Leave out what only looks so: a chat's own name may end like that of a file."""
    if not rows:
        return rows
    front, keys = len(dedupe_of(number, "")), await keys_of(session, number)
    found: list[Row[*tuple[Any, ...]]] = []
    for row in rows:
        told = row.dedupe[front:]
        key = key_of(told, keys)
        named = _FILE.fullmatch(told[len(key) :]) if key else None
        if named is not None and int(named["n"]) in files:
            found.append(row)
    return found


__all__ = ["leave_behind"]
