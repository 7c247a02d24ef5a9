"""Who took their last account away (取消关注) is forgotten the next morning, but for files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from bot.housekeeping import departing
from bot.leavers import Leavers
from bot.schedules import Schedules
from bot.storage.tables import account, person
from handlers import departed
from handlers.departed import FORGET
from handlers.ports import PersonId, Role
from tests.doors import TwoDoors, two_doors
from tests.handlers.attending import EVENT, publish, roll
from tests.handlers.story import CLERK, OWNER, REPORT, heard, tickets
from tests.handlers.test_event_erasure import found, sealing
from tests.poor import NAME
from tests.stage import Stage

pytestmark = pytest.mark.usefixtures("engine")
STRANGER, NAMED, FIRM = "小周", "周小燕", "镇海恒通紧固件有限公司"
PHONE = "13987654321"
ASIDE = "我的车停在东门第七个车位"


async def bound(play: TwoDoors) -> None:
    """Bind a stranger at the poor channel to an enterprise, by a code of staff."""
    told = heard(play, await play.say(CLERK, f"发邀请码 {FIRM} {NAMED}"), CLERK)
    (code, *_) = re.findall(r"邀请码 ([A-Z2-9-]{9})", told)
    await play.write(STRANGER, f"邀请码 {code}")


async def leaves(play: TwoDoors, who: str) -> None:
    """Take away the account of the poor channel."""
    await Leavers(play.database).left(NAME, play.account(who), play.clock())


async def morning(play: Stage, days: int = 1) -> None:
    """Let the office forget whoever went, as it does every day."""
    play.clock.now += timedelta(days=days)
    plans = [departing(play.reception.office)]
    await Schedules(play.database, plans, play.clock, wake=lambda: None).turn()


async def forgotten(play: TwoDoors, who: str) -> list[str]:
    """Return what somebody's history says was forgotten of them."""
    async with play.database.begin() as tx:
        one = await tx.people.find(NAME, play.account(who))
        assert one is not None
        return [line.after for line in await tx.told(f"person:{one.id}", FORGET)]


async def test_of_who_has_no_case_nothing_can_be_read_the_next_morning(tmp_path: Path) -> None:
    with sealing() as places:
        async with two_doors(tmp_path) as play:
            await bound(play)
            await play.write(STRANGER, ASIDE)
            await play.send()
            await nicknamed(play, STRANGER, NAMED)
            named_at = await found(tmp_path, places, NAMED)
            assert {"person.profile", "account.nick", "invite.name"} <= named_at
            assert "arrival.body" in await found(tmp_path, places, ASIDE)
            await leaves(play, STRANGER)
            await morning(play)
            assert await forgotten(play, STRANGER) == ["all"]
            assert await found(tmp_path, places, ASIDE) == set()
            left = await found(tmp_path, places, NAMED)
    # What the clerk typed is the clerk's.
    assert left == {"arrival.body"}


