"""Campaigns that somebody was sent and has not confirmed (收到)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import literal, select

from bot.storage.session import Session
from bot.storage.tables import acknowledgement, campaign, delivery, target
from bot.storage.tables import person as people
from handlers.ports import PersonId

_ARRIVED = ("sent", "asked", "unknown")


async def unanswered(
    session: Session, person: PersonId, since: datetime
) -> Sequence[tuple[str, bytes]]:
    """Return number and sealed body of what went to somebody 1:1, the latest first.

    What went to an account that has become theirs since (关联账号) is theirs to confirm.
    """
    same = await session.connection.execute(
        select(people.c.id).where((people.c.id == person) | (people.c.merged_into == person))
    )
    name = literal("c:") + target.c.campaign + literal(":") + target.c.key
    done = select(acknowledgement.c.campaign).where(acknowledgement.c.person == person)
    result = await session.connection.execute(
        select(campaign.c.number, campaign.c.body)
        .join(target, target.c.campaign == campaign.c.number)
        .join(delivery, delivery.c.dedupe == name)
        .where(
            target.c.key.in_([f"p:{one}" for one in same.scalars()]),
            delivery.c.state.in_(_ARRIVED),
            delivery.c.created_at >= since,
            delivery.c.recalled_at.is_(None),
            campaign.c.number.not_in(done),
        )
        .order_by(delivery.c.id.desc())
    )
    found = {row.number: row.body for row in result}
    return list(found.items())


__all__ = ["unanswered"]
