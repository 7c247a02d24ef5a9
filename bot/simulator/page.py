"""The chat page: its files, its websocket, its uploads."""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from aiohttp import WSMsgType, web

from bot.simulator.attachments import Attachment, picture_type
from bot.simulator.chat import Bubble
from bot.simulator.doors import ChatDoor, NotFollowing
from bot.simulator.errors import ApiError
from bot.simulator.origin import refuse_strangers
from bot.simulator.people import People
from bot.simulator.platform import Platform
from bot.simulator.trace import Trace, TraceQuery
from bot.simulator.views import Views, disposition
from bot.simulator.wire import dumps

log = logging.getLogger(__name__)

ASSETS = {
    "index.html": "text/html",
    "style.css": "text/css",
    "app.js": "text/javascript",
    "markdown.js": "text/javascript",
    "bubbles.js": "text/javascript",
    "doors.js": "text/javascript",
    "pane.js": "text/javascript",
    "shared.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
LARGEST_FILE = 20 * 1024 * 1024
OUTBOX = 5000
TRACE_SECONDS = 5
SEND_SECONDS = 30


class Page:
    """What the browser talks to."""

    def __init__(
        self,
        platform: Platform,
        people: People,
        views: Views,
        trace: Trace | None,
        doors: Sequence[ChatDoor] = (),
    ) -> None:
        self._platform = platform
        self._people = people
        self._views = views
        self._trace = trace
        self._outboxes: set[asyncio.Queue[str]] = set()
        self._sockets: set[web.WebSocketResponse] = set()
        self._files = {
            name: resources.files("bot.simulator").joinpath("page", name).read_bytes()
            for name in ASSETS
        }
        self._doors = {door.channel: door for door in doors}
        for door in doors:
            door.watch(self._broadcast)
        platform.chat.watch(self._changed)
        platform.gateway.changed = self._gateway_changed

    def routes(self) -> list[web.RouteDef]:
        """List the addresses."""
        return [
            web.get("/", self._index),
            web.get("/assets/{name}", self._asset),
            web.get("/page", self._socket),
            web.post("/page/upload", self._upload),
            web.get("/page/files/{attachment_id}", self._file),
        ]

    async def _index(self, request: web.Request) -> web.Response:
        refuse_strangers(request)
        return self._static("index.html")

    async def _asset(self, request: web.Request) -> web.Response:
        refuse_strangers(request)
        name = request.match_info["name"]
        if name not in self._files:
            raise web.HTTPNotFound
        return self._static(name)

    def _static(self, name: str) -> web.Response:
        return web.Response(
            body=self._files[name], content_type=ASSETS[name], charset="utf-8", headers=HEADERS
        )

    async def _file(self, request: web.Request) -> web.Response:
        refuse_strangers(request)
        attachment = self._attachment(request.match_info["attachment_id"])
        if attachment is None:
            raise web.HTTPNotFound
        shown = disposition(attachment)
        kind = attachment.content_type if shown == "inline" else "application/octet-stream"
        headers = {
            **HEADERS,
            "Content-Disposition": shown,
            "Cache-Control": "private, max-age=3600",
        }
        return web.Response(body=attachment.data, content_type=kind, headers=headers)

    def _attachment(self, name: str) -> Attachment | None:
        channel, _, medium_id = name.partition(":")
        if not medium_id:
            return self._platform.attachments.get(name)
        found = self._doors[channel].medium(medium_id) if channel in self._doors else None
        if found is None:
            return None
        mime = picture_type(found.content) or "application/octet-stream"
        return Attachment(medium_id, found.name, found.content, mime, self._platform.clock())

    async def _upload(self, request: web.Request) -> web.Response:
        refuse_strangers(request)
        query = request.query
        user, name = query.get("user", ""), query.get("name", "文件")[:200]
        door = self._doors.get(query.get("door", "").partition(":")[0])
        if door is None and self._platform.world.find_user(user) is None:
            raise web.HTTPNotFound
        data = await request.content.read(-1)
        if len(data) > LARGEST_FILE:
            return web.json_response({"error": "文件不能超过 20 MB"}, status=413)
        group, kind = query.get("group") or None, query.get("kind", "")
        if kind == "picture" and picture_type(data) is None:
            return web.json_response({"error": "图片只支持 JPG、PNG、GIF、BMP"}, status=415)
        if door is not None:
            return _left(door, query["door"], kind, name, data)
        if kind == "picture":
            at_robot = query.get("at", "1") == "1"
            await self._people.send_picture(user, data, name=name, group=group, at_robot=at_robot)
        elif group is not None:
            return web.json_response(
                {"error": "群里不能把文件发给机器人，请在单聊中发"}, status=400
            )
        else:
            await self._people.send_file(user, name, data)
        return web.json_response({})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        refuse_strangers(request)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        outbox: asyncio.Queue[str] = asyncio.Queue(OUTBOX)
        outbox.put_nowait(dumps(self._views.hello()))
        self._outboxes.add(outbox)
        self._sockets.add(socket)
        writer = self._platform.gateway.spawn(_write(socket, outbox))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._take(message.data, outbox)
        finally:
            writer.cancel()
            self._outboxes.discard(outbox)
            self._sockets.discard(socket)
        return socket

    def _take(self, text: str, outbox: asyncio.Queue[str]) -> None:
        try:
            order = json.loads(text)
        except ValueError:
            return
        if isinstance(order, dict):
            self._platform.gateway.spawn(self._act(order, outbox))

    async def _act(self, order: dict[str, Any], outbox: asyncio.Queue[str]) -> None:
        try:
            answer = await self._do(order)
        except (LookupError, TypeError, ValueError, ApiError) as error:
            log.warning("the chat page ordered something impossible: %s", type(error).__name__)
            answer = {"type": "toast", "text": "操作未成功，请刷新页面后再试"}
        except Exception:
            # The page's outer edge; most likely the bot's own trace failed.
            log.exception("the chat page's order failed")
            answer = {"type": "toast", "text": "操作未成功，请刷新页面后再试"}
        if answer is not None:
            _put(outbox, dumps(answer))

    async def _do(self, order: dict[str, Any]) -> dict[str, Any] | None:
        people = self._people
        if "door" in order:
            return await self._doors[str(order["door"]).partition(":")[0]].act(order)
        match order.get("type"):
            case "say":
                await people.say(
                    order["user"],
                    str(order["text"]),
                    group=order.get("group"),
                    quoted=order.get("quoted"),
                    at_robot=bool(order.get("at")),
                )
            case "audio":
                await people.send_audio(order["user"], str(order["text"]))
            case "forward":
                await people.forward(order["user"], order["keys"])
            case "read":
                people.read(order["user"], order["place"])
            case "press":
                return await self._press(order)
            case "trace":
                return await self._rows(order)
        return None

    async def _press(self, order: dict[str, Any]) -> dict[str, Any]:
        press = await self._people.press(order["user"], order["track"], order["action"])
        note = ""
        if not press.pushed:
            note = "机器人不在线，按钮暂时没有反应"
        elif not press.answered:
            note = "机器人没有及时回应，请稍后再试"
        return {
            "type": "pressed",
            "user": order["user"],
            "track": order["track"],
            "action": order["action"],
            "text": note,
        }

    async def _rows(self, order: dict[str, Any]) -> dict[str, Any]:
        key = str(order["key"])
        query, rows = self._facts(key)
        return {
            "type": "trace",
            "key": key,
            "user": order.get("user"),
            "platform": rows,
            "bot": await self._bot_rows(query),
        }

    def _facts(self, key: str) -> tuple[TraceQuery | None, list[list[str]]]:
        channel, _, number = key.partition("-")
        if number:
            return self._doors[channel].facts(key)
        bubble = self._platform.chat.find(key)
        if bubble is None:
            raise LookupError("no such bubble")
        return bubble.trace, self._views.facts(bubble)

    async def _bot_rows(self, query: TraceQuery | None) -> list[list[str]]:
        if self._trace is None or query is None:
            return []
        try:
            async with asyncio.timeout(TRACE_SECONDS):
                found = await self._trace(query)
        except TimeoutError:
            return [["查询", "超时"]]
        if found is None:
            return [["查询", "没有记录"]]
        return [[str(name), _cell(value)] for name, value in found.items()]

    def _changed(self, bubble: Bubble) -> None:
        if self._outboxes:
            self._broadcast({"type": "bubble", "bubble": self._views.bubble(bubble)})

    def _gateway_changed(self, business_id: str | None) -> None:
        if business_id is None:
            self._broadcast({"type": "online", "online": self._views.online()})
            return
        bubble = self._platform.chat.find_message(business_id)
        if bubble is not None:
            self._changed(bubble)

    def _broadcast(self, message: Mapping[str, Any]) -> None:
        text = dumps(message)
        for outbox in self._outboxes:
            _put(outbox, text)

    async def stop(self) -> None:
        """Close the browsers' sockets."""
        for socket in tuple(self._sockets):
            await socket.close()


def _left(door: ChatDoor, place: str, kind: str, name: str, data: bytes) -> web.Response:
    """Leave a file at another platform."""
    try:
        door.upload(place, kind, name, data)
    except NotFollowing:
        return web.json_response({"error": "先关注公众号，才能发图片"}, status=400)
    except LookupError:
        return web.json_response({"error": "这里不能发文件，请改发图片"}, status=400)
    return web.json_response({})


def _put(outbox: asyncio.Queue[str], text: str) -> None:
    if outbox.full():
        # A browser that sleeps: let it start anew when it wakes.
        while not outbox.empty():
            outbox.get_nowait()
        text = dumps({"type": "reload"})
    outbox.put_nowait(text)


async def _write(socket: web.WebSocketResponse, outbox: asyncio.Queue[str]) -> None:
    while not socket.closed:
        text = await outbox.get()
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await socket.send_str(text)
        except (ConnectionError, RuntimeError, TimeoutError):
            await socket.close()
            return


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else dumps(value)
