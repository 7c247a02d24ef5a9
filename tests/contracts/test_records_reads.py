"""Reads: who read a notice when, each reader of a group once, nobody by name."""

from datetime import timedelta

from bot.channels.base import Message, Read
from bot.storage.rows import DeliveryRow
from flows.office import Content, Door
from tests.engines import NOON, Opened, rows

MINUTE = timedelta(minutes=1)


async def sent(records: Opened, to: str, key: str, door: Door = Door.PRIVATE) -> int:
    """Write a delivery that the platform took under a key."""
    dedupe = f"{to}:{key}"
    row = DeliveryRow(
        dedupe=dedupe,
        channel="dingtalk",
        robot="robot",
        door=door,
        to=to,
        lane=f"n:{to}",
        message=Message(title="t", text="x"),
        content=Content.NOTICE,
    )
    async with records.database.begin() as tx:
        await tx.ledger.add([row])
    rows(
        records.url,
        "UPDATE delivery SET state = 'sent', due_at = NULL, receipt = ? WHERE dedupe = ?",
        key,
        dedupe,
    )
    found = rows(records.url, "SELECT id FROM delivery WHERE dedupe = ?", dedupe)
    return int(found[0][0])


def read(key: str, reader: str, minutes: int = 0) -> Read:
    return Read("robot", key, "cid", reader, NOON + minutes * MINUTE)


async def note(records: Opened, *reads: Read) -> list[Read]:
    async with records.database.begin() as tx:
        return list(await tx.reads.add(reads))


async def test_the_first_time_a_person_reads_is_kept(records: Opened) -> None:
    number = await sent(records, "ent01", "k1")
    assert await note(records, read("k1", "ent01"), read("k1", "ent01", 1)) == []
    await note(records, read("k1", "ent01", 2))
    moment = round(NOON.timestamp() * 1_000_000)
    assert rows(records.url, "SELECT id, read_at FROM delivery") == [(number, moment)]


async def test_the_recipients_of_one_call_are_told_apart(records: Opened) -> None:
    first = await sent(records, "ent01", "k1")
    await sent(records, "ent02", "k1")
    await note(records, read("k1", "ent01"), read("k1", "somebody"))
    found = rows(records.url, "SELECT id FROM delivery WHERE read_at IS NOT NULL")
    assert found == [(first,)]


async def test_each_reader_of_a_group_counts_once_and_is_not_named(records: Opened) -> None:
    number = await sent(records, "cid", "k1", Door.STAFF_GROUP)
    other = await sent(records, "cid", "k2", Door.STAFF_GROUP)
    await note(records, read("k1", "ent01"), read("k1", "ent02"), read("k1", "ent01"))
    await note(records, read("k1", "ent01"), read("k2", "ent01"))
    async with records.database.read() as tx:
        assert await tx.reads.readers([number, other]) == {number: 2, other: 1}
    readers = rows(records.url, "SELECT reader FROM delivery_read")
    assert len({reader for (reader,) in readers}) == 3  # the same one looks different elsewhere
    assert "ent0" not in str(readers)


async def test_what_belongs_to_nothing_we_sent_comes_back(records: Opened) -> None:
    await sent(records, "ent01", "k1")
    strange = read("not yet", "ent01")
    assert await note(records, read("k1", "ent01"), strange) == [strange]
    assert await note(records) == []


async def test_readers_are_forgotten_with_the_words_they_read(records: Opened) -> None:
    old, new = [await sent(records, "cid", key, Door.STAFF_GROUP) for key in ("k1", "k2")]
    await note(records, read("k1", "ent01"), read("k1", "ent02"), read("k2", "ent01"))
    later = round((NOON + MINUTE).timestamp() * 1_000_000)
    rows(records.url, "UPDATE delivery SET created_at = ? WHERE id = ?", later, new)
    async with records.database.begin() as tx:
        assert await tx.reads.prune(NOON) == 0
        assert await tx.reads.prune(NOON + MINUTE) == 2
        assert await tx.reads.readers([old, new]) == {new: 1}


async def test_what_is_too_much_for_one_transaction_is_forgotten_by_the_next(
    records: Opened,
) -> None:
    for key in ("k1", "k2", "k3"):
        await sent(records, "cid", key, Door.STAFF_GROUP)
        await note(records, read(key, "ent01"))
    for gone in (2, 1, 0):
        async with records.database.begin() as tx:
            assert await tx.reads.prune(NOON + MINUTE, most=2) == gone
