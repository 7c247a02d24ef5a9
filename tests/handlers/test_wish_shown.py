"""诉求 on the page of a case: once, wherever it was said."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.handlers.story import CLERK, carry, change, heard
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")


@pytest.mark.parametrize(
    ("body", "wish", "shown"),
    [
        ("厂里停电，希望供电公司尽快查清原因。", "希望供电公司尽快查清原因", False),
        ("厂里停电，希望供电公司 尽快查清原因", "希望供电公司尽快查清原因。", False),
        ("厂里停电，料全报废", "希望尽快查清原因", True),
        ("厂里停电，希望尽快", "希望尽快查清原因", True),
    ],
)
async def test_a_wish_is_shown_where_the_problem_does_not_say_it(
    tmp_path: Path, body: str, wish: str, shown: bool
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await change(play, body=body, wish=wish)
        told = heard(play, await play.say(CLERK, "查看 1"), CLERK)
        assert ("诉求：" in told) is shown
        assert told.count("查清原因") == (2 if body.count("查清") and shown else 1)
