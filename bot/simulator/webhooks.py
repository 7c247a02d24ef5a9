"""Webhooks: the reply address of an inbound message, and custom robots of groups."""

import base64
import hashlib
import hmac
import re
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.simulator.chat import CUSTOM_ROBOT, ROBOT
from bot.simulator.errors import OapiError
from bot.simulator.messages import read_webhook
from bot.simulator.openapi import TOKEN_HEADER
from bot.simulator.platform import Platform
from bot.simulator.trace import WebhookReplyTrace
from bot.simulator.wire import milliseconds
from bot.simulator.world import Group, Place

PER_MINUTE = 20
MINUTE = timedelta(minutes=1)
PENALTY = timedelta(minutes=10)
SIGN_LIFE = timedelta(hours=1)
SESSION_PATH = "/robot/sendBySession"


@dataclass(slots=True)
class _CustomRobot:
    sent: deque[datetime] = field(default_factory=deque)
    banned_until: datetime | None = None
    seen: set[str] = field(default_factory=set)


class Webhooks:
    """Addresses that need no token, so that knowing them is enough."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._custom: dict[str, _CustomRobot] = {}

    def routes(self) -> list[web.RouteDef]:
        """List the addresses."""
        return [
            web.post(SESSION_PATH, self._reply),
            web.post("/robot/send", self._custom_send),
        ]

    async def _reply(self, request: web.Request) -> web.Response:
        platform = self._platform
        if TOKEN_HEADER in request.headers:
            platform.observations.warn("token-sent-to-webhook", "a webhook needs no token")
        session = platform.sessions.get(request.query.get("session", ""))
        if session is None or session.expires_at <= platform.clock():
            raise OapiError(300001, "session 不存在")
        body = await _json(request)
        message = read_webhook(body)
        place = platform.world.place(session.place)
        session.replies += 1
        platform.observations.count_message()
        platform.chat.add(
            place,
            ROBOT,
            message.kind,
            message.content,
            via="webhook",
            trace=WebhookReplyTrace(session.msg_id, session.replies),
            mentions=self._mentions(body, place, str(message.content.get("text", ""))),
        )
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    def _mentions(self, body: dict[str, Any], place: Place, text: str) -> tuple[str, ...]:
        at = body.get("at")
        wanted = at.get("atUserIds") if isinstance(at, dict) else None
        if not isinstance(wanted, list):
            return ()
        if any(not isinstance(user_id, str) for user_id in wanted):
            self._platform.observations.warn("at-user-id-not-a-string", "null in atUserIds")
        # Highlighted only where the text carries the literal @userId.
        return tuple(
            user_id
            for user_id in wanted
            if isinstance(user_id, str) and user_id in place.members and f"@{user_id}" in text
        )

    async def _custom_send(self, request: web.Request) -> web.Response:
        platform = self._platform
        token = request.query.get("access_token", "")
        place = platform.world.find_custom_robot(token)
        if place is None or place.group is None:
            raise OapiError(400101, "robot not exist; token is not exist")
        platform.observations.posted(place.place_id)
        self._check_sign(request, place.group)
        if TOKEN_HEADER in request.headers:
            platform.observations.warn("token-sent-to-webhook", "a webhook needs no token")
        body = await _json(request)
        robot = self._custom.setdefault(token, _CustomRobot())
        message_id = body.get("msgUuid")
        if isinstance(message_id, str) and message_id in robot.seen:
            return web.json_response({"errcode": 0, "errmsg": "ok"})
        message = read_webhook(body)
        self._check_pace(robot)
        if isinstance(message_id, str):
            robot.seen.add(message_id)
        platform.observations.count_message()
        platform.chat.add(
            place,
            CUSTOM_ROBOT,
            message.kind,
            message.content,
            via="custom",
            mentions=self._mentions(body, place, str(message.content.get("text", ""))),
        )
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    def _check_sign(self, request: web.Request, group: Group) -> None:
        if group.custom_secret is None:
            return
        stamp = request.query.get("timestamp", "")
        now = milliseconds(self._platform.clock())
        fresh = bool(re.fullmatch(r"\d{13}", stamp)) and abs(now - int(stamp)) < (
            SIGN_LIFE / timedelta(milliseconds=1)
        )
        expected = signature(stamp, group.custom_secret)
        if not fresh or not hmac.compare_digest(expected, request.query.get("sign", "")):
            raise OapiError(310000, "sign not match")

    def _check_pace(self, robot: _CustomRobot) -> None:
        now = self._platform.clock()
        too_fast = OapiError(130101, "send too fast, exceed 20 times per minute")
        if robot.banned_until is not None and now < robot.banned_until:
            raise too_fast
        while robot.sent and now - robot.sent[0] >= MINUTE:
            robot.sent.popleft()
        if len(robot.sent) >= PER_MINUTE:
            robot.banned_until = now + PENALTY
            raise too_fast
        robot.sent.append(now)


def signature(timestamp: str, secret: str) -> str:
    """Give the signature of a custom robot's call (before URL encoding)."""
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise OapiError(40035, "不合法的参数") from error
    if not isinstance(body, dict):
        raise OapiError(40035, "不合法的参数")
    return body
