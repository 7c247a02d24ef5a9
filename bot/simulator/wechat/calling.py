"""Bringing messages to the bot as the platform does: five seconds, three tries, one answer."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape

import aiohttp
from yarl import URL

from bot.simulator.wechat.people import LIMIT, People, Shown
from bot.simulator.wechat.sealing import Sealing, Unreadable, element

PATIENCE = 5.0  # seconds that the platform waits for an answer
TRIES = 3
ACCOUNT = "gh_simulated00"


@dataclass(slots=True)
class Brought:
    """One message and what became of each try to bring it."""

    openid: str
    xml: str
    statuses: list[int] = field(default_factory=list)  # 0 = no answer came
    bodies: list[bytes] = field(default_factory=list)
    answer: str | None = None  # what the reader sees of it
    is_over: asyncio.Event = field(default_factory=asyncio.Event)


class Caller:
    """Calls the bot's address."""

    def __init__(
        self, sealing: Sealing, people: People, clock: Callable[[], datetime], patience: float
    ) -> None:
        self._sealing = sealing
        self._people = people
        self._clock = clock
        self._patience = patience
        self._session: aiohttp.ClientSession | None = None
        self.address = ""
        self.plain = False  # 明文模式
        self.breaches: list[str] = []  # for which readers see that the service is broken

    async def start(self) -> None:
        """Begin."""
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())

    async def stop(self) -> None:
        """End."""
        if self._session is not None:
            await self._session.close()

    async def verify(self, echo: str = "4375120948345356249") -> tuple[int, str]:
        """Save the address in the console."""
        stamp, nonce = self._stamp()
        query = {"timestamp": stamp, "nonce": nonce, "echostr": echo}
        return await self.get({**query, "signature": self._sealing.sign(stamp, nonce)})

    async def get(self, query: dict[str, str]) -> tuple[int, str]:
        """Ask with any query."""
        async with self._there.get(self._url(query)) as response:
            return response.status, await response.text()

    async def post(self, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Call with any query and body."""
        async with self._there.post(self._url(query), data=body) as response:
            return response.status, await response.read()

    def message(self, openid: str, kind: str, **fields: str) -> str:
        """Write a message as it is inside the seal."""
        told = {
            "ToUserName": ACCOUNT,
            "FromUserName": openid,
            "CreateTime": str(int(self._clock().timestamp())),
            "MsgType": kind,
            **({} if kind == "event" else {"MsgId": str(secrets.randbits(60))}),
            **fields,
        }
        return f"<xml>{''.join(f'<{k}>{_cdata(v)}</{k}>' for k, v in told.items())}</xml>"

    def sealed(self, xml: str) -> tuple[dict[str, str], bytes]:
        """Return the query and the body of one call, with a signature of its own."""
        stamp, nonce = self._stamp()
        query = {"signature": self._sealing.sign(stamp, nonce), "timestamp": stamp, "nonce": nonce}
        if self.plain:
            return query, xml.encode()
        sealed = self._sealing.seal(xml)
        query |= {
            "encrypt_type": "aes",
            "msg_signature": self._sealing.sign(stamp, nonce, sealed),
        }
        body = f"<xml><ToUserName>{ACCOUNT}</ToUserName><Encrypt>{_cdata(sealed)}</Encrypt></xml>"
        return query, body.encode()

    async def bring(self, brought: Brought, *, same: bool = False) -> Brought:
        """Bring a message until it is answered, three times at most.

        `same`: each try carries the signature of the first.
        """
        query, body = self.sealed(brought.xml)
        for _ in range(TRIES):
            if await self.bring_once(brought, query, body):
                break
            if not same:
                query, body = self.sealed(brought.xml)
        else:
            self.breaches.append("no answer")
        brought.is_over.set()
        return brought

    async def bring_once(self, brought: Brought, query: dict[str, str], body: bytes) -> bool:
        """Call once; False = it is to be brought again."""
        status, answer = 0, b""
        with suppress(TimeoutError, aiohttp.ClientError):
            async with asyncio.timeout(self._patience):
                status, answer = await self.post(query, body)
        brought.statuses.append(status)
        brought.bodies.append(answer)
        if status != 200:
            return False
        self._show(brought, answer.decode())
        return True

    def _show(self, brought: Brought, answer: str) -> None:
        """Show an answer; one message has one, however often it was brought."""
        if answer in ("success", ""):
            return
        try:
            xml = answer if self.plain else self._sealing.open(answer)
            text = element(xml, "Content")
            if element(xml, "ToUserName") != brought.openid or element(xml, "MsgType") != "text":
                raise Unreadable("an answer is for somebody else")
            if len(text.encode()) > LIMIT:
                raise Unreadable("an answer is too long")
        except Unreadable as why:
            self.breaches.append(str(why))
            return
        if brought.answer is None:
            brought.answer = text
            self._people.shown.append(Shown(brought.openid, text, "answer"))
        elif brought.answer != text:
            self.breaches.append("two answers to one message")

    @property
    def _there(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the platform does not run")
        return self._session

    def _stamp(self) -> tuple[str, str]:
        return str(int(self._clock().timestamp())), secrets.token_hex(5)

    def _url(self, query: dict[str, str]) -> URL:
        return URL(self.address).with_query(query)


def _cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>" if "]]>" not in text else escape(text)
