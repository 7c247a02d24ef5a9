"""What the channels' HTTP calls share: one session, the environment's proxy, bounded bodies."""

import urllib.request
from collections.abc import Callable

import aiohttp
from yarl import URL

_LOOPBACK = ("127.0.0.1", "localhost", "::1")

Session = Callable[[], aiohttp.ClientSession]
Jitter = Callable[[float], float]
"""Make a wait a little longer, so that not everybody comes back at once."""


def open_session() -> aiohttp.ClientSession:
    """Make the session that everything of this channel shares."""
    # The environment's proxy is asked per address (`proxy_for`): aiohttp would take it for
    # 127.0.0.1 too, and would hand out what is in a ~/.netrc.
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=100, limit_per_host=50),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


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