async def test_who_is_forgotten_begins_anew_and_speaks_for_no_enterprise(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await bound(play)
        await leaves(play, STRANGER)
        await morning(play)
        await play.write(STRANGER, "你好")
        async with play.database.begin() as tx:
            one = await tx.people.find(NAME, play.account(STRANGER))
            assert one is not None
            assert (one.name, one.enterprise, one.binding) == ("", "", "none")
            assert one.id not in {who.id for who in await tx.people.speakers(FIRM)}
            bound_to = select(person.c.enterprise).where(person.c.id == one.id)
            assert (await tx._session.connection.execute(bound_to)).scalar_one() is None


async def test_who_is_forgotten_is_not_found_by_their_number(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await bound(play)
        async with play.database.begin() as tx:
            one = await tx.people.find(NAME, play.account(STRANGER))
            assert one is not None
            await tx.people.save([replace(one, phone=PHONE)])
        assert list(await known_by_phone(play)) == [one.id]
        await leaves(play, STRANGER)
        await morning(play)
        assert await known_by_phone(play) == []


async def test_who_is_back_before_the_morning_is_whom_they_were(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await bound(play)
        await leaves(play, STRANGER)
        await play.write(STRANGER, "你好")
        await morning(play)
        assert await forgotten(play, STRANGER) == []
        async with play.database.begin() as tx:
            one = await tx.people.find(NAME, play.account(STRANGER))
            assert one is not None
            assert (one.name, one.enterprise, one.binding) == (NAMED, FIRM, "bound")
        await morning(play)
        assert await forgotten(play, STRANGER) == []


async def test_whose_case_is_on_file_is_named_by_it_and_what_else_they_said_goes(
    tmp_path: Path,
) -> None:
    with sealing() as places:
        async with two_doors(tmp_path) as play:
            await bound(play)
            for said in (ASIDE, REPORT, PHONE, "确认"):
                await play.write(STRANGER, said)
            await play.send()
            (case,) = await tickets(play)
            await leaves(play, STRANGER)
            await morning(play)
            await morning(play)
            assert await forgotten(play, STRANGER) == ["words"]
            assert await found(tmp_path, places, ASIDE) == set()
            async with play.database.begin() as tx:
                one = (await tx.people.load([case.reporter]))[case.reporter]
                assert (one.name, one.binding) == (NAMED, "bound")


async def test_whose_place_is_kept_is_forgotten_once_the_activity_is(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await bound(play)
        await publish(play, "名额9人")
        for said in (f"报名 {EVENT}", PHONE, "跳过", "确认"):
            await play.write(STRANGER, said)
        assert len((await roll(play)).registrations) == 1
        await leaves(play, STRANGER)
        await morning(play)
        assert await forgotten(play, STRANGER) == ["words"]
        await morning(play, days=20)
        assert await forgotten(play, STRANGER) == ["words"]
        await morning(play, days=31)
        assert await forgotten(play, STRANGER) == ["words", "all"]


async def test_who_works_for_the_office_is_not_forgotten(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await bound(play)
        async with play.database.begin() as tx:
            one = await tx.people.find(NAME, play.account(STRANGER))
            assert one is not None
            await tx.people.grant(one.id, Role.ORGANISER, "", None)
        await leaves(play, STRANGER)
        await morning(play)
        assert await forgotten(play, STRANGER) == []
        assert NAMED in await named(play)


async def test_whom_the_office_wrote_down_itself_is_not_forgotten(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await alone_at_the_poor_channel(play, OWNER)
        await leaves(play, OWNER)
        await morning(play)
        assert await forgotten(play, OWNER) == []
        assert OWNER in await named(play)


async def test_more_than_one_go_takes_are_forgotten_in_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(departed, "AT_ONCE", 1)
    async with two_doors(tmp_path) as play:
        for who in ("来宾1", "来宾2"):
            await play.write(who, ASIDE)
            await leaves(play, who)
        await morning(play)
        assert [await forgotten(play, who) for who in ("来宾1", "来宾2")] == [["all"], ["all"]]


async def nicknamed(play: TwoDoors, who: str, nick: str) -> None:
    """Let the poor channel have told a nick, as other platforms do."""
    async with play.database.begin() as tx:
        name = (NAME, "staff", play.account(who))
        sealed = tx._session.seal_json(nick, "account.nick", *name)
        ours = account.c.external_id == play.account(who)
        await tx._session.connection.execute(update(account).where(ours).values(nick=sealed))


async def known_by_phone(play: TwoDoors) -> Sequence[PersonId]:
    """Return who is found by the number."""
    async with play.database.begin() as tx:
        return await tx.persons.with_phone(PHONE)


async def alone_at_the_poor_channel(play: TwoDoors, who: str) -> None:
    """Let somebody of config/people.toml have no account but that of the poor channel."""
    await play.link(who)
    async with play.database.begin() as tx:
        ours = account.c.external_id == play.staff_id(who)
        await tx._session.connection.execute(
            delete(account).where(ours, account.c.channel == "dingtalk")
        )


async def named(play: TwoDoors) -> set[str]:
    """Return the names of everybody."""
    async with play.database.begin() as tx:
        ids = (await tx._session.connection.execute(select(person.c.id))).scalars().all()
        return {one.name for one in (await tx.people.load(ids)).values()}
