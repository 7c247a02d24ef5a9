"""The interfaces of api.weixin.qq.com that the bot calls, and what they are told to get wrong."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.simulator.tencent.faults import Fault, Scripted, answered, refused
from bot.simulator.wechat.broadcasts import Broadcasts
from bot.simulator.wechat.people import People

__all__ = ["MEDIA", "MENU", "PUSH", "TOKEN", "UPLOAD", "Fault", "Interfaces"]

TOKEN = "/cgi-bin/stable_token"  # noqa: S105 - a path
PUSH = "/cgi-bin/message/custom/send"
MEDIA = "/cgi-bin/media/get"
UPLOAD = "/cgi-bin/media/upload"
VIDEO = "/video"
MENU = "/cgi-bin/menu/create"
LIFE = 7200  # seconds of a token
NO_MEDIUM, BAD_TOKEN, BAD_SECRET, BAD_APP, ESCAPED = 40007, 40001, 40125, 40013, 40033


class Interfaces(Scripted):
    """Give tokens, take customer-service messages, hand out media."""

    def __init__(self, app_id: str, app_secret: str, people: People) -> None:
        super().__init__()
        self._app_id = app_id
        self._app_secret = app_secret
        self._people = people
        self.tokens: list[str] = []  # the last one is valid
        self.media: dict[str, tuple[str, bytes]] = {}
        self.videos = ""  # the address that videos are said to be at; empty = they are here
        self.menu: Mapping[str, Any] = {}
        self.bodies: list[bytes] = []  # of customer-service messages
        self.many = Broadcasts(people, self._admits)

    def application(self) -> web.Application:
        """Build what api.weixin.qq.com serves."""
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_post(TOKEN, self.scripted(self._token))
        app.router.add_post(PUSH, self.scripted(self._push))
        app.router.add_get(MEDIA, self.scripted(self._media))
        app.router.add_get(f"{VIDEO}/{{name}}", self._video)
        app.router.add_post(UPLOAD, self.scripted(self._upload))
        app.router.add_post(MENU, self.scripted(self._menu))
        for path, serve in self.many.served.items():
            app.router.add_post(path, self.scripted(serve))
        return app

    def expire(self) -> None:
        """Let no token given so far be valid."""
        self.tokens.append(secrets.token_hex(12))

    async def _token(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        if body.get("appid") != self._app_id:
            return refused(BAD_APP)
        if body.get("secret") != self._app_secret:
            return refused(BAD_SECRET)
        if not self.tokens or body.get("force_refresh"):
            self.tokens.append(secrets.token_hex(12))
        return answered({"access_token": self.tokens[-1], "expires_in": LIFE})

    async def _push(self, request: web.Request) -> web.Response:
        if not self._admits(request):
            return refused(BAD_TOKEN)
        raw = await request.read()
        self.bodies.append(raw)
        if b"\\u" in raw:
            return refused(ESCAPED)
        body = json.loads(raw)
        if body["msgtype"] == "image":
            name = body["image"]["media_id"]
            if name not in self.media:
                return refused(NO_MEDIUM)
            return refused(self._people.push(body["touser"], "", picture=name))
        return refused(self._people.push(body["touser"], body["text"]["content"]))

    async def _upload(self, request: web.Request) -> web.Response:
        if not self._admits(request):
            return refused(BAD_TOKEN)
        part = (await request.post())["media"]
        if not isinstance(part, web.FileField) or request.query.get("type") != "image":
            return refused(NO_MEDIUM)
        name = f"media-{secrets.token_hex(6)}"
        self.media[name] = (part.content_type, part.file.read())
        return answered({"type": "image", "media_id": name, "created_at": 0})

    async def _menu(self, request: web.Request) -> web.Response:
        if not self._admits(request):
            return refused(BAD_TOKEN)
        self.menu = json.loads(await request.read())
        return refused(0)

    async def _media(self, request: web.Request) -> web.Response:
        if not self._admits(request):
            return refused(BAD_TOKEN)
        found = self.media.get(request.query.get("media_id", ""))
        if found is None:
            return refused(NO_MEDIUM)
        if found[0].startswith("video/"):
            address = self.videos or f"{request.scheme}://{request.host}{VIDEO}"
            return answered({"video_url": f"{address}/{request.query['media_id']}"})
        return web.Response(body=found[1], content_type=found[0])

    async def _video(self, request: web.Request) -> web.Response:
        if "access_token" in request.query:
            raise web.HTTPForbidden
        mime, content = self.media[request.match_info["name"]]
        return web.Response(body=content, content_type=mime)

    def _admits(self, request: web.Request) -> bool:
        return bool(self.tokens) and request.query.get("access_token") == self.tokens[-1]
