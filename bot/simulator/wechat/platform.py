"""The simulated official account as a whole: `async with` starts and stops it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from bot.simulator.tencent.platform import Platform, now
from bot.simulator.tencent.sealing import Sealing
from bot.simulator.wechat.api import Interfaces
from bot.simulator.wechat.calling import PATIENCE, Brought, Caller
from bot.simulator.wechat.people import People


class WeChatPlatform(Platform):
    """People write, click and scan; the bot is called, and calls back."""

    caller: Caller

    def __init__(
        self,
        *,
        app_id: str = "wxsimulated0000001",
        app_secret: str = "simulated-app-secret",  # noqa: S107 - it opens nothing
        token: str = "simulatedtoken",  # noqa: S107
        aes_key: str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
        clock: Callable[[], datetime] = now,
        patience: float = PATIENCE,
    ) -> None:
        """`patience` = how many seconds each call waits for its answer."""
        self.app_id, self.app_secret = app_id, app_secret
        self.token, self.aes_key = token, aes_key
        self.people = People(clock)
        self.api = Interfaces(app_id, app_secret, self.people)
        sealing = Sealing(token, aes_key, app_id)
        super().__init__(self.api, Caller(sealing, self.people, clock, patience))

    def send_picture(self, openid: str, content: bytes) -> Brought:
        """Let somebody send a picture."""
        return self.tell(openid, "image", MediaId=self.keep(content, "image/jpeg"))

    def keep(self, content: bytes, mime: str) -> str:
        """Keep a file, and return its media id."""
        name = f"media-{secrets.token_hex(6)}"
        self.api.media[name] = (mime, content)
        return name

    def tell(self, sender: str, kind: str, **fields: str) -> Brought:
        """Let somebody send a message of any kind; it is brought at once."""
        self.people.wrote(sender)
        return self.bring(sender, self.caller.message(sender, kind, **fields))

    def happen(self, openid: str, event: str, **fields: str) -> Brought:
        """Let something happen: subscribe, unsubscribe, SCAN, CLICK, VIEW, …"""
        if event == "unsubscribe":
            self.people.left(openid)
        elif event in ("subscribe", "SCAN", "CLICK"):
            self.people.acted(openid)
        return self.bring(openid, self.caller.message(openid, "event", Event=event, **fields))
