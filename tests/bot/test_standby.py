"""One process hears the platform; the next takes over, and the last stops in time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest

from bot.channels.base import Health, Take
from bot.handling import Handling
from bot.intake import Handled, Intake, Overtaken, Unrecorded
from bot.standby import ChannelEnded, Standby, State, Terms
from bot.storage.database import Database, DatabaseDown
from bot.storage.transaction import Transaction
from handlers.ports import Answered, Arrival
from tests.bot.runtime import (
    EchoReception,
    FakeChannel,
    HandClock,
    arrival,
    database,
    until,
)
from tests.engines import given

T = TypeVar("T")

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
    deaf: bool = False

    async def run(self, take: Take) -> None:
        self.tenures += 1
        self.listens = True
        try:
            await self.ends.wait()
        finally:
            await asyncio.sleep(self.last_word)
            self.listens = False

    def health(self) -> Health:
        return Health(not self.deaf, "no connection")


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

    async def write(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        async with self.begin() as tx:
            return await work(tx)

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

    def gateway(
        self, owner: str, channel: Listener, *, terms: Terms = TERMS, **more: object
    ) -> Standby:
        records = cast("Database", Shared(self.records.real, self.clock))
        made = Standby(
            records,
            channel,
            take,
            stream=STREAM,
            owner=owner,
            terms=terms,
            **more,  # type: ignore[arg-type]
        )
        self.standbys.append(made)
        made.start()
        return made

    def cut_off(self, gateway: Standby, down: bool = True) -> None:
        cast("Shared", gateway._database).down = down

    async def lose(self, gateway: Standby) -> None:
        """Cut it off, and let a renewal that is under way come to its end."""
        self.cut_off(gateway)
        await asyncio.sleep(0.05)


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


# Who is dead, and who cannot hear --------------------------------------------------------------


async def test_the_stream_of_who_is_certainly_dead_is_free_at_once(bench: Bench) -> None:
    async with bench.records.real.begin() as tx:
        assert await tx.leases.take(STREAM, "killed", timedelta(seconds=15))
    second = Listener()
    bench.gateway("b", second, has_ended=lambda owner: owner == "killed")
    await until(lambda: second.listens)
    third = Listener()
    bench.gateway("c", third, has_ended=lambda owner: owner == "killed")
    await asyncio.sleep(0.05)
    assert third.tenures == 0  # the one that lives keeps it


async def test_who_finds_its_own_lease_again_listens_at_once(bench: Bench) -> None:
    first = Listener()
    one = bench.gateway("a", first)
    await until(lambda: first.listens)
    await bench.lose(one)
    bench.clock.forward(9.1)  # six seconds are left
    await until(lambda: not first.listens)
    bench.cut_off(one, down=False)
    await until(lambda: first.listens)


async def test_a_channel_that_does_not_end_keeps_the_stream_from_others(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.standby.STOP_WITHIN", 0.02)
    first, second = Listener(last_word=0.3), Listener()
    one = bench.gateway("a", first)
    await until(lambda: first.listens)
    bench.gateway("b", second)
    one.task.cancel()
    await until(lambda: second.listens)
    assert not first.listens


DEAF = replace(TERMS, patience=0.05, rest=0.4, rest_longest=0.4)


async def test_who_hears_nothing_leaves_the_stream_to_who_stands_by(bench: Bench) -> None:
    first, second = Listener(deaf=True), Listener()
    one = bench.gateway("a", first, terms=DEAF)
    await until(lambda: first.listens)
    await asyncio.sleep(0.15)
    assert first.listens  # nobody else is there
    other = bench.gateway("b", second, terms=DEAF)
    await until(lambda: second.listens)
    assert (one.state, one.health().ready) == (State.STANDBY, False)
    assert (other.state, other.health().ready) == (State.LISTENING, True)
    await until(lambda: one.health().ready)  # it has rested
    assert (first.tenures, second.tenures) == (1, 1)


async def test_where_nobody_hears_anything_the_stream_does_not_fly_back_and_forth(
    bench: Bench,
) -> None:
    terms = replace(DEAF, rest=60.0, rest_longest=60.0)
    first, second = Listener(deaf=True), Listener(deaf=True)
    bench.gateway("a", first, terms=terms)
    await until(lambda: first.listens)
    other = bench.gateway("b", second, terms=terms)
    await until(lambda: second.listens)
    await asyncio.sleep(0.3)  # six times the patience
    assert (first.tenures, second.tenures) == (1, 1)
    await other.stop()
    await until(lambda: first.listens)  # who rests is still better than nobody
    assert first.tenures == 2


async def test_a_gateway_may_be_told_to_keep_the_stream(bench: Bench) -> None:
    first, second = Listener(deaf=True), Listener()
    bench.gateway("a", first, terms=replace(DEAF, patience=0.0))
    await until(lambda: first.listens)
    bench.gateway("b", second, terms=DEAF)
    await asyncio.sleep(0.15)
    assert (first.listens, second.tenures) == (True, 0)


async def test_what_waited_while_another_took_over_is_not_filed_behind_what_it_heard(
    bench: Bench,
) -> None:
    """A gateway without its database holds what it heard; the person was told to say it again."""
    late: list[str] = []

    async def hurry(arrival: Arrival) -> None:
        late.append(arrival.msg_id)

    first, second = Listener(), Listener()
    one = bench.gateway("a", first)
    await until(lambda: first.listens)
    records, reception = cast("Shared", one._database), EchoReception()
    handling = Handling(cast("Database", records), reception)
    intake = Intake(Handled(handling, one.may_file), wake=lambda with_files: None, hurry=hurry)
    intake.start()
    await intake.take(arrival("before"))
    await bench.lose(one)
    waiting = asyncio.create_task(intake.take(arrival("held")))
    bench.clock.forward(9.1)
    await until(lambda: not first.listens)
    bench.clock.forward(6)
    other = bench.gateway("b", second)
    await until(lambda: second.listens)
    assert reception.batches == [["before"]]
    bench.cut_off(one, down=False)
    with pytest.raises(Unrecorded):
        await waiting
    await intake.stop()
    assert (reception.batches, late) == ([["before"]], ["held"])
    async with bench.records.real.begin() as tx:
        await other.may_file(tx)
        with pytest.raises(Overtaken):
            await one.may_file(tx)


async def test_what_is_still_waiting_after_an_orderly_hand_over_is_not_filed(bench: Bench) -> None:
    first, second = Listener(), Listener()
    one = bench.gateway("a", first)
    await until(lambda: first.listens)
    await one.stop()
    async with bench.records.real.begin() as tx:
        await one.may_file(tx)  # nobody else has heard anything yet
    bench.gateway("b", second)
    await until(lambda: second.listens)
    async with bench.records.real.begin() as tx:
        with pytest.raises(Overtaken):
            await one.may_file(tx)


async def test_who_cannot_get_ready_to_listen_leaves_the_stream_too(bench: Bench) -> None:
    first, second = Listener(), Listener()
    one = bench.gateway("a", first, terms=DEAF, prepare=asyncio.Event().wait)
    await until(lambda: one.state is State.PREPARING)
    bench.gateway("b", second, terms=DEAF)
    await until(lambda: second.listens)
    assert (first.tenures, one.state) == (0, State.STANDBY)


async def test_what_waited_is_filed_when_nobody_else_came(bench: Bench) -> None:
    first = Listener()
    one = bench.gateway("a", first)
    await until(lambda: first.listens)
    await bench.lose(one)
    bench.clock.forward(60)
    await until(lambda: not first.listens)
    async with bench.records.real.begin() as tx:
        await one.may_file(tx)
