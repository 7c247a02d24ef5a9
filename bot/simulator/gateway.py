"""The stream gateway: tickets, sockets, pushes, acknowledgements, redelivery."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from aiohttp import WSMsgType, web

from bot.simulator.deliveries import Deliveries, Delivery, Push
from bot.simulator.identifiers import Identifiers
from bot.simulator.observations import Clock, Observations
from bot.simulator.timings import Timings
from bot.simulator.wire import EVENT_TOPIC, BadAck, FrameType, dumps, frame, read_ack

log = logging.getLogger(__name__)

HELD = 10_000
MAX_ACK_BYTES = 4 * 1024 * 1024


class Phase(Enum):
    """Where a socket is in its life."""

    OPEN = "open"
    SILENT = "silent"
    CLOSED = "closed"


@dataclass(slots=True)
class Connection:
    """One socket of the client."""

    connection_id: str
    socket: web.WebSocketResponse
    request: web.Request
    subscriptions: frozenset[tuple[str, str]]
    phase: Phase = Phase.OPEN

    def wants(self, kind: FrameType, topic: str) -> bool:
        """Tell whether the client subscribed to this on opening."""
        wanted = EVENT_TOPIC if kind is FrameType.EVENT else topic
        return (kind.value, wanted) in self.subscriptions


@dataclass(frozen=True, slots=True)
class _Ticket:
    subscriptions: frozenset[tuple[str, str]]
    expires_at: datetime


class Gateway:
    """Let the one client in, push to a random socket of it, and watch what comes back."""

    def __init__(
        self,
        credentials: Mapping[str, str],
        *,
        clock: Clock,
        ids: Identifiers,
        timings: Timings,
        observations: Observations,
    ) -> None:
        self._credentials = credentials
        self._clock = clock
        self._ids = ids
        self._timings = timings
        self._observations = observations
        self._tickets: dict[str, _Ticket] = {}
        self._pings: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections: list[Connection] = []
        self.deliveries = Deliveries()
        self._arrived = asyncio.Event()
        self.opened = 0
        # Push to sockets that were told to disconnect, as a platform that lags behind would.
        self.prefer_silent = False
        # Push each message up to so many times, the further ones within so many seconds.
        self.most_pushes, self.within = 1, 0.0
        # What to do with a message while no socket is open: lose it, or push it to the next one.
        self.holds = False
        self._held: deque[Delivery] = deque(maxlen=HELD)
        self.changed: Callable[[str | None], None] = lambda _business_id: None

    def routes(self) -> list[web.RouteDef]:
        """List the gateway's own addresses."""
        return [
            web.post("/v1.0/gateway/connections/open", self._open),
            web.get("/connect", self._connect),
        ]

    async def _open(self, request: web.Request) -> web.Response:
        self.opened += 1
        try:
            body = await request.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return self._refusal(400, "invalidParameter", "body is not a JSON object")
        known = self._credentials.get(str(body.get("clientId")))
        if known is None or known != body.get("clientSecret"):
            return self._refusal(401, "authFailed", "鉴权失败")
        subscriptions = _subscriptions(body.get("subscriptions"))
        if not subscriptions:
            return self._refusal(400, "invalidParameter", "subscriptions invalid")
        if ("EVENT", EVENT_TOPIC) not in subscriptions and any(
            k == "EVENT" for k, _ in subscriptions
        ):
            self._observations.warn("event-topic-not-star", "EVENT knows the topic * only")
        now = self._clock()
        self._tickets = {k: t for k, t in self._tickets.items() if t.expires_at > now}
        ticket = self._ids.ticket()
        self._tickets[ticket] = _Ticket(subscriptions, now + self._timings.ticket_life)
        endpoint = f"ws://{request.host}/connect"
        if "application/json" not in request.headers.get("Accept", ""):
            self._observations.warn("accept-is-not-json", "the real gateway answers in XML")
            xml = (
                f"<result><endpoint>{escape(endpoint)}</endpoint><ticket>{ticket}</ticket></result>"
            )
            return web.Response(text=xml, content_type="application/xml")
        return web.json_response({"endpoint": endpoint, "ticket": ticket})

    def _refusal(self, status: int, code: str, message: str) -> web.Response:
        body = {"requestid": self._ids.hexadecimal(32).upper(), "code": code, "message": message}
        return web.json_response(body, status=status)

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        ticket = self._tickets.pop(unquote(request.query.get("ticket", "")), None)
        if ticket is None or ticket.expires_at <= self._clock():
            return web.Response(status=401, text="ticket is invalid or was used before")
        socket = web.WebSocketResponse(max_msg_size=MAX_ACK_BYTES)
        await socket.prepare(request)
        connection = Connection(self._ids.hexadecimal(16), socket, request, ticket.subscriptions)
        self.connections.append(connection)
        self._arrived.set()
        self.changed(None)
        if self._held:
            self.spawn(self._release())
        keepalive = self.spawn(self._keep_alive(connection))
        try:
            await self._read(connection)
        finally:
            keepalive.cancel()
            connection.phase = Phase.CLOSED
            self.connections.remove(connection)
            self.changed(None)
        return socket

    async def wait_open(self, count: int) -> None:
        """Wait until so many sockets are open and not silent."""
        while sum(c.phase is Phase.OPEN for c in self.connections) < count:
            self._arrived.clear()
            await self._arrived.wait()

    async def _read(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                self._observations.warn("frame-is-not-text", str(message.type))
                continue
            self._acknowledge(connection, message.data)

    def _acknowledge(self, connection: Connection, text: str) -> None:
        try:
            ack = read_ack(text, connection.connection_id, self._clock())
        except BadAck as error:
            self._observations.warn("ack-unreadable", str(error))
            return
        for problem in ack.problems:
            self._observations.warn(problem, ack.message_id)
        if ack.message_id in self._pings:
            self._check_pong(ack.data, self._pings.pop(ack.message_id))
            self.deliveries.acks.append(ack)
            return
        found = self.deliveries.acknowledge(ack)
        if found is None:
            self._observations.warn("ack-of-unknown-frame", ack.message_id)
            return
        delivery, push = found
        if push.connection_id != connection.connection_id:
            self._observations.warn("ack-on-another-socket", ack.message_id)
        if delivery.kind is FrameType.EVENT and not _has_status(ack.data):
            self._observations.warn("event-ack-without-status", ack.message_id)
        self.changed(delivery.business_id)

    def _check_pong(self, data: Any, opaque: str) -> None:
        if not isinstance(data, dict) or data.get("opaque") != opaque:
            self._observations.warn("ping-ack-without-opaque", "the same opaque must come back")

    async def deliver(self, delivery: Delivery) -> bool:
        """Push a message now, and again later where redelivery is on and no ack comes."""
        self.deliveries.add(delivery)
        # What waits already goes first.
        pushed = not self._held and await self.push(delivery)
        if not pushed and self.holds:
            self._held.append(delivery)
        if self.most_pushes > 1:
            for _ in range(self._ids.pick(self.most_pushes)):
                self.spawn(self._repeat(delivery))
        if self._timings.redeliver_after and delivery.kind is not FrameType.SYSTEM:
            self.spawn(self._redeliver(delivery))
        return pushed

    async def _repeat(self, delivery: Delivery) -> None:
        await asyncio.sleep(self._ids.fraction() * self.within)
        await self.push(delivery)

    async def _release(self) -> None:
        """Push what was held, oldest first, for as long as there is a socket."""
        while self._held:
            delivery = self._held.popleft()
            if not await self.push(delivery):
                self._held.appendleft(delivery)
                return

    async def _redeliver(self, delivery: Delivery) -> None:
        waited = 0.0
        for moment in self._timings.redeliver_after:
            pause = max(0.0, moment.total_seconds() - waited)
            waited += pause
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(delivery.settled.wait(), pause)
                return
            await self.push(delivery)

    async def push(self, delivery: Delivery) -> bool:
        """Send one frame on a random socket that subscribed; False when there is none."""
        connection = self._choose(delivery.kind, delivery.topic)
        if connection is None:
            self.changed(delivery.business_id)
            return False
        now = self._clock()
        push = Push(self._ids.frame(), connection.connection_id, now)
        extra = {"connectionId": connection.connection_id, **delivery.extra}
        self.deliveries.pushed(delivery, push)
        self._observations.count_message()
        text = frame(
            delivery.kind,
            delivery.topic,
            delivery.data,
            message_id=push.message_id,
            at=now,
            extra=extra,
        )
        sent = await self._send(connection, text)
        self.changed(delivery.business_id)
        return sent

    def _choose(self, kind: FrameType, topic: str) -> Connection | None:
        fitting = [c for c in self.connections if c.wants(kind, topic)]
        live = [c for c in fitting if c.phase is Phase.OPEN]
        silent = [c for c in fitting if c.phase is Phase.SILENT]
        candidates = silent if silent and self.prefer_silent else live
        return candidates[self._ids.pick(len(candidates))] if candidates else None

    async def _send(self, connection: Connection, text: str) -> bool:
        try:
            async with asyncio.timeout(self._timings.send.total_seconds()):
                await connection.socket.send_str(text)
        except TimeoutError:
            self._observations.warn("client-does-not-read", connection.connection_id)
            self.drop(connection)
            return False
        except (ConnectionError, RuntimeError):
            return False
        return True

    async def ping(self, connection: Connection) -> str:
        """Send the gateway's own ping frame; the same opaque must come back."""
        message_id, opaque = self._ids.frame(), self._ids.hexadecimal(12)
        self._pings[message_id] = opaque
        data = dumps({"opaque": opaque})
        await self._send(
            connection,
            frame(FrameType.SYSTEM, "ping", data, message_id=message_id, at=self._clock()),
        )
        return message_id

    async def _keep_alive(self, connection: Connection) -> None:
        if self._timings.keepalive is None:
            return
        while connection.phase is Phase.OPEN:
            await asyncio.sleep(self._timings.keepalive.total_seconds())
            await self.ping(connection)

    async def disconnect(self, connection: Connection, reason: str) -> None:
        """Announce the end of a socket: a last frame, silence, then the close."""
        delivery = Delivery(
            FrameType.SYSTEM, "disconnect", dumps({"reason": reason}), self._ids.ticket()
        )
        push = Push(self._ids.frame(), connection.connection_id, self._clock())
        self.deliveries.add(delivery)
        self.deliveries.pushed(delivery, push)
        await self._send(
            connection,
            frame(
                delivery.kind,
                delivery.topic,
                delivery.data,
                message_id=push.message_id,
                at=push.sent_at,
            ),
        )
        connection.phase = Phase.SILENT
        self.changed(None)
        self.spawn(self._close_after_silence(connection))

    async def _close_after_silence(self, connection: Connection) -> None:
        await asyncio.sleep(self._timings.silence.total_seconds())
        await connection.socket.close()

    def drop(self, connection: Connection) -> None:
        """Tear the TCP connection without a word."""
        connection.phase = Phase.CLOSED
        if connection.request.transport is not None:
            connection.request.transport.abort()

    async def send_raw(self, text: str) -> bool:
        """Send any text as a frame on a random open socket."""
        live = [c for c in self.connections if c.phase is Phase.OPEN]
        return bool(live) and await self._send(live[self._ids.pick(len(live))], text)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something beside the sockets until it ends or the gateway stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def stop(self) -> None:
        """Close the sockets and end what still waits."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connection in tuple(self.connections):
            self.drop(connection)


def _subscriptions(value: Any) -> frozenset[tuple[str, str]]:
    if not isinstance(value, list):
        return frozenset()
    return frozenset(
        (str(item["type"]), str(item["topic"]))
        for item in value
        if isinstance(item, dict) and "type" in item and "topic" in item
    )


def _has_status(data: Any) -> bool:
    return isinstance(data, dict) and data.get("status") in {"SUCCESS", "LATER"}


def event_headers(event_type: str, event_id: str, corp_id: str, at_ms: int) -> dict[str, str]:
    """Give the extra headers of an EVENT frame."""
    return {
        "eventBornTime": str(at_ms),
        "eventCorpId": corp_id,
        "eventId": event_id,
        "eventType": event_type,
        "eventUnifiedAppId": "simulated-unified-app",
    }
