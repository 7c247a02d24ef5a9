"""What the platform reports by itself of messages that it had taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.channels.base import Confirmed
from bot.channels.tencent.heard import Heard
from bot.channels.wechat import masses, templates

Settled = Callable[[str, str, Confirmed], Awaitable[None]]
"""Write down what a channel's platform says of a message, by its receipt; after the commit."""


async def unsettled(channel: str, key: str, told: Confirmed) -> None:
    """Write nothing down."""


def report(heard: Heard) -> tuple[str, Confirmed] | None:
    """Read a report: the receipt's key and what became of it; None = it is none.

    Raises BadCallback.
    """
    if heard.event == templates.FINISHED:
        return templates.finished(heard)
    if heard.event == masses.FINISHED:
        return masses.finished(heard)
    return None


__all__ = ["Settled", "report", "unsettled"]
