"""Who takes an account away (取消关注): what goes, and what stays, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.leavers import SLACK, Leavers
from bot.storage.tables import account
from handlers.unfollowed import UNFOLLOW
from tests.doors import TwoDoors, at, two_doors
from tests.handlers.story import OWNER, REPORT, heard, tickets
from tests.poor import NAME

pytestmark = pytest.mark.usefixtures("engine")
STRANGER = "小周"


async def leaves(play: TwoDoors, who: str, when: datetime | None = None) -> None:
    """Take away the account of the poor channel."""
    await Leavers(play.database).left(NAME, play.account(who), when or play.clock())


async def noted(play: TwoDoors, who: str) -> list[str]:
    """Return what somebody's history says of leaving."""
    async with play.database.begin() as tx:
        person = await tx.people.find(NAME, play.account(who))
        assert person is not None
        return [one.after for one in await tx.told(f"person:{person.id}", UNFOLLOW)]


async def test_who_has_no_other_account_leaves_nothing_unfinished(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await play.write(STRANGER, REPORT)
        assert "请告诉我" in heard(play, await play.write(STRANGER, "继续"), at(STRANGER))
        await leaves(play, STRANGER)
        assert await noted(play, STRANGER) == ["gone"]
        assert "请告诉我" not in heard(play, await play.write(STRANGER, "继续"), at(STRANGER))


async def test_who_has_dingtalk_too_goes_on_there(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await play.link(OWNER)
        await play.write(OWNER, REPORT)
        await leaves(play, OWNER)
        assert await noted(play, OWNER) == ["elsewhere"]
        await play.say(OWNER, "确认")
        assert len(await tickets(play)) == 1


async def test_who_writes_elsewhere_under_no_name_of_the_platform_goes_on_there(
    tmp_path: Path,
) -> None:
    async with two_doors(tmp_path) as play:
        await play.say(STRANGER, REPORT, staff=False)
        async with play.database.begin() as tx:
            named = select(account.c.person).where(account.c.channel == "dingtalk")
            owners = (await tx._session.connection.execute(named)).scalars().all()
            await tx._accounts.add_staff({(NAME, play.account(STRANGER)): max(owners)})
        await leaves(play, STRANGER)
        assert await noted(play, STRANGER) == ["elsewhere"]
        told = await play.say(STRANGER, "继续", staff=False)
        assert "请告诉我" in "".join(one.message.text for one in told)


async def test_a_call_that_is_brought_again_takes_nothing_from_who_came_back(
    tmp_path: Path,
) -> None:
    async with two_doors(tmp_path) as play:
        await play.write(STRANGER, "你好")
        went = play.clock()
        await leaves(play, STRANGER, went)
        await play.write(STRANGER, REPORT)
        await leaves(play, STRANGER, went)
        assert await noted(play, STRANGER) == ["gone"]
        assert "请告诉我" in heard(play, await play.write(STRANGER, "继续"), at(STRANGER))


async def test_a_call_that_comes_late_takes_nothing_from_who_wrote_since(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        went = play.clock() - SLACK - timedelta(seconds=1)
        await play.write(STRANGER, REPORT)
        await leaves(play, STRANGER, went)
        assert await noted(play, STRANGER) == []


async def test_who_left_again_leaves_again(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await play.write(STRANGER, "你好")
        await leaves(play, STRANGER)
        await play.write(STRANGER, REPORT)
        await leaves(play, STRANGER, play.clock() + timedelta(minutes=1))
        assert await noted(play, STRANGER) == ["gone", "gone"]


async def test_an_account_that_nobody_knows_may_leave(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await leaves(play, STRANGER)
        await play.write(STRANGER, "你好")
        assert await noted(play, STRANGER) == []
