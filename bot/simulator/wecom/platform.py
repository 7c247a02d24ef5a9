"""The simulated 企业微信 as a whole: `async with` starts and stops it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from bot.simulator.tencent.calling import PATIENCE, Brought
from bot.simulator.tencent.sealing import Sealing
from bot.simulator.tencent.serving import Served
from bot.simulator.wecom.api import Interfaces
from bot.simulator.wecom.appchat import AppChats
from bot.simulator.wecom.calling import WeComCaller
from bot.simulator.wecom.customers import Customers
from bot.simulator.wecom.people import People
from bot.simulator.wecom.robots import Robots


def _now() -> datetime:
    return datetime.now(UTC)


class WeComPlatform:
    """Members write and press; the bot is called, and calls back.

    More interfaces (groups, customers) are mounted on `api` before it starts.
    """

    def __init__(
        self,
        *,
        corp_id: str = "wwsimulated0000001",
        agent_id: int = 1000002,
        secret: str = "simulated-wecom-secret",  # noqa: S107 - it opens nothing
        token: str = "simulatedwecomtoken",  # noqa: S107
        aes_key: str = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR",
        clock: Callable[[], datetime] = _now,
        answer_within: float = PATIENCE,
    ) -> None:
        """`answer_within` = how many seconds each call waits for its answer."""
        self.corp_id, self.agent_id, self.secret = corp_id, agent_id, secret
        self.token, self.aes_key = token, aes_key
        self.people = People(clock)
        self.api = Interfaces(corp_id, agent_id, secret, self.people)
        self.robots = Robots(clock, lambda: self.base_url)
        self.robots.mount(self.api)
        self.chats = AppChats(self.api)
        self.customers = Customers(self.api, clock)
        sealing = Sealing(token, aes_key, corp_id)
        self.caller = WeComCaller(sealing, agent_id, self.people, clock, answer_within)
        self._clock = clock
        self._served = Served(self.api.application)

    @property
    def base_url(self) -> str:
        """Where qyapi.weixin.qq.com is."""
        return self._served.base_url

    async def start(self) -> None:
        """Begin to answer."""
        await self._served.start()
        await self.caller.start()

    async def stop(self) -> None:
        """Close."""
        await self.caller.stop()
        self.api.release()
        await self._served.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def verify(self, echo: str = "1616140317555161061") -> tuple[int, str]:
        """Save the address in the console; the answer is due within a second."""
        return await self.caller.verify(echo)

    def say(self, userid: str, text: str) -> Brought:
        """Let a member write."""
        return self.tell(userid, "text", Content=text)

    def send_picture(self, userid: str, content: bytes) -> Brought:
        """Let a member send a picture."""
        medium_id = self.api.keep("image", "image.jpg", "image/jpeg", content)
        return self.tell(userid, "image", PicUrl=self._picture(medium_id), MediaId=medium_id)

    def send_file(self, userid: str, name: str, content: bytes) -> Brought:
        """Let a member send a file.

        The list of what an app is brought (path/90239) has no files: this is the shape of the
        other messages with a medium.
        """
        medium_id = self.api.keep("file", name, "application/octet-stream", content)
        return self.tell(userid, "file", MediaId=medium_id, Title=name)

    def tell(self, userid: str, kind: str, **fields: str) -> Brought:
        """Let a member send a message of any kind; it is brought at once."""
        self.people.join(userid)
        return self._begin(userid, self.caller.message(userid, kind, **fields))

    def happen(self, userid: str, event: str, **fields: str) -> Brought:
        """Let something happen: subscribe, enter_agent, click, template_card_event, …"""
        self.people.join(userid)
        told = self.caller.message(userid, "event", Event=event, **fields)
        return self._begin(userid, told)

    def press(self, userid: str, task_id: str, key: str) -> Brought:
        """Let a member press a button that they see. Raises LookupError."""
        card = self.people.card(userid, task_id)
        if key not in card.buttons:
            raise LookupError("the card has no such button")
        code = secrets.token_urlsafe(24)
        self.people.codes.give(code, task_id, self._clock())
        return self.happen(
            userid,
            "template_card_event",
            EventKey=key,
            TaskId=task_id,
            CardType=str(card.face["card_type"]),
            ResponseCode=code,
        )

    def again(self, brought: Brought) -> Brought:
        """Bring a message once more, with a signature of its own."""
        brought.is_over.clear()
        return self.caller.begin(brought)

    async def hang_up(self) -> None:
        """Drop every call that waits."""
        await self.caller.hang_up()

    def _begin(self, userid: str, xml: str) -> Brought:
        return self.caller.begin(Brought(userid, xml))

    def _picture(self, medium_id: str) -> str:
        return f"http://wework.qpic.cn/simulated/{medium_id}"
