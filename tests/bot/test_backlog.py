"""What one process filed and another handles: once, in order, and never stuck."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.backlog import Backlog
from bot.handling import BATCH, Handling, Receives
from bot.intake import Intake, Unhandled
from bot.pressed import Pressed
from bot.storage.database import Database
from bot.storage.tables import arrival as arrivals
from bot.storage.transaction import Transaction
from handlers.ports import Answered, Arrival, Button, Filed, Stale
from handlers.reception import Outcome
from tests import outbox
from tests.bot.runtime import (
    START,
    EchoReception,
    HandClock,
    arrival,
    database,
    states,
    until,
)

pytestmark = pytest.mark.usefixtures("engine")


@dataclass(slots=True)
class Split:
    """A gateway that files, and a worker that handles."""

    db: Database
    handled: list[str] = field(default_factory=list)

    async def file(self, *names: str, who: str = "staff-1", button: bool = False) -> None:
        arrivals = [arrival(name, who=who) for name in names]
        if button:
            arrivals = [replace(one, button=Button("a:view:1", "card")) for one in arrivals]
        await Unhandled(self.db, lambda filed: None).write(arrivals, None)

    def worker(self, reception: Receives, db: Database | None = None) -> Backlog:
        records = db or self.db
        return Backlog(records, Handling(records, reception), done=self._note, poll=0.05)

    def _note(self, batch: Sequence[Filed]) -> None:
        self.handled += [filed.arrival.msg_id for filed in batch]

    async def failed(self) -> list[str]:
        async with self.db.read() as tx:
            return [filed.arrival.msg_id for filed in await tx.failed_arrivals(100)]

    async def waiting(self) -> int:
        async with self.db.read() as tx:
            return (await tx.vitals.signs()).waiting


@pytest.fixture
async def split(tmp_path: Path) -> AsyncIterator[Split]:
    async with database(tmp_path, HandClock()) as db:
        yield Split(db)


def poisoned(batch: Sequence[Filed]) -> None:
    if any(filed.arrival.msg_id.startswith("poison") for filed in batch):
        raise RuntimeError("the database refuses this row")


async def test_what_was_filed_is_handled_once_and_in_order(split: Split) -> None:
    reception = EchoReception()
    await split.file("m1", "m2")
    await split.file("n1", who="staff-2")
    await split.file("m2", "m3")
    worker = split.worker(reception)
    assert await worker.turn() == 4
    assert await worker.turn() == 0
    mine = [name for batch in reception.batches for name in batch if name.startswith("m")]
    assert mine == ["m1", "m2", "m3"]
    assert await states(split.db) == {"ready": 4}
    assert sorted(split.handled) == ["m1", "m2", "m3", "n1"]


async def test_more_than_a_batch_is_handled_a_batch_at_a_time(split: Split) -> None:
    reception = EchoReception()
    names = [f"m{number:03}" for number in range(BATCH + 10)]
    await split.file(*names)
    worker = split.worker(reception)
    assert [await worker.turn() for _ in range(3)] == [BATCH, 10, 0]
    assert [name for batch in reception.batches for name in batch] == names


async def test_a_defect_is_apologised_for(split: Split) -> None:
    await split.file("m1", "m2", "m3")
    await split.worker(EchoReception(defects={"m2": "Traceback: a defect"})).turn()
    assert await split.failed() == ["m2"]
    assert await states(split.db) == {"ready": 3}
    assert await split.waiting() == 0


async def test_a_refused_batch_runs_one_by_one(split: Split) -> None:
    await split.file("m1", "poison", "m3")
    await split.file("n1", who="staff-2")
    worker = split.worker(EchoReception(before=poisoned))
    await worker.turn()
    assert await split.failed() == ["poison"]
    assert await split.waiting() == 0
    assert await states(split.db) == {"ready": 4}  # three answers, one apology
    assert sorted(split.handled) == ["m1", "m3", "n1", "poison"]


@dataclass(slots=True)
class Speechless(EchoReception):
    """Makes every transaction unable to word anything about the poison."""

    async def receive(self, tx: Transaction, batch: Sequence[Filed]) -> Outcome:
        if any(filed.arrival.msg_id == "poison" for filed in batch):
            raise RuntimeError("refused")
        return await EchoReception.receive(self, tx, batch)


class NoApology(Handling):
    """Cannot apologise either."""

    async def handle(
        self, tx: Transaction, batch: Sequence[Filed], failed: str | None = None
    ) -> Outcome:
        if failed is not None:
            raise RuntimeError("no words")
        return await super().handle(tx, batch)


async def test_one_that_cannot_even_be_apologised_for_keeps_nobody_waiting(split: Split) -> None:
    await split.file("poison", "m2")
    worker = Backlog(split.db, NoApology(split.db, Speechless()), done=split._note)
    await worker.turn()
    assert await split.failed() == ["poison"]
    assert await states(split.db) == {"ready": 1}


@pytest.mark.parametrize("damage", ["tampered", "another version"])
async def test_one_that_cannot_be_read_is_apologised_for_and_keeps_nobody_waiting(
    split: Split, tmp_path: Path, damage: str
) -> None:
    await split.file("m1", "m2", "m3")
    await split.file("n1", who="staff-2")
    async with split.db.begin() as tx:
        session = tx._session
        newer = session.seal_json({"of": "2030"}, "arrival.body", "fake", "robot", "m2")
        await session.connection.execute(
            update(arrivals)
            .where(arrivals.c.msg_id == "m2")
            .values(body=b"spoilt" if damage == "tampered" else newer)
        )
    reception = EchoReception()
    worker = split.worker(reception)
    while await worker.turn():
        continue
    assert await split.waiting() == 0
    mine = [name for batch in reception.batches for name in batch if name.startswith("m")]
    assert mine == ["m1", "m3"]
    async with split.db.read() as tx:
        assert await tx.failed_arrivals(10) == []  # nothing to replay, nothing that stops a replay
        assert "cannot be read" in str(await tx.traceback(2))
    assert await states(split.db) == {"ready": 4}  # three answers, one apology
    async with split.db.begin() as tx:
        said = []
        while letters := await outbox.claim(tx):
            said += [letter.message.text for letter in letters]
            await outbox.sent(tx, letters, START)
    assert sorted(said) == ["出错了", *["收到：你好"] * 3]


async def test_one_that_cannot_be_read_is_set_aside_although_there_are_no_words_for_it(
    split: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    await split.file("m1")
    await split.file("n1", who="staff-2")
    async with split.db.begin() as tx:
        statement = update(arrivals).where(arrivals.c.msg_id == "m1").values(body=b"spoilt")
        await tx._session.connection.execute(statement)
    monkeypatch.setattr("bot.backlog.apology", lambda number, to: 1 // 0)
    worker = split.worker(EchoReception())
    while await worker.turn():
        continue
    assert (await split.waiting(), split.handled) == (0, ["n1"])


async def test_a_stale_batch_is_run_again(split: Split) -> None:
    tries = [Stale("a"), Stale("b")]

    def stale(batch: Sequence[Filed]) -> None:
        if tries:
            raise tries.pop()

    await split.file("m1")
    assert await split.worker(EchoReception(before=stale)).turn() == 1
    assert await split.failed() == []


async def test_a_running_worker_is_woken_and_looks_by_itself(split: Split) -> None:
    worker = split.worker(EchoReception())
    worker.start()
    try:
        await split.file("m1")
        worker.wake()
        await until(lambda: split.handled == ["m1"])
        await split.file("m2")  # nobody says so
        await until(lambda: split.handled == ["m1", "m2"])
        await split.file(*(f"n{number}" for number in range(5)), who="staff-2")
        await worker.drained()
        assert len(split.handled) == 7
    finally:
        await worker.stop()


async def test_two_workers_keep_each_persons_order(split: Split) -> None:
    reception, other = EchoReception(), EchoReception()
    for number in range(30):
        await split.file(f"a:{number:02}", who="a")
        await split.file(f"b:{number:02}", who="b")
    workers = [split.worker(reception), split.worker(other)]
    for worker in workers:
        worker.start()
    await until(lambda: len(split.handled) == 60)
    for worker in workers:
        await worker.stop()
    for who in ("a", "b"):
        mine = [name for name in split.handled if name.startswith(who)]
        assert mine == [f"{who}:{number:02}" for number in range(30)]
    assert await states(split.db) == {"ready": 60}


# What a pressed card says ----------------------------------------------------------------------


@asynccontextmanager
async def gateway(db: Database, pressed: Pressed) -> AsyncIterator[Intake]:
    async def hurry(late: Arrival) -> None:
        raise AssertionError("nobody is late here")

    intake = Intake(
        Unhandled(db, pressed.note), wake=lambda with_files: None, hurry=hurry, patience=60
    )
    intake.start()
    yield intake
    await intake.stop()


def press(name: str) -> Arrival:
    return replace(arrival(name), button=Button("a:view:1", "card"))


async def test_a_pressed_card_says_what_the_worker_found(split: Split) -> None:
    pressed = Pressed(split.db, within=30, poll=30)
    async with gateway(split.db, pressed) as intake:
        assert await intake.take(press("p1")) == Answered()
        asking = asyncio.create_task(pressed.answer(press("p1")))
        await asyncio.sleep(0.05)
        assert not asking.done()
        worker = split.worker(EchoReception())
        await worker.turn()
        pressed.hear("2")  # somebody else's
        await asyncio.sleep(0.05)
        assert not asking.done()
        pressed.hear("1")
        answered = await asking
        assert answered.card_status is not None
        assert answered.card_status.key == "echo"


async def test_a_pressed_card_is_looked_after_without_news(split: Split) -> None:
    pressed = Pressed(split.db, within=30, poll=0.02)
    async with gateway(split.db, pressed) as intake:
        await intake.take(press("p1"))
        asking = asyncio.create_task(pressed.answer(press("p1")))
        await split.worker(EchoReception()).turn()
        assert (await asking).card_status is not None


async def test_a_pressed_card_waits_no_longer_than_it_may(split: Split) -> None:
    pressed = Pressed(split.db, within=0.05, poll=0.01)
    async with gateway(split.db, pressed) as intake:
        await intake.take(press("p1"))
        assert await pressed.answer(press("p1")) == Answered()
        assert await pressed.answer(press("unheard of")) == Answered()


async def test_what_the_gateway_filed_twice_waits_once(split: Split) -> None:
    async with gateway(split.db, Pressed(split.db)) as intake:
        await intake.take(arrival("m1"))
        await intake.take(arrival("m1"))
    assert await split.waiting() == 1
    await split.worker(EchoReception()).turn()
    assert await states(split.db) == {"ready": 1}
