"""Paused is paused: what was tried before waits with the rest, and keeps its doubt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Letter
from flows.office import Content
from handlers.ports import Button, Post, Text, ToGroup
from tests.engines import address, rows
from tests.handlers.campaigning import CLERK, GROUP, NUMBER, approved, sent, tally, texts
from tests.stage import Stage

SECOND = timedelta(seconds=1)


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office on each engine, with a campaign that has just begun to leave."""
    await approved(play)
    await play.wait(timedelta(seconds=61))
    return play


async def press(play: Stage, act: str) -> list[Letter]:
    """Let the clerk press a button of the campaign."""
    return await play.say(CLERK, button=Button(f"c:{act}:{NUMBER}", "card"))


async def becomes(play: Stage, state: str, *, due: bool = True) -> None:
    """Let the one message have been tried, so that it is tried again now."""
    url = await address(play.folder / "stage.db")
    update = "UPDATE delivery SET state = ?, attempts = 1, due_at = ?, code = 'busy'"
    rows(url, f"{update} WHERE campaign = ?", state, 1 if due else None, NUMBER)


@pytest.mark.parametrize("state", ["ready", "unknown"])
async def test_a_paused_campaign_tries_nothing_again_and_one_that_goes_on_does(
    play: Stage, state: str
) -> None:
    await becomes(play, state)
    letters = await press(play, "pause")
    for _ in range(3):
        letters += await play.wait(timedelta(hours=1))
    assert texts(play, letters, GROUP) == []
    letters = [*await press(play, "resume"), *await play.wait(SECOND)]
    assert len(texts(play, letters, GROUP)) == 1
    assert (await tally(play)).sent == 1


async def test_what_others_have_for_a_place_goes_past_what_is_paused(play: Stage) -> None:
    await becomes(play, "ready")
    await press(play, "pause")
    async with play.database.begin() as tx:
        words = (Text("campaign.received", {"title": "通知"}),)
        await tx.post([Post(ToGroup(play.chat(GROUP)), Content.NOTICE, words, "another")], {})
    assert len(texts(play, await play.send(), GROUP)) == 1


async def test_what_was_on_its_way_is_held_when_it_comes_back(play: Stage) -> None:
    await becomes(play, "sending", due=False)
    await press(play, "pause")
    await becomes(play, "ready")  # refused meanwhile, and due in a moment
    later = round((play.clock.now + 2 * SECOND).timestamp() * 1e6)
    url = await address(play.folder / "stage.db")
    rows(url, "UPDATE delivery SET due_at = ? WHERE campaign = ?", later, NUMBER)
    letters = await play.wait(SECOND)
    letters += await play.wait(timedelta(hours=1))
    assert texts(play, letters, GROUP) == []


async def test_what_may_have_arrived_is_unknown_when_a_paused_campaign_is_cancelled(
    play: Stage,
) -> None:
    await becomes(play, "unknown")
    await press(play, "pause")
    await press(play, "cancel")
    found = await tally(play)
    assert (found.unknown, found.total) == (1, 1)


async def test_b12_what_goes_on_at_night_waits_for_the_morning(play: Stage) -> None:
    await becomes(play, "ready")
    await press(play, "pause")
    play.clock.now = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # 22:00 in Ningbo
    letters = await press(play, "resume")
    assert texts(play, letters, GROUP) == []
    night = datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC) - play.clock.now
    assert texts(play, await play.wait(night), GROUP) == []
    assert len(texts(play, await sent(play, 1), GROUP)) == 1
