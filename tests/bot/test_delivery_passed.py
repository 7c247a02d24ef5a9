"""Answers that rest with the account that would push them, and those that need nothing of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.channels.base import Letter, Receipt, SendFault, Span, Window
from bot.delivery.resting import CALL, LONG
from bot.storage.ledger import CALLED_OFF
from bot.storage.rows import Start
from bot.storage.tables import delivery
from handlers.ports import ReplyPath
from tests.bot.runtime import START, FakeChannel, arrival, echo, until
from tests.bot.test_delivery import Bench, bench
from tests.bot.test_delivery_express import answered, started

pytestmark = pytest.mark.usefixtures("engine")

FOR_LONG = LONG.total_seconds()
PUSHED = Window("app", 20, 1.0, yields=True)


class Account(FakeChannel):
    """Answers some messages on the call that asked for it, and has to push the others."""

    pushes: Mapping[str, Window]
    gate: asyncio.Event | None  # for which the first of them waits

    def window(self, letter: Letter) -> Window | None:
        """Name a rate for what is pushed."""
        return self.pushes.get(letter.message.text)

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once, when the gate is open."""
        if self.gate is not None:
            await self.gate.wait()
        return await super().send(letter)


@asynccontextmanager
async def account(
    folder: Path, *pushed: str, gate: asyncio.Event | None = None, **others: Window
) -> AsyncIterator[Bench]:
    """Set up a delivery whose channel has to push these, and the others at rates of their own."""
    async with bench(folder) as b:
        b.channel = channel = Account()
        windows = {**dict.fromkeys(pushed, PUSHED), **others}
        channel.pushes = {f"收到：{text}": window for text, window in windows.items()}
        channel.gate = gate
        b.again()
        await started(b)
        yield b


async def test_who_could_not_be_pushed_to_is_answered_on_the_next_call(tmp_path: Path) -> None:
    async with account(tmp_path, "part") as b:
        b.channel.script = [SendFault("40164", FOR_LONG, "robot")]
        await answered(b, b.delivery, "part")
        await until(lambda: b.delivery.tally.retried == 1)
        await answered(b, b.delivery, "call")
        await b.calm(sent=1, ready=1)
        assert b.texts == ["call"]
        b.clock.forward(FOR_LONG)
        b.delivery.wake()
        await b.calm(sent=2)
        assert b.texts == ["call", "part"]


async def test_what_was_written_before_the_account_rests_goes_past_too(tmp_path: Path) -> None:
    async with account(tmp_path, "1", "2", "4") as b:
        b.channel.script = [SendFault("40164", FOR_LONG, "robot")]
        await answered(b, b.delivery, "1", "2", "3", "4")
        await b.calm(sent=1, ready=3)
        assert b.texts == ["3"]
        b.clock.forward(FOR_LONG)
        b.delivery.wake()
        await b.calm(sent=4)
        assert b.texts == ["3", "1", "2", "4"]


async def test_a_short_rest_changes_no_order(tmp_path: Path) -> None:
    async with account(tmp_path, "1") as b:
        b.channel.script = [SendFault("45011", FOR_LONG - 1, "robot")]
        await answered(b, b.delivery, "1")
        await until(lambda: b.delivery.tally.retried == 1)
        await answered(b, b.delivery, "2")
        await b.calm(ready=2)
        b.clock.forward(FOR_LONG)
        b.delivery.wake()
        await b.calm(sent=2)
        assert b.texts == ["1", "2"]


async def test_it_rests_twice_and_is_sent_once(tmp_path: Path) -> None:
    async with account(tmp_path, "1") as b:
        b.channel.script = [SendFault("40164", FOR_LONG, "robot")] * 2
        await answered(b, b.delivery, "1")
        await until(lambda: b.delivery.tally.retried == 1)
        b.clock.forward(FOR_LONG)
        b.delivery.wake()
        await until(lambda: b.delivery.tally.retried == 2)
        await answered(b, b.delivery, "2")
        await b.calm(sent=1, ready=1)
        b.clock.forward(FOR_LONG)
        b.delivery.wake()
        await b.calm(sent=2)
        assert b.texts == ["2", "1"]


@pytest.mark.parametrize("code", ["connect", "-1"])
async def test_what_cannot_be_pushed_for_now_costs_no_other_its_call(
    tmp_path: Path, code: str
) -> None:
    async with account(tmp_path, "1", "2") as b:
        b.channel.script = [SendFault(code, 2 * CALL.total_seconds())]
        await answered(b, b.delivery, "1", "2", "3")
        await b.calm(sent=1, ready=2)
        assert b.texts == ["3"]
        b.clock.forward(60)
        b.delivery.wake()
        await b.calm(sent=3)
        assert b.texts == ["3", "1", "2"]


async def test_what_is_tried_again_while_calls_wait_keeps_its_place(tmp_path: Path) -> None:
    async with account(tmp_path, "1") as b:
        b.channel.script = [SendFault("connect", CALL.total_seconds() - 1)]
        await answered(b, b.delivery, "1", "2")
        await until(lambda: b.delivery.tally.retried == 1)
        await b.calm(ready=2)
        b.clock.forward(60)
        b.delivery.wake()
        await b.calm(sent=2)
        assert b.texts == ["1", "2"]


