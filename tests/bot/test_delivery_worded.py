"""Words that stood for a card, and ways that closed: tried as often as they may be, and counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import SendUnknown, WayClosed, Window, WordsUnknown
from bot.delivery import TRIES
from flows.engine.words import Choice
from tests.bot.runtime import until
from tests.bot.test_delivery import Bench, bench
from tests.engines import address, rows

pytestmark = pytest.mark.usefixtures("engine")

CARD: dict[str, Any] = {"choices": (Choice("收到", "f:1:received"),), "card": "card"}


async def later(b: Bench, resent: int) -> None:
    """Let time go by once so many doubts were written down."""
    await until(lambda: b.delivery.tally.resent == resent)
    b.clock.forward(1000)
    b.delivery.wake()


async def test_words_that_stood_for_a_card_are_repeated_once_and_without_it(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [WordsUnknown()] * TRIES
        b.delivery.start()
        await b.owe("a", **CARD)
        await later(b, 1)
        url = await address(tmp_path / "test.db")
        over = "SELECT state, attempts FROM delivery WHERE due_at IS NULL"
        await until(lambda: rows(url, over) == [("unknown", 2)])
        assert [bool(letter.card) for letter in b.channel.sent] == [True, False]
        assert [letter.resends for letter in b.channel.sent] == [0, 1]


async def test_a_doubtful_card_stays_one_and_is_tried_as_often_as_anything(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [SendUnknown()] * 2
        b.delivery.start()
        await b.owe("a", **CARD)
        await later(b, 1)
        await later(b, 2)
        await b.calm(sent=1)
        assert [bool(letter.card) for letter in b.channel.sent] == [True] * 3


async def test_what_lost_its_way_is_planned_anew_at_once_and_loses_no_try(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [WayClosed("call.over", 0.0)] * (TRIES + 1)
        b.delivery.start()
        await b.owe("a")
        await b.calm(sent=1)  # the clock stands still: nothing was waited for
        url = await address(tmp_path / "test.db")
        assert rows(url, "SELECT attempts FROM delivery") == [(1,)]


async def test_what_lost_its_way_waits_for_the_window_of_the_other(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [WayClosed("call.over", 0.0)]
        b.channel.windows["s0"] = Window("app", 1, 60.0)
        b.delivery.start()
        await b.owe("a")
        url = await address(tmp_path / "test.db")
        await until(lambda: rows(url, "SELECT code FROM delivery") == [("paced",)])
        b.clock.forward(61)
        b.delivery.wake()
        await b.calm(sent=1)
