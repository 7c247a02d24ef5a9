"""A paused campaign that an attachment keeps from going on, whatever it was paused for before."""

from __future__ import annotations

from flows.campaigns.campaign import Campaign, Stage
from flows.engine.words import Refused
from handlers.campaigns.enclosing import STOPPED, why_stopped
from handlers.campaigns.keeping import keep
from handlers.visit import Visit


async def kept_by(visit: Visit, one: Campaign, lost: Refused) -> Campaign:
    """Note that it is an attachment now, so that 不带附件发 is a way on."""
    why = why_stopped(lost)
    if why is None or one.stage is not Stage.PAUSED or one.reason in STOPPED:
        return one
    kept = one.model_copy(update={"reason": why[0], "version": one.version + 1})
    line = {"reason": why[0], "version": str(kept.version)}
    entry = visit.record(f"campaign:{one.number}", "kept_by_file", "sender", public=line)
    await keep(visit.book, kept, entry)
    return kept


__all__ = ["kept_by"]
