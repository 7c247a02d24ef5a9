"""Who took their last account away (取消关注): when they are forgotten, and what holds them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.leavers import Leavers
from bot.storage.tables import invite
from handlers.departed import forget_departed
from handlers.deputies import INVITED
from handlers.ports import Entry, Invite, PersonId, Role, Task
from tests.doors import TwoDoors, two_doors
from tests.handlers.story import CLERK, HEAD, heard
from tests.handlers.test_departed import FIRM, NAMED, STRANGER, bound, forgotten, leaves, morning
from tests.handlers.test_event_erasure import found, sealing
from tests.poor import NAME, Frame, arrival

pytestmark = pytest.mark.usefixtures("engine")
ELSEWHERE = "elsewhere"


async def who(play: TwoDoors, name: str = STRANGER) -> PersonId:
    """Return the number of somebody at the poor channel."""
    async with play.database.begin() as tx:
        one = await tx.people.find(NAME, play.account(name))
        assert one is not None
        return one.id


async def test_who_left_a_few_hours_ago_is_left_alone(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await bound(play)
        play.clock.now += timedelta(days=1)
        await leaves(play, STRANGER)
        play.clock.now -= timedelta(hours=19)
        await morning(play)
        assert await forgotten(play, STRANGER) == []
        await morning(play)
        assert await forgotten(play, STRANGER) == ["all"]


async def test_what_staff_are_to_do_about_somebody_holds_them_until_it_is_done(
    tmp_path: Path,
) -> None:
    with sealing() as places:
        async with two_doors(tmp_path) as play:
            await bound(play)
            one = await who(play)
            detail = {"name": "周小燕的表姐"}
            async with play.database.begin() as tx:
                task = await tx.tasks.add(Task(0, "callback", one, detail, play.clock()))
            await leaves(play, STRANGER)
            await morning(play)
            assert await forgotten(play, STRANGER) == ["words"]
            assert await found(tmp_path, places, "表姐") == {"task.detail"}
            async with play.database.begin() as tx:
                assert await tx.tasks.done(task, one, play.clock())
            await morning(play)
            assert await forgotten(play, STRANGER) == ["words", "all"]
            assert await found(tmp_path, places, "表姐") == set()


async def test_who_leaves_one_channel_after_the_other_is_forgotten_after_the_last(
    tmp_path: Path,
) -> None:
    async with two_doors(tmp_path) as play:
        await bound(play)
        async with play.database.begin() as tx:
            one = await tx.people.find(NAME, play.account(STRANGER))
            assert one is not None
            await tx._accounts.add_staff({(ELSEWHERE, "x"): one.id})
        await leaves(play, STRANGER)
        await morning(play)
        assert await forgotten(play, STRANGER) == []
        await Leavers(play.database).left(ELSEWHERE, "x", play.clock())
        await morning(play)
        assert await forgotten(play, STRANGER) == ["all"]


async def test_a_word_that_nobody_read_yet_brings_somebody_back(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await bound(play)
        await leaves(play, STRANGER)
        play.clock.now += timedelta(hours=1)
        frame: Frame = {
            "msg_id": "back",
            "account": play.account(STRANGER),
            "text": "我回来了",
            "media": [],
        }
        async with play.database.begin() as tx:
            await tx.admit([arrival(frame, play.clock())], waiting=True)
        await morning(play)
        assert await forgotten(play, STRANGER) == []


async def test_an_office_given_after_they_left_keeps_somebody_and_its_end_does_not(
    tmp_path: Path,
) -> None:
    async with two_doors(tmp_path) as play:
        await bound(play)
        await leaves(play, STRANGER)
        one = await who(play)
        async with play.database.begin() as tx:
            await tx.people.grant(one, Role.ORGANISER, "", None)
        await morning(play)
        assert await forgotten(play, STRANGER) == []
        async with play.database.begin() as tx:
            await tx.people.revoke(one, Role.ORGANISER, "", None)
        await morning(play)
        assert await forgotten(play, STRANGER) == ["all"]


async def test_an_enterprise_that_is_back_does_not_get_the_forgotten_back(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await bound(play)
        await play.say(HEAD, "企业注销 恒通紧固件 市监局已注销")
        await play.say(HEAD, "确认")
        await leaves(play, STRANGER)
        await morning(play)
        assert await forgotten(play, STRANGER) == ["all"]
        assert "恢复" in heard(play, await play.say(HEAD, f"恢复企业 {FIRM}"), HEAD)
        async with play.database.begin() as tx:
            speakers = await tx.people.speakers(FIRM)
        assert speakers
        assert await who(play) not in {one.id for one in speakers}


async def test_an_invitation_that_cannot_be_read_holds_nobody(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await bound(play)
        async with play.database.begin() as tx:
            await tx._session.connection.execute(update(invite).values(name=b"broken"))
        await leaves(play, STRANGER)
        await morning(play)
        assert await forgotten(play, STRANGER) == ["all"]


async def test_the_name_of_a_deputy_who_left_is_gone_from_whom_they_stood_in_for(
    tmp_path: Path,
) -> None:
    with sealing() as places:
        async with two_doors(tmp_path) as play:
            await play.write(STRANGER, "你好")
            one = await who(play)
            async with play.database.begin() as tx:
                clerk = await tx.people.find("dingtalk", play.staff_id(CLERK))
                assert clerk is not None
                now = play.clock()
                subject = f"person:{clerk.id}"
                told = {"name": NAMED}
                code = Invite("ABCD2345", "", NAMED, one, now + timedelta(1), clerk.id, now.date())
                await tx.people.invite(code)
                await tx.record([Entry(subject, INVITED, one, "", NAME, now, personal=told)])
                assert await tx.people.redeem("ABCD2345", one, now)
            named_at = await found(tmp_path, places, NAMED)
            assert named_at == {"invite.name", "history_value.value"}
            await leaves(play, STRANGER)
            await morning(play)
            assert await found(tmp_path, places, NAMED) == set()


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
async def test_of_two_processes_one_forgets(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await bound(play)
        await leaves(play, STRANGER)
        now = play.clock() + timedelta(days=1)

        async def forget() -> int:
            async with play.database.begin() as tx:
                return (await forget_departed(tx, play.reception.office, now, ""))[0]

        assert sorted(await asyncio.gather(forget(), forget(), forget())) == [0, 0, 1]
        assert await forgotten(play, STRANGER) == ["all"]
