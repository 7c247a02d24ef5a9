"""Answers that rest with the account that would push them, and those that need nothing of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.base import Letter, SendFault, Window
from bot.delivery.resting import CALL, LONG
from handlers.ports import ReplyPath
from tests.bot.runtime import START, FakeChannel, arrival, echo, until
from tests.bot.test_delivery import Bench, bench
from tests.bot.test_delivery_express import answered, started

pytestmark = pytest.mark.usefixtures("engine")

FOR_LONG = LONG.total_seconds()


class Account(FakeChannel):
    """Answers some messages on the call that asked for it, and has to push the others."""

    pushes: Mapping[str, Window]

    def window(self, letter: Letter) -> Window | None:
        """Name a rate for what is pushed."""
        return self.pushes.get(letter.message.text)


@asynccontextmanager
async def account(folder: Path, *pushed: str) -> AsyncIterator[Bench]:
    """Set up a delivery whose channel has to push these; the first of them is refused."""
    async with bench(folder) as b:
        b.channel = channel = Account()
        channel.pushes = {f"收到：{text}": Window("app", 20, 1.0) for text in pushed}
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


async def test_an_answer_that_is_only_busy_keeps_its_place(tmp_path: Path) -> None:
    async with account(tmp_path, "1") as b:
        b.channel.script = [SendFault("-1", FOR_LONG)]
        await answered(b, b.delivery, "1")
        await until(lambda: b.delivery.tally.retried == 1)
        await answered(b, b.delivery, "2")
        await b.calm(ready=2)
        b.clock.forward(10 * FOR_LONG)
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


async def answered_late(b: Bench, *names: str, late: Sequence[str]) -> None:
    """Answer messages, of which some have no way back any more: what answers them is pushed."""
    with b.delivery.express() as fast:
        async with b.db.begin() as tx:
            tx.express(fast)
            came = [arrival(name, name, who="s0") for name in names]
            over = ReplyPath("https://example.com/reply", START)
            filed = await tx.admit(
                [replace(x, reply_path=over) if x.msg_id in late else x for x in came]
            )
            known = {one.id: one for one in filed if one is not None}
            await tx.post([echo(one) for one in known.values()], known)
        fast.go()


async def test_what_cannot_be_pushed_for_now_costs_no_other_its_call(tmp_path: Path) -> None:
    async with account(tmp_path) as b:
        b.channel.script = [SendFault("connect", 2 * CALL.total_seconds())]
        await answered_late(b, "1", "2", "3", late=("1", "2"))
        await b.calm(sent=1, ready=2)
        assert b.texts == ["3"]
        b.clock.forward(60)
        b.delivery.wake()
        await b.calm(sent=3)
        assert b.texts == ["3", "1", "2"]


async def test_what_is_tried_again_while_calls_wait_keeps_its_place(tmp_path: Path) -> None:
    async with account(tmp_path) as b:
        b.channel.script = [SendFault("connect", 0.0)]
        await answered_late(b, "1", "2", late=("1",))
        await until(lambda: b.delivery.tally.retried == 1)
        await b.calm(ready=2)
        b.clock.forward(60)
        b.delivery.wake()
        await b.calm(sent=2)
        assert b.texts == ["1", "2"]


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
