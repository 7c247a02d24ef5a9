"""What the checks of both WeChats share: can a platform call us, and does it let us call."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.beside import now
from bot.channels.base import SendFault, SendUnknown

# As in bot/tencent.py: most installations need not load it.
if TYPE_CHECKING:
    from bot.channels.tencent.account import Client
    from bot.channels.tencent.wire import Wire

NO_WAY = frozenset({"connect", "no.answer"})
PORTS = frozenset({None, 80, 443})  # the platforms call no others
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})


def is_callable(address: str) -> bool:
    """Say whether a platform of WeChat would call an address."""
    parts = urlsplit(address)
    return parts.hostname not in _HERE and parts.port in PORTS


async def refusal(build: Callable[[Wire], Client]) -> str:
    """Say why the platform does not let us call; empty = it does."""
    from bot.channels.tencent.wire import Wire  # noqa: PLC0415

    async with Wire(now, random.Random()) as wire:  # noqa: S311
        client = build(wire)
        try:
            await client.prove()
        except (SendFault, SendUnknown) as told:
            return str(told)
        finally:
            await client.close()
    return ""
