"""The interfaces of qyapi.weixin.qq.com that the app calls, and what they are told to get wrong.

Which code refuses an unknown agent or a task id that was used is of the list of path/90313; for a
response code that was used up no document names one.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.simulator.tencent.faults import Scripted, Serve, answered, refused
from bot.simulator.wecom.cards import BAD_ARGUMENT, BAD_TASK, WITH_BUTTONS, Card, fault_of
from bot.simulator.wecom.people import People, Shown

TOKEN = "/cgi-bin/gettoken"  # noqa: S105 - a path
SEND = "/cgi-bin/message/send"
UPDATE = "/cgi-bin/message/update_template_card"
RECALL = "/cgi-bin/message/recall"
UPLOAD = "/cgi-bin/media/upload"
MEDIA = "/cgi-bin/media/get"
MENU = "/cgi-bin/menu/create"
AGENT = "/cgi-bin/agent/get"
LIFE = 7200  # seconds of a token
LIMIT = 2048  # bytes of a text
MOST = 1000  # people in one call
_NO_NAME = re.compile(r'[\x00-\x1f\x7f"\\]')  # what would end a name in a header
KEEPS = {"image": 10, "voice": 2, "video": 10, "file": 20}  # MB of an upload, by type
TINY = 5  # bytes: what is not longer is refused
BAD_SECRET, BAD_KIND, BAD_CORP, BAD_TOKEN, OLD_TOKEN = 40001, 40008, 40013, 40014, 42001
NO_TYPE, BAD_SIZE, NO_MEDIUM, TOO_MANY, ESCAPED, BAD_AGENT = (
    40005,
    40006,
    40007,
    40032,
    40033,
    40056,
)
EMPTY, NOBODY = 44004, 81013
AGAIN = 1800  # seconds in which the same message counts as the same, unless the call says otherwise


@dataclass(frozen=True, slots=True)
class Medium:
    """A file at the platform."""

    kind: str
    name: str
    mime: str
    content: bytes


class Interfaces(Scripted):
    """Give tokens, take the app's messages, change its cards, keep and hand out files."""

    def __init__(self, corp_id: str, agent_id: int, secret: str, people: People) -> None:
        super().__init__()
        self._corp_id = corp_id
        self._agent_id = agent_id
        self._secret = secret
        self._people = people
        self._lately: dict[str, datetime] = {}  # when which message was sent
        self._tasks: set[str] = set()
        self._routes: list[tuple[str, str, Serve]] = []
        self.tokens: list[str] = []  # the last one is valid
        self.media: dict[str, Medium] = {}
        self.menu: Mapping[str, Any] = {}
        self.bodies: list[bytes] = []  # of the app's messages
        self.mount("GET", TOKEN, self._token)
        self.mount("POST", SEND, self.admitted(self._send))
        self.mount("POST", UPDATE, self.admitted(self._update))
        self.mount("POST", RECALL, self.admitted(self._recall))
        self.mount("POST", UPLOAD, self.admitted(self._upload))
        self.mount("GET", MEDIA, self.admitted(self._media))
        self.mount("POST", MENU, self.admitted(self._menu))
        self.mount("GET", AGENT, self.admitted(self._agent))

    def mount(self, method: str, path: str, serve: Serve) -> None:
        """Serve one more interface; before the platform starts."""
        self._routes.append((method, path, self.scripted(serve)))

    def admitted(self, serve: Serve) -> Serve:
        """Return what serves those calls that carry the valid token."""

        async def handle(request: web.Request) -> web.StreamResponse:
            token = request.query.get("access_token", "")
            if not self.tokens or token != self.tokens[-1]:
                return refused(OLD_TOKEN if token in self.tokens else BAD_TOKEN)
            return await serve(request)

        return handle

    def application(self) -> web.Application:
        """Build what qyapi.weixin.qq.com serves."""
        app = web.Application(client_max_size=32 * 1024 * 1024)
        for method, path, serve in self._routes:
            app.router.add_route(method, path, serve)
        return app

    def expire(self) -> None:
        """Let no token given so far be valid."""
        self.tokens.append(secrets.token_hex(12))

    def keep(self, kind: str, name: str, mime: str, content: bytes) -> str:
        """Keep a file, and return its media id."""
        medium_id = f"media-{secrets.token_hex(6)}"
        self.media[medium_id] = Medium(kind, name, mime, content)
        return medium_id

    async def _token(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("corpid") != self._corp_id:
            return refused(BAD_CORP)
        if request.query.get("corpsecret") != self._secret:
            return refused(BAD_SECRET)
        if not self.tokens:
            self.tokens.append(secrets.token_hex(12))
        told = {"errcode": 0, "errmsg": "ok", "access_token": self.tokens[-1]}
        return answered({**told, "expires_in": LIFE})

    async def _send(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        self.bodies.append(raw)
        if b"\\u" in raw:
            return refused(ESCAPED)
        body = json.loads(raw)
        if body.get("agentid") != self._agent_id:
            return refused(BAD_AGENT)
        asked = [one for one in str(body.get("touser", "")).split("|") if one]
        if len(asked) > MOST:
            return refused(TOO_MANY)
        people = self._people
        known = (
            list(people.members) if asked == ["@all"] else [o for o in asked if o in people.members]
        )
        if not known:
            return refused(NOBODY)
        code = self._fault(body)
        if code:
            return refused(code)
        msgid = secrets.token_urlsafe(24)
        told = {"errcode": 0, "errmsg": "ok", "msgid": msgid, "invalidparty": "", "invalidtag": ""}
        lost = "|".join(one for one in asked if one not in people.members and one != "@all")
        if not self._repeats(body):
            self._show(body, known, msgid)
        face = body.get("template_card", {})
        if face.get("card_type") == WITH_BUTTONS:
            told["response_code"] = secrets.token_urlsafe(24)
            people.codes.give(str(told["response_code"]), face["task_id"], people.clock())
        return answered({**told, "invaliduser": lost, "unlicenseduser": ""})

    def _fault(self, body: Mapping[str, Any]) -> int:
        """Return the code that a message is refused with; 0 = it is taken."""
        kind = body.get("msgtype")
        if kind in ("text", "markdown"):
            return 0 if body.get(kind, {}).get("content") else EMPTY
        if kind in KEEPS:
            return 0 if body.get(kind, {}).get("media_id") in self.media else NO_MEDIUM
        if kind != "template_card":
            return BAD_KIND
        face = body.get("template_card", {})
        code = fault_of(face)
        if not code and face.get("task_id"):
            code = BAD_TASK if face["task_id"] in self._tasks else 0
            self._tasks.add(face["task_id"])
        return code

    def _repeats(self, body: Mapping[str, Any]) -> bool:
        """Tell whether the same was sent a short time ago, if the call asks for that."""
        if not body.get("enable_duplicate_check"):
            return False
        kind, now = body["msgtype"], self._people.clock()
        gist = json.dumps([body["touser"], kind, body[kind]], sort_keys=True)
        span = timedelta(seconds=body.get("duplicate_check_interval", AGAIN))
        earlier = self._lately.get(gist)
        if earlier is not None and now - earlier < span:
            return True
        self._lately[gist] = now
        return False

    def _show(self, body: Mapping[str, Any], userids: list[str], msgid: str) -> None:
        kind, at = body["msgtype"], self._people.clock()
        for userid in userids:
            shown = Shown(userid, kind, "", "push", at, msgid)
            if kind == "template_card":
                shown.card = Card(dict(body[kind]))
                shown.text = shown.card.text()
            elif kind in KEEPS:
                shown.media = body[kind]["media_id"]
                shown.text = self.media[shown.media].name
            else:  # what is too long is cut, and nobody is told
                shown.text = body[kind]["content"].encode()[:LIMIT].decode(errors="ignore")
            self._people.push(shown)

    async def _update(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        if b"\\u" in raw:
            return refused(ESCAPED)
        body, people = json.loads(raw), self._people
        if body.get("agentid") != self._agent_id:
            return refused(BAD_AGENT)
        words, face = body.get("button", {}).get("replace_name", ""), body.get("template_card")
        if face is None and not words:
            return refused(BAD_ARGUMENT)
        if face is not None and not face.get("replace_text") and fault_of(face):
            return refused(fault_of(face))
        task_id = people.codes.take(str(body.get("response_code", "")), people.clock())
        if task_id is None:
            return refused(BAD_ARGUMENT)
        holders = people.holders(task_id)
        asked = holders if body.get("atall") else body.get("userids", [])
        people.replace(asked, task_id, words, face)
        lost = [userid for userid in asked if userid not in holders]
        return answered({"errcode": 0, "errmsg": "ok", "invaliduser": lost})

    async def _recall(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.read())
        return refused(0 if self._people.recall(str(body.get("msgid", ""))) else BAD_ARGUMENT)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        kind, part = request.query.get("type", ""), (await request.post()).get("media")
        if kind not in KEEPS:
            return refused(NO_TYPE)
        if not isinstance(part, web.FileField):
            return refused(NO_MEDIUM)
        content = part.file.read()
        if not TINY < len(content) <= KEEPS[kind] * 1024 * 1024:
            return refused(BAD_SIZE)
        medium_id = self.keep(kind, part.filename, part.content_type, content)
        told = {"errcode": 0, "errmsg": "", "type": kind, "media_id": medium_id}
        return answered({**told, "created_at": str(int(self._people.clock().timestamp()))})

    async def _media(self, request: web.Request) -> web.StreamResponse:
        found = self.media.get(request.query.get("media_id", ""))
        if found is None:
            return refused(NO_MEDIUM)
        name = _NO_NAME.sub("_", found.name)
        shown = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=found.content, content_type=found.mime, headers=shown)

    async def _menu(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("agentid") != str(self._agent_id):
            return refused(BAD_AGENT)
        self.menu = json.loads(await request.read())
        return refused(0)

    async def _agent(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("agentid") != str(self._agent_id):
            return refused(BAD_AGENT)
        return answered({"errcode": 0, "errmsg": "ok", "agentid": self._agent_id, "close": 0})
