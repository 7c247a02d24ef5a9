"""Lists, search and a page of the ledger among few and among many tickets.

.venv/bin/python -m tests.bench.desks [--few 1000] [--many 100000] [--engine sqlite|postgresql]

Prints the median of each in milliseconds, and last the ratios as JSON. The goal: among many at
most twice the time among few and 50 ms more.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from bot.ledger.pages import PAGE, row_of
from flows.tickets.case import Ticket
from flows.tickets.state import ENDED, State
from tests import servers
from tests.engines import ENGINES, NOON, given
from tests.stage import Stage, stage
from tests.stock import CLOCKS, made

CLERK, LIAISON = "王敏", "李强"
BATCH = 500
RUNNING = 0.1  # of all tickets; the others are over
FOUND = 0.02  # of all tickets have the words that are looked for
TIMES = 15
SPARE = 50.0  # milliseconds that many may take beyond twice the time of few
_WORDS = (
    "路灯", "积水", "招工", "产证", "噪声", "消防", "补贴", "电费", "排污", "货车", "围墙", "燃气",
    "职工", "子女", "入学", "公交", "停车", "绿化", "垃圾", "合同", "欠款", "审批", "环评", "用地",
)  # fmt: skip


def tickets(count: int, reporter: int) -> Iterator[Ticket]:
    """Make tickets as an office has them: most are over, some are late, each says something."""
    chance = random.Random(2026)  # noqa: S311 - the same tickets each time
    ended = sorted(ENDED)
    for serial in range(1, count + 1):
        running = chance.random() < RUNNING
        state = chance.choice(sorted(CLOCKS) if running else ended)
        words = [chance.choice(_WORDS) for _ in range(20)]
        if chance.random() < FOUND:
            words[5] = "招宝山停电"
        units = chance.sample(("gdj", "jxj", "zjj", "rsj", "gsl"), 2)
        yield made(
            serial,
            reporter,
            State(state),
            due=timedelta(hours=chance.randint(-100, 400)),
            body="，".join(words),
            enterprise=f"镇海{chance.choice(_WORDS)}{serial}厂",
            lead_unit=units[0],
            supports=units[1:] if chance.random() < 0.3 else (),
        )


async def fill(play: Stage, count: int) -> None:
    """Store them through the records, as the handlers would."""
    batch: list[Ticket] = []
    owner = await _stranger(play)
    for ticket in tickets(count, owner):
        batch.append(ticket)
        if len(batch) == BATCH or ticket.number.endswith(f"-{count:04d}"):
            async with play.database.begin() as tx:
                await tx.tickets.save(batch, {})
            batch = []
    if play.database.shared:  # the server does it by itself within a minute; the tests' does not
        async with play.database.begin() as tx:
            await tx._session.connection.execute(text("ANALYZE"))


async def _stranger(play: Stage) -> int:
    """Return somebody who asks for nothing while it is measured."""
    await play.say("路人", "你好")
    async with play.database.read() as tx:
        person = await tx.people.find("dingtalk", "路人")
    assert person is not None
    return person.id


def said(play: Stage, who: str, words: str, holds: str) -> Callable[[], Awaitable[None]]:
    """Return one message and its answer, which must hold something."""

    async def ask() -> None:
        # Within its pace: the office asks whoever writes too fast to slow down.
        play.clock.now += timedelta(seconds=30)
        told = await play.say(who, words)
        assert any(holds in letter.message.text for letter in told), f"{words}: {told}"

    return ask


def paged(play: Stage, count: int) -> Callable[[], Awaitable[None]]:
    """Return a page in the middle of the ledger."""

    async def page() -> None:
        since = NOON + timedelta(minutes=count // 2 - PAGE // 2)
        async with play.database.read() as tx:
            found = await tx.lists.page(since, NOON + timedelta(days=400), "", PAGE)
        assert len(found) == PAGE
        for one in found:
            row_of(one, NOON, full=True)

    return page


def works(play: Stage, count: int) -> dict[str, Callable[[], Awaitable[None]]]:
    """Name what is measured."""
    return {
        "desk": said(play, CLERK, "清单", "清单共"),
        "unit": said(play, LIAISON, "清单", "清单共"),
        "search": said(play, CLERK, "查 停电", "有“停电”的工单"),
        "search_two": said(play, LIAISON, "查 停电 招宝山", "有“停电 招宝山”的工单"),
        "page": paged(play, count),
    }


async def measure(few: int, many: int, engine: str) -> dict[str, object]:
    """Measure all of it, few and many in turn, so that other load meets both."""
    taken: dict[tuple[str, int], list[float]] = {}
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(given(engine))
        plans = {}
        for count in (few, many):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            play = await stack.enter_async_context(stage(folder))
            began = time.perf_counter()
            await fill(play, count)
            sys.stdout.write(f"{count} tickets stored in {time.perf_counter() - began:.0f} s\n")
            plans[count] = works(play, count)
        for turn in range(TIMES + 2):
            for count, plan in plans.items():
                for name, work in plan.items():
                    began = time.perf_counter()
                    await work()
                    if turn > 1:
                        spent = (time.perf_counter() - began) * 1000
                        taken.setdefault((name, count), []).append(spent)
    return report(taken, few, many)


def report(taken: dict[tuple[str, int], list[float]], few: int, many: int) -> dict[str, object]:
    """Print the medians; return the ratios."""
    ratios: dict[str, object] = {}
    for name in dict.fromkeys(name for name, _ in taken):
        small, large = (statistics.median(taken[name, count]) for count in (few, many))
        within = large <= 2 * small + SPARE
        sys.stdout.write(f"{name:11} {small:7.1f} ms  {large:7.1f} ms\n")
        ratios[name] = {"ratio": round(large / small, 2), "within": within}
    return ratios


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.bench.desks")
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    asked = parser.parse_args()
    try:
        ratios = asyncio.run(measure(asked.few, asked.many, asked.engine))
    finally:
        servers.close()
    sys.stdout.write(json.dumps({"engine": asked.engine, **ratios}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
