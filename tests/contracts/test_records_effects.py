"""What those did who got a campaign is counted from the rows, of this campaign alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.storage.rows import SeedPerson
from flows.campaigns.audience import EVERY, Target
from flows.office import Content
from handlers.ports import Post, Text, ToPerson
from tests.engines import Opened, rows
from tests.flows.campaigns.drafts import NINE, campaign

NUMBER, OTHER = "TS-2026-001", "TS-2026-002"
PEOPLE = [("恒通紧固件厂", "陈建国"), ("恒通紧固件厂", "周芳"), ("宏业铸造厂", "沈丽")]


@pytest.fixture
async def people(records: Opened) -> list[int]:
    """Let both campaigns go to three people of two enterprises, and the first to a group."""
    async with records.database.begin() as tx:
        seeds = [SeedPerson(name, "dingtalk", name, enterprise=firm) for firm, name in PEOPLE]
        await tx.seed(seeds, [])
        known = [await tx.people.find("dingtalk", name) for _, name in PEOPLE]
        found = [one.id for one in known if one is not None]
        for number in (NUMBER, OTHER):
            one = campaign(number=number, code=number, created_by=found[0])
            await tx.campaigns.save(one)
            targets = [Target(f"p:{n}", "x") for n in found]
            await tx.campaigns.freeze(number, targets)
            await tx.post([posted(number, n) for n in found], {})
    return found


def posted(number: str, person: int) -> Post:
    return Post(
        to=ToPerson(person),
        content=Content.NOTICE,
        parts=(Text("echo", {"x": "x"}),),
        dedupe=f"c:{number}:p:{person}",
        campaign=number,
    )


async def test_confirmations_are_counted_by_person_and_by_enterprise(
    records: Opened, people: list[int]
) -> None:
    async with records.database.begin() as tx:
        for n, person in enumerate(people):
            firm = PEOPLE[n][0]
            at = NINE + timedelta(minutes=10 - n)
            assert await tx.campaigns.acknowledge(NUMBER, person, firm, at)
        await tx.campaigns.acknowledge(OTHER, people[0], "", NINE)
        found = await tx.campaigns.answered(NUMBER, "", NINE)
        other = await tx.campaigns.answered(OTHER, "", NINE)
    assert list(found.received) == people[::-1]  # the earliest first
    assert found.received[people[0]] == NINE + timedelta(minutes=10)
    assert found.firms == 2
    assert (len(other.received), other.firms) == (1, 0)


async def test_an_enterprise_is_reached_when_one_of_its_people_was_sent_it(
    records: Opened, people: list[int]
) -> None:
    rows(records.url, "UPDATE delivery SET state = 'failed'")
    async with records.database.read() as tx:
        assert (await tx.campaigns.answered(NUMBER, "", NINE)).reached == 0
    update = "UPDATE delivery SET state = 'sent' WHERE dedupe IN (?, ?)"
    rows(records.url, update, *(f"c:{NUMBER}:p:{n}" for n in people[:2]))
    async with records.database.read() as tx:
        assert (await tx.campaigns.answered(NUMBER, "", NINE)).reached == 1
        assert (await tx.campaigns.answered(OTHER, "", NINE)).reached == 0


async def test_whoever_it_is_for_has_their_enterprise_beside_them(
    records: Opened, people: list[int]
) -> None:
    async with records.database.begin() as tx:
        await tx.campaigns.freeze(OTHER, [Target(f"p:{people[2]}", "x"), Target("g:cid1", "群")])
        found = await tx.campaigns.answered(NUMBER, "", NINE)
        other = await tx.campaigns.answered(OTHER, "", NINE)
    assert found.enterprises == dict(zip(people, (firm for firm, _ in PEOPLE), strict=True))
    assert other.enterprises == {people[2]: "宏业铸造厂"}


async def test_readers_belong_to_the_message_that_they_read(
    records: Opened, people: list[int]
) -> None:
    found = dict(rows(records.url, "SELECT dedupe, id FROM delivery"))
    mine, other = found[f"c:{NUMBER}:p:{people[0]}"], found[f"c:{OTHER}:p:{people[0]}"]
    for delivery, reader in ((mine, "a"), (mine, "b"), (other, "a")):
        insert = "INSERT INTO delivery_read (delivery, reader, at) VALUES (?, ?, 1)"
        rows(records.url, insert, delivery, reader)
    async with records.database.read() as tx:
        assert (await tx.campaigns.answered(NUMBER, "", NINE)).readers == {mine: 2}


async def test_who_left_its_topic_or_all_of_them_since_it_began_is_counted_once(
    records: Opened, people: list[int]
) -> None:
    async with records.database.begin() as tx:
        await tx.topics.leave(people[0], "用工", NINE)
        await tx.topics.leave(people[0], EVERY, NINE)
        await tx.topics.leave(people[1], "电价", NINE)
        await tx.topics.leave(people[2], "用工", NINE - timedelta(seconds=1))
        assert (await tx.campaigns.answered(NUMBER, "用工", NINE)).left == 1
        assert (await tx.campaigns.answered(NUMBER, "电价", NINE)).left == 2
        assert (await tx.campaigns.answered(NUMBER, "", NINE)).left == 1
        assert (await tx.campaigns.answered(NUMBER, "用工", None)).left == 0


async def test_a_target_says_when_it_was_sent_read_and_taken_back(
    records: Opened, people: list[int]
) -> None:
    update = "UPDATE delivery SET state = 'sent', sent_at = {0}, read_at = {0} WHERE dedupe = ?"
    name = f"c:{NUMBER}:p:{people[0]}"
    rows(records.url, update.format("created_at"), name)
    async with records.database.read() as tx:
        first, second, _ = await tx.campaigns.fates(NUMBER)
    assert first.sent_at is not None
    assert first.sent_at == first.read_at
    assert (second.sent_at, second.read_at, second.recalled_at) == (None, None, None)
