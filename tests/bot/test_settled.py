"""What a platform reports of messages it had taken: found by the receipt, settled once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.channels.base import Confirmed
from bot.settled import TRIES, Settlements
from bot.storage.database import Database
from bot.storage.rows import Claimed, DeliveryRow
from bot.storage.transaction import Transaction
from tests.bot.delivered import notice
from tests.bot.runtime import FakeChannel, HandClock, database, states
from tests.engines import address, rows

pytestmark = pytest.mark.usefixtures("engine")

BLOCKED = Confirmed("failed", "blocked.by_reader")


class Bench:
    """One message that its platform took, and who hears what became of it."""

    def __init__(self, db: Database, clock: HandClock) -> None:
        self.db = db
        self.moves: list[int] = []
        self.other = False  # whether its reader has another account
        self.slept: list[float] = []
        self.channel = FakeChannel()
        self.late = Settlements(db, clock, "test", self._elsewhere, self._sleep)

    @property
    def key(self) -> str:
        return f"key-{self.channel.sent[0].id}-1"

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def _elsewhere(
        self, tx: Transaction, refused: Sequence[Claimed]
    ) -> Mapping[int, Sequence[DeliveryRow]]:
        self.moves += [letter.id for letter in refused]
        return {letter.id: [_again(letter)] for letter in refused} if self.other else {}

    async def hear(self, told: Confirmed, key: str = "") -> None:
        await self.late.settled("fake", key or self.key, told)

    async def states(self) -> dict[str, int]:
        return {name: count for name, count in (await states(self.db)).items() if count}


def _again(letter: Claimed) -> DeliveryRow:
    return DeliveryRow(
        dedupe=f"{letter.dedupe}#after:{letter.channel}",
        channel="other",
        robot="",
        door=letter.door,
        to="other",
        lane=letter.lane,
        message=letter.message,
        content=letter.content,
        person=letter.person,
    )


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Bench]:
    clock = HandClock()
    async with database(folder, clock) as db:
        bench = Bench(db, clock)
        await notice(db, {"fake": bench.channel}, clock, "sent")
        yield bench


async def test_what_arrived_stays_sent(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        await b.hear(Confirmed("sent"))
        assert await b.states() == {"sent": 1}


async def test_what_did_not_arrive_has_failed_although_it_was_sent(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        await b.hear(BLOCKED)
        assert await b.states() == {"failed": 1}
        async with b.db.read() as tx:
            (doubt,) = await tx.doubts.open()
        assert doubt.code == BLOCKED.code


async def test_the_other_account_of_its_reader_takes_over(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        b.other = True
        await b.hear(BLOCKED)
        assert await b.states() == {"cancelled": 1, "ready": 1}


async def test_a_report_that_comes_again_moves_nothing_twice(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        b.other = True
        await b.hear(BLOCKED)
        await b.hear(BLOCKED)
        assert len(b.moves) == 1
        assert await b.states() == {"cancelled": 1, "ready": 1}


async def test_a_report_that_comes_before_the_row_knows_its_name_waits_for_it(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as b:
        await b.hear(BLOCKED, "template:1")
        assert len(b.slept) == TRIES - 1
        assert await b.states() == {"sent": 1}


async def test_a_report_that_names_no_message_speaks_of_none(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        rows(await address(tmp_path / "test.db"), "UPDATE delivery SET receipt = ''")
        await b.late.settled("fake", "", BLOCKED)
        assert await b.states() == {"sent": 1}


async def test_a_report_that_says_nothing_new_writes_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        writes: list[object] = []
        b.db.write = writes.append  # type: ignore[method-assign, assignment]
        await b.hear(Confirmed("sent"))
        await b.hear(Confirmed("sent"), "template:of-others")
        assert writes == []


async def test_a_report_that_counts_whom_it_reached_is_written_down_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        await b.hear(Confirmed("sent", reached=7))
        assert rows(await address(tmp_path / "test.db"), "SELECT reached FROM delivery") == [(7,)]
        writes: list[object] = []
        b.db.write = writes.append  # type: ignore[method-assign, assignment]
        await b.hear(Confirmed("sent", reached=7))
        assert writes == []


async def test_a_report_of_another_channel_is_passed_over(tmp_path: Path) -> None:
    async with opened(tmp_path) as b:
        await b.late.settled("another", b.key, BLOCKED)
        assert await b.states() == {"sent": 1}
