"""Who asks the platform what was let go: one process, less and less often, and not for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.base import Channel, Confirmed, Delivered, Letter, Receipt, SendFault
from bot.config import load_config
from bot.config.confirming import Confirming
from bot.confirming import Confirmations
from bot.deliveries.listing import table
from bot.storage.asked import NOT_CONFIRMED
from bot.storage.database import Database
from bot.terminal import Terminal
from tests.bot.delivered import notice
from tests.bot.runtime import FakeChannel, HandClock, database

pytestmark = pytest.mark.usefixtures("engine")

PATIENCE = Confirming(first_minutes=3, longest_minutes=60, within_hours=72)


@dataclass
class Platform(FakeChannel):
    """Takes messages and lets nobody see them until somebody there says so."""

    said: dict[int, Confirmed] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    fault: SendFault | None = None

    async def send(self, letter: Letter) -> Receipt:
        await super().send(letter)
        return Receipt(f"task-{letter.id}", via="task", awaits=True)

    async def confirmed(self, asked: Sequence[Delivered]) -> Mapping[int, Confirmed]:
        self.asked += [one.id for one in asked]
        if self.fault is not None:
            raise self.fault
        return {one.id: self.said[one.id] for one in asked if one.id in self.said}


class Bench:
    """A delivery that waits at the platform, and who asks for it."""

    def __init__(self, db: Database, clock: HandClock) -> None:
        self.db = db
        self.clock = clock
        self.channel = Platform()
        self.channels: dict[str, Channel] = {"fake": self.channel}
        self.worker = self.another("one")
        self.number = 0

    def another(self, owner: str) -> Confirmations:
        return Confirmations(
            self.db, self.channels, self.clock, PATIENCE, owner=owner, wake=lambda: None
        )

    async def after(self, **passed: float) -> None:
        self.clock.now += timedelta(**passed)
        await self.worker.turn()

    async def state(self) -> tuple[str, str]:
        async with self.db.read() as tx:
            story = await tx.doubts.story(self.number)
        assert story is not None
        return story.state, story.code


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Bench]:
    clock = HandClock()
    async with database(folder, clock) as db:
        bench = Bench(db, clock)
        delivery = await notice(db, bench.channels, clock, "asked")
        assert delivery.tally.asked == 1
        bench.number = bench.channel.sent[0].id
        yield bench


async def test_what_was_let_go_is_sent(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        b.channel.said[b.number] = Confirmed("sent", reached=7)
        await b.after(minutes=3)
        assert await b.state() == ("sent", "")


async def test_what_was_refused_there_has_failed_with_its_code(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        b.channel.said[b.number] = Confirmed("failed", "err(10001)")
        await b.after(minutes=3)
        assert await b.state() == ("failed", "err(10001)")


async def test_it_is_asked_less_often_the_longer_it_waits(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        await b.after(minutes=2)
        assert not b.channel.asked
        asked = []
        for _ in range(6 * 60):
            await b.after(minutes=1)
            asked.append(len(b.channel.asked))
        assert asked[8] >= 2
        assert asked[-1] - asked[-60] == 1


async def test_one_process_asks_at_a_time(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        await b.after(minutes=3)
        await b.another("two").turn()
        assert len(b.channel.asked) == 1


async def test_another_process_asks_when_the_first_is_gone(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        await b.after(minutes=3)
        b.clock.now += timedelta(minutes=6)
        await b.another("two").turn()
        assert len(b.channel.asked) == 2


async def test_what_nobody_lets_go_is_taken_back_there_and_has_failed(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        await b.after(hours=71)
        assert await b.state() == ("asked", "")
        await b.after(hours=1)
        assert await b.state() == ("failed", NOT_CONFIRMED)


async def test_what_cannot_be_taken_back_there_may_still_go_out(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        b.channel.standing = {"s1": "too.late"}
        await b.after(hours=72)
        assert await b.state() == ("unknown", NOT_CONFIRMED)


async def test_what_was_let_go_at_the_last_moment_is_sent(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        b.channel.said[b.number] = Confirmed("sent")
        await b.after(hours=73)
        assert await b.state() == ("sent", "")


async def test_a_platform_that_does_not_answer_settles_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        b.channel.fault = SendFault("busy", 5.0)
        await b.after(hours=73)
        assert await b.state() == ("asked", "")
        b.channel.fault = None
        await b.after(hours=1)
        assert await b.state() == ("failed", NOT_CONFIRMED)


async def test_of_a_channel_that_is_gone_nobody_knows_in_the_end(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        b.channels.clear()
        await b.after(hours=71)
        assert await b.state() == ("asked", "")
        await b.after(hours=2)
        assert await b.state() == ("unknown", NOT_CONFIRMED)


async def test_whoever_looks_at_the_terminal_reads_whom_to_ask(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        async with b.db.read() as tx:
            doubts = await tx.doubts.open()
        said = "\n".join(table(doubts, [], Terminal(load_config().texts)))
        assert "待平台确认" in said
        assert "客户群找群主点" in said


async def test_nothing_that_waits_keeps_the_bot_from_being_ready(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        b.clock.now += timedelta(hours=5)
        async with b.db.read() as tx:
            signs = await tx.vitals.signs()
        assert signs.deliveries["asked"] == 1
        assert signs.oldest_due is None
