"""Bringing what members do to the bot, and showing them its answer (path/90238 to 90241)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime

from bot.simulator.tencent.calling import Brought, Caller, Query, cdata
from bot.simulator.tencent.sealing import Sealing, Unreadable, element
from bot.simulator.wecom.cards import Card, fault_of, read_face
from bot.simulator.wecom.people import People, Shown

LIMIT = 2048  # bytes of a text
VERIFY = 1.0  # seconds that the console waits


class WeComCaller(Caller):
    """Calls the bot's address."""

    def __init__(
        self,
        sealing: Sealing,
        agent_id: int,
        people: People,
        clock: Callable[[], datetime],
        patience: float,
    ) -> None:
        super().__init__(clock, patience)
        self._sealing = sealing
        self._agent_id = agent_id
        self._people = people

    async def verify(self, echo: str = "1616140317555161061") -> tuple[int, str]:
        """Save the address in the console: the echo is sealed. Raises TimeoutError."""
        stamp, nonce = self._stamp()
        sealed = self._sealing.seal(echo)
        query = {"timestamp": stamp, "nonce": nonce, "echostr": sealed}
        signature = self._sealing.sign(stamp, nonce, sealed)
        async with asyncio.timeout(VERIFY):
            return await self.get({**query, "msg_signature": signature})

    def message(self, userid: str, kind: str, **fields: str) -> str:
        """Write a message as it is inside the seal."""
        told = {
            "ToUserName": self._sealing.owner,
            "FromUserName": userid,
            "CreateTime": str(int(self._clock().timestamp())),
            "MsgType": kind,
            **fields,
            **({} if kind == "event" else {"MsgId": str(secrets.randbits(60))}),
            "AgentID": str(self._agent_id),
        }
        return f"<xml>{''.join(f'<{k}>{cdata(v)}</{k}>' for k, v in told.items())}</xml>"

    def sealed(self, xml: str) -> tuple[Query, bytes]:
        """Return the query and the body of one call, with a signature of its own."""
        stamp, nonce = self._stamp()
        sealed = self._sealing.seal(xml)
        signature = self._sealing.sign(stamp, nonce, sealed)
        body = (
            f"<xml><ToUserName>{cdata(self._sealing.owner)}</ToUserName>"
            f"<Encrypt>{cdata(sealed)}</Encrypt>"
            f"<AgentID>{cdata(str(self._agent_id))}</AgentID></xml>"
        )
        return {"msg_signature": signature, "timestamp": stamp, "nonce": nonce}, body.encode()

    def show(self, brought: Brought, answer: str) -> None:
        """Show an answer: a text, or the card whose button was pressed in its new state."""
        if answer in ("success", ""):
            return
        try:
            xml = self._sealing.open(answer)
            if element(xml, "ToUserName") != brought.sender:
                raise Unreadable("an answer is for somebody else")
            if brought.answer is not None:
                if brought.answer != _gist(xml):
                    raise Unreadable("two answers to one message")
                return
            self._take(brought, xml)
            brought.answer = _gist(xml)
        except Unreadable as why:
            self.breaches.append(str(why))

    def _take(self, brought: Brought, xml: str) -> None:
        kind = element(xml, "MsgType")
        if kind == "text":
            text = element(xml, "Content")
            if len(text.encode()) > LIMIT:
                raise Unreadable("an answer is too long")
            now, told = self._clock(), brought.xml
            self._people.show(Shown(brought.sender, "text", text, "answer", now, answers=told))
        elif kind in ("update_button", "update_template_card"):
            self._renew(brought, kind, xml)
        else:
            raise Unreadable("an answer is of a kind that nobody knows")

    def _renew(self, brought: Brought, kind: str, xml: str) -> None:
        """Change the card that was pressed, for who pressed."""
        if "<TaskId>" not in brought.xml:
            raise Unreadable("an answer changes a card, and none was pressed")
        words, face = "", None
        if kind == "update_button":
            words = element(xml, "ReplaceName")
        else:
            face = dict(read_face(xml))
            face.setdefault("task_id", element(brought.xml, "TaskId"))
            if fault_of(face) and not face.get("replace_text"):
                raise Unreadable("an answer holds a card that cannot be shown")
        self._people.replace([brought.sender], element(brought.xml, "TaskId"), words, face)


def _gist(xml: str) -> str:
    kind = element(xml, "MsgType")
    if kind == "text":
        return element(xml, "Content")
    return element(xml, "ReplaceName") if kind == "update_button" else Card(read_face(xml)).text()
