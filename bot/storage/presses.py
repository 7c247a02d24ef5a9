"""Presses of a campaign's buttons, read from the history and the confirmations."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import distinct, func, select

from bot.storage.session import Session
from bot.storage.tables import acknowledgement, history
from flows.campaigns.campaign import Button
from handlers.campaigns.records import press_act, press_subjects


async def presses(session: Session, number: str) -> Mapping[Button, int]:
    """Return how many people pressed which button of a campaign, each of them once."""
    acts = {press_act(one): one for one in Button}
    result = await session.connection.execute(
        select(history.c.act, func.count(distinct(history.c.actor)).label("people"))
        .where(history.c.subject.in_(press_subjects(number)), history.c.act.in_(acts))
        .group_by(history.c.act)
    )
    found = {acts[row.act]: row.people for row in result}
    confirmed = await session.connection.execute(
        select(func.count())
        .select_from(acknowledgement)
        .where(acknowledgement.c.campaign == number)
    )
    received: int = confirmed.scalar_one()
    return {**found, **({Button.RECEIVED: received} if received else {})}
