"""The hub of several processes: Redis, or whatever speaks its protocol."""

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.channels.base import Health
from bot.ending import ended
from bot.hub.base import Hear, UnusableHub
from bot.hub.listeners import Listeners
from bot.logs import place_of

log = logging.getLogger(__name__)

PREFIX = "qinqing:"
NEWS = PREFIX + "news"  # every topic; who sends hears itself without Redis
CONNECTIONS = 8
ROOM = 1000  # news that were not sent yet; past that the oldest are forgotten
# Only the holder of this very value may remove it.
_DROP = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"


@dataclass(frozen=True, slots=True)
class Pace:
    """The patience of the hub, in seconds."""

    connect: float = 0.3
    call: float = 0.4  # all of one call, connecting included
    rest: float = 1.0  # after a call without an answer nobody asks again for so long
    silence: float = 2.0  # after that the line is tried
    dead: float = 5.0  # after that it is given up
    backoff_first: float = 0.1
    backoff_last: float = 3.0


class RedisHub:
    """Best effort: a Redis that cannot be reached knows nothing, and costs little time."""

    def __init__(self, address: str, pace: Pace | None = None) -> None:
        """Take a redis://, rediss:// or unix:// address. Raises UnusableHub."""
        self._pace = pace or Pace()
        try:
            pool = BlockingConnectionPool.from_url(
                address,
                max_connections=CONNECTIONS,
                timeout=self._pace.connect,
                socket_timeout=self._pace.call,
                socket_connect_timeout=self._pace.connect,
                # Its own retries would make an unreachable server cost seconds.
                retry=Retry(NoBackoff(), 0),
                protocol=2,
            )
        except (ValueError, TypeError) as error:
            raise UnusableHub(
                "QINQING_REDIS_URL is no address of a Redis; it may look like "
                f"redis://127.0.0.1:6379/0 ({type(error).__name__})."
            ) from None
        self._redis: Redis = Redis(connection_pool=pool)
        self._me = secrets.token_hex(8)
        self._listeners = Listeners()
        self._news: dict[tuple[str, str], None] = {}
        self._some = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._asks_again = 0.0
        self._reason = "not started"

    async def start(self) -> None:
        """Begin to hear and to tell; a server that cannot be reached is tried again and again."""
        self._reason = "not connected yet"
        self._tasks = [
            asyncio.create_task(self._hear_always(), name="hub-hear"),
            asyncio.create_task(self._tell_always(), name="hub-tell"),
        ]

    async def stop(self) -> None:
        """Tell what is still to be told, and close."""
        if self._tasks and self._news:
            await self._publish()
        await ended(self._tasks)
        self._tasks = []
        self._reason = "stopped"
        with suppress(Exception):  # whatever a broken connection says, it is closed
            await self._redis.aclose()
            await self._redis.connection_pool.disconnect()

    def on(self, topic: str, hear: Hear) -> None:
        """Hear what any process tells of a topic."""
        self._listeners.add(topic, hear)

    def tell(self, topic: str, note: str = "") -> None:
        """Tell every process without waiting; this one has heard it when the call returns."""
        self._listeners.tell(topic, note)
        self._news[topic, note] = None  # the same told twice before it left is told once
        if len(self._news) > ROOM:
            del self._news[next(iter(self._news))]
        self._some.set()

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        """Keep a copy for at most so many seconds."""
        await self._ask(lambda: self._redis.set(_copy(key), value, px=_milliseconds(seconds)))

    async def get(self, key: str) -> bytes | None:
        """Return a copy; None when there is none, or nobody knows."""
        found = await self._ask(lambda: self._redis.get(_copy(key)))
        return found if isinstance(found, bytes) else None

    async def drop(self, key: str, value: bytes) -> None:
        """Forget a copy, if it still is this one."""
        await self._ask(lambda: self._drop(_copy(key), value))

    @asynccontextmanager
    async def alone(self, key: str, seconds: float) -> AsyncIterator[bool]:
        """Give one process at a time the task `key`; without a word from Redis it is yours."""
        token = secrets.token_bytes(16)
        name, milliseconds = _task(key), _milliseconds(seconds)
        # False = somebody else has it; None = nobody knows.
        given = await self._ask(
            lambda: self._redis.set(name, token, px=milliseconds, nx=True), nothing=False
        )
        try:
            yield given is not False
        finally:
            if given:
                await self._ask(lambda: self._drop(name, token))

    def health(self) -> Health:
        """Say whether other processes are heard."""
        return Health(not self._reason, self._reason)

    def _drop(self, name: str, value: bytes) -> Awaitable[Any]:
        answer: Any = self._redis.eval(_DROP, 1, name, value)
        return answer  # type: ignore[no-any-return]

    async def _ask(self, call: Callable[[], Awaitable[Any]], nothing: object = None) -> Any:
        """Return the answer (`nothing` where Redis says nil), or None when nobody knows."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._asks_again:
            return None
        try:
            async with asyncio.timeout(self._pace.call):
                answer = await call()
        except Exception as error:  # whatever is wrong with Redis is no concern of the caller
            self._asks_again = loop.time() + self._pace.rest
            log.warning("redis does not answer: %s", place_of(error))
            return None
        return nothing if answer is None else answer

    async def _tell_always(self) -> None:
        while True:
            await self._some.wait()
            await self._publish()

    async def _publish(self) -> None:
        news, self._news = self._news, {}
        self._some.clear()

        async def publish() -> bool:
            async with self._redis.pipeline(transaction=False) as pipe:
                for topic, note in news:
                    pipe.publish(NEWS, json.dumps([self._me, topic, note]))
                await pipe.execute()
            return True

        await self._ask(publish)

    async def _hear_always(self) -> None:
        failures = 0
        while True:
            line = self._redis.pubsub()
            try:
                await self._hear(line)
            except Exception as error:  # nothing may end the listening for good
                if not self._reason:  # it stood until now
                    log.warning("redis: the line is lost: %s", place_of(error))
                    failures = 0
                failures += 1
                self._reason = f"redis cannot be reached ({type(error).__name__})"
            finally:
                with suppress(Exception):
                    await line.aclose()  # type: ignore[no-untyped-call]
            longest = self._pace.backoff_last
            await asyncio.sleep(min(longest, self._pace.backoff_first * 2 ** min(failures, 8)))

    async def _hear(self, line: PubSub) -> None:
        """Listen on one line until it breaks."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._pace.call * 2):
            await line.subscribe(NEWS)
        heard = loop.time()
        while True:
            message = await line.get_message(timeout=self._pace.silence)
            if message is not None:
                heard = loop.time()
                self._understand(message)
            elif loop.time() - heard > self._pace.dead:
                raise TimeoutError
            else:
                async with asyncio.timeout(self._pace.call):
                    await line.ping()

    def _understand(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            log.info("redis: connected")
            self._reason = ""
            self._asks_again = 0.0
        if message["type"] != "message":
            return
        try:
            sender, topic, note = json.loads(message["data"])
        except (ValueError, TypeError):  # somebody else uses our name
            log.warning("redis: news that cannot be read")
            return
        if sender != self._me:
            self._listeners.tell(str(topic), str(note))


def _copy(key: str) -> str:
    return f"{PREFIX}copy:{key}"


def _task(key: str) -> str:
    return f"{PREFIX}task:{key}"


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
