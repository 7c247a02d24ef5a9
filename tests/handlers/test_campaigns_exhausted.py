"""A month that is used up: each hold is told once, also the one behind what was let go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.ports import Group
from tests.engines import address, rows
from tests.handlers.campaigning import CLERK, NUMBER, approved, texts
from tests.stage import Stage

CHATS = ("骆驼商会群", "蛟川商会群")
FAR = 4_000_000_000_000_000
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office on each engine, with a campaign to three groups under way."""
    async with play.database.begin() as tx:
        for name in CHATS:
            await tx.people.set_group(Group(name, name, "enterprise"))
    await approved(play)
    await play.wait(timedelta(seconds=61))
    return play


async def becomes(play: Stage, chat: str, state: str, *, held: bool = False) -> None:
    """Let a message have got so far."""
    url = await address(play.folder / "stage.db")
    update = "UPDATE delivery SET state = ?, code = ?, due_at = ? WHERE dedupe = ?"
    told = (state, "quota.held" if held else "", FAR if held else None)
    rows(url, update, *told, f"c:{NUMBER}:g:{chat}")


async def told(play: Stage) -> list[str]:
    """Wait some minutes; return what the clerk hears of the quota."""
    letters = []
    for _ in range(3):
        letters += await play.wait(MINUTE)
    return [text for text in texts(play, letters, CLERK) if "先扣着" in text]


async def test_each_hold_is_told_once(play: Stage) -> None:
    first, second = CHATS
    await becomes(play, first, "ready", held=True)
    await becomes(play, second, "sending")
    assert len(await told(play)) == 1
    assert await told(play) == []
    await becomes(play, first, "sent")  # let go
    await becomes(play, second, "ready", held=True)
    assert len(await told(play)) == 1
    assert await told(play) == []
