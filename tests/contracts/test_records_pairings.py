"""Codes that link accounts, and rows that go from one person to another and back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bot.storage.tables import campaign, conversation, pairing, policy, policy_asker, target
from flows.campaigns.audience import Target
from flows.office import Content
from handlers.pairing.records import Account
from handlers.ports import PersonId, Post, Task, Text, ToPerson
from tests.engines import NOON, Opened, arrival, rows

LATER = NOON + timedelta(minutes=10)


async def two(records: Opened) -> tuple[PersonId, PersonId]:
    """Meet somebody at DingTalk, and an account of 公众号."""
    one = await records.person("one")
    return one, await met(records, "o-1")


async def met(records: Opened, ident: str, channel: str = "wechat") -> PersonId:
    """Meet an account of a channel."""
    async with records.database.begin() as tx:
        one = replace(arrival(f"hello {ident}", staff=ident), channel=channel)
        (filed,) = await tx.admit([one])
    assert filed is not None
    return filed.person


async def unite(records: Opened, other: PersonId, stays: PersonId) -> None:
    async with records.database.begin() as tx:
        await tx.pairings.unite(other, stays, "wechat")


async def test_a_code_is_taken_once(records: Opened) -> None:
    one, other = await two(records)
    third = await met(records, "o-2")
    async with records.database.begin() as tx:
        assert await tx.pairings.offer("12345678", one, LATER)
        assert await tx.pairings.claim("12345678", other, NOON) == one
        assert await tx.pairings.claim("12345678", third, NOON) is None
        assert await tx.pairings.claim("12345678", other, NOON) == one
        assert await tx.pairings.claimed(other, NOON) == one
        await tx.pairings.spend(other, NOON)
        assert await tx.pairings.claimed(other, NOON) is None
        assert await tx.pairings.claim("12345678", other, NOON) is None


async def test_a_code_is_no_good_at_its_hour(records: Opened) -> None:
    one, other = await two(records)
    async with records.database.begin() as tx:
        await tx.pairings.offer("12345678", one, LATER)
        assert await tx.pairings.claim("12345678", other, LATER) is None


async def test_the_newer_code_voids_the_older_and_nobody_gets_anothers(records: Opened) -> None:
    one, other = await two(records)
    async with records.database.begin() as tx:
        await tx.pairings.offer("11111111", one, LATER)
        await tx.pairings.offer("22222222", one, LATER)
        assert not await tx.pairings.offer("22222222", other, LATER)
        assert await tx.pairings.claim("11111111", other, NOON) is None
        assert await tx.pairings.claim("22222222", other, NOON) == one


async def test_a_code_that_is_over_may_be_drawn_again(records: Opened) -> None:
    one, other = await two(records)
    async with records.database.begin() as tx:
        await tx.pairings.offer("12345678", one, NOON - timedelta(days=1))
        assert await tx.pairings.offer("12345678", other, LATER)


async def test_a_second_code_that_is_typed_is_the_one_that_is_meant(records: Opened) -> None:
    one, other = await two(records)
    second = await records.person("second")
    async with records.database.begin() as tx:
        await tx.pairings.offer("11111111", one, LATER)
        await tx.pairings.offer("22222222", second, LATER)
        await tx.pairings.claim("11111111", other, NOON)
        await tx.pairings.claim("22222222", other, NOON)
        assert await tx.pairings.claimed(other, NOON) == second


async def test_of_two_who_take_a_code_at_once_one_has_it(records: Opened) -> None:
    one, other = await two(records)
    third = await met(records, "o-2")
    async with records.database.begin() as tx:
        await tx.pairings.offer("12345678", one, LATER)

    async def take(who: PersonId) -> PersonId | None:
        async with records.database.begin() as tx:
            return await tx.pairings.claim("12345678", who, NOON)

    found = await asyncio.gather(take(other), take(third))
    assert sorted(map(str, found)) == sorted([str(one), "None"])


async def test_accounts_are_listed_and_one_is_preferred(records: Opened) -> None:
    one, other = await two(records)
    await unite(records, other, one)
    async with records.database.begin() as tx:
        await tx.pairings.prefer(one, "dingtalk")
        found = await tx.pairings.accounts(one)
        assert {each.channel: each.preferred for each in found} == {
            "wechat": False,
            "dingtalk": True,
        }
        reached = await tx.reach([one])
        assert [each.channel for each in reached[one] if each.preferred] == ["dingtalk"]
        await tx.pairings.prefer(one, "")
        assert Account("dingtalk") in await tx.pairings.accounts(one)


async def test_what_names_who_went_is_read_as_who_stays(records: Opened) -> None:
    one, other = await two(records)
    async with records.database.begin() as tx:
        task = await tx.tasks.add(Task(0, "callback", other, {"phone": "1"}, NOON))
    await unite(records, other, one)
    async with records.database.begin() as tx:
        assert (await tx.people.load([other]))[other].merged_into == one
        assert set((await tx.reach([other]))[other]) == set((await tx.reach([one]))[one])
        known = await tx.tasks.get(task)
        assert known is not None
        assert (known.person, known.detail) == (one, {"phone": "1"})
        assert [each.person for each in await tx.tasks.open()] == [one]


async def test_who_was_linked_before_goes_along_and_comes_back(records: Opened) -> None:
    one, other = await two(records)
    third = await met(records, "w-1", "wecom")
    await unite(records, third, other)
    async with records.database.begin() as tx:
        carried = await tx.pairings.unite(other, one, "wechat")
        assert (await tx.people.load([third]))[third].merged_into == one
        assert carried.followers == (third,)
        assert carried.channels == ("wechat", "wecom")
        await tx.pairings.part(other, one, carried, whole=True)
        assert (await tx.people.load([third]))[third].merged_into == other
        assert (await tx.people.load([other]))[other].merged_into is None
        assert {each.channel for each in await tx.pairings.accounts(other)} == {"wechat", "wecom"}


async def test_rows_go_over_and_come_back_where_nobody_had_them(records: Opened) -> None:
    one, other = await two(records)
    async with records.database.begin() as tx:
        run = tx._session.connection.execute
        for number in ("ZC-1", "ZC-2"):
            await run(
                insert(policy).values(
                    number=number,
                    doc_no="",
                    stage="current",
                    version=1,
                    created_by=one,
                    created_at=NOON,
                    reminded="",
                    body=b"",
                )
            )
        asked = [{"policy": "ZC-1", "person": one}, {"policy": "ZC-1", "person": other}]
        await run(
            insert(policy_asker),
            [{**row, "at": NOON} for row in (*asked, {"policy": "ZC-2", "person": other})],
        )
        await tx.topics.leave(one, "甲", NOON)
        await tx.topics.leave(other, "甲", NOON)
        await tx.topics.leave(other, "乙", NOON)
        carried = await tx.pairings.unite(other, one, "wechat")
        assert (carried.policies, carried.topics) == (("ZC-2",), ("乙",))
        assert (await tx.topics.left())[one] == {"甲", "乙"}
        await tx.pairings.part(other, one, carried, whole=True)
        assert (await tx.topics.left())[one] == {"甲"}
        rows = await run(select(policy_asker.c.policy).where(policy_asker.c.person == other))
        assert sorted(rows.scalars()) == ["ZC-1", "ZC-2"]


async def aimed(records: Opened, number: str, *persons: PersonId) -> None:
    """Let a campaign be about to go to people."""
    async with records.database.begin() as tx:
        await tx._session.connection.execute(
            insert(campaign).values(
                number=number,
                stage="sending",
                version=1,
                code=number,
                doc_no="",
                created_by=persons[0],
                created_at=NOON,
                body=b"",
            )
        )
        await tx.campaigns.freeze(
            number, [Target(f"p:{one}", f"name of {one}", None) for one in persons]
        )


async def test_what_was_about_to_go_to_one_goes_to_the_other_once(records: Opened) -> None:
    one, other = await two(records)
    await aimed(records, "TS-1", other)
    await aimed(records, "TS-2", other, one)
    await unite(records, other, one)
    async with records.database.read() as tx:
        result = await tx._session.connection.execute(
            select(target.c.campaign, target.c.key).order_by(target.c.campaign, target.c.seq)
        )
        assert [tuple(row) for row in result] == [
            ("TS-1", f"p:{one}"),
            ("TS-2", f"p:{other}"),
            ("TS-2", f"p:{one}"),
        ]
        (left,) = await tx.campaigns.waiting("TS-1", 5)
        assert left.name == f"name of {other}"


async def test_what_was_about_to_go_to_one_is_aimed_at_them_again(records: Opened) -> None:
    one, other = await two(records)
    await aimed(records, "TS-1", other)
    await aimed(records, "TS-2", other, one)
    async with records.database.begin() as tx:
        carried = await tx.pairings.unite(other, one, "wechat")
        await tx.pairings.part(other, one, carried, whole=True)
        assert carried.targets == ("TS-1",)
        (left,) = await tx.campaigns.waiting("TS-1", 5)
        assert (left.key, left.name) == (f"p:{other}", f"name of {other}")
        assert {each.key for each in await tx.campaigns.waiting("TS-2", 5)} == {
            f"p:{one}",
            f"p:{other}",
        }


async def test_whom_a_campaign_meant_it_means_under_who_they_are_now(records: Opened) -> None:
    one, other = await two(records)
    await aimed(records, "TS-1", other)
    async with records.database.begin() as tx:
        await tx.campaigns.owe("TS-1", [f"p:{other}"])
        assert not await tx.campaigns.calm.is_target("TS-1", one)
        await tx.pairings.unite(other, one, "wechat")
        assert await tx.campaigns.calm.is_target("TS-1", one)


async def test_who_confirmed_at_an_account_is_not_reminded_at_another(records: Opened) -> None:
    one, other = await two(records)
    third = await met(records, "o-3")
    await aimed(records, "TS-1", other, third)
    for who in (other, third):
        await sent(records, "TS-1", who)
    async with records.database.begin() as tx:
        assert await tx.campaigns.unconfirmed("TS-1") == sorted([other, third])
        await tx.campaigns.acknowledge("TS-1", other, "", NOON)
        await tx.pairings.unite(other, one, "wechat")
        assert await tx.campaigns.unconfirmed("TS-1") == [third]
        await tx.pairings.unite(third, one, "wecom")
        assert await tx.campaigns.unconfirmed("TS-1") == []


async def sent(records: Opened, number: str, person: PersonId) -> None:
    """Let a campaign have been sent to somebody 1:1."""
    name = f"c:{number}:p:{person}"
    async with records.database.begin() as tx:
        to = ToPerson(person)
        text = (Text("echo", {"x": "hello"}),)
        post = Post(to=to, content=Content.NOTICE, parts=text, dedupe=name, campaign=number)
        await tx.post([post], {})
    rows(records.url, "UPDATE delivery SET state = 'sent' WHERE dedupe = ?", name)


async def test_after_a_while_only_the_accounts_come_back(records: Opened) -> None:
    one, other = await two(records)
    async with records.database.begin() as tx:
        await tx.topics.leave(other, "乙", NOON)
        carried = await tx.pairings.unite(other, one, "wechat")
        await tx.pairings.part(other, one, carried, whole=False)
        assert (await tx.topics.left())[one] == {"乙"}
        assert [each.channel for each in await tx.pairings.accounts(other)] == ["wechat"]


async def test_whose_right_was_taken_has_none_of_both(records: Opened) -> None:
    one, other = await two(records)
    assistant = await records.person("assistant")
    async with records.database.begin() as tx:
        await tx.proxies.bar(other, assistant, NOON)
        await tx.pairings.unite(other, one, "wechat")
        assert (one, assistant) in await tx.proxies.barred([one])


# On SQLite one transaction writes at a time.
@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
async def test_a_conversation_that_somebody_else_keeps_is_given_up(records: Opened) -> None:
    one, other = await two(records)
    async with records.database.begin() as tx:
        await tx.conversations.lock([one])
    async with records.database.begin() as tx:
        await tx.conversations.lock([one])
        async with records.database.begin() as second:
            await second.conversations.lock([other])
            assert not await second.pairings.hold(one)


async def test_a_conversation_that_is_free_is_held(records: Opened) -> None:
    one, _ = await two(records)
    async with records.database.begin() as tx:
        assert await tx.pairings.hold(one)
        found = await tx._session.connection.execute(select(conversation.c.person))
        assert one in found.scalars().all()


async def test_nothing_of_a_code_is_kept_in_clear(records: Opened) -> None:
    one, _ = await two(records)
    async with records.database.begin() as tx:
        await tx.pairings.offer("12345678", one, LATER)
        result = await tx._session.connection.execute(select(pairing.c.code_key))
    assert b"12345678" not in result.scalar_one()
