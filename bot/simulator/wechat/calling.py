"""Bringing what followers of the account do to the bot, and showing them its answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from bot.simulator.tencent.calling import PATIENCE, Brought, Query, cdata
from bot.simulator.tencent.calling import Caller as Calling
from bot.simulator.tencent.sealing import Sealing, Unreadable, element
from bot.simulator.wechat.people import LIMIT, People, Shown

__all__ = ["PATIENCE", "Brought", "Caller"]

ACCOUNT = "gh_simulated00"


class Caller(Calling):
    """Calls the bot's address."""

    def __init__(
        self, sealing: Sealing, people: People, clock: Callable[[], datetime], patience: float
    ) -> None:
        super().__init__(clock, patience)
        self._sealing = sealing
        self._people = people
        self.plain = False  # 明文模式

    async def verify(self, echo: str = "4375120948345356249") -> tuple[int, str]:
        """Save the address in the console."""
        stamp, nonce = self._stamp()
        query = {"timestamp": stamp, "nonce": nonce, "echostr": echo}
        return await self.get({**query, "signature": self._sealing.sign(stamp, nonce)})

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
        return f"<xml>{''.join(f'<{k}>{cdata(v)}</{k}>' for k, v in told.items())}</xml>"

    def sealed(self, xml: str) -> tuple[Query, bytes]:
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
        body = f"<xml><ToUserName>{ACCOUNT}</ToUserName><Encrypt>{cdata(sealed)}</Encrypt></xml>"
        return query, body.encode()

    def show(self, brought: Brought, answer: str) -> None:
        """Show an answer; it is text, and for who wrote."""
        if answer in ("success", ""):
            return
        try:
            xml = answer if self.plain else self._sealing.open(answer)
            text = element(xml, "Content")
            if element(xml, "ToUserName") != brought.sender or element(xml, "MsgType") != "text":
                raise Unreadable("an answer is for somebody else")
            if len(text.encode()) > LIMIT:
                raise Unreadable("an answer is too long")
        except Unreadable as why:
            self.breaches.append(str(why))
            return
        if brought.answer is None:
            brought.answer = text
            self._people.show(Shown(brought.sender, text, "answer", answers=brought.xml))
        elif brought.answer != text:
            self.breaches.append("two answers to one message")
