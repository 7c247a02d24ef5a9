"""The interfaces of api.weixin.qq.com that the bot calls, and what they are told to get wrong."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.simulator.wechat.people import People

TOKEN = "/cgi-bin/stable_token"  # noqa: S105 - a path
PUSH = "/cgi-bin/message/custom/send"
MEDIA = "/cgi-bin/media/get"
UPLOAD = "/cgi-bin/media/upload"
MENU = "/cgi-bin/menu/create"
LIFE = 7200  # seconds of a token
NO_MEDIUM, BAD_TOKEN, BAD_SECRET, BAD_APP, ESCAPED = 40007, 40001, 40125, 40013, 40033


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a call."""

    code: int = 0  # refuse with it
    html: int = 0  # a page with this HTTP status
    hangs: bool = False
    done: bool = False  # carry it out, and cut the connection


@dataclass(slots=True)
class Script:
    """What goes wrong next, by path: once each, or from now on."""

    once: defaultdict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    always: dict[str, Fault] = field(default_factory=dict)

    def next(self, path: str) -> Fault | None:
        """Take what goes wrong with this call."""
        if self.once[path]:
            return self.once[path].pop(0)
        return self.always.get(path)


class Interfaces:
    """Give tokens, take customer-service messages, hand out media."""

    def __init__(self, app_id: str, app_secret: str, people: People) -> None:
        self._app_id = app_id
        self._app_secret = app_secret
        self._people = people
        self._released = asyncio.Event()
        self.tokens: list[str] = []  # the last one is valid
        self.media: dict[str, tuple[str, bytes]] = {}
        self.script = Script()
        self.menu: Mapping[str, Any] = {}
        self.calls: list[str] = []  # paths
        self.bodies: list[bytes] = []  # of customer-service messages

    def application(self) -> web.Application:
        """Build what api.weixin.qq.com serves."""
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_post(TOKEN, self._scripted(self._token))
        app.router.add_post(PUSH, self._scripted(self._push))
        app.router.add_get(MEDIA, self._scripted(self._media))
        app.router.add_post(UPLOAD, self._scripted(self._upload))
        app.router.add_post(MENU, self._scripted(self._menu))
        return app

    def release(self) -> None:
        """Let go of every call that hangs."""
        self._released.set()

    def expire(self) -> None:
        """Let no token given so far be valid."""
        self.tokens.append(secrets.token_hex(12))

    def _scripted(self, serve: Callable[[web.Request], Any]) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.calls.append(request.path)
            fault = self.script.next(request.path)
            if fault is None:
                found: web.StreamResponse = await serve(request)
                return found
            if fault.hangs:
                await self._released.wait()
            if fault.done:
                await serve(request)
            if (fault.hangs or fault.done) and request.transport is not None:
                request.transport.abort()
            if fault.html:
                page = "<html><body>Bad Gateway</body></html>"
                return web.Response(status=fault.html, text=page, content_type="text/html")
            return _refused(fault.code)

        return handle

    async def _token(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        if body.get("appid") != self._app_id:
            return _refused(BAD_APP)
        if body.get("secret") != self._app_secret:
            return _refused(BAD_SECRET)
        if not self.tokens or body.get("force_refresh"):
            self.tokens.append(secrets.token_hex(12))
        return _json({"access_token": self.tokens[-1], "expires_in": LIFE})

    async def _push(self, request: web.Request) -> web.Response:
        if not self._admits(request):
            return _refused(BAD_TOKEN)
        raw = await request.read()
        self.bodies.append(raw)
        if b"\\u" in raw:
            return _refused(ESCAPED)
        body = json.loads(raw)
        if body["msgtype"] == "image":
            name = body["image"]["media_id"]
            if name not in self.media:
                return _refused(NO_MEDIUM)
            return _refused(self._people.push(body["touser"], "", picture=name))
        return _refused(self._people.push(body["touser"], body["text"]["content"]))

    async def _upload(self, request: web.Request) -> web.Response:
        if not self._admits(request):
            return _refused(BAD_TOKEN)
        part = (await request.post())["media"]
        if not isinstance(part, web.FileField) or request.query.get("type") != "image":
            return _refused(NO_MEDIUM)
        name = f"media-{secrets.token_hex(6)}"
        self.media[name] = (part.content_type, part.file.read())
        return _json({"type": "image", "media_id": name, "created_at": 0})

    async def _menu(self, request: web.Request) -> web.Response:
        if not self._admits(request):
            return _refused(BAD_TOKEN)
        self.menu = json.loads(await request.read())
        return _refused(0)

    async def _media(self, request: web.Request) -> web.Response:
        if not self._admits(request):
            return _refused(BAD_TOKEN)
        found = self.media.get(request.query.get("media_id", ""))
        if found is None:
            return _refused(NO_MEDIUM)
        return web.Response(body=found[1], content_type=found[0])

    def _admits(self, request: web.Request) -> bool:
        return bool(self.tokens) and request.query.get("access_token") == self.tokens[-1]


def _refused(code: int) -> web.Response:
    told = "ok" if code == 0 else f"refused rid: 6500-{code}"
    return _json({"errcode": code, "errmsg": told})


def _json(body: Mapping[str, Any]) -> web.Response:
    return web.Response(text=json.dumps(body), content_type="text/plain")  # as the platform does
