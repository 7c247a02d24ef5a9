"""Groups that an app made (appchat), from path/90244, 90245 and 90248.

An unknown group is refused with 86003, an id that no group can have with 86001, and one that a
group has already with 86215 (path/90313).
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.simulator.tencent.faults import answered, refused
from bot.simulator.wecom.api import Interfaces
from bot.simulator.wecom.robots import Posted

CREATE, SEND = "/cgi-bin/appchat/create", "/cgi-bin/appchat/send"
LIMIT = 2048
NO_CHAT, BAD_MEMBERS, BAD_KIND, NO_MEDIUM, TOO_LONG = 86003, 40031, 40008, 40007, 45002
BAD_CHAT, THERE = 86001, 86215
_CHAT = re.compile(r"[0-9a-zA-Z]{1,32}")
LEAST, MOST = 2, 2000


@dataclass(slots=True)
class Chat:
    """One group."""

    name: str
    owner: str
    members: tuple[str, ...]
    shown: list[str] = field(default_factory=list)  # words, or "[file NAME]"


class AppChats:
    """The groups of one app."""

    def __init__(self, api: Interfaces) -> None:
        self._api = api
        self.known: dict[str, Chat] = {}
        self.watchers: list[Callable[[str, Posted], None]] = []  # by the group's chat id
        api.mount("POST", CREATE, api.admitted(self._create))
        api.mount("POST", SEND, api.admitted(self._send))

    async def _create(self, request: web.Request) -> web.StreamResponse:
        body: dict[str, Any] = json.loads(await request.read())
        members = tuple(dict.fromkeys(body.get("userlist", ())))
        owner = str(body.get("owner") or (members[0] if members else ""))
        if not LEAST <= len(members) <= MOST or owner not in members:
            return refused(BAD_MEMBERS)
        chat = str(body.get("chatid") or f"wr{secrets.token_hex(8)}")
        if not _CHAT.fullmatch(chat):
            return refused(BAD_CHAT)
        if chat in self.known:
            return refused(THERE)
        self.known[chat] = Chat(str(body.get("name", "")), owner, members)
        return answered({"errcode": 0, "errmsg": "ok", "chatid": chat})

    async def _send(self, request: web.Request) -> web.StreamResponse:
        body: dict[str, Any] = json.loads(await request.read())
        chat, kind = self.known.get(str(body.get("chatid"))), body.get("msgtype")
        if chat is None:
            return refused(NO_CHAT)
        if kind in ("text", "markdown"):
            text = str(body[kind]["content"])
            if len(text.encode()) > LIMIT:
                return refused(TOO_LONG)
            return self._show(str(body["chatid"]), text, Posted(text, plain=kind == "text"))
        if kind not in ("image", "file"):
            return refused(BAD_KIND)
        medium = self._api.media.get(body[kind]["media_id"])
        if medium is None:
            return refused(NO_MEDIUM)
        told = Posted(picture=medium.content) if kind == "image" else Posted(file=medium.name)
        return self._show(str(body["chatid"]), f"[{kind} {medium.name}]", told)

    def _show(self, chat: str, words: str, told: Posted) -> web.StreamResponse:
        self.known[chat].shown.append(words)
        for watcher in self.watchers:
            watcher(chat, told)
        return refused(0)
