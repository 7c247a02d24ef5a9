"""People, roles, groups and invitations; what is said in chat wins over the file."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.storage.rows import SeedPerson, SeedRole
from handlers.ports import Group, Invite, Person, Role
from tests.engines import NOON, Opened

TODAY = date(2026, 11, 24)
CLERK = SeedPerson("李受理", "dingtalk", "clerk", roles=(SeedRole(Role.CLERK),))
WANG = SeedPerson("王一", "dingtalk", "wang", phone="13800000000", enterprise="蛟川机械")
STAFF = Group("cid-staff", "工作群", "staff")


async def seed(records: Opened, *persons: SeedPerson, groups: tuple[Group, ...] = ()) -> None:
    async with records.database.begin() as tx:
        await tx.seed(persons, groups)


async def found(records: Opened, staff_id: str) -> Person:
    async with records.database.begin() as tx:
        person = await tx.people.find("dingtalk", staff_id)
    assert person is not None
    return person


async def test_the_file_brings_people_roles_and_groups(records: Opened) -> None:
    await seed(records, CLERK, WANG, groups=(STAFF,))
    clerk, wang = await found(records, "clerk"), await found(records, "wang")
    assert (clerk.name, clerk.roles, clerk.binding) == ("李受理", ((Role.CLERK, ""),), "none")
    assert (wang.name, wang.phone, wang.enterprise) == ("王一", "13800000000", "蛟川机械")
    assert (wang.binding, wang.roles, wang.reachable) == ("bound", (), True)
    async with records.database.begin() as tx:
        roster = await tx.people.roster(TODAY)
        assert await tx.people.enterprises() == ["蛟川机械"]
        assert await tx.persons.with_phone("13800000000") == [wang.id]
        assert await tx.groups() == [STAFF]
    assert roster.holders(Role.CLERK) == (clerk,)
    assert roster.groups == (STAFF,)


async def test_a_second_start_changes_nothing(records: Opened) -> None:
    await seed(records, CLERK, WANG, groups=(STAFF,))
    first = await found(records, "clerk")
    await seed(records, CLERK, WANG, groups=(STAFF,))
    assert await found(records, "clerk") == first
    async with records.database.begin() as tx:
        acts = [entry.act for entry in await tx.history.entries(f"person:{first.id}")]
    assert acts == ["role.granted"]


async def test_what_is_said_twice_of_one_account_is_put_together(records: Opened) -> None:
    admin = SeedPerson("", "dingtalk", "clerk", roles=(SeedRole(Role.ADMIN),))
    for order in ((CLERK, admin), (admin, CLERK, CLERK)):
        await seed(records, *order)
        clerk = await found(records, "clerk")
        assert (clerk.name, set(clerk.roles)) == ("李受理", {(Role.CLERK, ""), (Role.ADMIN, "")})
    async with records.database.begin() as tx:
        assert len(await tx.history.entries(f"person:{clerk.id}")) == 2


async def test_somebody_met_before_is_recognised_by_the_file(records: Opened) -> None:
    met = await records.person("wang", nick="王总")
    await seed(records, WANG)
    wang = await found(records, "wang")
    assert (wang.id, wang.nick, wang.name) == (met, "王总", "王一")


async def test_what_the_file_corrects_is_corrected(records: Opened) -> None:
    await seed(records, WANG)
    await seed(records, replace(WANG, phone="13900000000"))
    assert (await found(records, "wang")).phone == "13900000000"


async def test_what_a_person_said_is_not_undone_by_the_file(records: Opened) -> None:
    await seed(records, WANG)
    async with records.database.begin() as tx:
        wang = await tx.people.find("dingtalk", "wang")
        assert wang is not None
        said = replace(wang, phone="13700000000", consent="v1")
        await tx.people.save([said])
    await seed(records, WANG)
    assert await found(records, "wang") == said


async def test_a_role_dropped_from_the_file_ends_and_may_come_back(records: Opened) -> None:
    await seed(records, CLERK)
    await seed(records, replace(CLERK, roles=()))
    assert (await found(records, "clerk")).roles == ()
    await seed(records, CLERK)
    clerk = await found(records, "clerk")
    assert clerk.has(Role.CLERK)
    await seed(records)
    assert not (await found(records, "clerk")).has(Role.CLERK)
    async with records.database.begin() as tx:
        entries = await tx.history.entries(f"person:{clerk.id}")
    assert [(e.act, e.channel) for e in entries] == [
        ("role.granted", "config"),
        ("role.revoked", "config"),
        ("role.granted", "config"),
        ("role.revoked", "config"),
    ]


async def test_a_role_revoked_in_chat_stays_revoked(records: Opened) -> None:
    await seed(records, CLERK)
    clerk = await found(records, "clerk")
    async with records.database.begin() as tx:
        await tx.people.revoke(clerk.id, Role.CLERK, "", clerk.id)
        await tx.people.revoke(clerk.id, Role.CLERK, "", clerk.id)
    await seed(records, CLERK)
    assert (await found(records, "clerk")).roles == ()
    async with records.database.begin() as tx:
        entries = await tx.history.entries(f"person:{clerk.id}")
    assert [(e.act, e.actor, e.public["role"]) for e in entries] == [
        ("role.granted", None, "clerk"),
        ("role.revoked", clerk.id, "clerk"),
    ]


async def test_a_role_granted_in_chat_survives_the_next_start(records: Opened) -> None:
    await seed(records, CLERK, WANG)
    wang = await found(records, "wang")
    async with records.database.begin() as tx:
        await tx.people.grant(wang.id, Role.LIAISON, "power", None)
        await tx.people.grant(wang.id, Role.LIAISON, "power", None)
    await seed(records, CLERK, WANG)
    wang = await found(records, "wang")
    assert wang.units() == ("power",)
    async with records.database.begin() as tx:
        assert len(await tx.history.entries(f"person:{wang.id}")) == 1
        roster = await tx.people.roster(TODAY)
    assert roster.holders(Role.LIAISON, "power") == (wang,)


@pytest.mark.parametrize(
    ("since", "until", "held"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (TODAY + timedelta(days=1), None, False),
        (None, TODAY - timedelta(days=1), False),
    ],
)
async def test_a_role_counts_between_its_days(
    records: Opened, since: date | None, until: date | None, held: bool
) -> None:
    await seed(records, replace(CLERK, roles=(SeedRole(Role.CLERK, "", since, until),)))
    assert (await found(records, "clerk")).has(Role.CLERK) is held
    async with records.database.begin() as tx:
        assert bool((await tx.people.roster(TODAY)).staff) is held


async def test_the_day_begins_in_shanghai(records: Opened) -> None:
    tomorrow = TODAY + timedelta(days=1)
    await seed(records, replace(CLERK, roles=(SeedRole(Role.CLERK, "", tomorrow),)))
    records.clock.now = NOON.replace(hour=15, minute=59)
    assert not (await found(records, "clerk")).has(Role.CLERK)
    records.clock.move(minutes=1)
    assert (await found(records, "clerk")).has(Role.CLERK)


async def test_a_group_set_in_chat_wins_and_a_dropped_one_goes(records: Opened) -> None:
    other = Group("cid-power", "供电群", "department", "power")
    await seed(records, groups=(STAFF, other))
    async with records.database.begin() as tx:
        await tx.people.set_group(replace(STAFF, kind="enterprise"))
    await seed(records, groups=(STAFF, replace(other, name="电力群")))
    async with records.database.begin() as tx:
        assert {g.chat: (g.kind, g.name) for g in await tx.groups()} == {
            "cid-staff": ("enterprise", "工作群"),
            "cid-power": ("department", "电力群"),
        }
    await seed(records)
    async with records.database.begin() as tx:
        assert [g.chat for g in await tx.groups()] == ["cid-staff"]


async def test_what_the_file_says_of_a_group_reaches_also_one_whose_kind_was_said_in_chat(
    records: Opened,
) -> None:
    async with records.database.begin() as tx:
        await tx.people.set_group(replace(STAFF, kind="enterprise"))
    told = replace(
        STAFF, chamber="骆驼商会", town="骆驼街道", industries=("机电", "五金"), sandbox=True
    )
    await seed(records, groups=(told,))
    async with records.database.begin() as tx:
        assert await tx.groups() == [replace(told, kind="enterprise")]
        await tx.people.set_group(replace(STAFF, kind="leader"))  # chat says nothing of the rest
    async with records.database.begin() as tx:
        assert await tx.groups() == [replace(told, kind="leader")]
    await seed(records, groups=(replace(told, sandbox=False, industries=()),))
    async with records.database.begin() as tx:
        (group,) = await tx.groups()
    assert (group.kind, group.sandbox, group.industries) == ("leader", False, ())


async def test_a_stranger_is_a_person_without_a_name(records: Opened) -> None:
    person = await records.person("s1", nick="路人")
    async with records.database.begin() as tx:
        assert await tx.people.load([person]) == {person: Person(person, nick="路人")}
        assert await tx.people.load([]) == {}
        assert await tx.people.find("dingtalk", "nobody") is None


async def test_what_a_person_only_claims_makes_no_enterprise(records: Opened) -> None:
    person = await records.person("s1")
    claim = Person(person, "王一", "", "13800000000", "蛟川机械", "pending", "v1")
    async with records.database.begin() as tx:
        await tx.people.save([claim])
        assert await tx.people.load([person]) == {person: claim}
        assert await tx.people.enterprises() == []
        await tx.people.save([replace(claim, binding="bound")])
        assert await tx.people.enterprises() == ["蛟川机械"]


async def test_an_invitation_is_good_once_and_for_its_time(records: Opened) -> None:
    by, guest = await records.person("s1"), await records.person("s2")
    invite = Invite("ABC123", "蛟川机械", "王一", by, NOON + timedelta(days=1))
    async with records.database.begin() as tx:
        await tx.people.invite(invite)
        assert await tx.people.redeem("abc", guest, NOON) is None
        assert await tx.people.redeem("ABC123", guest, NOON + timedelta(days=1)) is None
        assert await tx.people.redeem("ABC123", guest, NOON) == invite
        assert await tx.people.redeem("ABC123", guest, NOON) is None
