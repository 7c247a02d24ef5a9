"""Files on their way: their upload costs no try, and their delivery is given longer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from bot.channels.base import Channel, Enclosure, Message, NotYet, Receipt, SendUnknown
from bot.delivery import TRIES, flights
from bot.delivery.flights import FILE_WITHIN, SEND_WITHIN, Flights
from bot.delivery.planning import Call
from tests.bot.runtime import FakeChannel, until
from tests.bot.test_delivery import Bench, bench
from tests.bot.test_delivery_windows import LETTER
from tests.engines import address, rows

pytestmark = pytest.mark.usefixtures("engine")

FILE = Enclosure(sha256="aa", name="海报.jpg", extension="jpg", mime="image/jpeg", size=16)


def _tried(b: Bench, times: int) -> bool:
    return b.delivery.tally.retried > times


async def test_what_is_still_being_uploaded_is_waited_for_and_loses_no_try(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [NotYet("media.slow", 10.0) for _ in range(TRIES + 1)]
        b.delivery.start()
        await b.owe("a")
        for n in range(TRIES + 1):
            await until(partial(_tried, b, n))
            b.clock.forward(10)
            b.delivery.wake()
        await b.calm(sent=1)
        url = await address(tmp_path / "test.db")
        assert rows(url, "SELECT attempts FROM delivery") == [(1,)]


@pytest.mark.parametrize(("file", "ends"), [(None, SendUnknown), (FILE, Receipt)])
async def test_the_delivery_of_a_file_is_given_longer(
    monkeypatch: pytest.MonkeyPatch, file: Enclosure | None, ends: type[object]
) -> None:
    monkeypatch.setattr(flights, "SEND_WITHIN", 0.1)
    channel = FakeChannel()
    gate = asyncio.Event()
    channel.script = [gate]
    channels: Mapping[str, Channel] = {"fake": cast("Channel", channel)}
    flying = Flights(channels, lambda: None)
    message = Message(title="t", text="x", file=file)
    flying.launch(Call([LETTER.model_copy(update={"message": message})], "robot:robot"))
    await asyncio.sleep(0.5)
    gate.set()
    (task,) = flying._claimed or {asyncio.create_task(asyncio.sleep(0))}
    await task
    (landed,) = flying.take()
    assert isinstance(landed.result, ends)


def test_a_file_has_more_time_than_words() -> None:
    assert FILE_WITHIN > SEND_WITHIN
