"""How rows of the outbox become messages: each once, in order, and the doubtful named."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.channels.base import SendFault, SendUnknown
from bot.delivery import PARALLEL, TRIES, Delivery
from bot.delivery.planning import KEPT_FOR_REPLIES
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from flows.office import Content
from handlers.ports import Post, Role, Text, To, ToGroup, ToPerson
from tests.bot.runtime import (
    FakeChannel,
    HandClock,
    arrival,
    database,
    echo,
    states,
    until,
)
from tests.engines import address, rows

pytestmark = pytest.mark.usefixtures("engine")

T = TypeVar("T")


class Shaky:
    """The real database, away as often as told."""

    def __init__(self, real: Database) -> None:
        self.real = real
        self.faults: list[Exception] = []
        self.steady = real.steady
        self.shared = real.shared

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        if self.faults:
            raise self.faults.pop()
        async with self.real.begin() as tx:
            yield tx

    async def write(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        if self.faults:
            raise self.faults.pop()
        return await self.real.write(work)


class Bench:
    """A database with some people in it, a channel, and a delivery over both."""

    def __init__(self, db: Database, clock: HandClock, persons: Sequence[int]) -> None:
        self.db = db
        self.clock = clock
        self.persons = persons
        self.channel = FakeChannel()
        self.delivery = self.again()

    def again(self) -> Delivery:
        self.delivery = Delivery(self.db, {"fake": self.channel}, self.clock, spread=lambda: 0.5)
        return self.delivery

    async def owe(self, name: str, to: To | None = None, **more: Any) -> None:
        more.setdefault("parts", (Text("echo", {"x": name}),))
        whom = to or ToPerson(self.persons[0])
        post = Post(to=whom, content=Content.PROGRESS, dedupe=name, **more)
        async with self.db.begin() as tx:
            await tx.post([post], {})
        self.delivery.wake()

    async def calm(self, **expected: int) -> None:
        """Wait until the rows are in these states."""
        async with asyncio.timeout(30):
            while {k: v for k, v in (await states(self.db)).items() if v} != expected:  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    @property
    def texts(self) -> list[str]:
        return [text.removeprefix("收到：") for text in self.channel.texts]


@asynccontextmanager
async def bench(folder: Path, people: int = 1) -> AsyncIterator[Bench]:
    clock = HandClock()
    async with database(folder, clock) as db:
        async with db.begin() as tx:
            filed = await tx.admit([arrival(f"m{n}", who=f"s{n}") for n in range(people)])
        made = Bench(db, clock, [one.person for one in filed if one])
        try:
            yield made
        finally:
            await made.delivery.stop()


async def test_what_is_owed_is_sent_once(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.delivery.start()
        await b.owe("a")
        await b.owe("a")
        await b.calm(sent=1)
        assert b.texts == ["a"]
        assert b.delivery.tally.sent == 1


async def test_a_person_gets_messages_in_order(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        for name in "abcdefgh":
            await b.owe(name)
        b.delivery.start()
        await b.calm(sent=8)
        assert b.texts == list("abcdefgh")
        assert b.channel.most_active == 1


async def test_people_are_served_side_by_side_within_a_bound(tmp_path: Path) -> None:
    bound = PARALLEL - KEPT_FOR_REPLIES
    async with bench(tmp_path, people=bound + 5) as b:
        gate = asyncio.Event()
        b.channel.script = [gate] * (bound + 5)
        for person in b.persons:
            await b.owe(f"to {person}", ToPerson(person))
        b.delivery.start()
        await until(lambda: b.channel.active == bound)
        gate.set()
        await b.calm(sent=bound + 5)
        assert b.channel.most_active == bound


async def test_a_slow_call_delays_nobody_else(tmp_path: Path) -> None:
    async with bench(tmp_path, people=2) as b:
        gate = asyncio.Event()
        b.channel.script = [gate]
        b.delivery.start()
        await b.owe("slow", ToPerson(b.persons[0]))
        await until(lambda: b.channel.active == 1)
        await b.owe("next", ToPerson(b.persons[0]))
        await b.owe("quick", ToPerson(b.persons[1]))
        await until(lambda: b.texts == ["quick"])
        gate.set()
        await b.calm(sent=3)
        assert b.texts == ["quick", "slow", "next"]


async def test_a_refusal_is_tried_again_later(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [SendFault("qps", 1.0)]
        b.delivery.start()
        await b.owe("a")
        await b.owe("b")
        await until(lambda: b.delivery.tally.retried == 1)
        b.clock.forward(10)
        b.delivery.wake()
        await b.calm(sent=2)
        assert b.texts == ["a", "b"]
        assert [letter.attempt for letter in b.channel.sent] == [2, 1]
        assert b.delivery.tally.retried == 1


async def test_an_answer_overtakes_a_notice_that_waits_to_be_tried_again(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [SendFault("flowControlled", 60.0)]
        b.delivery.start()
        await b.owe("notice", ToPerson(b.persons[0]))
        await until(lambda: b.delivery.tally.retried == 1)
        async with b.db.begin() as tx:
            (filed,) = await tx.admit([arrival("later", "answer", who="s0")])
            assert filed is not None
            assert filed.person == b.persons[0]
            await tx.post([echo(filed)], {filed.id: filed})
        b.delivery.wake()
        await b.calm(ready=1, sent=1)
        assert b.texts == ["answer"]


async def test_the_platform_says_how_long_to_wait(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [SendFault("slow down", 100.0)]
        b.delivery.start()
        await b.owe("a")
        await until(lambda: b.delivery.tally.retried == 1)
        b.clock.forward(99)
        b.delivery.wake()
        await b.calm(ready=1)
        b.clock.forward(1)
        b.delivery.wake()
        await b.calm(sent=1)


async def test_a_final_refusal_is_failed_and_frees_the_lane(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [SendFault("unsafe", None)]
        b.delivery.start()
        await b.owe("a")
        await b.owe("b")
        await b.calm(failed=1, sent=1)
        assert b.texts == ["b"]


async def test_the_desk_hears_of_a_notice_that_reaches_nobody(tmp_path: Path) -> None:
    async with bench(tmp_path, people=3) as b:
        reporter, clerk, admin = b.persons
        async with b.db.begin() as tx:
            await tx.people.grant(clerk, Role.CLERK, "", None)
            await tx.people.grant(admin, Role.ADMIN, "", None)
        b.channel.script = [SendFault("staffId.notExisted", None)]
        b.delivery.start()
        await b.owe("a", ToPerson(reporter), ticket="ZH-2026-0001")
        await b.calm(failed=1, sent=1)
        assert [(one.to, one.message.text) for one in b.channel.sent] == [
            ("s1", "ZH-2026-0001 没送到企业")
        ]


async def test_the_administrators_hear_when_the_desk_itself_is_not_reached(tmp_path: Path) -> None:
    async with bench(tmp_path, people=2) as b:
        clerk, admin = b.persons
        async with b.db.begin() as tx:
            await tx.people.grant(clerk, Role.CLERK, "", None)
            await tx.people.grant(admin, Role.ADMIN, "", None)
        b.channel.script = [SendFault("group.disbanded", None), SendFault("gone", None)]
        b.delivery.start()
        await b.owe("a", ToGroup("cid-staff"), ticket="ZH-2026-0001")
        await b.owe("b", ToPerson(clerk), ticket="ZH-2026-0002")
        await b.calm(failed=2, sent=2)
        assert {(one.to, one.message.text) for one in b.channel.sent} == {
            ("s0", "ZH-2026-0001 没送到工作群"),
            ("s1", "ZH-2026-0002 没送到承办人"),
        }


async def test_a_row_that_cannot_be_read_costs_only_itself(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await b.owe("a")
        await b.owe("b")
        rows(
            await address(tmp_path / "test.db"),
            "UPDATE delivery SET body = ? WHERE dedupe = 'a'",
            b"\0",
        )
        b.delivery.start()
        await b.calm(failed=1, sent=1)
        assert b.texts == ["b"]


async def test_what_is_refused_again_and_again_is_failed_in_the_end(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [SendFault("busy", 1.0)] * TRIES
        b.delivery.start()
        await b.owe("a")
        for tries in range(1, TRIES):
            await until(lambda tries=tries: b.delivery.tally.retried == tries)  # type: ignore[misc]
            b.clock.forward(1000)
            b.delivery.wake()
        await b.calm(failed=1)


async def test_a_doubtful_answer_to_one_person_goes_out_once_more(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [SendUnknown(), SendUnknown()]
        b.delivery.start()
        await b.owe("a")
        await b.calm(unknown=1)
        b.clock.forward(5)
        b.delivery.wake()
        await until(lambda: b.delivery.tally.unknown == 2)
        b.clock.forward(1000)
        await b.owe("b")
        await b.calm(unknown=1, sent=1)
        assert b.texts == ["a", "a", "b"]
        assert b.delivery.tally.resent == 1


async def test_a_doubtful_text_to_a_group_is_never_sent_again(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [SendUnknown()]
        b.delivery.start()
        await b.owe("a", ToGroup("cid"))
        await b.calm(unknown=1)
        b.clock.forward(1000)
        await b.owe("b", ToGroup("cid"))
        await b.calm(unknown=1, sent=1)
        assert b.texts == ["a", "b"]


async def test_a_defect_in_a_channel_leaves_a_doubtful_row(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [ZeroDivisionError()]
        b.delivery.start()
        await b.owe("a", ToGroup("cid"))
        await b.calm(unknown=1)


async def test_a_row_of_a_channel_that_is_gone_is_failed(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.delivery = Delivery(b.db, {}, b.clock)
        b.delivery.start()
        await b.owe("a")
        await b.calm(failed=1)
