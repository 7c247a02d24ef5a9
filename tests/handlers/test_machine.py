"""Random acts by anybody, at any time, with crashes: rows do what the table of moves says."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
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
from flows.tickets.parts import Actor
from flows.tickets.policy import Moment
from handlers.book import Book
from handlers.ports import Arrival, Person
from tests import engines
from tests.handlers.story import CLERK, HEAD, LEADER, LIAISON, ONE, OWNER, REPORT, SUPPORT, heard
from tests.handlers.story import history as history_of
from tests.handlers.story import ticket as ticket_of
from tests.handlers.test_report import arrival
from tests.handlers.test_texts_complete import LINES
from tests.stage import Stage, stage

Result = TypeVar("Result")
PEOPLE = (OWNER, CLERK, HEAD, LIAISON, SUPPORT, LEADER, "路人")
ACTS = sorted(LINES.keys() - {Act.MERGE, Act.UNMERGE, Act.JOIN})  # which take a second case
INSTEAD = {Act.ASK_REJECT: Act.REJECT}  # what the same words are of the head of the desk
# What a guard of their words refuses: a rung that was reached, a department not waited for.
BY_WHAT_IS_SAID = frozenset({Act.SUPERVISE, Act.WAIVE})
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

    @rule(act=st.sampled_from(ACTS), who=st.sampled_from(PEOPLE))
    def tries(self, act: Act, who: str) -> None:
        """Somebody tries an act; what stands against it changes nothing but the record."""
        self.run(self._tries(act, who))

    @rule(chance=st.integers(0, 10**6))
    def works(self, chance: int) -> None:
        """Somebody does what they may, which is done."""
        self.run(self._works(chance))

    @rule(hours=st.integers(1, 24 * 6))
    def waits(self, hours: int) -> None:
        """Time passes; only the clock acts."""
        before = self.run(history_of(self.play, f"ticket:{ONE}"))
        self.run(self.play.wait(timedelta(hours=hours)))
        after = self.run(history_of(self.play, f"ticket:{ONE}"))
        assert {entry.role for entry in after[len(before) :]} <= {"system"}

    @rule(act=st.sampled_from(ACTS), who=st.sampled_from(PEOPLE))
    def dies(self, act: Act, who: str) -> None:
        """The process dies before the commit: nothing was done, and nobody was told."""
        prepared, own = _parts(LINES[act][2])
        self.run(self._dies((*prepared, *own)[0], who))

    @invariant()
    def dates_follow_from_the_record(self) -> None:
        """Every deadline can be counted anew."""
        case = self.run(self._case())
        if case is not None:
            assert replayed(case.passages, self.play.reception.office.days) == case.deadlines

    async def _case(self) -> Ticket | None:
        async with self.play.database.read() as tx:
            return next(iter(await tx.tickets.load([ONE], ())), None)

    async def _tries(self, act: Act, who: str, *, alone: bool = False) -> None:
        await self.play.say(who, "取消")
        prepared, own = _parts(LINES[act][2])
        for line in () if alone else prepared:
            speaker, _, text = line[1:].partition(" ") if line[0] == "@" else (who, "", line)
            await self.play.say(speaker, text)
        before, record = await ticket_of(self.play), await history_of(self.play, f"ticket:{ONE}")
        stands_against = await self._objection(before, act, who)
        told = [letter for line in own for letter in await self.play.say(who, line)]
        asks = await self._is_asked(who)
        after, grown = await ticket_of(self.play), await history_of(self.play, f"ticket:{ONE}")
        await self.play.say(who, "取消")
        did = [entry for entry in grown[len(record) :] if entry.act not in LOOKS]
        if stands_against is not None:  # the word may still mean another act: 不满意 also closes
            assert act.value not in {entry.act for entry in did}, (act, who)
        elif not {act.value, INSTEAD.get(act)} & {entry.act for entry in did}:
            said = act in BY_WHAT_IS_SAID and heard(self.play, told, who)
            assert asks or said, (act, who, "nothing stands against it, and nothing happened")
        if not did:
            assert after == before, (act, who)
        state = before.state
        for entry in did:
            assert entry.before == state.value
            assert (state, Act(entry.act)) in MOVES
            state = State(entry.after)
        assert after.state is state
        assert after.version > before.version or not did

    async def _works(self, chance: int) -> None:
        case = await ticket_of(self.play)
        able = [
            (act, who)
            for who, stands_against in (await self._objections(case, PEOPLE)).items()
            for act in ACTS
            if stands_against(act) is None
        ]
        if able:
            await self._tries(*able[chance % len(able)], alone=True)

    async def _is_asked(self, who: str) -> bool:
        """Say whether a question to somebody is open."""
        async with self.play.database.begin() as tx:
            person = await tx.people.find("dingtalk", self.play.staff_id(who))
            if person is None:
                return False
            return bool((await tx.conversations.lock([person.id]))[person.id].stack)

    async def _objection(self, case: Ticket, act: Act, who: str) -> object:
        return (await self._objections(case, (who,)))[who](act)

    async def _objections(
        self, case: Ticket, names: Sequence[str]
    ) -> Mapping[str, Callable[[Act], object]]:
        """Return what stands against an act, for each of some people."""
        play = self.play
        async with play.database.begin() as tx:
            found = {
                who: await tx.people.find("dingtalk", play.staff_id(who)) or Person(0)
                for who in names
            }
            ids = [person.id for person in found.values() if person.id]
            book = await Book.open(tx, play.reception.office, play.clock.now, ids, {})
        known = {who: book.persons.get(one.id, one) for who, one in found.items()}
        return {
            who: partial(_against, case, book.actor(case, person), book.moment)
            for who, person in known.items()
        }

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


def _against(case: Ticket, actor: Actor, now: Moment, act: Act) -> object:
    return objection(case, act, actor, now)


def _parts(lines: str) -> tuple[list[str], list[str]]:
    """Part what others say first from what does the act; a year may turn, so numbers in full."""
    said = re.sub(r"(?<= )1(?= |\||$)", ONE, lines).split("|")
    last = max((n for n, line in enumerate(said, 1) if line.startswith("@")), default=0)
    return said[:last], said[last:]


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
