"""The simulated 企业微信 as a whole: `async with` starts and stops it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from bot.simulator.tencent.calling import PATIENCE, Brought
from bot.simulator.tencent.platform import Platform, now
from bot.simulator.tencent.sealing import Sealing
from bot.simulator.wecom.api import Interfaces
from bot.simulator.wecom.appchat import AppChats
from bot.simulator.wecom.calling import WeComCaller
from bot.simulator.wecom.customers import Customers
from bot.simulator.wecom.people import People
from bot.simulator.wecom.robots import Robots


class WeComPlatform(Platform):
    """Members write and press; the bot is called, and calls back.

    More interfaces (groups, customers) are mounted on `api` before it starts.
    """

    caller: WeComCaller

    def __init__(
        self,
        *,
        corp_id: str = "wwsimulated0000001",
        agent_id: int = 1000002,
        secret: str = "simulated-wecom-secret",  # noqa: S107 - it opens nothing
        token: str = "simulatedwecomtoken",  # noqa: S107
        aes_key: str = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR",
        clock: Callable[[], datetime] = now,
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
        caller = WeComCaller(sealing, agent_id, self.people, clock, answer_within)
        super().__init__(self.api, caller)
        self._clock = clock

    async def verify(self, echo: str = "1616140317555161061") -> tuple[int, str]:
        """Save the address in the console; the answer is due within a second."""
        return await self.caller.verify(echo)

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

    def tell(self, sender: str, kind: str, **fields: str) -> Brought:
        """Let a member send a message of any kind; it is brought at once."""
        self.people.join(sender)
        return self.bring(sender, self.caller.message(sender, kind, **fields))

    def happen(self, userid: str, event: str, **fields: str) -> Brought:
        """Let something happen: subscribe, enter_agent, click, template_card_event, …"""
        self.people.join(userid)
        told = self.caller.message(userid, "event", Event=event, **fields)
        return self.bring(userid, told)

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

    def _picture(self, medium_id: str) -> str:
        return f"http://wework.qpic.cn/simulated/{medium_id}"
