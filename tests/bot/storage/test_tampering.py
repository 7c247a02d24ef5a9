"""Whoever changes the history in the database is found out."""

import json
from hashlib import sha256

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from bot.storage.database import Transaction
from bot.storage.tables import history, history_head, history_seal, history_value
from handlers.ports import Entry, Stale
from tests.contracts.test_records_cases import ticket
from tests.engines import NOON, Opened

SUBJECT = "ticket:ZH-2026-0001"


def entry(act: str, **personal: str) -> Entry:
    return Entry(
        SUBJECT, act, 7, "clerk", "dingtalk", NOON, "a", "b", {"unit": "power"}, personal, 3
    )


async def write(tx: Transaction) -> None:
    await tx.record([entry("file", phone="13800000000"), entry("accept"), entry("close")])


async def verdict(tx: Transaction) -> int | None:
    return await tx.seals.verify(SUBJECT)


CHANGES: dict[str, object] = {
    "subject": "ticket:ZH-2026-0009",
    "seq": 9,
    "act": "reject",
    "actor": 8,
    "role": "leader",
    "channel": "paper",
    "at": NOON.replace(hour=5),
    "before": "x",
    "after": "x",
    "public": '{"unit": "power"}',
    "arrival": 4,
    "commitments": "{}",
    "prev": b"\1" * 32,
    "mac": b"\1" * 32,
}


def test_every_column_has_a_change_to_try() -> None:
    assert set(CHANGES) == set(history.c.keys())


@pytest.mark.parametrize("column", CHANGES)
@pytest.mark.parametrize("seq", [1, 2])
async def test_a_changed_column_is_found(records: Opened, column: str, seq: int) -> None:
    async with records.database.begin() as tx:
        await write(tx)
        assert await verdict(tx) is None
        if column == "commitments":
            await tx.history.erase([SUBJECT])
            value: object = '{"phone":"00"}'
        else:
            value = CHANGES[column]
        await tx._session.connection.execute(
            update(history).where(history.c.seq == seq).values({column: value})
        )
        assert await verdict(tx) == seq


async def test_a_personal_value_that_was_exchanged_is_found(records: Opened) -> None:
    async with records.database.begin() as tx:
        await write(tx)
        forged = tx._session.seal_json(
            ["00" * 16, "13900000000"], "history_value.value", SUBJECT, 1, "phone"
        )
        await tx._session.connection.execute(update(history_value).values(value=forged))
        assert await verdict(tx) == 1


async def test_a_personal_value_moved_or_broken_is_found(records: Opened) -> None:
    async with records.database.begin() as tx:
        await write(tx)
        await tx._session.connection.execute(update(history_value).values(seq=2))
        assert await verdict(tx) == 2
        await tx._session.connection.execute(update(history_value).values(seq=9))
        assert await verdict(tx) == 9


async def test_a_missing_entry_is_found(records: Opened) -> None:
    async with records.database.begin() as tx:
        await write(tx)
        await tx._session.connection.execute(delete(history).where(history.c.seq == 2))
        assert await verdict(tx) == 2


@pytest.mark.parametrize("kept", [0, 2])
async def test_a_lost_end_is_found_against_the_seal(records: Opened, kept: int) -> None:
    async with records.database.begin() as tx:
        await write(tx)
        await tx.history.erase([SUBJECT])
        await tx.seals.seal(NOON)
        await tx._session.connection.execute(delete(history).where(history.c.seq > kept))
        assert await tx.history.first_bad(SUBJECT) is None  # the chain alone does not tell
        assert await verdict(tx) == kept + 1
        assert await tx.seals.verify_all() == [SUBJECT]


async def test_a_history_rewritten_after_the_seal_is_found(records: Opened) -> None:
    async with records.database.begin() as tx:
        await write(tx)
        await tx.history.erase([SUBJECT])
        await tx.seals.seal(NOON)
        await tx._session.connection.execute(delete(history))
        await tx.record([entry("file"), entry("reject"), entry("close")])
        assert await tx.history.first_bad(SUBJECT) is None
        assert await verdict(tx) == 3


async def test_a_seal_that_was_changed_or_removed_is_found(records: Opened) -> None:
    async with records.database.begin() as tx:
        for act in ("file", "accept", "close"):
            await tx.record([entry(act)])
            await tx.seals.seal(NOON)
        assert await tx.seals.first_bad_seal() is None
        connection = tx._session.connection
        await connection.execute(update(history_head).where(history_head.c.seal == 3).values(seq=2))
        assert await tx.seals.first_bad_seal() == 3
        await connection.execute(delete(history_head).where(history_head.c.seal == 2))
        assert await tx.seals.first_bad_seal() == 2
        await connection.execute(delete(history_head).where(history_head.c.seal == 1))
        await connection.execute(delete(history_seal).where(history_seal.c.number == 1))
        assert await tx.seals.first_bad_seal() == 1


async def test_two_entries_of_one_number_cannot_be(records: Opened) -> None:
    async with records.database.begin() as tx:
        await write(tx)
        row = (await tx._session.connection.execute(select(history).limit(1))).one()
    with pytest.raises((IntegrityError, Stale)):
        async with records.database.begin() as tx:
            await tx._session.connection.execute(insert(history).values(row._asdict()))


async def test_erasing_a_person_keeps_the_chain_of_everything_told_of_them(
    records: Opened,
) -> None:
    person = await records.person("s1")
    async with records.database.begin() as tx:
        await tx.tickets.save([ticket("ZH-2026-0001", person)], {})
        own = Entry(f"person:{person}", "bind", None, "", "", NOON, personal={"name": "王一"})
        await write(tx)
        await tx.record([own])
        await tx.seals.seal(NOON)
        await tx.history.erase_person(person)
        left = await tx._session.connection.execute(text("SELECT count(*) FROM history_value"))
        assert left.scalar() == 0
        assert await tx.seals.verify_all() == []


async def test_a_chain_over_the_plain_values_breaks_with_their_erasure(records: Opened) -> None:
    """The control: what is signed itself cannot go without looking like a forgery."""
    naive = Entry(SUBJECT, "file", 7, "clerk", "dingtalk", NOON, public={"phone": "13800000000"})
    async with records.database.begin() as tx:
        await tx.record([naive, entry("accept")])
        assert await verdict(tx) is None
        await tx._session.connection.execute(
            update(history).where(history.c.seq == 1).values(public="{}")
        )
        assert await verdict(tx) == 1


async def test_an_erased_number_cannot_be_tried_out(records: Opened) -> None:
    """Eleven digits are soon tried against a bare hash; the salt went with the value."""
    async with records.database.begin() as tx:
        await tx.record([entry("file", phone="13800000000"), entry("file", phone="13800000000")])
        rows = await tx._session.connection.execute(select(history.c.commitments))
        one, two = (json.loads(row)["phone"] for row in rows.scalars())
    assert one != two
    assert sha256(b"13800000000").hexdigest() not in (one, two)
