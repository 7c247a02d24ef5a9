"""One process hears the platform; the next takes over, and the last stops in time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from bot.channels.base import Take
from bot.standby import ChannelEnded, Standby, State, Terms
from bot.storage.database import Database, DatabaseDown
from bot.storage.transaction import Transaction
from handlers.ports import Answered, Arrival
from tests.bot.runtime import FakeChannel, HandClock, database, until
from tests.engines import given

STREAM = "stream:fake:robot"
TERMS = Terms(life=15, renew=0.01, look=0.01, margin=6, ask=1)


async def take(arrival: Arrival) -> Answered:
    return Answered()


@dataclass(slots=True)
class Listener(FakeChannel):
    """A channel that says when it listens."""

    listens: bool = False
    tenures: int = 0
    ends: asyncio.Event = field(default_factory=asyncio.Event)
    last_word: float = 0.0  # seconds it takes to fall silent

    async def run(self, take: Take) -> None:
        self.tenures += 1
        self.listens = True
        try:
            await self.ends.wait()
        finally:
            await asyncio.sleep(self.last_word)
            self.listens = False


@dataclass(slots=True)
class Shared:
    """The real database, as one that several processes use; `down` is for who renews."""

    real: Database
    clock: HandClock
    down: bool = False

    @property
    def shared(self) -> bool:
        return True

    def steady(self) -> datetime:
        return self.clock()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        if self.down:
            raise DatabaseDown("away")
        async with self.real.begin() as tx:
            yield tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        if self.down:
            raise DatabaseDown("away")
        async with self.real.read() as tx:
            yield tx


@dataclass(slots=True)
class Bench:
    """Two gateways in front of one database."""

    records: Shared
    clock: HandClock
    standbys: list[Standby] = field(default_factory=list)

    def gateway(self, owner: str, channel: Listener, **more: object) -> Standby:
        records = cast("Database", Shared(self.records.real, self.clock))
        made = Standby(
            records,
            channel,
            take,
            stream=STREAM,
            owner=owner,
            terms=TERMS,
            **more,  # type: ignore[arg-type]
        )
        self.standbys.append(made)
        made.start()
        return made

    def cut_off(self, gateway: Standby, down: bool = True) -> None:
        cast("Shared", gateway._database).down = down


@pytest.fixture
async def bench(engine: str, tmp_path: Path) -> AsyncIterator[Bench]:
    clock = HandClock()
    async with database(tmp_path, clock) as real:
        bench = Bench(Shared(real, clock), clock)
        yield bench
        for standby in bench.standbys:
            await standby.stop()


async def test_the_first_listens_and_the_second_stands_by(bench: Bench) -> None:
    first, second = Listener(), Listener()
    one = bench.gateway("a", first)
    await until(lambda: first.listens)
    other = bench.gateway("b", second)
    await asyncio.sleep(0.05)
    assert (one.state, other.state) == (State.LISTENING, State.STANDBY)
    assert other.health().ready
    assert second.tenures == 0


async def test_an_orderly_stop_hands_over_at_once(bench: Bench) -> None:
    first, second = Listener(last_word=0.05), Listener()
    one = bench.gateway("a", first)
    await until(lambda: first.listens)
    bench.gateway("b", second)
    stopping = asyncio.create_task(one.stop())
    await until(lambda: second.listens)
    assert not first.listens  # its last acknowledgement was out before
    await stopping


async def test_the_stream_of_who_was_killed_is_free_when_its_lease_ends(bench: Bench) -> None:
    async with bench.records.real.begin() as tx:
        assert await tx.leases.take(STREAM, "killed", timedelta(seconds=15))
    second = Listener()
    bench.gateway("b", second)
    bench.clock.forward(14)
    await asyncio.sleep(0.05)
    assert second.tenures == 0
    bench.clock.forward(1)
    await until(lambda: second.listens)


async def test_a_lease_is_renewed_while_its_owner_lives(bench: Bench) -> None:
    first, second = Listener(), Listener()
    bench.gateway("a", first)
    await until(lambda: first.listens)
    bench.gateway("b", second)
    for _ in range(6):
        bench.clock.forward(5)
        await asyncio.sleep(0.05)
    assert (first.tenures, second.tenures) == (1, 0)


async def test_who_cannot_renew_falls_silent_before_the_lease_ends(bench: Bench) -> None:
    first, second = Listener(), Listener()
    one = bench.gateway("a", first)
    await until(lambda: first.listens)
    bench.cut_off(one)
    other = bench.gateway("b", second)
    bench.clock.forward(8.9)
    await asyncio.sleep(0.05)
    assert first.listens
    bench.clock.forward(0.2)  # six seconds are left
    await until(lambda: not first.listens)
    assert second.tenures == 0
    bench.clock.forward(6)
    await until(lambda: second.listens)
    bench.cut_off(one, down=False)
    await other.stop()
    await until(lambda: first.listens)  # the same process comes back
    assert first.tenures == 2


async def test_nothing_is_heard_before_what_waits_is_done(bench: Bench) -> None:
    first, done = Listener(), asyncio.Event()

    async def prepare() -> None:
        await done.wait()

    one = bench.gateway("a", first, prepare=prepare)
    await until(lambda: one.state is State.PREPARING)
    assert (first.tenures, one.health().ready) == (0, False)
    done.set()
    await until(lambda: first.listens)


async def test_a_channel_that_ends_by_itself_ends_the_gateway(bench: Bench) -> None:
    first, second = Listener(), Listener()
    one = bench.gateway("a", first)
    await until(lambda: first.listens)
    first.ends.set()
    with pytest.raises(ChannelEnded):
        await one.task
    bench.gateway("b", second)
    await until(lambda: second.listens)  # the stream was left


async def test_without_a_shared_database_nobody_is_asked(tmp_path: Path) -> None:
    channel = Listener()
    async with given("sqlite"), database(tmp_path, HandClock()) as records:
        standby = Standby(records, channel, take, stream=STREAM, owner="a")
        standby.start()
        await until(lambda: channel.listens)
        async with records.read() as tx:
            assert await tx.leases.get(STREAM) is None
        await standby.stop()
        assert not channel.listens
