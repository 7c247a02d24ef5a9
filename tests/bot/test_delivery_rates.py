"""What holds deliveries back: rates, breakers and the quota; and what lets them share calls."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from bot.channels.base import SendFault, SendUnknown, Window
from bot.delivery import Delivery, Unlimited
from bot.storage.rows import Claimed
from bot.storage.transaction import Transaction
from handlers.ports import Text, ToGroup, ToPerson
from tests.bot.runtime import START, arrival, echo, states, until
from tests.bot.test_delivery import Bench, bench

pytestmark = pytest.mark.usefixtures("engine")

GROUP = "cid-1"
SAME = Text("echo", {"x": "the same"})


async def due_at(b: Bench) -> datetime | None:
    async with b.db.read() as tx:
        return await tx.queue.next_due()


async def test_a_full_window_lets_the_next_out_when_it_opens(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.windows = {GROUP: Window("robot", 2, 60.0)}
        b.delivery.start()
        for name in ("a", "b", "c"):
            await b.owe(name, ToGroup(GROUP))
        await b.calm(sent=2, ready=1)
        await until(lambda: b.delivery.in_flight == 0)
        assert await due_at(b) == START + timedelta(seconds=60)
        b.clock.forward(59)
        b.delivery.wake()
        await b.calm(sent=2, ready=1)
        b.clock.forward(1)
        b.delivery.wake()
        await b.calm(sent=3)
        assert b.texts == ["a", "b", "c"]


async def test_groups_that_share_a_window_wait_for_each_other(tmp_path: Path) -> None:
    groups = [f"cid-{n}" for n in range(7)]
    async with bench(tmp_path) as b:
        b.channel.windows = {group: Window("app", 3, 1.0) for group in groups}
        for group in groups:
            await b.owe(group, ToGroup(group))
        b.delivery.start()
        await b.calm(sent=3, ready=4)
        for sent in (6, 7):
            b.clock.forward(1)
            b.delivery.wake()
            await b.calm(sent=sent, **({"ready": 7 - sent} if sent < 7 else {}))
        assert b.texts == groups


async def test_another_process_finds_the_window_as_full(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.windows = {GROUP: Window("robot", 1, 60.0)}
        b.delivery.start()
        await b.owe("a", ToGroup(GROUP))
        await b.calm(sent=1)
        await b.delivery.stop()
        b.again().start()
        await b.owe("b", ToGroup(GROUP))
        await until(lambda: b.delivery.in_flight == 0)
        await b.calm(sent=1, ready=1)
        assert b.texts == ["a"]


async def test_a_robot_that_was_too_fast_rests_and_the_others_go_on(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.windows = {to: Window(to, 18, 60.0) for to in ("cid-1", "cid-2")}
        b.channel.script = [SendFault("130101", 600.0, "robot")]
        b.delivery.start()
        await b.owe("a", ToGroup("cid-1"))
        await until(lambda: b.delivery.tally.retried == 1)
        await b.owe("b", ToGroup("cid-1"))
        await b.owe("c", ToGroup("cid-2"))
        await b.calm(sent=1, ready=2)
        async with b.db.read() as tx:
            (breaker,) = (await tx.breakers.open()).values()
        assert (breaker.name, breaker.code) == ("robot:cid-1", "130101")
        assert breaker.until == START + timedelta(minutes=10)
        b.clock.forward(600)
        b.delivery.wake()
        await b.calm(sent=3)
        assert b.texts == ["c", "a", "b"]
        assert [letter.attempt for letter in b.channel.sent] == [1, 1, 1]


async def test_a_platform_that_bans_us_is_left_alone(tmp_path: Path) -> None:
    async with bench(tmp_path, people=2) as b:
        b.channel.script = [SendFault("html", 300.0, "channel")]
        b.delivery.start()
        await b.owe("a", ToPerson(b.persons[0]))
        await until(lambda: b.delivery.tally.retried == 1)
        await b.owe("b", ToPerson(b.persons[1]))
        await until(lambda: b.delivery.in_flight == 0)
        await b.calm(ready=2)
        assert b.texts == []
        b.clock.forward(300)
        b.delivery.wake()
        await b.calm(sent=2)


async def test_the_same_to_many_shares_calls_of_twenty(tmp_path: Path) -> None:
    async with bench(tmp_path, people=45) as b:
        b.channel.batches = True
        for person in b.persons:
            await b.owe(f"to {person}", ToPerson(person), parts=(SAME,))
        b.delivery.start()
        await b.calm(sent=45)
        assert [len(call) for call in b.channel.calls] == [20, 20, 5]
        assert len(b.channel.sent) == 45


async def test_in_a_shared_call_everybody_has_their_own_end(tmp_path: Path) -> None:
    async with bench(tmp_path, people=4) as b:
        b.channel.batches = True
        b.channel.refused = {
            "s1": SendFault("staffId.invalid", None),
            "s2": SendFault("flowControlled", 60.0),
        }
        for person in b.persons:
            await b.owe(f"to {person}", ToPerson(person), parts=(SAME,))
        b.delivery.start()
        await b.calm(sent=2, failed=1, ready=1)
        b.clock.forward(60)
        b.delivery.wake()
        await b.calm(sent=3, failed=1)
        assert [letter.to for letter in b.channel.sent] == ["s0", "s3", "s2"]


async def test_after_a_shared_call_without_an_answer_each_goes_out_once_more(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path, people=3) as b:
        b.channel.batches = True
        b.channel.script = [SendUnknown()]
        for person in b.persons:
            await b.owe(f"to {person}", ToPerson(person), parts=(SAME,))
        b.delivery.start()
        await b.calm(unknown=3)
        b.clock.forward(5)
        b.delivery.wake()
        await b.calm(sent=3)
        assert len(b.channel.sent) == 6
        assert b.delivery.tally.resent == 3


async def test_a_shared_call_counts_once_in_its_window(tmp_path: Path) -> None:
    async with bench(tmp_path, people=25) as b:
        b.channel.batches = True
        b.channel.windows = {f"s{n}": Window("batchSend", 1, 60.0) for n in range(25)}
        for person in b.persons:
            await b.owe(f"to {person}", ToPerson(person), parts=(SAME,))
        b.delivery.start()
        await b.calm(sent=20, ready=5)
        b.clock.forward(60)
        b.delivery.wake()
        await b.calm(sent=25)
        assert [len(call) for call in b.channel.calls] == [20, 5]


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
