"""Callbacks of 公众号: the whole bot beside a handler that only opens and seals, in one run.

.venv/bin/python -m tests.bench.callbacks [--rounds 3] [--people 300] [--lines 16 32 64]

Both are served as bot/web.py does, each by a process of its own, and called in turn by this one
over the same number of connections. `floor` verifies, decrypts, reads the message, and answers it
sealed; `ours` is what bot/app.py builds, on SQLite: everybody fills the benchmark's form, each
message is answered on the call that brought it, after its commit. Every answer is opened and read.
Prints a JSON line a measurement, and the ratios as the last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

from aiohttp import web

from bot.app import App
from bot.channels.tencent.called import ROUTE
from bot.channels.tencent.heard import heard
from bot.channels.tencent.reply import text_reply
from bot.channels.tencent.seal import Seal, Stamp, ciphertext
from bot.channels.wechat.channel import PREFIX
from bot.heap import settle
from bot.logs import set_up
from bot.settings import WeChat
from bot.simulator.tencent.sealing import Sealing
from bot.simulator.wechat.platform import WeChatPlatform
from bot.web import Web
from tests.bench.callers import Said, all_said, prepared, wrong
from tests.bench.drive import rss_mb, spread
from tests.bench.form import DESKS
from tests.bench.ours import Transport, config, settings
from tests.bench.rows import Rows
from tests.bench.script import DONE, FIELDS, PROMPTS, said

GOAL = 0.5
FLOOR, OURS = "floor", "ours"
ROOT = Path(__file__).resolve().parents[2]
ECHO = "收到："
ASKED = (*(PROMPTS[name] for name in FIELDS), DONE)
"""What a conversation is answered, message by message."""


# The processes that are measured --------------------------------------------------------------


class Floor:
    """The least that a callback asks for."""

    def __init__(self, account: WeChat) -> None:
        key = account.secret_of("aes_key")
        self._seal = Seal(account.secret_of("token"), key, account.app_id or "")

    def application(self) -> web.Application:
        """Build what is served below the prefix."""
        app = web.Application()
        app.router.add_post(ROUTE, self._called)
        return app

    async def _called(self, request: web.Request) -> web.Response:
        now = time.time()
        stamp = Stamp.of(request.query, "msg_signature")
        told = heard(self._seal.open(ciphertext(await request.read()), stamp, now))
        answer = text_reply(told.account, told.to, f"{ECHO}{told.text}", now)
        sealed = self._seal.close(answer, now).encode()
        return web.Response(body=sealed, content_type="application/xml")


@asynccontextmanager
async def serving(bot: str, account: WeChat, folder: Path) -> AsyncIterator[str]:
    """Serve one of the two; give its address."""
    if bot == FLOOR:
        settle()
        pages = {PREFIX: Floor(account).application}
        server = Web("127.0.0.1", 0, lambda: asyncio.sleep(0, ()), pages=pages)
        await server.start()
        try:
            yield server.address
        finally:
            await server.stop()
        return
    given = settings(folder).model_copy(update={"wechat": account})
    app = App(given, config(), channel=Transport(), desks=DESKS)
    settle()
    async with app.running():
        await app.connected()
        yield app.web.address


async def serve(bot: str, account: WeChat, folder: Path) -> None:
    """Serve until the pipe ends; answer each line of it with what was spent so far."""
    set_up()
    async with serving(bot, account, folder) as address:
        print(address, flush=True)  # noqa: T201 - a pipe
        await asyncio.to_thread(_tell, sys.stdin)


def _tell(lines: Iterator[str]) -> None:
    for _ in lines:
        spent = {"cpu": time.process_time(), "rss_mb": rss_mb()}
        print(json.dumps(spent), flush=True)  # noqa: T201 - a pipe


# The process that calls -----------------------------------------------------------------------


class Served:
    """A process that is called."""

    def __init__(self, bot: str, process: asyncio.subprocess.Process, platform: WeChatPlatform):
        self.bot = bot
        self._process = process
        self._platform = platform
        self._sealing = Sealing(platform.token, platform.aes_key, platform.app_id)
        self._people = 0
        self.address = ""

    async def line(self) -> str:
        """Read what it says."""
        assert self._process.stdout is not None
        found = (await self._process.stdout.readline()).decode().strip()
        assert found, f"{self.bot} ended"
        return found

    async def spent(self) -> dict[str, float]:
        """Ask for its processor time and memory."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        found: dict[str, float] = json.loads(await self.line())
        return found

    async def measured(self, count: int, lines: int) -> dict[str, Any]:
        """Let people whom it does not know yet hold a conversation each."""
        self._platform.caller.address = f"{self.address}{PREFIX}{ROUTE}"
        numbers = range(self._people, self._people + count)
        self._people += count
        people = [prepared(self._platform.caller, f"o{n:027d}", tuple(said(n, 0))) for n in numbers]
        before, own = await self.spent(), time.process_time()
        seconds = await all_said(self.address, people, lines)
        own, after = time.process_time() - own, await self.spent()
        messages = count * len(people[0])
        took = [int(one.took * 1e9) for person in people for one in person]
        return {
            "bot": self.bot,
            "lines": lines,
            "messages": messages,
            "wrong": self._wrong(people),
            "per_s": round(messages / seconds),
            **spread(took, ""),
            "cpu_us": round((after["cpu"] - before["cpu"]) / messages * 1e6),
            "caller_cpu_us": round(own / messages * 1e6),
            "rss_mb": after["rss_mb"],
        }

    def _wrong(self, people: Sequence[list[Said]]) -> int:
        if self.bot == OURS:
            return wrong(self._sealing, people, ASKED)
        return sum(wrong(self._sealing, [[one]], [ECHO + one.text]) for p in people for one in p)


