"""The simulated official account as a whole: `async with` starts and stops it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from bot.simulator.tencent.sealing import Sealing
from bot.simulator.tencent.serving import Served
from bot.simulator.wechat.api import Interfaces
from bot.simulator.wechat.calling import PATIENCE, Brought, Caller
from bot.simulator.wechat.people import People


def _now() -> datetime:
    return datetime.now(UTC)


class WeChatPlatform:
    """People write, click and scan; the bot is called, and calls back."""

    def __init__(
        self,
        *,
        app_id: str = "wxsimulated0000001",
        app_secret: str = "simulated-app-secret",  # noqa: S107 - it opens nothing
        token: str = "simulatedtoken",  # noqa: S107
        aes_key: str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
        clock: Callable[[], datetime] = _now,
        patience: float = PATIENCE,
    ) -> None:
        """`patience` = how many seconds each call waits for its answer."""
        self.app_id, self.app_secret = app_id, app_secret
        self.token, self.aes_key = token, aes_key
        self.people = People(clock)
        self.api = Interfaces(app_id, app_secret, self.people)
        self.caller = Caller(Sealing(token, aes_key, app_id), self.people, clock, patience)
        self._served = Served(self.api.application)

    @property
    def base_url(self) -> str:
        """Where api.weixin.qq.com is."""
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

    def say(self, openid: str, text: str) -> Brought:
        """Let somebody write."""
        return self.tell(openid, "text", Content=text)

    def send_picture(self, openid: str, content: bytes) -> Brought:
        """Let somebody send a picture."""
        return self.tell(openid, "image", MediaId=self.keep(content, "image/jpeg"))

    def keep(self, content: bytes, mime: str) -> str:
        """Keep a file, and return its media id."""
        name = f"media-{secrets.token_hex(6)}"
        self.api.media[name] = (mime, content)
        return name

    def tell(self, openid: str, kind: str, **fields: str) -> Brought:
        """Let somebody send a message of any kind; it is brought at once."""
        self.people.wrote(openid)
        return self._begin(openid, self.caller.message(openid, kind, **fields))

    def happen(self, openid: str, event: str, **fields: str) -> Brought:
        """Let something happen: subscribe, unsubscribe, SCAN, CLICK, VIEW, …"""
        if event == "unsubscribe":
            self.people.left(openid)
        elif event in ("subscribe", "SCAN", "CLICK"):
            self.people.acted(openid)
        return self._begin(openid, self.caller.message(openid, "event", Event=event, **fields))

    def again(self, brought: Brought) -> Brought:
        """Bring a message once more, with a signature of its own."""
        brought.is_over.clear()
        return self.caller.begin(brought)

    async def hang_up(self) -> None:
        """Drop every call that waits."""
        await self.caller.hang_up()

    def _begin(self, openid: str, xml: str) -> Brought:
        return self.caller.begin(Brought(openid, xml))
