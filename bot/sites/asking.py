"""Asking a web site whether a link leads anywhere, and no machine of our own network.

A text is written by people and may name any address: only https is asked, only hosts whose every
address is public, and just those addresses are connected to, so that a name that changes its mind
between look-up and call leads nowhere else. Each redirect is looked at in the same way. A proxy of
the environment is not used: it would look names up for itself.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.logs import place_of
from handlers.campaigns.linking import Seen
from handlers.ports import Clock

log = logging.getLogger(__name__)

WITHIN = aiohttp.ClientTimeout(total=5.0)  # seconds, of each call
IN_ALL = 15.0  # seconds, with all its redirects
HOPS = 4  # redirects that are followed
READ = 1024  # bytes of a page that are read, to see that there is one
KEPT = timedelta(hours=1)
MOST_KEPT = 1000  # links that are remembered
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; qinqing link check)",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
}
_GONE = frozenset({404, 410})
_MOVED = frozenset({301, 302, 303, 307, 308})
_OURS = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NO_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
Public = Callable[[str], bool]


class PrivateAddress(OSError):
    """A host has an address that is none of the public network."""


async def addresses(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host. Raises socket.gaierror."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(address: str) -> bool:
    """Say whether an address is one of the public network, with any that lies inside of it."""
    one = ipaddress.ip_address(address.partition("%")[0])
    inner = (getattr(one, "ipv4_mapped", None), getattr(one, "sixtofour", None), _translated(one))
    within = (one, *(address for address in inner if address is not None))
    return all(each.is_global and not each.is_multicast for each in within)


def _translated(
    one: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | None:
    """Return the address that a translator (NAT64, RFC 6052) would call for this one."""
    return ipaddress.IPv4Address(int(one) & 0xFFFFFFFF) if one in _NAT64 else None


class WebSites:
    """Asks, and remembers for an hour what it saw."""

    def __init__(
        self,
        clock: Clock,
        *,
        resolve: Resolve = addresses,
        public: Public = is_public,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`resolve` and `public` say where a host is and whether that is asked; `tls` whom we
        believe, if not those whom the system believes.
        """
        self._clock = clock
        self._resolver = _Checked(resolve, public)
        self._public = public
        self._tls = tls
        self._known: dict[str, tuple[datetime, Seen]] = {}

    async def look_up(self, url: str) -> Seen:
        """Say what is at a link, whatever happens on the way."""
        now = self._clock()
        known = self._known.get(url)
        if known is not None and timedelta() <= now - known[0] < KEPT:
            return known[1]
        seen = await self._walk(url)
        if seen.seen != "network":  # what is wrong with us says nothing of the link
            self._known.pop(url, None)
            self._known[url] = (now, seen)
            while len(self._known) > MOST_KEPT:
                del self._known[next(iter(self._known))]
        return seen

    async def _walk(self, url: str) -> Seen:
        try:
            at = URL(url)
            async with asyncio.timeout(IN_ALL), self._session() as session:
                for _ in range(HOPS + 1):
                    if refused := self._refused(at):
                        return refused
                    status, location = await _asked(session, at)
                    if status not in _MOVED or not location:
                        return judged(status)
                    at = at.join(URL(location))
        except (aiohttp.ClientError, OSError) as error:  # a timeout is one of these, too
            return _judged(error)
        except (ValueError, IndexError):  # what no browser would open either; yarl raises both
            return Seen("dead", "no_host")
        except Exception as error:  # a defect of a library costs this link only
            log.error("a link was not looked up: %s", place_of(error))
            return Seen("unclear", "network")
        return Seen("unclear", "redirects")

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            use_dns_cache=False,
            ssl=self._tls if self._tls is not None else True,
            force_close=True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            timeout=WITHIN,
            headers=_HEADERS,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    def _refused(self, at: URL) -> Seen | None:
        """Say why an address is not called; a number for a host is never looked up by name."""
        if at.scheme != "https":
            return Seen("unclear", "not_https")
        if not at.host:
            return Seen("dead", "no_host")
        # The zone is left out: with an empty one it is a number to aiohttp, and none to Python.
        number = at.host.partition("%")[0]
        try:
            ipaddress.ip_address(number)
        except ValueError:  # a name: its addresses are looked at when it is looked up
            return Seen("dead", "no_host") if ":" in number else None
        return None if self._public(number) else Seen("unclear", "private")


class _Checked(AbstractResolver):
    """Looks a host up once, and gives those addresses only if each of them is public."""

    def __init__(self, resolve: Resolve, public: Public) -> None:
        self._resolve = resolve
        self._public = public

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return where to connect. Raises PrivateAddress, socket.gaierror."""
        found = await self._resolve(host, port)
        if not found or not all(map(self._public, found)):
            raise PrivateAddress
        return [_result(host, port, address) for address in found]

    async def close(self) -> None:
        """Hold nothing."""


def _result(host: str, port: int, address: str) -> ResolveResult:
    sixth = ":" in address
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=socket.AF_INET6 if sixth else socket.AF_INET,
        proto=0,
        flags=socket.AI_NUMERICHOST,
    )


async def _asked(session: aiohttp.ClientSession, at: URL) -> tuple[int, str]:
    """Ask for the head of a page; servers that do not know how are asked for the page."""
    try:
        async with session.head(at, allow_redirects=False) as answer:
            if answer.status < 400:
                return answer.status, _location(answer.headers)
    except aiohttp.ServerDisconnectedError:
        pass  # some hang up on a HEAD
    async with session.get(at, allow_redirects=False) as answer:
        await answer.content.read(READ)
        return answer.status, _location(answer.headers)


def _location(headers: Mapping[str, str]) -> str:
    return headers.get("Location", "")


def judged(status: int) -> Seen:
    """Say what an HTTP status says of a link.

    Who refuses us may show the page to a person: only 404, 410 and a broken server are dead.
    """
    if status < 400:
        return Seen("open", str(status))
    return Seen("dead" if status in _GONE or status >= 500 else "unclear", str(status))


def _judged(error: Exception) -> Seen:
    """Say what a failed call says of a link: theirs, or ours."""
    cause = getattr(error, "os_error", error)
    match cause:
        case aiohttp.InvalidURL():
            return Seen("dead", "no_host")
        case PrivateAddress():
            return Seen("unclear", "private")
        case socket.gaierror() if cause.errno in _NO_NAME:
            return Seen("dead", "no_host")
        case socket.gaierror():
            return Seen("unclear", "network")
        case ssl.SSLError() | aiohttp.ClientSSLError() | aiohttp.ServerFingerprintMismatch():
            return Seen("unclear", "certificate")
        case OSError() if cause.errno in _OURS:
            return Seen("unclear", "network")
    if isinstance(error, aiohttp.ClientSSLError):
        return Seen("unclear", "certificate")
    return Seen("dead", "no_answer")


__all__ = ["PrivateAddress", "WebSites", "addresses", "is_public", "judged"]
