"""Fifty new reports a second on loopback, against a floor of the same run: JSON lines.

python -m tests.bench.reports [--rate 50] [--seconds 20] [--cards] [--qps 20]
"""

import argparse
import asyncio
import contextlib
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.config import load_config
from bot.simulator.chat import Bubble
from bot.simulator.control import Control
from bot.simulator.server import DingTalkSimulator
from tests.wire.bot import CLIENT_ID, CLIENT_SECRET, ROOT, Bot, platform
from tests.wire.chat import crowd, world

WORDS = (
    "我是镇海宏业铸造厂的王小二，电话1380000{n:04}。厂门口的路灯坏了两个月没人修，希望尽快修好。",
    "确认",
)
BETWEEN = 1.0  # seconds from a person's report to the same person's 确认
DRAIN = 30.0
ACK_WITHIN_MS = 1000.0
REPLY_P99_MS = 1000.0
GOAL_MS = 50.0


@dataclass(frozen=True, slots=True)
class Load:
    """How much of what is sent."""

    rate: float
    seconds: float
    cards: bool
    qps: int | None

    @property
    def people(self) -> int:
        """Count the people, each of whom reports once."""
        return int(self.rate * self.seconds)


async def send(control: Control, users: Sequence[str], rate: float) -> list[Bubble]:
    """Let everybody write at the planned moments, whatever the answers do."""
    loop = asyncio.get_running_loop()
    began = loop.time() + 0.5
    said: list[Bubble] = []
    plan = sorted(
        (n / rate + turn * BETWEEN, turn, n) for n in range(len(users)) for turn in range(2)
    )
    for moment, turn, n in plan:
        pause = began + moment - loop.time()
        if pause > 0:
            await asyncio.sleep(pause)
        said.append(await control.say(users[n], WORDS[turn].format(n=n)))
    return said


async def settle(control: Control, said: Sequence[Bubble]) -> None:
    """Wait until every message is acknowledged and answered, or long enough."""
    deadline = time.monotonic() + DRAIN
    places = {bubble.place for bubble in said}
    while time.monotonic() < deadline:
        acked = all(control.delivery(b.msg_id).acknowledged for b in said)
        replies = sum(b.place in places for b in control.sent())
        if acked and replies >= len(said):
            return
        await asyncio.sleep(0.2)


def measure(control: Control, said: Sequence[Bubble]) -> dict[str, Any]:
    """Compute how long acknowledgements and answers took, on the platform's clock."""
    acks, replies = [], []
    heard: dict[str, list[datetime]] = defaultdict(list)
    for bubble in control.sent():
        heard[bubble.place].append(bubble.sent_at)
    unacknowledged = 0
    for bubble in said:
        delivery = control.delivery(bubble.msg_id)
        if not delivery.acks:
            unacknowledged += 1
            continue
        acks.append(delivery.acks[0].at - bubble.sent_at)
        answer = next((at for at in heard[bubble.place] if at >= bubble.sent_at), None)
        if answer is not None:
            replies.append(answer - bubble.sent_at)
    ack_ms = sorted(one.total_seconds() * 1000 for one in acks)
    reply_ms = sorted(one.total_seconds() * 1000 for one in replies)
    return {
        "messages": len(said),
        "unacknowledged": unacknowledged,
        "unanswered": len(said) - len(replies),
        "ack_p50_ms": at(ack_ms, 0.5),
        "ack_p99_ms": at(ack_ms, 0.99),
        "ack_max_ms": at(ack_ms, 1),
        "reply_p50_ms": at(reply_ms, 0.5),
        "reply_p99_ms": at(reply_ms, 0.99),
        "reply_max_ms": at(reply_ms, 1),
    }


def at(values: Sequence[float], share: float) -> float | None:
    """Give a percentile of sorted values."""
    if not values:
        return None
    return round(values[min(len(values) - 1, int(share * len(values)))], 1)


