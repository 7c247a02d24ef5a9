"""A small DingTalk on 127.0.0.1 for these tests: it does what it is told and notes what it saw."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

PAYLOADS = Path(__file__).parent / "payloads"
TOKEN_PATH = "/v1.0/oauth2/accessToken"
OPEN = "/v1.0/gateway/connections/open"
ROBOT = "/v1.0/im/bot/messages/get"
CARD = "/v1.0/card/instances/callback"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait for something that nobody announces."""
    async with asyncio.timeout(60):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)


def payload(name: str) -> dict[str, Any]:
    """Read one of the recorded payloads."""
    content = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def frame(topic: str, message_id: str, data: Any, kind: str = "CALLBACK", **extra: str) -> str:
    """Write a frame."""
    headers = {"messageId": message_id, "topic": topic, "time": "1690362102194", **extra}
    text = data if isinstance(data, str) else json.dumps(data)
    return json.dumps({"specVersion": "1.0", "type": kind, "headers": headers, "data": text})


def message(message_id: str, text: str = "你好") -> str:
    """Write the frame of a robot message whose msgId is the frame's."""
    body = payload("text_private") | {"msgId": message_id, "text": {"content": text}}
    return frame(ROBOT, message_id, body)


@dataclass(slots=True)
class Socket:
    """One websocket of the client, and the acknowledgements that came on it."""

    ws: web.WebSocketResponse
    ticket: str
    acks: list[dict[str, Any]] = field(default_factory=list)

    async def push(self, text: str) -> None:
        """Send a frame."""
        await self.ws.send_str(text)


@dataclass(slots=True)
class Seen:
    """One HTTP request."""

    path: str
    body: Any
    token: str | None
    query: dict[str, str] = field(default_factory=dict)


class Platform:
    """The fake platform."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.opened = 0
        self.sockets: list[Socket] = []
        self.answers: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self.on_connect: Callable[[Socket], Awaitable[None]] | None = None
        self.changed = asyncio.Condition()
        self.server: TestServer
        self.tokens = 0

    @property
    def base(self) -> str:
        """Return the address."""
        return f"http://127.0.0.1:{self.server.port}"

    def answer(self, path: str, body: Any, status: int = 200) -> None:
        """Script the next answer of a path."""

        async def reply(_: web.Request) -> web.StreamResponse:
            if isinstance(body, str):
                kind = "text/html" if body.startswith("<") else "text/plain"
                return web.Response(text=body, status=status, content_type=kind)
            return web.json_response(body, status=status)

        self.answers[path].append(reply)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something to become true."""
        async with asyncio.timeout(60), self.changed:
            await self.changed.wait_for(condition)

    def sent(self, path: str) -> list[Any]:
        """Return the bodies that came to a path."""
        return [seen.body for seen in self.seen if seen.path == path]

    def acks(self) -> list[dict[str, Any]]:
        """Return every acknowledgement on every socket."""
        return [ack for socket in self.sockets for ack in socket.acks]

    async def _note(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def _http(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        token = request.headers.get("x-acs-dingtalk-access-token")
        self.seen.append(Seen(request.path, body, token, dict(request.query)))
        await self._note()
        if self.answers[request.path]:
            return await self.answers[request.path].popleft()(request)
        if request.path == TOKEN_PATH:
            self.tokens += 1
            return web.json_response({"accessToken": f"token-{self.tokens}", "expireIn": 7200})
        if request.path == OPEN:
            self.opened += 1
            endpoint = f"ws://127.0.0.1:{self.server.port}/connect"
            return web.json_response({"endpoint": endpoint, "ticket": f"t+/={self.opened}"})
        return web.json_response({"success": True, "processQueryKey": "pqk", "errcode": 0})

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        socket = Socket(ws, request.query.get("ticket", ""))
        self.sockets.append(socket)
        await self._note()
        if self.on_connect is not None:
            await self.on_connect(socket)
        async for received in ws:
            if received.type is WSMsgType.TEXT:
                socket.acks.append(json.loads(received.data))
                await self._note()
        return ws


async def _body(request: web.Request) -> Any:
    """Read JSON, or a form's files as (name, type, content)."""
    if not request.content_type.startswith("multipart/"):
        return await request.json() if request.can_read_body else None
    form = await request.post()
    return {
        name: (value.filename, value.content_type, value.file.read())
        for name, value in form.items()
        if isinstance(value, web.FileField)
    }


@asynccontextmanager
async def platform() -> AsyncIterator[Platform]:
    """Run a platform."""
    fake = Platform()
    app = web.Application()
    app.router.add_get("/connect", fake._connect)
    app.router.add_route("*", "/{path:.*}", fake._http)
    fake.server = TestServer(app)
    await fake.server.start_server()
    try:
        yield fake
    finally:
        for socket in fake.sockets:
            await socket.ws.close()
        await fake.server.close()
