"""What may have arrived stays named so, whatever else is noted while it waits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.channels.base import SendDoubt, SendFault, SendUnknown, Window
from bot.delivery import TRIES
from flows.engine.words import Choice
from handlers.ports import ToGroup
from tests.bot.runtime import until
from tests.bot.test_delivery import Bench, bench
from tests.engines import address, rows

pytestmark = pytest.mark.usefixtures("engine")

CARD = {"choices": (Choice("收到", "f:1:received"),), "card": "card"}
REFUSED = SendFault("refused", None)


async def tried(b: Bench, faults: Sequence[Exception], **post: object) -> None:
    """Owe a group one message, and let the channel fail so many times, one after the other."""
    b.channel.script = list(faults)
    b.delivery.start()
    await b.owe("a", ToGroup("cid"), **post)
    for times in range(1, len(faults)):
        await until(lambda times=times: b.delivery.tally.retried == times)  # type: ignore[misc]
        b.clock.forward(1000)
        b.delivery.wake()


async def test_b8_a_card_that_never_got_an_answer_is_unknown_in_the_end(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await tried(b, [SendDoubt("no.answer", 1.0)] * TRIES, **CARD)
        await b.calm(unknown=1)


async def test_b8_a_refusal_after_no_answer_leaves_it_in_doubt(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        busy = SendFault("busy", 1.0)
        await tried(b, [SendDoubt("no.answer", 1.0), busy, busy, REFUSED], **CARD)
        await b.calm(unknown=1)


async def test_b8_what_waits_for_its_turn_again_stays_in_doubt(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [SendDoubt("no.answer", 1.0)]
        b.delivery.start()
        await b.owe("a", ToGroup("cid"), **CARD)
        await b.calm(unknown=1)
        b.channel.windows["cid"] = Window("robot", 0, 60.0)
        b.clock.forward(10)
        b.delivery.wake()
        url = await address(tmp_path / "test.db")
        await until(lambda: rows(url, "SELECT code FROM delivery") == [("paced",)])
        await b.calm(unknown=1)


async def test_b8_a_card_that_stands_after_all_is_sent(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await tried(b, [SendDoubt("no.answer", 1.0), SendFault("busy", 1.0)], **CARD)
        await until(lambda: b.delivery.tally.retried == 2)
        b.clock.forward(1000)
        b.delivery.wake()
        await b.calm(sent=1)


async def test_b8_without_an_answer_a_text_in_a_group_is_not_tried_again(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await tried(b, [SendUnknown()])
        await b.calm(unknown=1)
        b.clock.forward(100_000)
        await b.owe("later", ToGroup("cid"))
        await b.calm(unknown=1, sent=1)
        assert b.texts == ["a", "later"]


async def test_b8_what_could_not_be_connected_is_tried_again_and_arrives_once(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path) as b:
        await tried(b, [SendFault("connect", 5.0)] * 2)
        await until(lambda: b.delivery.tally.retried == 2)
        b.clock.forward(4)  # less than was asked for
        b.delivery.wake()
        await b.calm(ready=1)
        b.clock.forward(1000)
        b.delivery.wake()
        await b.calm(sent=1)
        assert b.texts == ["a"]
