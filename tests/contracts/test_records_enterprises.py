"""An enterprise that is no more is in no list, and nobody can be bound to it until it is back."""

from __future__ import annotations

import asyncio

import pytest

from bot.storage.rows import SeedPerson
from tests.engines import NOON, Opened

FIRM = "蛟川机械"
WANG = SeedPerson("王一", "dingtalk", "wang", phone="13800000000", enterprise=FIRM)


async def test_who_is_no_more_is_on_the_one_list_and_not_on_the_other(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.seed([WANG], ())
        assert await tx.people.enterprises() == [FIRM]
        number = await tx.enterprises.deregister(FIRM, NOON)
    async with records.database.begin() as tx:
        assert (await tx.people.enterprises(), list(await tx.enterprises.deregistered())) == (
            [],
            [FIRM],
        )
        assert not await tx.enterprises.stands(FIRM)
        assert await tx.enterprises.stands("没听说过的厂")
        assert await tx.enterprises.reinstate(FIRM) == number
    async with records.database.begin() as tx:
        assert (await tx.people.enterprises(), list(await tx.enterprises.deregistered())) == (
            [FIRM],
            [],
        )
        assert await tx.enterprises.stands(FIRM)


async def test_the_file_binds_nobody_to_an_enterprise_that_is_no_more(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.enterprises.deregister(FIRM, NOON)
    async with records.database.begin() as tx:
        await tx.seed([WANG], ())
        person = await tx.people.find("dingtalk", "wang")
    assert person is not None
    assert person.binding == "none"


@pytest.mark.usefixtures("engine")
async def test_who_binds_meanwhile_waits_and_sees_that_it_is_no_more(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.seed([WANG], ())

    async def look() -> bool:
        async with records.database.begin() as tx:
            return await tx.enterprises.stands(FIRM)

    async with records.database.begin() as tx:
        await tx.enterprises.deregister(FIRM, NOON)
        waiting = asyncio.create_task(look())
        await asyncio.sleep(0)
    assert not await waiting
