"""Group robots (消息推送): addresses that need no token, so that knowing them is enough.

Written from "消息推送配置说明" (path/91770, 99110): twenty messages a minute, 4,096 bytes of
markdown, pictures of 2 MB with their MD5, files of 5 bytes to 20 MB that their own robot alone
can show.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.simulator.tencent.faults import answered, refused
from bot.simulator.wecom.api import Interfaces

SEND = "/cgi-bin/webhook/send"
UPLOAD = "/cgi-bin/webhook/upload_media"
PER_MINUTE = 20
MINUTE = timedelta(minutes=1)
MARKDOWN_LIMIT, TEXT_LIMIT = 4096, 2048
PICTURE_LIMIT = 2 * 1024 * 1024
FILE_LEAST, FILE_LIMIT = 5, 20 * 1024 * 1024
GONE, TOO_FAST, BAD_KIND, BAD_ARGUMENT, ESCAPED = 93000, 45009, 40008, 40058, 40033
NO_MEDIUM, BAD_SIZE, TOO_LONG, EMPTY, BAD_PICTURE = 40007, 40006, 45002, 44004, 301019


@dataclass(frozen=True, slots=True)
class Posted:
    """What a group is shown: words, a picture, or a file under the name that people see."""

    text: str = ""
    picture: bytes = b""
    file: str = ""
    plain: bool = False  # the words have no markdown


@dataclass(slots=True)
class Robot:
    """One group's robot, and what the group has been shown by it."""

    group: str
    shown: list[Posted] = field(default_factory=list)
    sent: deque[datetime] = field(default_factory=deque)
    media: dict[str, str] = field(default_factory=dict)  # names of files, by media id


class Robots:
    """The robots of all groups, by their keys."""

    def __init__(self, clock: Callable[[], datetime], base: Callable[[], str]) -> None:
        """`base` says where the platform is, once it runs."""
        self._clock = clock
        self._base = base
        self.known: dict[str, Robot] = {}
        self.watchers: list[Callable[[str, Posted], None]] = []  # by the name of the group

    def add(self, group: str) -> str:
        """Put a robot into a group, and return its address."""
        key = f"{secrets.token_hex(4)}-{secrets.token_hex(6)}"
        self.known[key] = Robot(group)
        return f"{self._base()}{SEND}?key={key}"

    def remove(self, group: str) -> None:
        """Take the robots out of a group."""
        self.known = {key: one for key, one in self.known.items() if one.group != group}

    def shown(self, group: str) -> list[Posted]:
        """Return what a group was shown."""
        return [told for one in self.known.values() if one.group == group for told in one.shown]

    def mount(self, api: Interfaces) -> None:
        """Serve the robots among a platform's interfaces; no token is asked for."""
        api.mount("POST", SEND, self._send)
        api.mount("POST", UPLOAD, self._upload)

    async def _send(self, request: web.Request) -> web.StreamResponse:
        robot = self.known.get(request.query.get("key", ""))
        if robot is None:
            return refused(GONE)
        raw = await request.read()
        if b"\\u" in raw:
            return refused(ESCAPED)
        now = self._clock()
        while robot.sent and robot.sent[0] <= now - MINUTE:
            robot.sent.popleft()
        if len(robot.sent) >= PER_MINUTE:
            return refused(TOO_FAST)
        robot.sent.append(now)
        try:
            told = _read(json.loads(raw), robot)
        except (ValueError, KeyError, TypeError, binascii.Error):
            return refused(BAD_ARGUMENT)
        if isinstance(told, int):
            return refused(told)
        robot.shown.append(told)
        for watcher in self.watchers:
            watcher(robot.group, told)
        return refused(0)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        robot = self.known.get(request.query.get("key", ""))
        if robot is None:
            return refused(GONE)
        part = (await request.post()).get("media")
        if not isinstance(part, web.FileField) or request.query.get("type") != "file":
            return refused(BAD_ARGUMENT)
        content = part.file.read()
        if not FILE_LEAST <= len(content) <= FILE_LIMIT:
            return refused(BAD_SIZE)
        medium = secrets.token_hex(12)
        robot.media[medium] = part.filename
        told = {"type": "file", "media_id": medium, "created_at": "0"}
        return answered({"errcode": 0, "errmsg": "ok", **told})


def _read(body: Mapping[str, Any], robot: Robot) -> Posted | int:
    """Read a message, or say what is wrong with it."""
    kind = body["msgtype"]
    if kind in ("markdown", "text"):
        text = str(body[kind]["content"])
        limit = MARKDOWN_LIMIT if kind == "markdown" else TEXT_LIMIT
        if len(text.encode()) > limit:
            return TOO_LONG
        return Posted(text, plain=kind == "text") if text else EMPTY
    if kind == "image":
        picture = base64.b64decode(body["image"]["base64"], validate=True)
        digest = hashlib.md5(picture, usedforsecurity=False).hexdigest()
        shows = picture[:3] == b"\xff\xd8\xff" or picture[:4] == b"\x89PNG"
        right = shows and len(picture) <= PICTURE_LIMIT and digest == body["image"]["md5"]
        return Posted(picture=picture) if right else BAD_PICTURE
    if kind == "file":
        name = robot.media.get(body["file"]["media_id"])
        return Posted(file=name) if name is not None else NO_MEDIUM
    return BAD_KIND
