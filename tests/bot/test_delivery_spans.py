"""Windows that count in longer spans as well: the fullest decides, and nothing is lost."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.base import Span, Window
from handlers.ports import ToGroup
from tests.bot.runtime import START, until
from tests.bot.test_delivery import bench
from tests.bot.test_delivery_rates import GROUP, due_at

pytestmark = pytest.mark.usefixtures("engine")

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


async def test_an_hour_that_is_full_holds_what_the_minute_has_room_for(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.windows = {GROUP: Window("member", 2, MINUTE, also=(Span(3, HOUR),))}
        b.delivery.start()
        for name in ("a", "b", "c", "d"):
            await b.owe(name, ToGroup(GROUP))
        await b.calm(sent=2, ready=2)
        b.clock.forward(60)
        b.delivery.wake()
        await b.calm(sent=3, ready=1)
        await until(lambda: b.delivery.in_flight == 0)
        b.clock.forward(60)
        b.delivery.wake()
        await b.calm(sent=3, ready=1)
        assert await due_at(b) == START + timedelta(seconds=HOUR)  # when the first has left it
        b.clock.forward(HOUR - 120)
        b.delivery.wake()
        await b.calm(sent=4)
        assert b.texts == ["a", "b", "c", "d"]


async def test_of_two_spans_that_are_full_the_later_decides(tmp_path: Path) -> None:
    spans = (Span(1, HOUR), Span(1, DAY))
    async with bench(tmp_path) as b:
        b.channel.windows = {GROUP: Window("member", 5, MINUTE, also=spans)}
        b.delivery.start()
        for name in ("a", "b"):
            await b.owe(name, ToGroup(GROUP))
        await b.calm(sent=1, ready=1)
        await until(lambda: b.delivery.in_flight == 0)
        b.clock.forward(HOUR)
        b.delivery.wake()
        await b.calm(sent=1, ready=1)
        assert await due_at(b) == START + timedelta(seconds=DAY)


async def test_a_span_holds_the_first_burst_too(tmp_path: Path) -> None:
    chats = [f"cid-{n}" for n in range(6)]  # lanes of their own, all due at once
    spans = (Span(4, DAY), Span(2, HOUR))
    async with bench(tmp_path) as b:
        b.channel.windows = {to: Window("chats", 6, MINUTE, also=spans) for to in chats}
        for to in chats:
            await b.owe(to, ToGroup(to))
        b.delivery.start()
        await b.calm(sent=2, ready=4)
        assert await due_at(b) == START + timedelta(seconds=HOUR)
        for sent in (4, 4):
            await until(lambda: b.delivery.in_flight == 0)
            b.clock.forward(HOUR)
            b.delivery.wake()
            await b.calm(sent=sent, ready=6 - sent)


async def test_lanes_of_one_window_share_its_longer_span(tmp_path: Path) -> None:
    windows = {to: Window("chats", 2, MINUTE, also=(Span(3, HOUR),)) for to in ("cid-1", "cid-2")}
    async with bench(tmp_path) as b:
        b.channel.windows = windows
        for to in windows:
            for n in range(2):
                await b.owe(f"{to}-{n}", ToGroup(to))
        b.delivery.start()
        await b.calm(sent=2, ready=2)
        for _ in range(2):
            await until(lambda: b.delivery.in_flight == 0)
            b.clock.forward(MINUTE)
            b.delivery.wake()
            await b.calm(sent=3, ready=1)


async def test_a_span_is_of_its_own_window_alone(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.windows = {
            "cid-1": Window("one", 5, MINUTE, also=(Span(1, HOUR),)),
            "cid-2": Window("other", 5, MINUTE, also=(Span(2, DAY),)),
            "cid-3": Window("third", 5, MINUTE),
        }
        b.delivery.start()
        for to in b.channel.windows:
            for n in range(3):
                await b.owe(f"{to}-{n}", ToGroup(to))
        await b.calm(sent=6, ready=3)
        assert sorted(text[:5] for text in b.texts) == ["cid-1", *["cid-2"] * 2, *["cid-3"] * 3]
