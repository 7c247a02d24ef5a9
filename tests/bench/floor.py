"""The least a robot must do: read a frame, write one durable row, acknowledge, echo."""

import asyncio
import json
import queue
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any

import aiohttp

OPEN = "/v1.0/gateway/connections/open"
TOPIC = "/v1.0/im/bot/messages/get"
GROUP = 64


class Rows(threading.Thread):
    """Write rows durably; what queued while the last commit ran shares the next one."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(daemon=True)
        self._path = path
        self._loop = loop
        self._queue: queue.SimpleQueue[tuple[str, str, asyncio.Future[None]]] = queue.SimpleQueue()

    async def write(self, msg_id: str, body: str) -> None:
        """Return when the row is on the disk."""
        done = self._loop.create_future()
        self._queue.put((msg_id, body, done))
        await done

    def run(self) -> None:
        """Commit batch after batch."""
        connection = sqlite3.connect(self._path, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE IF NOT EXISTS row (msg_id TEXT PRIMARY KEY, body TEXT)")
        while True:
            batch = [self._queue.get()]
            while len(batch) < GROUP and not self._queue.empty():
                batch.append(self._queue.get())
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO row VALUES (?, ?)", [b[:2] for b in batch])
            connection.execute("COMMIT")
            self._loop.call_soon_threadsafe(_settle, [b[2] for b in batch])


def _settle(done: list[asyncio.Future[None]]) -> None:
    for future in done:
        future.set_result(None)


async def serve(platform: str, client_id: str, client_secret: str, path: Path) -> None:
    """Echo until killed."""
    rows = Rows(path, asyncio.get_running_loop())
    rows.start()
    tasks: set[asyncio.Task[None]] = set()
    async with aiohttp.ClientSession() as session:
        body = {
            "clientId": client_id,
            "clientSecret": client_secret,
            "subscriptions": [{"type": "CALLBACK", "topic": TOPIC}],
            "ua": "floor",
        }
        accept = {"Accept": "application/json"}
        async with session.post(platform + OPEN, json=body, headers=accept) as answer:
            opened = await answer.json()
        url = f"{opened['endpoint']}?ticket={opened['ticket']}"
        async with session.ws_connect(url, max_msg_size=0) as socket:
            async for message in socket:
                task = asyncio.create_task(_take(session, socket, rows, json.loads(message.data)))
                tasks.add(task)
                task.add_done_callback(tasks.discard)


async def _take(
    session: aiohttp.ClientSession,
    socket: aiohttp.ClientWebSocketResponse,
    rows: Rows,
    frame: dict[str, Any],
) -> None:
    data = json.loads(frame["data"])
    await rows.write(data["msgId"], frame["data"])
    ack = {
        "code": 200,
        "message": "OK",
        "headers": {
            "messageId": frame["headers"]["messageId"],
            "contentType": "application/json",
        },
        "data": '{"response":null}',
    }
    await socket.send_str(json.dumps(ack))
    echo = {"msgtype": "text", "text": {"content": data["text"]["content"]}}
    async with session.post(data["sessionWebhook"], json=echo) as answer:
        await answer.read()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])))
