"""What holds deliveries back: rates and breakers; and what lets them share calls."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.base import SendFault, SendUnknown, Window
from handlers.ports import Text, ToGroup, ToPerson
from tests.bot.runtime import START, until
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


async def test_what_rests_may_be_more_than_what_is_limited(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.windows = {to: Window(to, 18, 60.0, rests="app") for to in ("cid-1", "cid-2")}
        b.channel.script = [SendFault("60020", 600.0, "robot")]
        b.delivery.start()
        await b.owe("a", ToGroup("cid-1"))
        await until(lambda: b.delivery.tally.retried == 1)
        await b.owe("b", ToGroup("cid-2"))
        await b.calm(ready=2)
        async with b.db.read() as tx:
            (breaker,) = (await tx.breakers.open()).values()
        assert breaker.name == "robot:app"


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
