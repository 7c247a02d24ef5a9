"""Links are kept, signed for one ticket and one department, and replaced by newer ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.link import Link, drawn, drawn_for_leader
from tests.contracts.test_records_cases import ticket
from tests.engines import NOON, Opened, rows

ONE = "ZH-2026-0001"
VALID = timedelta(hours=72)


async def filed(records: Opened) -> int:
    person = await records.person("s1")
    async with records.database.begin() as tx:
        await tx.tickets.save([ticket(ONE, person)], {})
    return person


async def added(records: Opened, link: Link) -> str:
    async with records.database.begin() as tx:
        await tx.links.end(link)
        await tx.links.add(link)
        return tx.links.token(link)


async def found(records: Opened, token: str) -> Link | None:
    async with records.database.begin() as tx:
        return await tx.links.find(token)


async def test_a_link_comes_back_as_it_was(records: Opened) -> None:
    person = await filed(records)
    link = drawn(ONE, "gdj", person, NOON, VALID)
    token = await added(records, link)
    assert await found(records, token) == link
    assert await found(records, token.upper()) == link
    kept = replace(link, person=person, devices=("aa", "bb"), code="cc", failures=2)
    async with records.database.begin() as tx:
        await tx.links.save(kept)
    assert await found(records, token) == kept


async def test_an_address_that_is_not_whole_finds_nothing(records: Opened) -> None:
    await filed(records)
    token = await added(records, drawn(ONE, "gdj", None, NOON, VALID))
    other = "a" if token[-1] != "a" else "b"
    for wrong in ("", token[:-1], token + "a", token[:-1] + other, "f" * 16 + token[16:]):
        assert await found(records, wrong) is None


async def test_a_signature_is_for_one_ticket_one_department_and_one_time(records: Opened) -> None:
    await filed(records)
    link = drawn(ONE, "gdj", None, NOON, VALID)
    token = await added(records, link)
    later = link.expires_at + timedelta(days=30)
    for changed in (replace(link, unit="jxj"), replace(link, expires_at=later)):
        async with records.database.begin() as tx:
            await tx.links.save(changed)
        assert await found(records, token) is None
    async with records.database.begin() as tx:
        await tx.links.save(link)
    assert await found(records, token) == link


async def test_a_new_link_ends_the_living_ones_of_the_same_department(records: Opened) -> None:
    await filed(records)
    over = drawn(ONE, "gdj", None, NOON - 2 * VALID, VALID)
    old, others = (drawn(ONE, unit, None, NOON, VALID) for unit in ("gdj", "jxj"))
    new = drawn(ONE, "gdj", None, NOON + timedelta(hours=1), VALID)
    for link in (over, old, others, new):
        await added(records, link)
    async with records.database.begin() as tx:
        ended = {link.id: link.revoked_at for link in await tx.links.of(ONE)}
    assert ended == {over.id: None, old.id: new.made_at, others.id: None, new.id: None}


async def test_a_leaders_link_names_the_leader(records: Opened) -> None:
    person = await filed(records)
    link = drawn_for_leader(ONE, person, None, NOON, VALID)
    token = await added(records, link)
    back = await found(records, token)
    assert back is not None
    assert (back.part, back.person, back.unit) == ("leader", person, "")


async def test_what_is_stored_opens_nothing(records: Opened) -> None:
    await filed(records)
    link = drawn(ONE, "gdj", None, NOON, VALID)
    token = await added(records, link)
    async with records.database.begin() as tx:
        digest = tx.links.digest(link, "code", "123456")
    assert "123456" not in digest
    assert token[16:] not in str(rows(records.url, "SELECT * FROM link"))
