"""Calls to DingTalk's HTTP interfaces: one session, one token, every answer checked."""

import asyncio
import json
import logging
import random
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from yarl import URL

from bot.channels.base import SendFault, SendUnknown
from bot.channels.dingtalk.access import DingTalkAccess
from bot.channels.dingtalk.errors import TOKEN_REJECTED, Refusal, fault, rule
from handlers.ports import Clock

log = logging.getLogger(__name__)

SEND = aiohttp.ClientTimeout(total=10, connect=5)
UPLOAD = aiohttp.ClientTimeout(total=120, connect=5)
UPLOAD_PATH = "/media/upload"
ANSWER_LIMIT = 1024 * 1024
TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105
TOKEN_PATH = "/v1.0/oauth2/accessToken"  # noqa: S105
RENEW_BEFORE = timedelta(minutes=5)
NOT_SENT_RETRY = 5.0
REPEAT_RETRY = 2.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

Session = Callable[[], aiohttp.ClientSession]


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


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came back: a JSON object, or why not."""

    status: int
    body: Mapping[str, Any] | None
    html: bool = False

    def refusal(self) -> Refusal | None:
        """Say how the platform refused, if it did; an HTTP 200 may refuse too."""
        if self.body is None:
            if self.html and self.status < 500:  # the page shown to an address that is banned
                return Refusal(self.status, "html")
            return Refusal(self.status if self.status != 200 else 502, f"http.{self.status}")
        if str(self.body.get("status")) == "1111":
            return Refusal(403, "1111")
        errcode = str(self.body.get("errcode", "0"))
        if errcode != "0":
            return Refusal(self.status, errcode)
        if self.status == 200:
            return None
        code = self.body.get("code")
        return Refusal(self.status, code if isinstance(code, str) else f"http.{self.status}")


class Client:
    """The platform's HTTP interfaces with the token that they want."""

    def __init__(
        self, access: DingTalkAccess, session: Session, clock: Clock, chance: random.Random
    ) -> None:
        self._access = access
        self._session = session
        self._clock = clock
        self._chance = chance
        self._token = ""
        self._renew_at = datetime.min.replace(tzinfo=UTC)
        self._flight: asyncio.Task[str] | None = None

    async def call(
        self, method: str, path: str, body: Mapping[str, Any], *, repeatable: bool = False
    ) -> Mapping[str, Any]:
        """Call the OpenAPI. `repeatable`: a second call would do nothing twice."""
        token = await self._valid_token()
        answer = await self._call(method, path, body, token, repeatable)
        refusal = answer.refusal()
        if refusal is not None and refusal.code in TOKEN_REJECTED:
            token = await self._valid_token(rejected=token)
            answer = await self._call(method, path, body, token, repeatable)
            refusal = answer.refusal()
        if refusal is not None:
            raise self._fault(refusal, path, repeatable)
        return answer.body or {}

    async def upload(self, kind: str, name: str, mime: str, content: bytes) -> str:
        """Upload a file and return its media id. Nobody sees it yet: every fault is a SendFault."""
        token = await self._valid_token()
        answer = await self._upload(kind, name, mime, content, token)
        refusal = answer.refusal()
        if refusal is not None and refusal.code in TOKEN_REJECTED:
            token = await self._valid_token(rejected=token)
            answer = await self._upload(kind, name, mime, content, token)
            refusal = answer.refusal()
        if refusal is not None:
            raise self._fault(refusal, UPLOAD_PATH, True)
        media = (answer.body or {}).get("media_id")
        if not isinstance(media, str) or not media:
            raise SendFault("media.missing", self._jittered(NOT_SENT_RETRY))
        return media

    async def reply(self, address: str, body: Mapping[str, Any]) -> None:
        """Post to a session webhook, which is a secret of its own and never sees the token."""
        answer = await self._exchange("POST", URL(address, encoded=True), body, {}, False)
        refusal = answer.refusal()
        if refusal is not None:
            raise self._fault(refusal, "session webhook", False)

    async def close(self) -> None:
        """Give up on a token that is still awaited."""
        if self._flight is not None:
            self._flight.cancel()
            with suppress(asyncio.CancelledError, SendFault):
                await self._flight

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any], token: str, repeatable: bool
    ) -> _Answer:
        url = URL(self._access.api_base + path)
        return await self._exchange(method, url, body, {TOKEN_HEADER: token}, repeatable)

    async def _upload(self, kind: str, name: str, mime: str, content: bytes, token: str) -> _Answer:
        form = aiohttp.FormData()
        form.add_field("media", content, filename=name, content_type=mime)
        # The old interface takes the token nowhere but in the address, which is never logged.
        query = {"access_token": token, "type": kind}
        url = URL(self._access.oapi_base + UPLOAD_PATH).with_query(query)
        return await self._exchange("POST", url, form, {}, True, within=UPLOAD)

    async def _exchange(
        self,
        method: str,
        url: URL,
        body: Mapping[str, Any] | aiohttp.FormData,
        headers: Mapping[str, str],
        repeatable: bool,
        *,
        within: aiohttp.ClientTimeout = SEND,
    ) -> _Answer:
        form = body if isinstance(body, aiohttp.FormData) else None
        try:
            async with self._session().request(
                method,
                url,
                json=body if form is None else None,
                data=form,
                headers={"Accept": "application/json", **headers},
                allow_redirects=False,
                timeout=within,
                proxy=proxy_for(url),
            ) as response:
                raw = await read_at_most(response, ANSWER_LIMIT)
                return _answer(response.status, response.content_type, raw)
        except (
            aiohttp.ClientConnectorError,
            aiohttp.ConnectionTimeoutError,
            aiohttp.ClientHttpProxyError,
        ):
            raise SendFault("connect", self._jittered(NOT_SENT_RETRY)) from None
        except aiohttp.InvalidURL:
            raise SendFault("address", None) from None
        except (TimeoutError, aiohttp.ClientError) as error:
            if repeatable:
                raise SendFault("no.answer", self._jittered(REPEAT_RETRY)) from None
            raise SendUnknown(type(error).__name__) from None

    async def _valid_token(self, rejected: str = "") -> str:
        if self._token and self._token != rejected and self._clock() < self._renew_at:
            return self._token
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._fetch_token())
            self._flight.add_done_callback(_seen)
        return await asyncio.shield(self._flight)

    async def _fetch_token(self) -> str:
        credentials = {"appKey": self._access.client_id, "appSecret": self._access.client_secret}
        url = URL(self._access.api_base + TOKEN_PATH)
        answer = await self._exchange("POST", url, credentials, {}, True)
        refusal = answer.refusal()
        if refusal is not None:
            raise self._fault(refusal, TOKEN_PATH, True)
        token = (answer.body or {}).get("accessToken")
        life = (answer.body or {}).get("expireIn")
        if not isinstance(token, str) or not token:
            raise SendFault("token.missing", self._jittered(NOT_SENT_RETRY))
        expires = timedelta(seconds=life if isinstance(life, int) else 7200)
        self._renew_at = self._clock() + max(expires - RENEW_BEFORE, expires / 2)
        self._token = token
        return token

    def _fault(self, refusal: Refusal, what: str, repeatable: bool) -> SendFault | SendUnknown:
        found = fault(refusal, repeatable=repeatable)
        level = logging.ERROR if rule(refusal).alarm else logging.WARNING
        log.log(level, "%s refused: HTTP %s, code %s", what, refusal.status, refusal.code[:80])
        if isinstance(found, SendFault) and found.retry_after is not None:
            return SendFault(found.code, self._jittered(found.retry_after))
        return found

    def _jittered(self, seconds: float) -> float:
        return seconds * self._chance.uniform(1.0, 1.5)


def _answer(status: int, content_type: str, raw: bytes | None) -> _Answer:
    html = content_type == "text/html" or (raw or b"").lstrip()[:1] == b"<"
    try:
        body = json.loads(raw or b"")
    except (ValueError, RecursionError):
        return _Answer(status, None, html)
    return _Answer(status, body if isinstance(body, dict) else None, html)


def _seen(flight: asyncio.Task[str]) -> None:
    # Whoever waited may be gone; an error that nobody fetched would be reported as a bug.
    if not flight.cancelled():
        flight.exception()
