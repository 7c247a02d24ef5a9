"""Read notes: taken without waiting, written together, lost rather than in the way."""

from bot.reads import TRIES, ReadNotes
from tests.bot.channels.platform import eventually
from tests.contracts.test_records_reads import read, sent
from tests.engines import Opened, rows

READ_ROWS = "SELECT count(*) FROM delivery WHERE read_at IS NOT NULL"


async def test_notes_are_written_together_every_so_often_and_at_the_end(records: Opened) -> None:
    notes = ReadNotes(records.database, every=0.01)
    for number in range(3):
        await sent(records, f"ent{number}", f"k{number}")
    notes.start()
    notes.note(read("k0", "ent0"))
    notes.note(read("k1", "ent1"))
    await eventually(lambda: rows(records.url, READ_ROWS) == [(2,)])
    notes.note(read("k2", "ent2"))
    await notes.stop()
    assert rows(records.url, READ_ROWS) == [(3,)]


async def test_a_note_may_come_before_its_delivery_is_written_down(records: Opened) -> None:
    notes = ReadNotes(records.database)
    notes.note(read("early", "ent01"))
    await notes.flush()
    await sent(records, "ent01", "early")
    await notes.flush()
    assert rows(records.url, READ_ROWS) == [(1,)]


async def test_a_note_of_nothing_is_given_up(records: Opened) -> None:
    notes = ReadNotes(records.database)
    notes.note(read("never", "ent01"))
    for _ in range(TRIES):
        await notes.flush()
    await sent(records, "ent01", "never")
    await notes.flush()
    assert rows(records.url, READ_ROWS) == [(0,)]


async def test_more_notes_than_there_is_room_for_are_lost(records: Opened) -> None:
    notes = ReadNotes(records.database, most=2)
    for number in range(5):
        await sent(records, f"ent{number}", f"k{number}")
        notes.note(read(f"k{number}", f"ent{number}"))
    await notes.flush()
    assert (notes.lost, rows(records.url, READ_ROWS)) == (3, [(2,)])