@asynccontextmanager
async def served(bot: str, platform: WeChatPlatform, folder: Path) -> AsyncIterator[Served]:
    """Start one of the two; its log goes to a file, as in production."""
    words = (sys.executable, "-m", "tests.bench.callbacks", "--serve", bot)
    folder.mkdir()  # noqa: ASYNC240 - before anything is measured
    with (folder / "log").open("w", encoding="utf-8") as log:
        process = await asyncio.create_subprocess_exec(
            *(*words, "--folder", str(folder), "--api", platform.base_url),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    try:
        found = Served(bot, process, platform)
        found.address = await found.line()
        yield found
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


async def measure(rounds: int, people: int, lines: Sequence[int], folder: Path) -> bool:
    """Measure both in turn; say whether every answer and every row was as it must be."""
    found: list[dict[str, Any]] = []
    async with AsyncExitStack() as stack:
        platform = await stack.enter_async_context(WeChatPlatform())
        both = [
            await stack.enter_async_context(served(bot, platform, folder / bot))
            for bot in (FLOOR, OURS)
        ]
        for one in both:  # what is done once is in nobody's figures
            await one.measured(max(lines), max(lines))
        for _ in range(rounds):
            for number in lines:
                for one in both:
                    found.append(await one.measured(people, number))
                    _print(found[-1])
        pushed = len([one for one in platform.people.shown if one.way == "push"])
        asked = (max(lines) + rounds * len(lines) * people) * len(ASKED)
    counts = await Rows(settings(folder / OURS).database).counts()
    rows_ok = counts["delivery.sent"] == asked
    ok = rows_ok and not pushed and not any(one["wrong"] for one in found)
    _print({**verdict(found), "pushed": pushed, "callbacks_ok": ok})
    return ok


def verdict(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Compare medians, for every number of connections."""

    def middle(bot: str, lines: int, name: str) -> float:
        return float(
            median(one[name] for one in found if (one["bot"], one["lines"]) == (bot, lines))
        )

    lines = sorted({one["lines"] for one in found})

    def ratio(name: str) -> dict[int, float]:
        return {n: round(middle(OURS, n, name) / middle(FLOOR, n, name), 2) for n in lines}

    return {
        "callbacks_vs_floor": ratio("per_s"),
        "callbacks_goal": GOAL,
        "callbacks_cpu_vs_floor": ratio("cpu_us"),
        "wrong": sum(one["wrong"] for one in found),
    }


def account_at(platform: WeChatPlatform, api: str) -> WeChat:
    """Name the account as the settings do."""
    return WeChat.model_validate(
        {
            "app_id": platform.app_id,
            "app_secret": platform.app_secret,
            "token": platform.token,
            "aes_key": platform.aes_key,
            "api_base": api,
        }
    )


def _print(line: dict[str, Any]) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)  # noqa: T201


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--people", type=int, default=300, help="who hold a conversation, a round")
    parser.add_argument("--lines", type=int, nargs="+", default=(16, 32, 64))
    parser.add_argument("--serve", choices=(FLOOR, OURS), help="be one of the two")
    parser.add_argument("--api", help="of the platform, for --serve")
    parser.add_argument("--folder", type=Path, help="for the database")
    given = parser.parse_args()
    if given.serve:
        account = account_at(WeChatPlatform(), given.api)
        asyncio.run(serve(given.serve, account, given.folder))
        return 0
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        ok = asyncio.run(measure(given.rounds, given.people, given.lines, Path(folder)))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
