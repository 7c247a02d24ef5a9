"""What happens every hour: the history is sealed, old words are erased."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.card_codes import RecordedCodes
from bot.channels.base import Receipt
from bot.housekeeping import housekeeping
from bot.schedules import Schedules
from bot.storage.database import Database
from handlers.link import drawn
from handlers.ports import Entry, Nudge
from tests import outbox
from tests.bot.runtime import START, HandClock, arrival, database, echo
from tests.contracts.test_records_cases import ticket
from tests.engines import address, rows

pytestmark = pytest.mark.usefixtures("engine")

TERM = timedelta(days=30)
LINKS = timedelta(days=180)


def _keeper(db: Database, clock: HandClock) -> Schedules:
    return Schedules(db, housekeeping(TERM, LINKS, lambda name: None), clock, wake=lambda: None)


async def _say(db: Database, clock: HandClock, name: str, *, deliver: bool) -> None:
    async with db.begin() as tx:
        (filed,) = await tx.admit([arrival(name)])
        assert filed is not None
        await tx.post([echo(filed)], {filed.id: filed})
        await tx.fail(filed.id, "a defect with the text in it")
    if deliver:
        async with db.begin() as tx:
            await outbox.sent(tx, await outbox.claim(tx), clock(), Receipt("k"))


async def test_what_messages_said_is_erased_after_the_term(tmp_path: Path) -> None:
    clock = HandClock()
    async with database(tmp_path, clock) as db:
        await _say(db, clock, "old", deliver=True)
        keeper = _keeper(db, clock)
        clock.now = START + TERM - timedelta(minutes=1)
        await keeper.turn()
        async with db.read() as tx:
            assert len(await tx.failed_arrivals(10)) == 1
        clock.now = START + TERM + timedelta(minutes=1)
        await keeper.turn()
        async with db.read() as tx:
            assert await tx.failed_arrivals(10) == []
        async with db.begin() as tx:  # that it came is still known
            assert await tx.admit([arrival("old")]) == [None]


async def test_what_is_too_much_for_one_transaction_is_erased_by_the_next(tmp_path: Path) -> None:
    clock = HandClock()
    async with database(tmp_path, clock) as db:
        for name in ("one", "two", "three"):
            await _say(db, clock, name, deliver=True)
        erased = []
        for _ in range(3):
            async with db.begin() as tx:
                erased.append(await tx.erase_bodies(START + TERM, most=2))
        assert erased == [4, 2, 0]  # of each arrival, and of what answers it


async def test_what_is_still_owed_is_not_erased(tmp_path: Path) -> None:
    clock = HandClock()
    async with database(tmp_path, clock) as db:
        await _say(db, clock, "owed", deliver=False)
        clock.now = START + TERM * 2
        await _keeper(db, clock).turn()
        async with db.begin() as tx:
            (letter,) = await outbox.claim(tx)
        assert letter.message.text == "收到：你好"


async def test_the_history_is_sealed(tmp_path: Path) -> None:
    clock = HandClock()
    async with database(tmp_path, clock) as db:
        async with db.begin() as tx:
            await tx.record([Entry("ticket:ZH-2026-0001", "file", None, "reporter", "x", clock())])
        await _keeper(db, clock).turn()
        async with db.begin() as tx:
            assert await tx.seals.seal(clock()) == 0


async def test_words_are_erased_although_nothing_can_be_sealed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = HandClock()
    async with database(tmp_path, clock) as db:
        await _say(db, clock, "old", deliver=True)
        async with db.begin() as tx:
            await tx.record([Entry("ticket:ZH-2026-0001", "file", None, "reporter", "x", clock())])
        rows(await address(tmp_path / "test.db"), "ALTER TABLE history_head RENAME TO lost")
        clock.now = START + TERM + timedelta(minutes=1)
        assert await _keeper(db, clock).turn() == 1
        assert "schedule seal waits" in caplog.text
        async with db.read() as tx:
            assert await tx.failed_arrivals(10) == []


async def test_a_start_makes_up_for_the_hour_that_was_missed(tmp_path: Path) -> None:
    clock = HandClock(START + timedelta(minutes=40))
    async with database(tmp_path, clock) as db:
        assert await _keeper(db, clock).turn() == 2
        assert await _keeper(db, clock).turn() == 0  # started again within the hour
        clock.forward(20 * 60)
        assert await _keeper(db, clock).turn() == 2


async def test_old_slots_are_forgotten(tmp_path: Path) -> None:
    clock = HandClock()
    async with database(tmp_path, clock) as db:
        await _keeper(db, clock).turn()
        clock.forward(63 * 24 * 3600)
        await _keeper(db, clock).turn()
        async with db.read() as tx:
            assert await tx.schedules.latest("seal", START) is None


async def test_readers_are_forgotten_with_the_words_they_read(tmp_path: Path) -> None:
    clock = HandClock()
    async with database(tmp_path, clock) as db:
        await _say(db, clock, "old", deliver=True)
        url = await address(tmp_path / "test.db")
        rows(url, "INSERT INTO delivery_read SELECT id, 'somebody', created_at FROM delivery")
        keeper = _keeper(db, clock)
        for minutes, left in ((-1, 1), (61, 0)):
            clock.now = START + TERM + timedelta(minutes=minutes)
            await keeper.turn()
            assert len(rows(url, "SELECT * FROM delivery_read")) == left


async def test_told_lines_and_links_long_over_are_forgotten_and_what_waits_is_kept(
    tmp_path: Path,
) -> None:
    clock = HandClock()
    url = await address(tmp_path / "test.db")
    async with database(tmp_path, clock) as db:
        async with db.begin() as tx:
            (filed,) = await tx.admit([arrival("one")])
            assert filed is not None
            await tx.tickets.save([ticket("ZH-2026-0001", filed.person)], {})
            await tx.links.add(drawn("ZH-2026-0001", "gdj", None, START, timedelta(hours=72)))
            lines = [Nudge(filed.person, "ZH-2026-0001", "led", name) for name in ("told", "waits")]
            await tx.urging.add(lines, START)
            told, _ = (await tx.urging.waiting([filed.person]))[filed.person]
            await tx.urging.told([told], START)
        keeper = _keeper(db, clock)
        for days, left in ((29, (2, 1)), (31, (1, 1)), (182, (1, 1)), (184, (1, 0))):
            clock.now = START + timedelta(days=days)
            await keeper.turn()
            kept = (rows(url, "SELECT * FROM nudge"), rows(url, "SELECT * FROM link"))
            assert tuple(map(len, kept)) == left
        assert [one[0] for one in rows(url, "SELECT dedupe FROM nudge")] == ["waits"]


async def test_what_lets_a_card_be_changed_goes_after_three_days(tmp_path: Path) -> None:
    clock, url = HandClock(), await address(tmp_path / "test.db")
    async with database(tmp_path, clock) as db:
        codes = RecordedCodes(db, "wecom")
        keeper = _keeper(db, clock)
        await codes.put("qq-1", "code")
        for gone, days in ((1, 2.9), (0, 3.1)):
            clock.now = START + timedelta(days=days)
            await keeper.turn()
            assert rows(url, "SELECT count(*) FROM card_code") == [(gone,)]
