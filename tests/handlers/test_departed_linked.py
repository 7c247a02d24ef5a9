"""Who is one person by linked accounts (关联账号) and takes all of them away (取消关注)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.leavers import Leavers
from bot.storage.tables import conversation
from handlers.departed import FORGET
from handlers.ports import Task
from tests.handlers.linking import MANNERS, WECHAT, WECOM, account, arrival, linked, owner, writes
from tests.handlers.story import REPORT
from tests.handlers.test_departed import morning
from tests.handlers.test_event_erasure import found, sealing
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)
HERE, THERE = "小周", "小吴"
PHONE, ASIDE = "13987654321", "我的车停在东门第七个车位"


async def leaves(play: Stage, who: str, channel: str) -> None:
    """Take somebody's account at a channel away."""
    await Leavers(play.database).left(channel, account(play, who, channel), play.clock())


async def both_leave(play: Stage) -> None:
    """Take both accounts away."""
    await leaves(play, HERE, WECHAT)
    await leaves(play, THERE, WECOM)


async def forgotten(play: Stage) -> list[str]:
    """Return what is said to be forgotten of whoever has the accounts."""
    one = (await owner(play, THERE, WECOM)).id
    async with play.database.begin() as tx:
        return [line.after for line in await tx.told(f"person:{one}", FORGET)]


async def one_person(play: Stage) -> None:
    """Let what is known at 公众号 go to who is known at 企业微信."""
    await writes(play, HERE, ASIDE, WECHAT)
    await writes(play, THERE, "你好", WECOM)
    await linked(play, THERE, HERE, at=WECHAT, known_at=WECOM)
    assert (await owner(play, HERE, WECHAT)).id == (await owner(play, THERE, WECOM)).id


@pytest.mark.parametrize("days", [0.5, 1.5], ids=["whole", "late"])
async def test_whom_was_forgotten_as_one_can_be_parted_again(play: Stage, days: float) -> None:
    await one_person(play)
    await both_leave(play)
    play.clock.now += timedelta(days=days)
    await morning(play)
    assert await forgotten(play) == ["all"]
    await writes(play, HERE, "你好", WECHAT)
    await writes(play, HERE, "解除关联", WECHAT)
    assert (await owner(play, HERE, WECHAT)).id != (await owner(play, THERE, WECOM)).id


async def test_what_was_said_before_the_accounts_were_linked_goes_as_well(
    play: Stage, tmp_path: Path
) -> None:
    with sealing() as places:
        await one_person(play)
        assert "arrival.body" in await found(tmp_path, places, ASIDE)
        await both_leave(play)
        await morning(play)
        assert await found(tmp_path, places, ASIDE) == set()


async def test_what_is_to_be_done_about_who_was_linked_holds_both(
    play: Stage, tmp_path: Path
) -> None:
    with sealing() as places:
        await writes(play, HERE, "你好", WECHAT)
        before = (await owner(play, HERE, WECHAT)).id
        async with play.database.begin() as tx:
            made = Task(0, "callback", before, {"phone": PHONE}, play.clock())
            task = await tx.tasks.add(made)
        await one_person(play)
        await both_leave(play)
        await morning(play)
        assert await forgotten(play) == ["words"]
        assert "task.detail" in await found(tmp_path, places, PHONE)
        async with play.database.begin() as tx:
            assert await tx.tasks.done(task, before, play.clock())
        await morning(play)
        assert await forgotten(play) == ["words", "all"]
        assert await found(tmp_path, places, PHONE) == set()


async def test_what_was_filed_before_they_left_and_read_after_it_leaves_no_draft(
    play: Stage,
) -> None:
    await writes(play, HERE, "你好", WECHAT)
    async with play.database.begin() as tx:
        (filed,) = await tx.admit([arrival(play, HERE, REPORT, WECHAT)])
    assert filed is not None
    await leaves(play, HERE, WECHAT)
    async with play.database.begin() as tx:
        await play.reception.receive(tx, [filed])
    await morning(play)
    async with play.database.begin() as tx:
        kept = (await tx.conversations.lock([filed.person]))[filed.person]
        bodies = select(conversation.c.person).where(conversation.c.person == filed.person)
        assert (await tx._session.connection.execute(bodies)).all()
    assert (kept.stack, kept.aside) == ((), ())
