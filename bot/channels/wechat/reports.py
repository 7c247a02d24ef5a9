"""What the platform reports by itself of messages that it had taken."""

from __future__ import annotations

from bot.channels.base import Confirmed
from bot.channels.tencent.heard import Heard
from bot.channels.wechat import masses, templates


def report(heard: Heard) -> tuple[str, Confirmed] | None:
    """Read a report: the receipt's key and what became of it; None = it is none.

    Raises BadCallback.
    """
    if heard.event == templates.FINISHED:
        return templates.finished(heard)
    if heard.event == masses.FINISHED:
        return masses.finished(heard)
    return None


__all__ = ["report"]
