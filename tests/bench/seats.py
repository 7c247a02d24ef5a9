"""5,000 people want 200 seats at once, through everything that bot/app.py builds.

.venv/bin/python -m tests.bench.seats [--people 5000] [--seats 200] [--at-once 200]

Only the platform is swapped. Prints as JSON: who has a seat, how long it took from the first
message to the last answer, and what a message cost; ok = exactly the seats are given.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app import App
from bot.config import load_config
from flows.registration.event import Stage
from flows.registration.registration import Standing
from flows.registration.roll import Roll
from tests.bench.ours import BEGINS, CrowdClock, Ours, Transport, settings
from tests.bench.rows import Rows
from tests.flows.registration.rolls import event

_SURNAMES = "沈周吴郑王冯陈褚卫蒋"


def told(user: int) -> str:
    """Say who somebody is."""
    name = f"{_SURNAMES[user % 10]}{_SURNAMES[user // 10 % 10]}"
    return f"宁波第{user}机械厂 {name} 139{user:08d}"


async def person(peer: Ours, user: int, room: asyncio.Semaphore) -> None:
    """Sign somebody up, whatever comes of it."""
    async with room:
        for text in ("报名", told(user), "确认"):
            await peer.send(user, text)


async def opened(app: App, seats: int) -> None:
    """Publish an activity without a waitlist."""
    one = event(
        capacity=seats,
        waitlist=0,
        stage=Stage.PUBLISHED,
        starts_at=BEGINS + timedelta(days=9),
        ends_at=BEGINS + timedelta(days=9, hours=2),
        closes_at=BEGINS + timedelta(days=8),
    )
    async with app.office.database.begin() as tx:
        await tx.rolls.save([Roll.of(one, ())])


async def measure(people: int, seats: int, at_once: int, folder: Path) -> dict[str, Any]:
    """Let everybody in, and look at the list afterwards."""
    given = settings(folder)
    clock, transport = CrowdClock(people), Transport()
    app = App(given, load_config(), clock=clock, channel=transport)
    async with app.running():
        await transport.take
        await opened(app, seats)
        peer = Ours(app, transport, clock, Rows(given.database))
        room = asyncio.Semaphore(at_once)
        began, spent = time.perf_counter(), time.process_time()
        await asyncio.gather(*(person(peer, user, room) for user in range(people)))
        took, cpu = time.perf_counter() - began, time.process_time() - spent
        async with app.office.database.begin() as tx:
            (roll,) = (await tx.rolls.hold(["HD-2026-001"])).values()
    stand = Counter(one.standing.value for one in roll.registrations.values())
    return {
        "people": people,
        "seats": seats,
        "stand": dict(stand),
        "seconds_to_the_last_answer": round(took, 2),
        "messages_per_second": round(3 * people / took),
        "cpu_us_a_message": round(cpu / (3 * people) * 1e6),
        "ok": stand[Standing.CONFIRMED.value] == seats and roll.free == 0,
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--seats", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measure(given.people, given.seats, given.at_once, Path(folder)))
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
