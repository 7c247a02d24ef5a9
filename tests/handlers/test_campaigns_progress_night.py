"""进度卡片 in the quiet hours: it says once that it waits, and in the morning that it goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Letter
from handlers.ports import Group
from tests.engines import address, rows
from tests.handlers.campaigning import GROUP, NUMBER, approved, texts
from tests.stage import Stage

STAFF = "工作群"
SECOND = timedelta(seconds=1)
EVENING = datetime(2026, 11, 24, 12, 59, 50, tzinfo=UTC)  # 20:59:50 in Ningbo
MORNING = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office on each engine: a campaign begins just before the quiet hours."""
    async with play.database.begin() as tx:
        await tx.people.set_group(Group("骆驼商会群", "骆驼商会群", "enterprise"))
    await approved(play)
    play.clock.now = EVENING
    await play.wait(SECOND)
    return play


async def becomes(play: Stage, chat: str, state: str, due: datetime | None) -> None:
    """Let a message be as it would be, had it not arrived."""
    url = await address(play.folder / "stage.db")
    update = "UPDATE delivery SET state = ?, attempts = 1, sent_at = NULL, due_at = ?"
    when = round(due.timestamp() * 1e6) if due else None
    rows(url, f"{update} WHERE dedupe = ?", state, when, f"c:{NUMBER}:g:{chat}")


async def watched(play: Stage, count: int) -> list[Letter]:
    """Let so many seconds pass; return what comes to the staff's group."""
    letters: list[Letter] = []
    for _ in range(count):
        letters += await play.wait(SECOND)
    return letters


def cards(play: Stage, letters: list[Letter]) -> list[str]:
    """Return what the card says, as often as it is changed."""
    return [x.message.text for x in letters if play.where(x) == STAFF and NUMBER in x.message.text]


async def test_b12_what_is_tried_again_after_nine_waits_for_the_morning(play: Stage) -> None:
    await becomes(play, play.chat(GROUP), "ready", EVENING + 20 * SECOND)
    assert texts(play, await watched(play, 40), GROUP) == []
    await play.wait(MORNING - play.clock.now - SECOND)
    assert len(texts(play, await watched(play, 3), GROUP)) == 1


async def test_that_it_waits_is_shown_once_however_long_something_is_on_its_way(
    play: Stage,
) -> None:
    await becomes(play, play.chat(GROUP), "sending", None)
    shown = cards(play, await watched(play, 40))
    assert len([text for text in shown if "08:00 接着发" in text]) == 1


async def test_in_the_morning_the_card_says_no_longer_that_it_waits(play: Stage) -> None:
    await becomes(play, play.chat(GROUP), "sending", None)
    await watched(play, 15)
    play.clock.now = MORNING
    shown = cards(play, await watched(play, 3))
    assert len(shown) == 1
    assert "发送中" in shown[0]
