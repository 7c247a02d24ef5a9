"""The race with several processes: one hears, two answer, on one PostgreSQL and one hub.

python -m tests.bench.shared DATABASE_URL REDIS_URL FOLDER is one that answers.
"""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app import App
from bot.channels.base import Letter, Receipt
from bot.duties import Duty
from bot.heap import settle
from bot.logs import set_up
from bot.settings import GivenSettings
from tests import servers
from tests.bench.drive import RACE_DELAY, Load, race
from tests.bench.form import DESKS
from tests.bench.ours import CrowdClock, Transport, config, judged, ours, settings
from tests.bench.rows import Rows

WORKERS = 2
READY = "ready"
ROOT = Path(__file__).resolve().parents[2]
START_WITHIN = 30.0


class Telling(Transport):
    """A transport that tells another process what it was given."""

    async def send(self, letter: Letter) -> Receipt:
        """Tell, once it is out."""
        receipt = await super().send(letter)
        print(letter.to, letter.reply_url, flush=True)  # noqa: T201 - a pipe
        return receipt


async def measure(load: Load, folder: Path, *, twice: bool = False) -> dict[str, Any]:
    """Run the race against a gateway in this process and workers in their own."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(servers.database())
        hub = await stack.enter_async_context(servers.valkey())
        rows = Rows(url)
        given = settings(folder, database_url=url, redis_url=hub.url)
        peer = await stack.enter_async_context(ours(given, load.users, {Duty.GATEWAY}))
        peer.twice = twice
        before = await rows.counts()
        async with AsyncExitStack() as crew:
            for number in range(WORKERS):
                worker = _worker(url, hub.url, folder / f"worker{number}", peer.transport)
                await crew.enter_async_context(worker)
            figures = await race(peer, load)
        told = judged("race", load, before, await rows.counts())
    ok = figures["ok"] and told["rows_ok"]
    return {**figures, **told, "ok": ok, "processes": 1 + WORKERS, "twice": twice}


@asynccontextmanager
async def _worker(url: str, hub: str, folder: Path, transport: Transport) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.shared", url, hub, str(folder)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_WITHIN):
            while (await process.stdout.readline()).decode().strip() != READY:
                assert not process.stdout.at_eof(), "a worker did not start"
        heard = asyncio.create_task(_hear(process.stdout, transport))
        yield
        process.send_signal(signal.SIGTERM)
        await process.wait()
        await heard
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _hear(stream: asyncio.StreamReader, transport: Transport) -> None:
    while line := (await stream.readline()).decode().split():
        transport.sent += 1
        transport.settle(*line)


async def _work(given: GivenSettings) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    transport = Telling()
    transport.delay = RACE_DELAY
    app = App(
        given,
        config(),
        clock=CrowdClock(1),
        channel=transport,
        desks=DESKS,
        duties={Duty.WORKER},
    )
    async with app.running():
        print(READY, flush=True)  # noqa: T201 - a pipe
        await stop.wait()


if __name__ == "__main__":
    set_up()
    settle()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(
            _work(settings(Path(sys.argv[3]), database_url=sys.argv[1], redis_url=sys.argv[2]))
        )
