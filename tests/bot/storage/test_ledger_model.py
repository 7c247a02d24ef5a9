"""The ledger against a model: whatever happens, a lane is sent in order and nothing is lost."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.channels.base import Receipt
from tests.engines import Opened, opened, post

LANES = st.sampled_from(("a", "b"))


@dataclass(slots=True)
class Row:
    """What the model knows of one delivery."""

    key: str
    lane: str
    card: bool
    due: datetime | None
    state: str = "ready"
    attempts: int = 0


@dataclass(slots=True)
class Model:
    """All deliveries, the oldest first."""

    rows: list[Row] = field(default_factory=list)

    def next(self, now: datetime) -> list[Row]:
        """Return what may be sent now: the oldest open row of each lane."""
        heads: dict[str, Row] = {}
        for row in self.rows:
            if row.due is not None:
                heads.setdefault(row.lane, row)
        free = [r for r in heads.values() if r.state != "sending" and r.due and r.due <= now]
        return sorted(free, key=self.rows.index)

    def sending(self) -> list[Row]:
        """Return what is on its way."""
        return [row for row in self.rows if row.state == "sending"]


class LedgerMachine(RuleBasedStateMachine):
    """Posts, claims, ends, crashes and time, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.model = Model()
        self.numbers: dict[str, int] = {}

    @initialize()
    def open(self) -> None:
        """Begin with an empty database."""
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.records: Opened = self.runner.run(
            self.stack.enter_async_context(opened("sqlite", Path(folder)))
        )

    def teardown(self) -> None:
        """Close everything."""
        self.runner.run(self.stack.aclose())
        self.runner.close()

    @rule(lane=LANES, card=st.booleans())
    def put(self, lane: str, card: bool) -> None:
        """Post something new."""
        key = f"d{len(self.model.rows)}"
        self.model.rows.append(Row(key, lane, card, self.records.clock.now))
        self.runner.run(self._put(key, lane, key if card else None))

    @precondition(lambda self: self.model.rows)
    @rule(data=st.data())
    def put_again(self, data: st.DataObject) -> None:
        """Post what was posted before."""
        row = data.draw(st.sampled_from(self.model.rows))
        self.runner.run(self._put(row.key, row.lane, None))

    @rule(limit=st.integers(0, 3))
    def claim(self, limit: int) -> None:
        """Take what is next."""
        expected = self.model.next(self.records.clock.now)[:limit]
        assert self.runner.run(self._claim(limit)) == [row.key for row in expected]
        for row in expected:
            row.state = "sending"
            row.attempts += 1

    @precondition(lambda self: self.model.sending())
    @rule(data=st.data(), end=st.sampled_from(("sent", "failed", "ready", "unknown", "maybe")))
    def end(self, data: st.DataObject, end: str) -> None:
        """Learn what became of a letter."""
        row = data.draw(st.sampled_from(self.model.sending()))
        later = self.records.clock.now + timedelta(minutes=1)
        row.state = "unknown" if end == "maybe" else end
        row.due = later if end in ("ready", "maybe") else None
        self.runner.run(self._end(self.numbers[row.key], end, later))

    @rule()
    def wait(self) -> None:
        """Let time pass."""
        self.records.clock.move(minutes=1)

    @rule()
    def crash(self) -> None:
        """Start again with whatever was on its way."""
        for row in self.model.sending():
            row.state = "ready" if row.card else "unknown"
            row.due = self.records.clock.now if row.card else None
        self.runner.run(self._recover())

    @invariant()
    def states_agree(self) -> None:
        """Every row is in the state the model says."""
        expected: dict[str, int] = {}
        for row in self.model.rows:
            expected[row.state] = expected.get(row.state, 0) + 1
        if hasattr(self, "records"):
            assert self.runner.run(self._counts()) == expected

    async def _put(self, key: str, lane: str, card: str | None) -> None:
        async with self.records.database.begin() as tx:
            await tx.post([post(key, group=lane, card=card)], {})

    async def _claim(self, limit: int) -> list[str]:
        async with self.records.database.begin() as tx:
            letters = await tx.ledger.claim(self.records.clock.now, limit, ())
        self.numbers |= {letter.message.text: letter.id for letter in letters}
        attempts = {row.key: row.attempts for row in self.model.rows}
        assert all(one.attempt == attempts[one.message.text] + 1 for one in letters)
        return [letter.message.text for letter in letters]

    async def _end(self, number: int, end: str, later: datetime) -> None:
        async with self.records.database.begin() as tx:
            match end:
                case "sent":
                    await tx.ledger.sent({number: Receipt()}, later)
                case "failed":
                    await tx.ledger.failed(number, "blocked")
                case "ready":
                    await tx.ledger.retry(number, "throttled", later)
                case _:
                    await tx.ledger.unknown(number, "timeout", later if end == "maybe" else None)

    async def _recover(self) -> None:
        async with self.records.database.begin() as tx:
            await tx.ledger.recover(self.records.clock.now)

    async def _counts(self) -> dict[str, int]:
        async with self.records.database.read() as tx:
            return dict(await tx.ledger.counts())


LedgerMachine.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestLedger = LedgerMachine.TestCase
