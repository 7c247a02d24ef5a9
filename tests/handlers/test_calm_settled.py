"""The Friday digest is done with what it never tells: it does not come up again, nor much later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.engines import address, rows
from tests.handlers.calming import (
    CLERK,
    FOUNDRY,
    OWNER,
    OWNER_OF_FOUNDRY,
    PEOPLE,
    drafted,
    joined,
    pressed,
    pushed,
)
from tests.handlers.campaigning import HEAD, texts
from tests.stage import Stage

THIRD = "TS-2026-003"


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office on each engine: 陈建国 had two messages, a third waits for his Friday."""
    await pushed(play, "年底用工通知")
    await pushed(play, "安全生产提醒")
    await joined(play, (OWNER_OF_FOUNDRY, FOUNDRY))
    await pushed(play, "冬季消防检查", PEOPLE)
    return play


async def friday(play: Stage) -> list[str]:
    """Wait for the next Friday 16:00 and return what 陈建国 is told."""
    due = play.clock.now.replace(hour=8, minute=0, second=0, microsecond=0)
    due += timedelta(days=(4 - due.weekday()) % 7)
    due += timedelta(days=7) if due <= play.clock.now else timedelta()
    return texts(play, await play.wait(due - play.clock.now), OWNER)


async def owed(play: Stage) -> list[str]:
    """Return what still waits for the digest."""
    async with play.database.read() as tx:
        found = await tx.campaigns.calm.owed("", 9)
    return [number for numbers in found.values() for number in numbers]


async def test_what_was_taken_back_does_not_come_up_again(play: Stage) -> None:
    await pressed(play, CLERK, f"c:recall:{THIRD}")
    assert await friday(play) == []
    assert await owed(play) == []


async def test_who_unsubscribed_and_comes_back_is_not_told_of_weeks_before(play: Stage) -> None:
    await play.say(OWNER, "退订")
    assert await friday(play) == []
    await play.say(OWNER, "订阅")
    assert await friday(play) == []
    assert await owed(play) == []


async def test_who_is_no_longer_bound_does_not_come_up_again(play: Stage) -> None:
    url = await address(play.folder / "stage.db")
    rows(url, "UPDATE person SET binding = 'unbound'")
    assert await friday(play) == []
    assert await owed(play) == []


async def test_what_leaves_later_is_told_when_it_has_left(play: Stage) -> None:
    await drafted(play, "用电安全检查", PEOPLE, "什么时候发：11月27日下午5点")
    fourth = "TS-2026-004"
    assert len(await drafts(play)) == 1
    (digest,) = await friday(play)
    assert "冬季消防检查" in digest
    assert "用电安全检查" not in digest
    assert await owed(play) == [fourth]


async def drafts(play: Stage) -> list[str]:
    """Let the draft that was shown last be approved."""
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    return [one for one in await owed(play) if one != THIRD]
