"""What the month's quota holds and saves, and what is let go."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from bot.channels.base import SendFault, SendUnknown
from bot.delivery import Delivery, Unlimited
from bot.storage.meters import RELEASED
from bot.storage.rows import Claimed
from handlers.ports import ToGroup
from tests.bot.runtime import START, until
from tests.bot.test_delivery import Bench, bench
from tests.bot.test_delivery_rates import GROUP, due_at

pytestmark = pytest.mark.usefixtures("engine")


@dataclass(slots=True)
class Thrift(Unlimited):
    """A quota that saves what is said to be spared, and holds what can wait."""

    verdicts: dict[str, Literal["go", "skip", "hold"]]
    flat: bool = False

    def plain(self) -> bool:
        return self.flat

    def verdict(self, letter: Claimed) -> Literal["go", "skip", "hold"]:
        return self.verdicts.get(letter.dedupe, "go")

    def resumes(self) -> datetime:
        return START + timedelta(days=7)


@dataclass(slots=True)
class Spent(Thrift):
    """A month that is used up."""

    holds: int = 0

    def verdict(self, letter: Claimed) -> Literal["go", "skip", "hold"]:
        if letter.code == RELEASED:
            return "go"
        self.holds += 1
        return "hold"


@dataclass(slots=True)
class Learning(Thrift):
    """A quota that believes itself to be full once it was asked."""

    asked: bool = False

    def verdict(self, letter: Claimed) -> Literal["go", "skip", "hold"]:
        full, self.asked = self.asked, True
        return "hold" if full and letter.dedupe != "urgent" else "go"


async def held(b: Bench) -> None:
    """Wait until the quota holds a delivery."""
    async with asyncio.timeout(30):
        count = 0
        while count == 0:
            async with b.db.read() as tx:
                count = await tx.meters.held()


async def released(b: Bench, *names: str) -> None:
    """Let go of what the quota holds."""
    async with b.db.begin() as tx:
        await tx.queue.lock()
        assert await tx.doubts.release("wang") == len(names)
    b.delivery.wake()


async def test_the_quota_holds_saves_and_flattens(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        thrift = Thrift({"a": "skip", "b": "hold"}, flat=True)
        b.delivery = Delivery(b.db, {"fake": b.channel}, b.clock, budget=thrift)
        for name in ("a", "b", "c"):
            await b.owe(name, ToGroup(f"cid-{name}"))
        b.delivery.start()
        await b.calm(cancelled=1, ready=1, sent=1)
        assert [letter.plain for letter in b.channel.sent] == [True]
        assert await due_at(b) == START + timedelta(days=7)
        b.clock.forward(7 * 24 * 3600)
        thrift.verdicts = {}
        b.delivery.wake()
        await b.calm(cancelled=1, sent=2)


@pytest.mark.parametrize("refusal", [SendFault("busy", 1.0), SendUnknown()])
async def test_what_a_person_released_is_not_held_after_a_refusal(
    tmp_path: Path, refusal: Exception
) -> None:
    async with bench(tmp_path) as b:
        full = Spent({})
        b.delivery = Delivery(b.db, {"fake": b.channel}, b.clock, budget=full)
        await b.owe("a")
        b.delivery.start()
        await held(b)
        b.channel.script = [refusal]
        await released(b, "a")
        tally = b.delivery.tally
        await until(lambda: tally.retried + tally.unknown == 1)
        b.clock.forward(10)
        b.delivery.wake()
        await b.calm(sent=1)


async def test_what_the_platform_has_no_calls_for_is_held_again(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        full = Spent({})
        b.delivery = Delivery(b.db, {"fake": b.channel}, b.clock, budget=full)
        await b.owe("a")
        b.channel.script = [SendFault("quota.api", 3600.0)]
        b.delivery.start()
        await held(b)
        await released(b, "a")
        await until(lambda: b.delivery.tally.retried == 1)
        await held(b)
        assert (b.texts, full.holds) == ([], 2)


async def test_what_the_platform_has_no_calls_for_keeps_nothing_urgent_waiting(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path) as b:
        b.delivery = Delivery(b.db, {"fake": b.channel}, b.clock, budget=Learning({}))
        b.channel.script = [SendFault("quota.api", 3600.0)]
        await b.owe("notice", ToGroup(GROUP))
        await b.owe("urgent", ToGroup(GROUP))
        b.delivery.start()
        await b.calm(ready=1, sent=1)
        assert b.texts == ["urgent"]
        await held(b)
