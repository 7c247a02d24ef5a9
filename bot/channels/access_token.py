"""The access token: fetched by one process at a time, shared sealed, renewed when rejected."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.channels.base import SendFault, SendUnknown
from bot.hub.base import Hub
from bot.keys import Keys, Tampered, WrongKey
from handlers.ports import Clock

FLIGHT = 15.0  # seconds that one process may take to fetch it
PATIENCE = 5.0  # seconds that another waits for it before it fetches one itself
LOOK_EVERY = 0.1
_CONTEXT = "hub.token"
_NEVER = datetime.min.replace(tzinfo=UTC)

Fetch = Callable[[], Awaitable[tuple[str, timedelta]]]
"""Ask the platform for a token and its life. Raises SendFault."""

Used = Callable[[timedelta], timedelta]
"""Say how much of its life a token is used."""


@dataclass(frozen=True, slots=True)
class _Copy:
    """A token, until when it is used, and how it lies in the hub."""

    token: str
    until: datetime
    sealed: bytes = b""


class Token:
    """The token of one application; without a hub it is this process's own affair."""

    def __init__(
        self,
        app: str,
        fetch: Fetch,
        steady: Clock,
        hub: Hub | None,
        keys: Keys | None,
        *,
        used: Used,
    ) -> None:
        """`app` names the application among all platforms: "dingtalk:…"."""
        self._name = f"token:{app}"
        self._fetch = fetch
        self._used = used
        self._steady = steady
        # Unsealed it may not lie anywhere but here.
        self._shared = (hub, keys) if hub is not None and keys is not None else None
        self._copy = _Copy("", _NEVER)
        self._flight: asyncio.Task[None] | None = None

    async def valid(self, rejected: str = "") -> str:
        """Return a token other than the rejected one. Raises SendFault."""
        if not self._serves(self._copy, rejected):
            if self._flight is None or self._flight.done():
                self._flight = asyncio.create_task(self._renew(rejected))
                self._flight.add_done_callback(_seen)
            await asyncio.shield(self._flight)
        return self._copy.token

    async def close(self) -> None:
        """Give up on a token that is still awaited."""
        if self._flight is not None:
            self._flight.cancel()
            with suppress(asyncio.CancelledError, SendFault, SendUnknown):
                await self._flight

    def _serves(self, copy: _Copy, rejected: str) -> bool:
        return bool(copy.token) and copy.token != rejected and self._steady() < copy.until

    async def _renew(self, rejected: str) -> None:
        if self._shared is None:
            self._copy = await self._fetched()
            return
        hub, keys = self._shared
        if rejected and self._copy.token == rejected and self._copy.sealed:
            await hub.drop(self._name, self._copy.sealed)
        if await self._found(hub, keys, rejected):
            return
        async with hub.alone(self._name, FLIGHT) as ours:
            if not ours and await self._awaited(hub, keys, rejected):
                return
            # Somebody may have put it there between the look and the turn.
            if ours and await self._found(hub, keys, rejected):
                return
            fresh = await self._fetched()
            life = (fresh.until - self._steady()).total_seconds()
            content = json.dumps({"token": fresh.token, "until": fresh.until.isoformat()})
            sealed = keys.seal(content, _CONTEXT)
            self._copy = _Copy(fresh.token, fresh.until, sealed)
            await hub.put(self._name, sealed, life)

    async def _fetched(self) -> _Copy:
        token, life = await self._fetch()
        return _Copy(token, self._steady() + self._used(life))

    async def _found(self, hub: Hub, keys: Keys, rejected: str) -> bool:
        sealed = await hub.get(self._name)
        copy = _opened(sealed, keys) if sealed else None
        if copy is None or not self._serves(copy, rejected):
            return False
        self._copy = copy
        return True

    async def _awaited(self, hub: Hub, keys: Keys, rejected: str) -> bool:
        """Wait for what another process fetches; False when it took too long."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while asyncio.get_running_loop().time() < end:
            await asyncio.sleep(LOOK_EVERY)
            if await self._found(hub, keys, rejected):
                return True
        return False


def _opened(sealed: bytes, keys: Keys) -> _Copy | None:
    try:
        body = json.loads(keys.open(sealed, _CONTEXT))
        return _Copy(body["token"], datetime.fromisoformat(body["until"]), sealed)
    except (Tampered, WrongKey, ValueError, KeyError, TypeError):
        return None


def _seen(flight: asyncio.Task[None]) -> None:
    # Whoever waited may be gone; an error that nobody fetched would be reported as a bug.
    if not flight.cancelled():
        flight.exception()
