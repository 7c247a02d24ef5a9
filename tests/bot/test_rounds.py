"""Work that is looked for again and again."""

from __future__ import annotations

import asyncio
import math

import pytest

from bot.rounds import Rounds
from tests.bot.runtime import until


class Turns:
    """What each turn finds, and what is thrown instead; then nothing."""

    def __init__(self, *found: int | Exception) -> None:
        self.found = list(found)
        self.taken = 0

    async def __call__(self) -> int:
        self.taken += 1
        step = self.found.pop(0) if self.found else 0
        if isinstance(step, Exception):
            raise step
        return step


async def test_a_turn_that_found_enough_is_followed_at_once() -> None:
    turns = Turns(2, 1)
    rounds = Rounds("turns", turns, poll=600.0)
    rounds.start()
    await until(lambda: turns.taken == 3)
    await rounds.stop()


@pytest.mark.parametrize(("found", "enough"), [(0, 1), (9, 10), (9, math.inf)])
async def test_after_one_that_found_too_little_it_rests(found: int, enough: float) -> None:
    turns = Turns(found, 99)
    rounds = Rounds("turns", turns, poll=600.0, enough=enough)
    rounds.start()
    await until(lambda: turns.taken == 1)
    for _ in range(5):  # a turn that is not waited for would be taken now
        await asyncio.sleep(0)
    assert turns.taken == 1
    await rounds.stop()


async def test_a_turn_that_breaks_off_is_logged_and_followed_by_the_next(
    caplog: pytest.LogCaptureFixture,
) -> None:
    turns = Turns(OSError("the address of a database"))
    rounds = Rounds("turns", turns, poll=0.0)
    rounds.start()
    await until(lambda: turns.taken > 1)
    await rounds.stop()
    assert "turns wait: OSError" in caplog.text
    assert "the address of a database" not in caplog.text
