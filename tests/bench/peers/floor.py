"""The floor: the form written by hand, with nothing but what the job cannot do without.

`dict` keeps the open forms in a dictionary. `full` keeps them in Redis, where several processes
could share them, and writes one durable row a message: load, step, commit, store, reply.
"""

import asyncio
import itertools
import json
import queue
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tests.bench.peers.store import server
from tests.bench.script import DONE, PROMPTS, START, WRONG, after, callback, usable

GROUP = 256
CONNECTIONS = 64
KEPT = 86400  # seconds that a form stays open in Redis

Form = dict[str, str]
Session = tuple[str | None, Form]


class Words(BaseModel):
    """What was typed."""

    content: str


class Pushed(BaseModel):
    """As much of a message as the job needs."""

    model_config = ConfigDict(extra="ignore")

    msg_id: str = Field(alias="msgId")
    chat: str = Field(alias="conversationId")
    sender: str = Field(alias="senderStaffId")
    webhook: str = Field(alias="sessionWebhook")
    text: Words


class Sharing:
    """A Redis client whose commands wait for the pipeline on the wire and share the next one."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis
        self._waiting: list[tuple[tuple[object, ...], asyncio.Future[Any]]] = []
        self._flight: asyncio.Task[None] | None = None

    def ask(self, *command: object) -> asyncio.Future[Any]:
        """Send a command with the next pipeline."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((command, answer))
        if self._flight is None:
            self._flight = asyncio.create_task(self._fly())
        return answer

    async def _fly(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            async with self._redis.pipeline(transaction=False) as pipeline:
                for command, _ in batch:
                    pipeline.execute_command(*command)
                answers = await pipeline.execute()
            for (_, future), answer in zip(batch, answers, strict=True):
                future.set_result(answer)
        self._flight = None


class Rows(threading.Thread):
    """Write durable rows; what queued while the last commit ran shares the next one."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self._path = path
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[tuple[tuple[str, ...], asyncio.Future[None]] | None]
        self._queue = queue.SimpleQueue()

    async def write(self, *row: str) -> None:
        """Return when a row is on the disk."""
        done: asyncio.Future[None] = self._loop.create_future()
        self._queue.put((row, done))
        await done

    def close(self) -> None:
        """End."""
        self._queue.put(None)
        self.join()

    def run(self) -> None:
        """Commit batch after batch."""
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE event (msg_id TEXT PRIMARY KEY, who TEXT, session TEXT)")
        while (first := self._queue.get()) is not None:
            batch = [first]
            while len(batch) < GROUP and not self._queue.empty():
                if (more := self._queue.get()) is None:
                    self._queue.put(None)
                    break
                batch.append(more)
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO event VALUES (?, ?, ?)", [row for row, _ in batch])
            connection.execute("COMMIT")
            self._loop.call_soon_threadsafe(_settle, [done for _, done in batch])
        connection.close()


def _settle(done: Sequence[asyncio.Future[None]]) -> None:
    for future in done:
        future.set_result(None)


class Floor:
    """One form a person, one message of a person at a time, in the order of arrival."""

    def __init__(self, redis: Sharing | None, rows: Rows | None) -> None:
        self.replies = 0
        self.delay = 0.0
        self._redis = redis
        self._rows = rows
        self._filed: list[tuple[int, Form]] = []
        self._sessions: dict[str, Session] = {}
        self._turns: defaultdict[str, list[Any]] = defaultdict(lambda: [asyncio.Lock(), 0])
        self._numbers = itertools.count(1)

    async def send(self, user: int, text: str) -> None:
        """Let a message in."""
        now = int(time.time() * 1000)
        pushed = Pushed.model_validate(callback(next(self._numbers), user, text, now))
        key = f"{pushed.chat}|{pushed.sender}"
        turn = self._turns[key]
        turn[1] += 1
        try:
            async with turn[0]:
                await self._step(user, key, pushed)
        finally:
            turn[1] -= 1
            if not turn[1]:
                del self._turns[key]

    async def filed(self) -> Sequence[tuple[int, Mapping[str, str]]]:
        """Return the finished forms."""
        return self._filed

    async def _step(self, user: int, key: str, pushed: Pushed) -> None:
        text = pushed.text.content.strip()
        if text == START:
            await self._store(key, pushed.msg_id, ("name", {}))
            await self._reply(PROMPTS["name"])
            return
        field, answers = await self._load(key)
        answer = usable(field, text) if field else None
        if field is None or answer is None:
            await self._reply(WRONG)
            return
        answers = {**answers, field: answer}
        following = after(field)
        await self._store(key, pushed.msg_id, (following, answers))
        if following is None:
            self._filed.append((user, answers))
        await self._reply(PROMPTS[following] if following else DONE)

    async def _load(self, key: str) -> Session:
        if self._redis is None:
            return self._sessions.get(key, (None, {}))
        stored = await self._redis.ask("GET", key)
        field, answers = json.loads(stored) if stored else (None, {})
        return field, answers

    async def _store(self, key: str, msg_id: str, session: Session) -> None:
        blob = json.dumps(session, ensure_ascii=False)
        if self._rows is not None:  # a crash after it repeats one question and loses nothing
            await self._rows.write(msg_id, key, blob)
        if self._redis is not None:
            await self._redis.ask(*(("SET", key, blob, "EX", KEPT) if session[0] else ("DEL", key)))
        elif session[0]:
            self._sessions[key] = session
        else:
            self._sessions.pop(key, None)

    async def _reply(self, text: str) -> None:
        self.replies += 1
        if self.delay:
            await asyncio.sleep(self.delay)


@asynccontextmanager
async def peer(variant: str, folder: Path, other_core: int) -> AsyncIterator[Floor]:
    """Open a variant."""
    async with AsyncExitStack() as stack:
        if variant == "dict":
            yield Floor(None, None)
            return
        from redis.asyncio import (  # noqa: PLC0415 - the other variant does without
            BlockingConnectionPool,
            Redis,
            UnixDomainSocketConnection,
        )

        socket = stack.enter_context(server(other_core))
        pool = BlockingConnectionPool(
            connection_class=UnixDomainSocketConnection, path=socket, max_connections=CONNECTIONS
        )
        redis = await stack.enter_async_context(Redis(connection_pool=pool))
        rows = Rows(folder / "floor.db")
        rows.start()
        stack.callback(rows.close)
        yield Floor(Sharing(redis), rows)
