"""Provisional dates (暂定) become final once, when the year gets its official notice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from bot import housekeeping
from bot.channels.base import Letter
from bot.config import load_config
from bot.housekeeping import recounting
from bot.office import office_of
from bot.schedules import Schedules
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from flows.tickets.case import State, Ticket
from handlers.ports import Due
from handlers.recount import recount
from handlers.strikes import CASE
from tests.handlers.restarting import official, restart
from tests.handlers.story import (
    HEAD,
    LIAISON,
    ONE,
    OWNER,
    carry,
    change,
    heard,
    history,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

OLD, NEW = date(2027, 1, 6), date(2027, 1, 7)


async def hard_case(play: Stage) -> None:
    """Lead a case of thirty working days to the department; the head of the desk dispatches it."""
    await carry(play, State.ACCEPTED)
    async with play.database.begin() as tx:
        (one,) = await tx.tickets.load([ONE], ())
        hard = next(c for c in play.config.taxonomy.categories.values() if c.days == 30)
        changed = one.model_copy(update={"category": hard.id, "version": one.version + 1})
        await tx.tickets.save([changed], {ONE: one.version})
    for line in ("交办 1 供电公司 协办 经信局", "确认"):
        await play.say(HEAD, line)
    await carry(play, State.IN_PROGRESS, State.ASSIGNED)


async def lines(play: Stage) -> Sequence[tuple[str, str]]:
    """Return the dates before and after of each recount on record."""
    entries = await history(play, f"ticket:{ONE}")
    return [(e.before, e.after) for e in entries if e.act == "due_recomputed"]


async def test_scenario_3_a_date_in_an_unknown_year_is_marked_wherever_it_is_told(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await hard_case(play)
        one = await ticket(play)
        assert (one.due_on, one.due_provisional) == (OLD, True)
        handling = one.handling
        assert handling is not None
        assert (handling.since, handling.limit) == (one.dispatched_at, "30WD")
        for who in (HEAD, LIAISON, OWNER):
            assert "（暂定）" in heard(play, play.seen, who)


async def test_scenario_3_the_notice_makes_the_date_final_and_both_sides_hear_of_it_once(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await hard_case(play)
        overlay = official(tmp_path)
        assert await restart(play) == []
        told = await restart(play, overlay)
        assert sorted(play.where(letter) for letter in told) == sorted([OWNER, LIAISON])
        assert "答复期限定为 1月7日（周四），原来暂定 1月6日（周三）" in heard(play, told, LIAISON)
        mine = heard(play, told, OWNER)
        assert "哪天前：1月7日（周四）  \n" in mine  # without （暂定）
        assert "您要做什么" in mine
        one = await ticket(play)
        assert (one.due_on, one.due_provisional) == (NEW, False)
        for _ in range(2):
            play.clock.now += timedelta(days=1)
            assert await restart(play, overlay) == []
        assert await lines(play) == [(str(OLD), str(NEW))]
        assert await ticket(play) == one


@dataclass
class Meanwhile:
    """A transaction in which somebody acts right after the running tickets were read."""

    tx: Transaction
    changed: Sequence[Ticket] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tx, name)

    @property
    def tickets(self) -> Meanwhile:
        """Stand for the tickets as well."""
        return self

    async def load(self, *asked: Any) -> Sequence[Ticket]:
        return await self.tx.tickets.load(*asked)

    async def save(self, *changed: Any) -> None:
        await self.tx.tickets.save(*changed)

    async def running(self, after: str, limit: int) -> Sequence[Ticket]:
        page = await self.tx.tickets.running(after, limit)
        for one in page:
            acted = one.model_copy(update={"handler": "李四", "version": one.version + 1})
            await self.tx.tickets.save([acted], {one.number: one.version})
        return page


async def test_what_somebody_did_while_dates_are_counted_again_stays(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard_case(play)
        office = office_of(load_config(overlay=official(tmp_path)))
        before = await ticket(play)
        async with play.database.begin() as tx:
            assert await recount(cast("Transaction", Meanwhile(tx)), office, play.clock()) == (
                1,
                "",
            )
        one = await ticket(play)
        assert (one.due_on, one.handler, one.version) == (NEW, "李四", before.version + 2)


class Killed(BaseException):
    """What ends a process in the middle of things."""


@dataclass
class Dying:
    """Records of which a process sees only so many transactions."""

    database: Database
    left: int

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        if not self.left:
            raise Killed
        self.left -= 1
        async with self.database.begin() as tx:
            yield tx


async def test_dates_are_counted_again_a_few_at_a_time_and_a_crash_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "recount", partial(recount, limit=2))
    async with stage(tmp_path) as play:
        await hard_case(play)
        one = await ticket(play)
        numbers = [ONE, *(f"ZH-2026-{n:04d}" for n in range(2, 6))]
        async with play.database.begin() as tx:
            await tx.tickets.save([one.model_copy(update={"number": n}) for n in numbers[1:]], {})
        office = office_of(load_config(overlay=official(tmp_path)))

        async def start(transactions: int) -> list[Letter]:
            records = Dying(play.database, transactions)
            loop = Schedules(records, [recounting(office)], play.clock, wake=lambda: None)
            with suppress(Killed):
                await loop.turn()
            return await play.send()

        async def done() -> int:
            return sum([(await ticket(play, number)).due_on == NEW for number in numbers])

        told = await start(2)  # a look whether there is anything to do, and one portion
        assert await done() == 2
        told += await start(3)
        assert await done() == 4
        told += await start(20)
        assert await done() == 5
        assert await start(20) == []
        assert sorted(map(play.where, told)) == sorted([OWNER, LIAISON] * 5)
        for number in numbers:
            acts = [entry.act for entry in await history(play, f"ticket:{number}")]
            assert acts.count("due_recomputed") == 1


async def test_a_date_that_stays_loses_its_mark_and_nobody_is_told(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard_case(play)
        assert await restart(play, official(tmp_path, ("work = []", "work = []"))) == []
        one = await ticket(play)
        assert (one.due_on, one.due_provisional) == (OLD, False)
        assert await lines(play) == [(str(OLD), str(OLD))]
        assert "（暂定）" not in heard(play, await play.say(OWNER, "进度 1"), OWNER)


async def test_a_date_that_was_told_never_moves_to_an_earlier_day(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard_case(play)
        # The notice has a Saturday worked: thirty working days are over one day earlier.
        overlay = official(tmp_path, ("work = []", "work = [2027-01-02]"))
        assert office_of(load_config(overlay=overlay)).days.add(date(2026, 11, 24), 30).day < OLD
        assert await restart(play, overlay) == []
        one = await ticket(play)
        assert (one.due_on, one.due_provisional) == (OLD, False)
        assert await lines(play) == [(str(OLD), str(OLD))]


async def test_a_case_that_was_written_with_the_former_calendar_is_found_the_next_morning(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        overlay = official(tmp_path)
        await restart(play, overlay)
        await hard_case(play)
        assert (await ticket(play)).due_provisional
        assert await restart(play, overlay) == []
        play.clock.now += timedelta(days=1)
        assert len(await restart(play, overlay)) == 2


async def test_an_answered_case_gets_its_date_without_a_message(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard_case(play)
        await carry(play, State.REPLIED, State.IN_PROGRESS)
        assert await restart(play, official(tmp_path)) == []
        assert (await ticket(play)).due_on == NEW


async def test_what_is_over_or_was_final_is_left_alone(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard_case(play)
        await carry(play, State.CLOSED, State.IN_PROGRESS)
        before = await ticket(play)
        await restart(play, official(tmp_path))
        assert await ticket(play) == before
    folder = tmp_path / "other"
    folder.mkdir()
    async with stage(folder) as play:
        await carry(play, State.IN_PROGRESS)
        before = await ticket(play)
        assert before.due_on is not None
        await restart(play, official(folder))
        assert await ticket(play) == before


@pytest.mark.parametrize(
    ("count", "due"),
    [({}, OLD), ({"due_from": "2026-11-24", "due_days": 30}, NEW)],
    ids=["a_date_alone", "counted_days"],
)
async def test_a_case_of_an_earlier_version_loads_and_is_counted_again_if_it_can_be(
    tmp_path: Path, count: Mapping[str, Any], due: date
) -> None:
    async with stage(tmp_path) as play:
        await hard_case(play)
        now = (await ticket(play)).model_dump(mode="json", exclude={"deadlines", "passages"})
        kept = {"due_on": str(OLD), "due_provisional": True, **count}
        old = Ticket.model_validate({**now, **kept})
        await change(play, deadlines=old.deadlines, passages=())
        assert ((await ticket(play)).due_on, (await ticket(play)).due_provisional) == (OLD, True)
        await restart(play, official(tmp_path))
        assert (await ticket(play)).due_on == due


async def test_after_a_long_silence_people_hear_the_last_word_only(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, "我要反映问题")
        told = heard(play, await play.wait(timedelta(days=3)), OWNER)
        assert "还有一件事没填完" not in told
        assert len([letter for letter in play.seen[1:] if play.where(letter) == OWNER]) == 1


async def test_a_case_of_a_version_without_a_ladder_gets_its_timer_and_is_urged(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await hard_case(play)
        key = f"{CASE}:{ONE}"
        async with play.database.begin() as tx:
            await tx.remind([], cancel=[key])
        await restart(play)
        async with play.database.begin() as tx:
            dues = await tx.timers.due(play.clock.now + timedelta(days=365), 9, (CASE,))
        assert [due.dedupe for due in dues] == [key]
        await play.wait(timedelta(days=90))
        assert (await ticket(play)).supervisions


async def test_a_timer_that_is_set_stays_as_it_is(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard_case(play)
        kept = Due(CASE, ONE, play.clock.now + timedelta(days=200), f"{CASE}:{ONE}")
        async with play.database.begin() as tx:
            await tx.remind([kept])
        await restart(play)
        async with play.database.begin() as tx:
            assert await tx.timers.due(kept.due_at, 9, (CASE,)) == [kept]