async def test_what_is_pushed_later_stays_behind_to_the_last_second_of_a_rest(
    tmp_path: Path,
) -> None:
    async with account(tmp_path, "1", "2") as b:
        b.channel.script = [SendFault("45009", 2 * FOR_LONG, "robot")]
        await answered(b, b.delivery, "1")
        await until(lambda: b.delivery.tally.retried == 1)
        b.clock.forward(2 * FOR_LONG - 1)
        await answered(b, b.delivery, "2")
        await b.calm(ready=2)
        b.clock.forward(1)
        b.delivery.wake()
        await b.calm(sent=2)
        assert b.texts == ["1", "2"]


async def test_what_waits_for_its_rate_costs_no_other_its_call(tmp_path: Path) -> None:
    hour = Window("member", 28, 60.0, also=(Span(1, 3600.0),), yields=True)
    async with account(tmp_path, one=hour, two=hour, four=hour) as b:
        await answered(b, b.delivery, "one")
        await b.calm(sent=1)
        await answered(b, b.delivery, "two", "three", "four")
        await b.calm(sent=2, ready=2)
        assert b.texts == ["one", "three"]
        b.clock.forward(3601)
        b.delivery.wake()
        await b.calm(sent=3, ready=1)
        b.clock.forward(3601)
        b.delivery.wake()
        await b.calm(sent=4)
        assert b.texts == ["one", "three", "two", "four"]


async def answered_late(b: Bench, *names: str, late: str) -> None:
    """Answer messages, of which one has no way back any more."""
    over = ReplyPath("https://example.com/reply", START)
    with b.delivery.express() as fast:
        async with b.db.begin() as tx:
            tx.express(fast)
            came = [arrival(name, name, who="s0") for name in names]
            filed = await tx.admit(
                [replace(x, reply_path=over) if x.msg_id == late else x for x in came]
            )
            known = {one.id: one for one in filed if one is not None}
            await tx.post([echo(one) for one in known.values()], known)
        fast.go()


async def test_nothing_waits_behind_an_answer_that_was_called_off(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with account(tmp_path, "1", "3", gate=gate) as b:
        b.channel.script = [SendFault("40164", FOR_LONG, "robot")]
        await answered_late(b, "1", "2", "3", late="3")
        await b.calm(sending=1, ready=2)
        async with b.db.begin() as tx:
            flies = update(delivery).where(delivery.c.state == "sending")
            await tx._session.connection.execute(flies.values(code=CALLED_OFF))
        gate.set()
        await b.calm(cancelled=1, sent=1, ready=1)
        b.clock.forward(FOR_LONG)
        b.delivery.wake()
        await b.calm(cancelled=1, sent=2)
        assert b.texts == ["2", "3"]


async def test_who_was_taken_over_meanwhile_keeps_its_lane(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await answered(b, b.delivery, "1", "2")
        async with b.db.begin() as tx:
            (letter,) = (await tx.queue.heads("replies", 9)).letters
            await tx.queue.start([Start(letter.id)], "another")
            assert not await tx.queue.let_pass([letter])
            assert not await tx.queue.set_aside({letter.lane})


async def test_a_file_stays_behind_its_text_where_no_call_waits(tmp_path: Path) -> None:
    async with account(tmp_path, file=Window("robot:path", 20, 1.0)) as b:
        b.channel.script = [SendFault("410100", 20 * FOR_LONG, "robot")]
        await answered(b, b.delivery, "text", "file")
        await until(lambda: b.delivery.tally.retried == 1)
        await b.calm(ready=2)
        b.clock.forward(20 * FOR_LONG)
        b.delivery.wake()
        await b.calm(sent=2)
        assert b.texts == ["text", "file"]


async def test_what_another_rate_is_asked_for_stays_behind_too(tmp_path: Path) -> None:
    cards = Window("cards", 20, 1.0, yields=True)
    async with account(tmp_path, "card", change=cards) as b:
        b.channel.script = [SendFault("45009", FOR_LONG, "robot")]
        await answered(b, b.delivery, "card", "change")
        await until(lambda: b.delivery.tally.retried == 1)
        await b.calm(ready=2)
        b.clock.forward(FOR_LONG)
        b.delivery.wake()
        await b.calm(sent=2)
        assert b.texts == ["card", "change"]


async def test_a_notice_that_rests_keeps_its_place(tmp_path: Path) -> None:
    async with account(tmp_path, "1") as b:
        b.channel.script = [SendFault("40164", FOR_LONG, "robot")]
        await b.owe("1")
        await until(lambda: b.delivery.tally.retried == 1)
        await b.owe("2")
        await b.calm(ready=2)
        b.clock.forward(FOR_LONG)
        b.delivery.wake()
        await b.calm(sent=2)
        assert b.texts == ["1", "2"]
