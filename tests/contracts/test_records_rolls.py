"""Activities and their lists are kept sealed, held while they change, and never doubled."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from flows.registration.event import Stage
from flows.registration.registration import Standing
from flows.registration.roll import Roll
from flows.registration.signing import cancel, sign_up
from handlers.ports import PersonId, Stale
from handlers.rolls import Pass
from tests.engines import NOON, Opened, rows
from tests.flows.registration.rolls import WAKING, empty, rolled, signed, standing, wish


async def person(records: Opened, name: str = "陈建国") -> PersonId:
    """Store somebody and return their id."""
    async with records.database.begin() as tx:
        return await tx.people.meet(
            "镇海恒通紧固件有限公司", name, f"1380574{abs(hash(name)) % 10000:04d}"
        )


async def test_a_list_comes_back_as_it_was_stored(records: Opened) -> None:
    me = await person(records)
    roll = signed(empty(), me)
    async with records.database.begin() as tx:
        await tx.rolls.save([roll])
    async with records.database.begin() as tx:
        assert await tx.rolls.hold(["HD-2026-001"]) == {"HD-2026-001": roll}
        assert await tx.rolls.of(me) == ["HD-2026-001"]


async def test_only_what_changed_is_written(records: Opened) -> None:
    me, other = await person(records), await person(records, "王芳")
    async with records.database.begin() as tx:
        await tx.rolls.save([signed(empty(), me, other)])
    async with records.database.begin() as tx:
        held = (await tx.rolls.hold(["HD-2026-001"]))["HD-2026-001"]
        await tx.rolls.save([rolled(cancel(held, 1, NOON, WAKING)).roll])
    async with records.database.begin() as tx:
        held = (await tx.rolls.hold(["HD-2026-001"]))["HD-2026-001"]
    assert (standing(held, me), standing(held, other)) == (
        Standing.CANCELLED,
        Standing.CONFIRMED,
    )


async def test_nobody_stands_on_a_list_twice_whatever_the_code_believes(records: Opened) -> None:
    me = await person(records)
    once = signed(empty(), me)
    again = once.put(once.registrations[1].model_copy(update={"seq": 2}))
    with pytest.raises((IntegrityError, Stale)):
        async with records.database.begin() as tx:
            await tx.rolls.save([again])


async def test_who_cancelled_may_sign_up_again(records: Opened) -> None:
    me = await person(records)
    roll = signed(rolled(cancel(signed(empty(), me), 1, NOON, WAKING)).roll, me)
    async with records.database.begin() as tx:
        await tx.rolls.save([roll])
    async with records.database.begin() as tx:
        held = await tx.rolls.hold(["HD-2026-001"])
    assert len(held["HD-2026-001"].registrations) == 2


async def test_numbers_count_on_within_a_year(records: Opened) -> None:
    async with records.database.begin() as tx:
        assert [await tx.rolls.next_number(2026) for _ in range(2)] == [1, 2]
        assert await tx.rolls.next_number(2027) == 1


async def test_what_is_published_and_not_over_is_offered(records: Opened) -> None:
    soon = empty()
    draft = Roll.of(
        soon.event.model_copy(update={"number": "HD-2026-002", "stage": Stage.DRAFT}), ()
    )
    over = Roll.of(
        soon.event.model_copy(
            update={
                "number": "HD-2026-003",
                "starts_at": NOON - timedelta(hours=3),
                "ends_at": NOON - timedelta(hours=1),
            }
        ),
        (),
    )
    async with records.database.begin() as tx:
        await tx.rolls.save([soon, draft, over])
    async with records.database.read() as tx:
        assert [one.number for one in await tx.rolls.open(NOON)] == ["HD-2026-001"]
        assert [one.number for one in await tx.rolls.drafts(NOON)] == ["HD-2026-001", "HD-2026-002"]


async def test_a_code_of_the_door_is_known_by_its_signature(records: Opened) -> None:
    async with records.database.read() as tx:
        told = tx.rolls.ticket("HD-2026-001", 12)
        assert tx.rolls.read_ticket(told) == Pass("HD-2026-001", 12)
        assert tx.rolls.read_ticket(told.replace(".12.", ".13.")) is None
        assert tx.rolls.read_ticket("HD-2026-001.12.") is None


async def test_somebody_unknown_is_the_same_however_it_is_written(records: Opened) -> None:
    async with records.database.read() as tx:
        one = tx.rolls.stranger("王芳", "宁波ＡＢＣ（集团）有限公司")
        assert one == tx.rolls.stranger(" 王芳", "宁波abc(集团)有限公司")
        assert one != tx.rolls.stranger("王芳", "宁波恒通")


async def test_nothing_personal_lies_in_the_rows(records: Opened) -> None:
    me = await person(records)
    async with records.database.begin() as tx:
        await tx.rolls.save([signed(empty(), me, phone="13805740001", plate="浙B12345")])
    told = repr(rows(records.url, "SELECT * FROM registration"))
    assert "来宾" not in told
    assert "紧固件" not in told
    assert "13805740001" not in told


async def test_two_who_change_a_list_at_once_see_each_other(records: Opened) -> None:
    one, two = await person(records), await person(records, "王芳")
    async with records.database.begin() as tx:
        await tx.rolls.save([empty(capacity=1)])

    async def take(who: PersonId) -> None:
        async with records.database.begin() as tx:
            roll = (await tx.rolls.hold(["HD-2026-001"]))["HD-2026-001"]
            await asyncio.sleep(0)
            done = rolled(sign_up(roll, wish(who, waits=True), NOON))
            await tx.rolls.save([done.roll])

    await asyncio.gather(take(one), take(two))
    async with records.database.begin() as tx:
        roll = (await tx.rolls.hold(["HD-2026-001"]))["HD-2026-001"]
    assert sorted(one.standing for one in roll.registrations.values()) == ["confirmed", "waiting"]
