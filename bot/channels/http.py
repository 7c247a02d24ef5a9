"""What the channels' HTTP calls share: one session, the environment's proxy, bounded bodies."""

import random
import urllib.request
from collections.abc import Callable

import aiohttp
from yarl import URL

from bot.channels.base import SendFault

STOPPED_RETRY = 1.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

Session = Callable[[], aiohttp.ClientSession]
Jitter = Callable[[float], float]
"""Make a wait a little longer, so that not everybody comes back at once."""


def spread(chance: random.Random) -> Jitter:
    """Make waits up to half as long again."""
    return lambda seconds: seconds * chance.uniform(1.0, 1.5)


def open_session() -> aiohttp.ClientSession:
    """Make the session that everything of this channel shares."""
    # The environment's proxy is asked per address (`proxy_for`): aiohttp would take it for
    # 127.0.0.1 too, and would hand out what is in a ~/.netrc.
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=100, limit_per_host=50),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


class OneSession:
    """The session of a channel: made at its first call, and there for no call after its end."""

    def __init__(self, make: Session = open_session) -> None:
        self._make = make
        self._made: aiohttp.ClientSession | None = None
        self._over = False

    def __call__(self) -> aiohttp.ClientSession:
        """Return the session. Raises SendFault once it has ended."""
        if self._over:
            raise SendFault("channel.stopped", STOPPED_RETRY)
        if self._made is None:
            self._made = self._make()
        return self._made

    def end(self) -> None:
        """Serve no further call; those under way go on."""
        self._over = True

    async def close(self) -> None:
        """Break off what is under way."""
        self.end()
        if self._made is not None:
            await self._made.close()


def proxy_for(address: str | URL) -> str | None:
    """Return the HTTP proxy that the environment names for an address; never for this machine."""
    url = URL(address)
    host = url.host or ""
    scheme = {"ws": "http", "wss": "https"}.get(url.scheme, url.scheme)
    proxy = urllib.request.getproxies_environment().get(scheme)
    # With a proxy in the environment this asks the environment alone, on every system.
    if proxy is None or host in _LOOPBACK or urllib.request.proxy_bypass(host):
        return None
    return proxy


async def read_at_most(response: aiohttp.ClientResponse, limit: int) -> bytes | None:
    """Read a body; None when it is larger than `limit`."""
    if (response.content_length or 0) > limit:
        return None
    content = bytearray()
    async for piece in response.content.iter_chunked(64 * 1024):
        content += piece
        if len(content) > limit:
            return None
    return bytes(content)
