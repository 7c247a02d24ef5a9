"""How arrivals become commits: together, once, in order, and never lost in silence."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest

from bot import metrics
from bot.handling import BATCH, Handling, Receives
from bot.intake import PATIENCE, STOP_WITHIN, Handled, Intake, Unhandled, Unrecorded
from bot.storage.database import Database, DatabaseDown
from bot.storage.transaction import Transaction
from handlers.ports import Answered, Arrival, Filed, Stale
from tests.bot.runtime import EchoReception, HandClock, arrival, database, states

pytestmark = pytest.mark.usefixtures("engine")

T = TypeVar("T")


@dataclass(slots=True)
class Unruly:
    """The real database, which first does what the script says."""

    real: Database
    script: list[Exception] = field(default_factory=list)
    after: list[Exception] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def write(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        if self.gate is not None:
            await self.gate.wait()
        if self.script:
            raise self.script.pop(0)
        done = await self.real.write(work)
        if self.after:
            raise self.after.pop(0)
        return done


@dataclass(slots=True)
class Told:
    """Who was told to wait."""

    persons: list[str] = field(default_factory=list)

    async def __call__(self, late: Arrival) -> None:
        self.persons.append(late.msg_id)


@asynccontextmanager
async def running(
    folder: Path,
    reception: Receives,
    *,
    patience: float = PATIENCE,
    stop_within: float = STOP_WITHIN,
    **unruly: Any,
) -> AsyncIterator[tuple[Intake, Unruly, Told]]:
    async with database(folder, HandClock()) as real:
        base, told = Unruly(real, **unruly), Told()
        intake = Intake(
            Handled(Handling(cast("Database", base), reception)),
            wake=lambda with_files: None,
            hurry=told,
            patience=patience,
            stop_within=stop_within,
        )
        intake.start()
        try:
            yield intake, base, told
        finally:
            await intake.stop()


async def failed(base: Unruly) -> list[str]:
    async with base.real.read() as tx:
        return [filed.arrival.msg_id for filed in await tx.failed_arrivals(100)]


async def test_a_take_returns_the_answer_after_its_commit(tmp_path: Path) -> None:
    async with running(tmp_path, EchoReception()) as (intake, base, _):
        answered = await intake.take(arrival("m1"))
        assert answered.card_status is not None
        assert await states(base.real) == {"ready": 1}


async def test_what_queues_during_a_commit_shares_the_next_one(tmp_path: Path) -> None:
    reception, gate = EchoReception(), asyncio.Event()
    async with running(tmp_path, reception, gate=gate) as (intake, _, _):
        takes = [asyncio.create_task(intake.take(arrival("m0")))]
        await asyncio.sleep(0.01)
        takes += [asyncio.create_task(intake.take(arrival(f"m{n}"))) for n in range(1, 101)]
        await asyncio.sleep(0.01)
        gate.set()
        await asyncio.gather(*takes)
    assert [len(batch) for batch in reception.batches] == [1, BATCH, 100 - BATCH]
    assert [name for batch in reception.batches for name in batch] == [f"m{n}" for n in range(101)]


async def test_a_redelivery_is_acknowledged_and_changes_nothing(tmp_path: Path) -> None:
    reception = EchoReception()
    async with running(tmp_path, reception) as (intake, base, _):
        await intake.take(arrival("m1"))
        assert await intake.take(arrival("m1")) == Answered()
        assert reception.batches == [["m1"]]
        assert await states(base.real) == {"ready": 1}


async def test_a_redelivery_waits_for_the_first_which_is_still_queued(tmp_path: Path) -> None:
    reception, gate = EchoReception(), asyncio.Event()
    async with running(tmp_path, reception, gate=gate) as (intake, base, _):
        takes = [asyncio.create_task(intake.take(arrival("m1"))) for _ in range(3)]
        await asyncio.sleep(0.01)
        assert intake.waiting == 1
        assert not any(take.done() for take in takes)
        gate.set()
        answers = await asyncio.gather(*takes)
        assert len(set(map(repr, answers))) == 1
        assert await states(base.real) == {"ready": 1}


async def test_a_defect_costs_its_own_arrival_and_is_apologised_for(tmp_path: Path) -> None:
    reception, gate = EchoReception(defects={"m2": "Traceback: a defect"}), asyncio.Event()
    async with running(tmp_path, reception, gate=gate) as (intake, base, _):
        takes = [asyncio.create_task(intake.take(arrival(f"m{n}"))) for n in (1, 2, 3)]
        await asyncio.sleep(0.01)
        gate.set()
        await asyncio.gather(*takes)
        assert await failed(base) == ["m2"]
        assert await states(base.real) == {"ready": 3}


async def test_a_refused_batch_runs_one_by_one(tmp_path: Path) -> None:
    def refuse(batch: Sequence[Filed]) -> None:
        if any(filed.arrival.text == "毒" for filed in batch):
            raise RuntimeError("the database refuses this row")

    reception, gate = EchoReception(before=refuse), asyncio.Event()
    async with running(tmp_path, reception, gate=gate) as (intake, base, _):
        takes = [
            asyncio.create_task(intake.take(arrival(f"m{n}", "毒" if n == 2 else "好")))
            for n in range(4)
        ]
        await asyncio.sleep(0.01)
        gate.set()
        answers = await asyncio.gather(*takes)
        assert [answer.card_status is None for answer in answers] == [False, False, True, False]
        assert await failed(base) == ["m2"]
        assert await states(base.real) == {"ready": 4}  # three answers, one apology
        async with base.real.read() as tx:
            (one,) = await tx.failed_arrivals(1)
            assert "the database refuses this row" in str(await tx.traceback(one.id))


async def test_a_stale_batch_is_run_again(tmp_path: Path) -> None:
    tries = [Stale("a"), Stale("b")]

    def stale(batch: Sequence[Filed]) -> None:
        if tries:
            raise tries.pop()

    async with running(tmp_path, EchoReception(before=stale)) as (intake, base, _):
        assert (await intake.take(arrival("m1"))).card_status is not None
        assert await failed(base) == []
        assert await states(base.real) == {"ready": 1}


async def test_an_arrival_that_stays_stale_is_kept_as_failed(tmp_path: Path) -> None:
    def stale(batch: Sequence[Filed]) -> None:
        raise Stale("for ever")

    async with running(tmp_path, EchoReception(before=stale)) as (intake, base, _):
        await intake.take(arrival("m1"))
        assert await failed(base) == ["m1"]


async def test_a_take_waits_for_a_database_that_is_down(tmp_path: Path) -> None:
    script: list[Exception] = [DatabaseDown("a"), DatabaseDown("b"), DatabaseDown("c")]
    async with running(tmp_path, EchoReception(), script=script) as (intake, _, told):
        assert (await intake.take(arrival("m1"))).card_status is not None
        assert (told.persons, script) == ([], [])


async def test_a_commit_of_unknown_end_is_not_done_twice(tmp_path: Path) -> None:
    after: list[Exception] = [DatabaseDown("the answer to COMMIT was lost")]
    async with running(tmp_path, EchoReception(), after=after) as (intake, base, _):
        await intake.take(arrival("m1"))
        assert await states(base.real) == {"ready": 1}


async def test_whoever_waits_too_long_is_told_once(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, EchoReception(), patience=0.04, gate=gate) as (intake, _, told):
        takes = [asyncio.create_task(intake.take(arrival(f"m{n}"))) for n in (1, 2)]
        await asyncio.sleep(0.15)
        assert not any(take.done() for take in takes)
        gate.set()
        await asyncio.gather(*takes)
        assert told.persons == ["m1", "m2"]


async def test_a_frame_that_cannot_be_stored_is_never_acknowledged(tmp_path: Path) -> None:
    script: list[Exception] = [RuntimeError("poison")] * 2
    async with running(tmp_path, EchoReception(), script=script) as (intake, _, told):
        with pytest.raises(Unrecorded):
            await intake.take(arrival("m1"))
        await asyncio.sleep(0)
        assert told.persons == ["m1"]
        assert (await intake.take(arrival("m1"))).card_status is not None


async def test_the_commit_goes_on_when_the_channel_stops_waiting(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, EchoReception(), gate=gate) as (intake, base, _):
        take = asyncio.create_task(intake.take(arrival("m1")))
        await asyncio.sleep(0.01)
        take.cancel()
        gate.set()
        await intake.stop()
        assert await states(base.real) == {"ready": 1}


async def test_stopping_commits_what_was_taken_and_refuses_what_is_new(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, EchoReception(), gate=gate) as (intake, base, _):
        takes = [asyncio.create_task(intake.take(arrival(f"m{n}"))) for n in range(5)]
        await asyncio.sleep(0.01)
        stopping = asyncio.create_task(intake.stop())
        await asyncio.sleep(0)
        with pytest.raises(Unrecorded):
            await intake.take(arrival("late"))
        gate.set()
        await stopping
        await asyncio.gather(*takes)
        assert await states(base.real) == {"ready": 5}


async def test_an_intake_that_cannot_store_gives_up_at_the_end(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, EchoReception(), stop_within=0.05, gate=gate) as (intake, _, _):
        take = asyncio.create_task(intake.take(arrival("m1")))
        await asyncio.sleep(0.01)
        await intake.stop()
        with pytest.raises(Unrecorded):
            await take


def repeated() -> float:
    """Say how many arrivals this process heard again so far."""
    name, labels = "qinqing_arrivals_total", {"outcome": "repeated"}
    return metrics.REGISTRY.get_sample_value(name, labels) or 0


async def test_what_is_heard_again_is_counted_as_that(tmp_path: Path) -> None:
    before = repeated()
    async with running(tmp_path, EchoReception()) as (intake, _, _):
        await asyncio.gather(intake.take(arrival("1")), intake.take(arrival("1")))
        assert repeated() - before == 1  # it waited for the first
        await intake.take(arrival("1"))
        assert repeated() - before == 2  # its row was there
        await intake.take(arrival("2"))
    assert repeated() - before == 2


async def test_what_is_heard_again_is_counted_where_others_handle_it(tmp_path: Path) -> None:
    before = repeated()
    async with database(tmp_path, HandClock()) as db:
        writes = Unhandled(db, lambda filed: None)
        for name in ("1", "1", "2"):
            await writes.write([arrival(name)], None)
    assert repeated() - before == 1
