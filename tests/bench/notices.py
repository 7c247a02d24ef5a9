"""Twenty notices to each of many groups, against a platform that counts: a JSON line each.

python -m tests.bench.notices [webhooks|robot] [--groups 1000] [--each 20]

What the windows allow: a custom robot takes 20 posts a minute (18 by our own rule, so that twenty
take a minute and the last two), the app's robot 20 calls a second.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.app import App
from bot.channels.base import WEBHOOK, Hook
from bot.channels.dingtalk.hooks import PER_MINUTE
from bot.config import load_config
from bot.logs import set_up
from bot.settings import DingTalk, GivenSettings, Http
from flows.office import Content
from handlers.ports import Group, Post, Text, ToGroup
from tests.bench.platform import chat, secret, token

CLIENT = "ding-bench"
PASSWORD = "bench-secret"
DEADLINE = 600.0
MINUTE = 60.0
CALLS_A_SECOND = 20
GROUP_SEND = "/v1.0/robot/groupMessages/send"


@asynccontextmanager
async def platform(groups: int) -> AsyncIterator[str]:
    """Start the platform; give its address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.platform", str(groups), CLIENT, PASSWORD),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.kill()
        await process.wait()


def settings(folder: Path, base: str) -> GivenSettings:
    """Describe the bot."""
    return GivenSettings(
        data_dir=folder,
        secret_key=SecretStr("a key that only the benchmark knows"),
        http=Http(port=0),
        dingtalk=DingTalk(
            client_id=CLIENT,
            client_secret=SecretStr(PASSWORD),
            api_base=base,
            oapi_base=base,
            monthly_api_calls=0,
            monthly_messages=0,
        ),
    )


async def owed(app: App, base: str, way: str, groups: int, each: int) -> None:
    """Write the notices into the outbox, group by group within each round."""
    database = app.office.database
    async with database.begin() as tx:
        for n in range(groups):
            if way == "webhooks":
                address = f"{base}/robot/send?access_token={token(n)}"
                group = Group(f"{WEBHOOK}{n}", f"group {n}", "staff")
                await tx.webhooks.put(group, Hook(address=address, secret=secret(n)))
    async with database.begin() as tx:
        for turn in range(each):
            await tx.post([notice(way, n, turn) for n in range(groups)], {})


def notice(way: str, n: int, turn: int) -> Post:
    """Make one notice to one group."""
    return Post(
        to=ToGroup(f"{WEBHOOK}{n}" if way == "webhooks" else chat(n)),
        content=Content.NOTICE,
        parts=(Text("engine.closed"),),
        dedupe=f"notice:{n}:{turn}",
    )


async def windows(base: str) -> dict[str, dict[str, int]]:
    """Ask the platform for the most it got in a second and in a minute."""
    async with aiohttp.ClientSession() as session, session.get(f"{base}/control/windows") as told:
        found: dict[str, dict[str, int]] = await told.json()
        return found


async def measure(way: str, groups: int, each: int, folder: Path) -> dict[str, Any]:
    """Let everything out, and see how long it took and what the platform counted."""
    async with platform(groups) as base:
        app = App(settings(folder, base), load_config())
        async with app.running():
            await owed(app, base, way, groups, each)
            began, cpu = time.monotonic(), time.process_time()
            app.delivery.wake()
            counts: dict[str, int] = {}
            while time.monotonic() - began < DEADLINE:
                await asyncio.sleep(0.1)
                async with app.office.database.read() as tx:
                    counts = dict(await tx.ledger.counts())
                if set(counts) <= {"sent", "failed", "unknown", "cancelled"}:
                    break
            took, cpu = time.monotonic() - began, time.process_time() - cpu
        most = await windows(base)
    count = groups * each
    allowed = least(way, groups, each)
    posts = max(most["minute"].values(), default=0)
    calls = most["second"].get(GROUP_SEND, 0)
    return {
        "what": f"notices by {way}",
        "groups": groups,
        "each": each,
        "took_s": round(took, 1),
        "allowed_s": round(allowed, 1),
        "over": round(took / allowed, 3) if allowed else None,
        "cpu_us": round(cpu / count * 1e6),
        "states": counts,
        "most_posts_a_minute": posts,
        "most_calls_a_second": calls,
        "ok": counts == {"sent": count} and posts <= 20 and calls <= CALLS_A_SECOND,
    }


def least(way: str, groups: int, each: int) -> float:
    """Compute the seconds below which the windows let nobody come."""
    if way == "webhooks":
        return (each - 1) // PER_MINUTE * MINUTE
    return (groups * each - CALLS_A_SECOND) / CALLS_A_SECOND


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure one way, or both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", nargs="?", choices=("webhooks", "robot"))
    parser.add_argument("--groups", type=int)
    parser.add_argument("--each", type=int, default=20)
    given = parser.parse_args(arguments)
    set_up()
    good = True
    for way, usual in (("webhooks", 1000), ("robot", 100)):
        if given.way in (None, way):
            with tempfile.TemporaryDirectory(prefix="bench") as folder:
                line = asyncio.run(measure(way, given.groups or usual, given.each, Path(folder)))
            print(json.dumps(line, ensure_ascii=False), flush=True)  # noqa: T201
            good = good and line["ok"]
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
