"""A PostgreSQL server that restarts, and connections to it that break, under load."""

import asyncio
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests import servers
from tests.faults.fleet import split
from tests.faults.proxy import Proxy
from tests.faults.scene import LONG, MESSAGES, Scene, scene

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000 if LONG else 300)]

RESTARTS = 6
BREAKS = 30


async def restart(run: Scene, server: servers.PostgreSQL) -> None:
    """End the server in an orderly way and as a power cut would, in turns."""
    for number in range(RESTARTS):
        await asyncio.sleep(run.chance.uniform(1.5, 4.0))
        await (server.kill() if number % 2 else server.stop())
        await asyncio.sleep(run.chance.uniform(0, 1.5))
        await server.start()


async def test_restarts_of_the_server_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    async with servers.postgresql() as server:
        url = await server.create("records")
        processes = partial(split, tmp_path, url, gateways=1, workers=2)
        async with scene(processes, url) as run:
            await run.under_load(restart(run, server))
            verdict = await run.settle()
            assert not verdict.findings, verdict
            assert verdict.acknowledged == verdict.messages >= MESSAGES


async def break_connections(run: Scene, proxy: Proxy) -> None:
    """Cut, hold and delay connections, and swallow the answers to commits."""
    for number in range(BREAKS):
        await asyncio.sleep(run.chance.uniform(0.2, 1.0))
        match number % 5:
            case 0:
                proxy.cut()
            case 1 | 2:
                proxy.drop_answers(run.chance.randint(1, 3), after=b"COMMIT")
            case 3:
                proxy.hold()
                await asyncio.sleep(run.chance.uniform(0.1, 1.5))
                proxy.release()
            case 4:
                proxy.delay = run.chance.choice((0.0, 0.01))
    proxy.delay = 0.0
    proxy.drop_answers(0)


async def test_a_commit_whose_answer_is_lost_is_neither_lost_nor_doubled(tmp_path: Path) -> None:
    async with servers.database() as url:
        parts = urlsplit(url)
        assert parts.hostname
        assert parts.port
        async with Proxy((parts.hostname, parts.port)) as proxy:
            user = f"{parts.username}@" if parts.username else ""
            through = urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{proxy.port}"))
            processes = partial(split, tmp_path, through, gateways=1, workers=2)
            async with scene(processes, url) as run:
                await run.under_load(break_connections(run, proxy))
                verdict = await run.settle()
                assert not verdict.findings, verdict
                assert proxy.dropped > 0
                assert verdict.acknowledged == verdict.messages >= MESSAGES