def cpu_seconds(pid: int) -> float | None:
    """Read how much processor time a process has used, where the system tells."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100
    return None


@asynccontextmanager
async def stage(load: Load) -> AsyncIterator[tuple[DingTalkSimulator, list[str]]]:
    """Open a platform with enough people who were never seen before."""
    people = crowd(load.people)
    async with platform(world(load_config(), people), qps=load.qps) as simulator:
        yield simulator, [user.user_id for user in people]


async def drive(simulator: DingTalkSimulator, users: list[str], rate: float, pid: int) -> Any:
    """Send the load at a connected process and measure it."""
    await simulator.control.wait_connected()
    before = cpu_seconds(pid)
    said = await send(simulator.control, users, rate)
    await settle(simulator.control, said)
    after = cpu_seconds(pid)
    figures = measure(simulator.control, said)
    if before is not None and after is not None:
        figures["cpu_ms_per_message"] = round((after - before) * 1000 / len(said), 2)
    return figures


async def floor(load: Load, folder: Path) -> dict[str, Any]:
    """Measure the floor."""
    async with stage(load) as (simulator, users):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.floor", simulator.base_url),
            *(CLIENT_ID, CLIENT_SECRET, str(folder / "floor.db")),
            cwd=ROOT,
        )
        try:
            figures: dict[str, Any] = await drive(simulator, users, load.rate, process.pid)
        finally:
            process.kill()
            await process.wait()
    return {"what": "floor", **figures}


async def office(load: Load, folder: Path) -> dict[str, Any]:
    """Measure the bot, as its own process with its log on, and count its rows."""
    async with stage(load) as (simulator, users):
        bot = Bot(folder, simulator.base_url, cards=load.cards)
        await bot.start()
        assert bot.process is not None
        try:
            figures: dict[str, Any] = await drive(simulator, users, load.rate, bot.process.pid)
            health = (await bot.health("/healthz"))[1]
            code, seconds = await bot.terminate()
        finally:
            await bot.close()
    rows = {name: bot.count(name) for name in ("arrival", "ticket", "delivery", "history")}
    good = rows["ticket"] == len(users) and rows["arrival"] == 2 * len(users)
    return {
        "what": "bot",
        "cards": load.cards,
        **figures,
        "loop_lag_ms": health["loop_lag_ms"],
        "exit": code,
        "stop_s": round(seconds, 1),
        "rows": rows,
        "failed_arrivals": bot.count("arrival", "state = 'failed'"),
        "ok": good
        and not figures["unacknowledged"]
        and not figures["unanswered"]
        and figures["ack_max_ms"] <= ACK_WITHIN_MS
        and figures["reply_p99_ms"] <= REPLY_P99_MS,
        "goal": figures["reply_p99_ms"] is not None and figures["reply_p99_ms"] <= GOAL_MS,
    }


def ratios(bot: dict[str, Any], least: dict[str, Any]) -> dict[str, Any]:
    """Divide the bot's figures by the floor's."""
    names = ("ack_p50_ms", "ack_p99_ms", "reply_p50_ms", "reply_p99_ms", "cpu_ms_per_message")
    found = {
        name.removesuffix("_ms"): round(bot[name] / least[name], 1)
        for name in names
        if bot.get(name) and least.get(name)
    }
    return {"what": "bot/floor", "cards": bot["cards"], **found}


async def main(load: Load) -> int:
    """Run floor and bot one after the other, and print a line each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        least = await floor(load, folder)
        say({"rate": load.rate, "seconds": load.seconds, "qps": load.qps, **least})
        figures = await office(load, folder / "bot")
        say(figures)
        say(ratios(figures, least))
    return 0 if figures["ok"] else 1


def say(line: dict[str, Any]) -> None:
    """Print one line."""
    print(json.dumps(line, ensure_ascii=False), flush=True)  # noqa: T201 - it is what this is for


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--cards", action="store_true", help="answer with cards")
    parser.add_argument("--qps", type=int, help="the platform's limit of calls a second")
    given = parser.parse_args()
    sys.exit(asyncio.run(main(Load(given.rate, given.seconds, given.cards, given.qps))))
