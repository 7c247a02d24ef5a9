"""Staff, groups and enterprises are kept between transactions, and are never out of date."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from bot.keys import Keys
from bot.storage.database import Database, Transaction
from bot.storage.rows import SeedPerson, SeedRole
from handlers.ports import Group, Person, Role, Roster
from tests.engines import SECRET, Opened, arrival, dispatch, roll_back

TODAY = date(2026, 11, 24)
CLERK = SeedPerson("李受理", "dingtalk", "clerk", roles=(SeedRole(Role.CLERK),))
WANG = SeedPerson("王一", "dingtalk", "wang", phone="13800000000", enterprise="蛟川机械")
STAFF = Group("cid-staff", "工作群", "staff")

View = tuple[Roster, list[str], list[Group]]
Change = Callable[[Transaction, Person, Person], Awaitable[object]]


async def view(database: Database, today: date = TODAY) -> View:
    async with database.begin() as tx:
        roster = await tx.people.roster(today)
        return roster, list(await tx.people.enterprises()), list(await tx.groups())


@pytest.fixture
async def people(records: Opened) -> tuple[Person, Person]:
    async with records.database.begin() as tx:
        await tx.seed([CLERK, WANG], [STAFF])
    async with records.database.begin() as tx:
        clerk, wang = (
            await tx.people.find("dingtalk", "clerk"),
            await tx.people.find("dingtalk", "wang"),
        )
    assert clerk
    assert wang
    return clerk, wang


CHANGES: dict[str, Change] = {
    "granted": lambda tx, clerk, wang: tx.people.grant(wang.id, Role.LEADER, "", None),
    "revoked": lambda tx, clerk, wang: tx.people.revoke(clerk.id, Role.CLERK, "", None),
    "left the file": lambda tx, clerk, wang: tx.seed([WANG], [STAFF]),
    "group set": lambda tx, clerk, wang: tx.people.set_group(replace(STAFF, kind="leader")),
    "group left the file": lambda tx, clerk, wang: tx.seed([CLERK, WANG], []),
    "telephone": lambda tx, clerk, wang: tx.people.save([replace(clerk, phone="13900000000")]),
    "consent": lambda tx, clerk, wang: tx.people.save([replace(clerk, consent="v2")]),
    "enterprise": lambda tx, clerk, wang: tx.people.save([replace(wang, enterprise="新厂")]),
    "nick": lambda tx, clerk, wang: tx.admit([arrival("m1", staff="clerk", nick="小李")]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_the_next_transaction_sees_a_change_in_every_process(
    records: Opened, people: tuple[Person, Person], change: Change
) -> None:
    other = Database(records.url, Keys(SECRET), records.clock, dispatch)
    before = await view(records.database)
    assert await view(other) == before
    async with records.database.begin() as tx:
        await change(tx, *people)
    after = await view(records.database)
    assert after != before
    assert await view(other) == after
    await other.close()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_what_was_rolled_back_is_not_seen(
    records: Opened, people: tuple[Person, Person], change: Change
) -> None:
    before = await view(records.database)

    async def look_at_it(tx: Transaction) -> None:
        await change(tx, *people)
        await tx.people.roster(TODAY)
        await tx.groups()
        await tx.people.enterprises()

    await roll_back(records, look_at_it)
    assert await view(records.database) == before


async def test_a_transaction_sees_its_own_changes(
    records: Opened, people: tuple[Person, Person]
) -> None:
    clerk, wang = people
    async with records.database.begin() as tx:
        assert (await tx.people.roster(TODAY)).holders(Role.CLERK) == (clerk,)
        await tx.people.revoke(clerk.id, Role.CLERK, "", None)
        assert (await tx.people.roster(TODAY)).holders(Role.CLERK) == ()
        await tx.people.grant(wang.id, Role.CLERK, "", None)
        roster = await tx.people.roster(TODAY)
        assert [p.id for p in roster.holders(Role.CLERK)] == [wang.id]
        assert (await tx.people.load([wang.id]))[wang.id].has(Role.CLERK)


async def test_a_writer_beside_a_reader_spoils_nothing_for_either(
    records: Opened, people: tuple[Person, Person]
) -> None:
    clerk, _ = people
    async with records.database.begin() as tx:
        await tx.people.revoke(clerk.id, Role.CLERK, "", None)
        assert (await tx.people.roster(TODAY)).staff == {}
        async with records.database.read() as reader:
            assert (await reader.people.roster(TODAY)).holders(Role.CLERK) == (clerk,)
        assert (await tx.people.roster(TODAY)).staff == {}
    assert (await view(records.database))[0].staff == {}


async def test_a_term_ends_with_its_day_although_nothing_was_written(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.seed([replace(CLERK, roles=(SeedRole(Role.CLERK, "", None, TODAY),))], [])
    assert (await view(records.database))[0].staff
    assert not (await view(records.database, TODAY + timedelta(days=1)))[0].staff
    assert (await view(records.database))[0].staff


@contextmanager
def counted(records: Opened) -> Iterator[list[str]]:
    """Note every statement."""
    engine = records.database._engine.sync_engine
    said: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


async def test_what_nobody_changed_costs_one_query(
    records: Opened, people: tuple[Person, Person]
) -> None:
    first = await view(records.database)
    await records.person("somebody", nick="路人")
    async with records.database.begin() as tx:
        await tx.people.revoke(people[1].id, Role.CLERK, "", None)  # held by nobody
    with counted(records) as said:
        assert await view(records.database) == first
    assert len([one for one in said if one.startswith("SELECT")]) == 1
