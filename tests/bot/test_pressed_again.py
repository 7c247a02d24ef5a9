"""A press that the platform brings again is answered as before, whichever process had it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.handling import Handling
from bot.intake import Handled, Intake, Unhandled, Writes
from bot.pressed import Pressed
from handlers.ports import Answered, Arrival, Button
from tests.bot.runtime import EchoReception, HandClock, arrival, database
from tests.bot.test_backlog import Split

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Split]:
    async with database(tmp_path, HandClock()) as db:
        yield Split(db)


def press(name: str) -> Arrival:
    return replace(arrival(name), button=Button("a:view:1", "card"))


@asynccontextmanager
async def process(writes: Writes) -> AsyncIterator[Intake]:
    async def hurry(late: Arrival) -> None:
        raise AssertionError("nobody is late here")

    intake = Intake(writes, wake=lambda with_files: None, hurry=hurry, patience=60)
    intake.start()
    yield intake
    await intake.stop()


async def test_a_press_that_comes_again_after_a_restart_is_answered_as_before(
    there: Split,
) -> None:
    reception = EchoReception()
    said: list[Answered] = []
    for _ in range(2):
        async with process(Handled(Handling(there.db, reception))) as intake:
            said.append(await intake.take(press("p1")))
    assert said[0] == said[1] != Answered()
    assert reception.batches == [["p1"]]


async def test_a_press_that_comes_again_to_another_gateway_is_answered_as_before(
    there: Split,
) -> None:
    first, other = Pressed(there.db, within=30, poll=0.02), Pressed(there.db, within=30)
    async with process(Unhandled(there.db, first.note)) as intake:
        await intake.take(press("p1"))
        asking = asyncio.create_task(first.answer(press("p1")))
        await there.worker(EchoReception()).turn()
        said = await asking
        assert await other.answer(press("p1")) == said != Answered()


async def test_a_press_that_nobody_has_handled_yet_is_answered_with_nothing(there: Split) -> None:
    async with process(Unhandled(there.db, Pressed(there.db).note)) as intake:
        await intake.take(press("p1"))
        assert await Pressed(there.db).answer(press("p1")) == Answered()
