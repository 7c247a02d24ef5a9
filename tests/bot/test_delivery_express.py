"""Answers that leave with their commit, and processes that send beside each other."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest

from bot.channels.base import SendFault
from bot.delivery import Delivery
from bot.storage.database import Database
from bot.storage.rows import Claimed
from bot.storage.transaction import Transaction
from handlers.ports import ToGroup, ToPerson
from tests.bot.runtime import HandClock, arrival, echo, states, until
from tests.bot.test_delivery import Bench, Shaky, bench
from tests.bot.test_delivery_quota import Thrift
from tests.bot.test_delivery_rates import GROUP

pytestmark = pytest.mark.usefixtures("engine")

T = TypeVar("T")


async def answered(b: Bench, delivery: Delivery, *names: str, commit: bool = True) -> None:
    """Answer messages as the intake does: with the express."""
    with delivery.express() as fast:
        async with b.db.begin() as tx:
            tx.express(fast)
            filed = await tx.admit([arrival(name, name, who="s0") for name in names])
            known = {one.id: one for one in filed if one is not None}
            await tx.post([echo(one) for one in known.values()], known)
        if commit:
            fast.go()


async def started(b: Bench) -> None:
    await b.delivery.recover()
    b.delivery.start()


async def test_an_answer_leaves_with_the_commit_that_writes_it(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await started(b)
        gate = asyncio.Event()
        b.channel.script = [gate]
        await answered(b, b.delivery, "a", "b")
        await until(lambda: b.channel.active == 1)
        assert await states(b.db) == {"sending": 1, "ready": 1}
        gate.set()
        await b.calm(sent=2)
        assert b.texts == ["a", "b"]


async def test_an_answer_without_a_card_needs_no_more_while_the_month_runs_low(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path) as b:
        b.delivery = Delivery(b.db, {"fake": b.channel}, b.clock, budget=Thrift({}, flat=True))
        await started(b)
        b.channel.script = [asyncio.Event()]
        await answered(b, b.delivery, "a")
        assert await states(b.db) == {"sending": 1}


async def test_an_answer_whose_commit_is_in_doubt_is_sent_after_all(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await started(b)
        await answered(b, b.delivery, "a", commit=False)
        assert await states(b.db) == {"sending": 1}
        b.clock.forward(5)
        b.delivery.wake()
        await b.calm(sent=1)
        assert [letter.attempt for letter in b.channel.sent] == [1]
        assert b.delivery.tally.resent == 0


async def test_nothing_boards_while_the_delivery_stops_or_rests(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await answered(b, b.delivery, "early")
        assert await states(b.db) == {"ready": 1}
        await started(b)
        await b.calm(sent=1)
        b.channel.script = [SendFault("html", 300.0, "channel")]
        await answered(b, b.delivery, "a")
        await until(lambda: b.delivery.tally.retried == 1)
        await answered(b, b.delivery, "b")
        assert await states(b.db) == {"sent": 1, "ready": 2}
        await b.delivery.stop()
        await answered(b, b.delivery, "late")
        assert await states(b.db) == {"sent": 1, "ready": 3}


async def test_two_processes_share_the_work_and_double_nothing(tmp_path: Path) -> None:
    async with bench(tmp_path, people=30) as b:
        first, second = b.delivery, b.again()
        for process in (first, second):
            await process.recover()
        for round_ in range(4):
            for person in b.persons:
                await b.owe(f"{person}.{round_}", ToPerson(person))
        for process in (first, second):
            process.start()
        await b.calm(sent=120)
        assert len(set(b.texts)) == len(b.texts) == 120
        for person in b.persons:
            own = [text for text in b.texts if text.startswith(f"{person}.")]
            assert own == sorted(own)
        await first.stop()


async def test_what_a_killed_process_was_sending_is_found_by_another(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        killed = Delivery(b.db, {"fake": b.channel}, b.clock, stop_within=0.01)
        await killed.recover()
        b.channel.script = [asyncio.Event()]
        killed.start()
        await b.owe("a")
        killed.wake()
        await until(lambda: b.channel.active == 1)
        await started(b)
        await b.calm(sending=1)
        b.clock.forward(31)
        b.delivery.wake()
        await b.calm(sent=1)
        assert [letter.resends for letter in _claimed(b.channel.sent)] == [1]
        await killed.stop()
        assert await states(b.db) == {"sent": 1}


async def test_an_orderly_stop_leaves_nothing_to_wait_for(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        stopped = Delivery(b.db, {"fake": b.channel}, b.clock, stop_within=0.01)
        await stopped.recover()
        b.channel.script = [asyncio.Event()]
        stopped.start()
        await b.owe("a")
        stopped.wake()
        await until(lambda: b.channel.active == 1)
        await stopped.stop()
        await started(b)
        await b.calm(sent=1)


def _claimed(letters: Sequence[object]) -> list[Claimed]:
    return [letter for letter in letters if isinstance(letter, Claimed)]


async def test_an_end_is_written_down_with_the_next_answers(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await started(b)
        await answered(b, b.delivery, "a")
        await until(lambda: len(b.channel.sent) == 1)
        found: list[dict[str, int]] = []

        async def work(tx: Transaction) -> None:
            await fast.begin(tx)
            found.append(dict(await tx.ledger.counts()))

        with b.delivery.express() as fast:
            await b.db.write(work)
        if not b.db.shared:  # there it takes a lock that answers do not wait for
            assert found == [{"sent": 1}]
        await b.calm(sent=1)
        await until(lambda: b.delivery.tally.sent == 1)


async def test_an_end_that_rode_with_a_refused_transaction_is_written_down_after_all(
    tmp_path: Path,
) -> None:
    async def refused(tx: Transaction) -> None:
        await fast.begin(tx)
        raise ValueError("a defect of somebody else's")

    async with bench(tmp_path) as b:
        await started(b)
        await answered(b, b.delivery, "a")
        await until(lambda: len(b.channel.sent) == 1)
        with pytest.raises(ValueError, match="somebody else"), b.delivery.express() as fast:
            await b.db.write(refused)
        await b.calm(sent=1)
        await until(lambda: b.delivery.tally.sent == 1)
        assert b.texts == ["a"]


async def looked(b: Bench, name: str) -> None:
    """Wait for a turn of the delivery, which judges what nobody seems to be sending."""
    await b.owe(name, ToGroup(name))
    await until(lambda: name in b.texts)


async def test_an_answer_whose_commit_takes_long_is_sent_once(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await started(b)
        with b.delivery.express() as fast:
            async with b.db.begin() as tx:
                tx.express(fast)
                (filed,) = await tx.admit([arrival("a", "a", who="s0")])
                assert filed is not None
                await tx.post([echo(filed)], {filed.id: filed})
            b.clock.forward(6)  # longer than a row of one's own may be unknown
            await looked(b, "meanwhile")
            fast.go()
        await b.calm(sent=2)
        assert b.texts == ["meanwhile", "a"]


async def test_an_answer_is_sent_although_whoever_waited_for_its_commit_was_cancelled(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path) as b:
        await started(b)
        with b.delivery.express() as fast:
            pass
        async with b.db.begin() as tx:  # the thread that writes goes on
            tx.express(fast)
            (filed,) = await tx.admit([arrival("a", "a", who="s0")])
            assert filed is not None
            await tx.post([echo(filed)], {filed.id: filed})
        assert await states(b.db) == {"sending": 1}
        b.clock.forward(6)
        await looked(b, "meanwhile")
        await b.calm(sent=2)


async def test_nothing_leaves_a_process_that_others_may_think_dead(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await started(b)
        with b.delivery.express() as fast:
            async with b.db.begin() as tx:
                tx.express(fast)
                (filed,) = await tx.admit([arrival("a", "a", who="s0")])
                assert filed is not None
                await tx.post([echo(filed)], {filed.id: filed})
            b.clock.forward(25)  # of the thirty seconds that its lease lives
            fast.go()
        assert b.delivery.in_flight == 0
        await looked(b, "meanwhile")
        await b.calm(sent=2)
        assert sorted(b.texts) == ["a", "meanwhile"]


class Slow(Shaky):
    """The real database, whose next commit takes as long as told."""

    def __init__(self, real: Database, clock: HandClock) -> None:
        super().__init__(real)
        self.clock = clock
        self.seconds = 0.0

    async def write(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        done = await super().write(work)
        seconds, self.seconds = self.seconds, 0.0
        self.clock.forward(seconds)
        return done


async def test_calls_of_a_claim_that_took_too_long_are_not_made(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with bench(tmp_path) as b:
        slow = Slow(b.db, b.clock)
        slow.seconds = 25
        b.delivery = Delivery(cast("Database", slow), {"fake": b.channel}, b.clock)
        await b.owe("a", ToGroup(GROUP))
        await started(b)
        await b.calm(sent=1)
        assert "the commit took too long" in caplog.text
        assert [letter.attempt for letter in b.channel.sent] == [1]
