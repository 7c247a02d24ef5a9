"""A small client that plays the bot: open, read frames, acknowledge, call the OpenAPI."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from bot.simulator.gateway import Phase
from bot.simulator.server import DingTalkSimulator
from bot.simulator.world import Group, User, World

GROUP = "cidGr0upDem0AAAAAAAAAAA=="
TEMPLATE = "demo-card.schema"
ROBOT_CODE = "dingdemorobot"
TOPICS = (
    ("EVENT", "*"),
    ("CALLBACK", "/v1.0/im/bot/messages/get"),
    ("CALLBACK", "/v1.0/card/instances/callback"),
)

WORLD = World(
    [
        User("ent01", "union-ent01", "陈海燕", role="企业家", mobile="13800000001"),
        User("clerk01", "union-clerk01", "林立", role="受理员"),
        User("guest01", "union-guest01", "沈青", role="企业家", pane=False),
    ],
    [
        Group(
            GROUP,
            "会员企业交流群（演示）",
            ("ent01", "clerk01"),
            "企业群",
            custom_token="demo-token",
            custom_secret="SECdemo",
        )
    ],
)


class Hands:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Read the clock."""
        return self.now

    def move(self, **distance: float) -> None:
        """Move the clock forward."""
        self.now += timedelta(**distance)


@dataclass
class Frame:
    """One frame as the bot received it."""

    type: str
    headers: dict[str, str]
    data: Any
    raw: dict[str, Any]

    @property
    def message_id(self) -> str:
        """Give the frame's own id."""
        return self.headers["messageId"]


class Stream:
    """One socket of the bot."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def frame(self, seconds: float = 5) -> Frame:
        """Receive the next frame."""
        async with asyncio.timeout(seconds):
            message = await self.socket.receive()
        assert message.type is aiohttp.WSMsgType.TEXT, message.type
        raw = json.loads(message.data)
        assert isinstance(raw["data"], str)
        return Frame(raw["type"], raw["headers"], json.loads(raw["data"]), raw)

    async def closed(self, seconds: float = 5) -> bool:
        """Wait for the platform's close, with no frame before it."""
        async with asyncio.timeout(seconds):
            message = await self.socket.receive()
        return message.type in {
            aiohttp.WSMsgType.CLOSE,
            aiohttp.WSMsgType.CLOSED,
            aiohttp.WSMsgType.CLOSING,
        }

    async def ack(self, frame: Frame, data: Any = None, *, code: int = 200) -> None:
        """Acknowledge a frame as the documents ask."""
        await self.send(
            {
                "code": code,
                "message": "OK",
                "headers": {"messageId": frame.message_id, "contentType": "application/json"},
                "data": json.dumps({"response": None} if data is None else data),
            }
        )

    async def send(self, body: Any) -> None:
        """Send any JSON."""
        await self.socket.send_str(json.dumps(body))


class Bot:
    """The bot's end of the wire."""

    def __init__(self, simulator: DingTalkSimulator, http: aiohttp.ClientSession) -> None:
        self.simulator = simulator
        self.base = simulator.base_url
        self.http = http
        self.token = ""
        # A socket that nobody holds is closed by its collection.
        self.streams: list[Stream] = []

    async def open(self, **changed: Any) -> tuple[int, dict[str, Any]]:
        """Ask for an endpoint and a ticket."""
        body = {
            "clientId": "dingdemoclient",
            "clientSecret": "demo-secret",
            "subscriptions": [{"type": kind, "topic": topic} for kind, topic in TOPICS],
            "ua": "test",
            **changed,
        }
        url = f"{self.base}/v1.0/gateway/connections/open"
        async with self.http.post(url, json=body, headers={"Accept": "application/json"}) as answer:
            return answer.status, await answer.json()

    async def dial(self, opened: dict[str, Any]) -> Stream:
        """Open the socket that a ticket is for."""
        socket = await self.http.ws_connect(
            opened["endpoint"],
            params={"ticket": opened["ticket"]},
            autoclose=True,
            timeout=aiohttp.ClientWSTimeout(ws_close=1),
        )
        stream = Stream(socket)
        self.streams.append(stream)
        return stream

    async def hang_up(self) -> None:
        """Close every socket: closing the session leaves them to the garbage collector."""
        for stream in self.streams:
            await stream.socket.close()

    async def connect(self) -> Stream:
        """Open a connection the ordinary way."""
        control = self.simulator.control
        before = sum(c.phase is Phase.OPEN for c in control.connections)
        _, opened = await self.open()
        stream = await self.dial(opened)
        await control.wait_connected(before + 1)
        return stream

    async def login(self) -> None:
        """Fetch an access token."""
        url = f"{self.base}/v1.0/oauth2/accessToken"
        keys = {"appKey": "dingdemoclient", "appSecret": "demo-secret"}
        async with self.http.post(url, json=keys) as answer:
            self.token = (await answer.json())["accessToken"]

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Call the OpenAPI with the token."""
        headers = {"x-acs-dingtalk-access-token": self.token}
        url = path if path.startswith("http") else self.base + path
        async with self.http.request(method, url, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def post(self, url: str, body: Any) -> Any:
        """Post to a webhook, without a token."""
        async with self.http.post(url, json=body) as answer:
            assert answer.status == 200
            return await answer.json()


@asynccontextmanager
async def platform(**options: Any) -> AsyncIterator[Bot]:
    """Start a simulator and a bot that talks to it."""
    simulator = DingTalkSimulator(
        options.pop("world", WORLD),
        client_id="dingdemoclient",
        client_secret="demo-secret",
        robot_code=ROBOT_CODE,
        card_templates=[TEMPLATE],
        **options,
    )
    async with simulator, aiohttp.ClientSession() as http:
        bot = Bot(simulator, http)
        await bot.login()
        try:
            yield bot
        finally:
            await bot.hang_up()
