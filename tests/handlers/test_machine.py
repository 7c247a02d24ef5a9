"""Random acts by anybody, at any time, with crashes: rows do what the table of moves says."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from flows.tickets.acting import Act
from flows.tickets.case import State, Ticket
from flows.tickets.clocks import replayed
from flows.tickets.moves import MOVES, objection
from handlers.book import Book
from handlers.ports import Arrival, Person
from tests import engines
from tests.handlers.story import CLERK, HEAD, LEADER, LIAISON, ONE, OWNER, REPORT, SUPPORT
from tests.handlers.story import history as history_of
from tests.handlers.story import ticket as ticket_of
from tests.handlers.test_report import arrival
from tests.handlers.test_texts_complete import LINES
from tests.stage import Stage, stage

Result = TypeVar("Result")
PEOPLE = (OWNER, CLERK, HEAD, LIAISON, SUPPORT, LEADER, "路人")
LOOKS = frozenset({"view", "view_files"})


class Crash(Exception):
    """The process dies before the commit."""


class CaseMachine(RuleBasedStateMachine):
    """One case, whoever does whatever to it; the model is the table of moves itself."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._folder = tempfile.TemporaryDirectory(prefix="machine")
        self.play: Stage = self.run(self._stack.enter_async_context(stage(Path(self._folder.name))))

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run something on the machine's own loop."""
        return self._runner.run(work)

    def teardown(self) -> None:
        """Close the office."""
        self.run(self._stack.aclose())
        self._runner.close()
        self._folder.cleanup()

    @initialize()
    def report(self) -> None:
        """An enterprise reports."""
        for text in (REPORT, "确认"):
            self.run(self.play.say(OWNER, text))

    @rule(act=st.sampled_from(sorted(LINES)), who=st.sampled_from(PEOPLE))
    def tries(self, act: Act, who: str) -> None:
        """Somebody tries an act; what stands against it changes nothing but the record."""
        self.run(self._tries(act, who))

    @rule(hours=st.integers(1, 24 * 6))
    def waits(self, hours: int) -> None:
        """Time passes; only the clock acts."""
        before = self.run(history_of(self.play, f"ticket:{ONE}"))
        self.run(self.play.wait(timedelta(hours=hours)))
        after = self.run(history_of(self.play, f"ticket:{ONE}"))
        assert {entry.role for entry in after[len(before) :]} <= {"system"}

    @rule(act=st.sampled_from(sorted(LINES)), who=st.sampled_from(PEOPLE))
    def dies(self, act: Act, who: str) -> None:
        """The process dies before the commit: nothing was done, and nobody was told."""
        self.run(self._dies(LINES[act][2].split("|")[0], who))

    @invariant()
    def dates_follow_from_the_record(self) -> None:
        """Every deadline can be counted anew."""
        case = self.run(self._case())
        if case is not None:
            assert replayed(case.passages, self.play.reception.office.days) == case.deadlines

    async def _case(self) -> Ticket | None:
        async with self.play.database.read() as tx:
            return next(iter(await tx.tickets.load([ONE], ())), None)

    async def _tries(self, act: Act, who: str) -> None:
        await self.play.say(who, "取消")
        before, record = await ticket_of(self.play), await history_of(self.play, f"ticket:{ONE}")
        stands_against = await self._objection(before, act, who)
        for line in LINES[act][2].split("|"):
            await self.play.say(who, line)
        after, grown = await ticket_of(self.play), await history_of(self.play, f"ticket:{ONE}")
        await self.play.say(who, "取消")
        did = [entry for entry in grown[len(record) :] if entry.act not in LOOKS]
        if stands_against is not None:  # the word may still mean another act: 不满意 also closes
            assert act.value not in {entry.act for entry in did}, (act, who)
        if not did:
            assert after == before, (act, who)
        state = before.state
        for entry in did:
            assert entry.before == state.value
            assert (state, Act(entry.act)) in MOVES
            state = State(entry.after)
        assert after.state is state
        assert after.version > before.version or not did

    async def _objection(self, case: Ticket, act: Act, who: str) -> object:
        play = self.play
        office, now = play.reception.office, play.clock.now
        async with play.database.begin() as tx:
            person = await tx.people.find("dingtalk", play.staff_id(who)) or Person(0)
            book = await Book.open(tx, office, now, [person.id] if person.id else [], {})
            known = book.persons.get(person.id, person)
            return objection(case, act, book.actor(case, known), book.moment)

    async def _dies(self, line: str, who: str) -> None:
        play = self.play
        before = await ticket_of(play)
        dies = arrival(play, who, f"crash-{play.clock.now.timestamp()}-{who}", text=line)
        with pytest.raises(Crash):
            await self._half(dies)
        assert await ticket_of(play) == before
        assert await play.send() == []

    async def _half(self, one: Arrival) -> None:
        """Do all that an arrival brings, and die before the commit."""
        async with self.play.database.begin() as tx:
            filed = [known for known in await tx.admit([one]) if known is not None]
            await self.play.reception.receive(tx, filed)
            raise Crash


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", engines.ENGINES)
def test_no_sequence_of_acts_times_and_crashes_leaves_the_rules(name: str) -> None:
    async def given() -> None:
        async with engines.given(name):
            await asyncio.to_thread(_machine)

    asyncio.run(given())


def _machine() -> None:
    run_state_machine_as_test(
        CaseMachine,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
