"""The outbox against a model: whatever happens to two processes, nothing is lost or doubled."""

import asyncio
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, cast

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.channels.base import Channel, Letter, Message, Receipt, SendFault, SendUnknown, Window
from bot.delivery.books import Books
from bot.delivery.budget import Unlimited
from bot.delivery.express import ExpressRun
from bot.delivery.outcome import Landed, Result
from bot.delivery.planning import Call, Line, Plan
from bot.storage.leases import PROCESS
from bot.storage.ledger import BEHIND
from bot.storage.rows import Claimed, DeliveryRow
from bot.storage.transaction import Transaction
from bot.storage.windows import LONGEST
from flows.office import Content, Door
from handlers.ports import Conversation, PersonId
from tests.engines import Opened, opened, rows

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FAR = (BEHIND - EPOCH) // timedelta(microseconds=1)
LIFE = timedelta(seconds=30)
MINUTE = 60.0
LIMIT = 2
ROOM = 80
ENDS: Mapping[str, Result] = {
    "sent": Receipt("key"),
    "later": SendFault("busy", 5.0),
    "never": SendFault("gone", None),
    "unknown": SendUnknown(),
    "robot breaks": SendFault("130101", 600.0, "robot"),
    "channel breaks": SendFault("html", 300.0, "channel"),
}
Place = Literal["answer", "notice", "group", "robot"]
PLACES: Sequence[Place] = ("answer", "notice", "group", "robot")
OWNERS = st.sampled_from(("one", "two"))


class Platform:
    """A channel of which only the rates matter: so many a minute by custom and by app robot."""

    def window(self, letter: Letter) -> Window | None:
        rate = rate_of(letter.to)
        return Window(rate, LIMIT, MINUTE) if rate else None

    def batch(self, letter: Letter) -> str:
        return letter.message.text if letter.door is Door.PRIVATE else ""


def rate_of(to: str) -> str:
    """Name what a delivery counts against: each custom robot by itself, groups together."""
    if to.startswith("webhook:"):
        return to
    return "app" if to.startswith("cid-") else ""


@dataclass(slots=True)
class Post:
    """What the model knows of one delivery."""

    name: str
    lane: str
    private: bool
    keyed: bool
    question: int | None
    over: str = ""  # how it ended
    attempts: list["Attempt"] = field(default_factory=list)
    doubts: int = 0  # attempts of which nobody learnt the end
    arrived: int = 0
    refused: bool = False


@dataclass(slots=True)
class Attempt:
    """One call: when it began, and when it had arrived at the latest."""

    began: datetime
    over: datetime


@dataclass(slots=True)
class Process:
    """One process: what it has on its way, as far as it knows."""

    owner: str
    books: Books
    flying: list[Call] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    lines: dict[str, Line] = field(default_factory=dict)
    lost: list[Landed] = field(default_factory=list)  # ends that a dead process would tell

    def reserve(self) -> int:
        return 2

    def give_back(self, room: int) -> None:
        return

    def fits(self, letter: Claimed) -> bool:
        return True

    def expect(self, number: int) -> None:
        self.expected.add(number)

    def dismiss(self, numbers: Sequence[int]) -> None:
        self.expected.difference_update(numbers)

    def depart(self, letters: Sequence[Claimed]) -> None:
        self.dismiss([letter.id for letter in letters])
        self.flying += [Call([letter], "robot:x") for letter in letters]

    def wake(self) -> None:
        return

    def collect(self) -> Sequence[Landed]:
        return ()

    def hear_of(self, landed: Sequence[Landed], *, written: bool) -> None:
        raise NotImplementedError

    async def settle(self, tx: Transaction, landed: Sequence[Landed]) -> None:
        raise NotImplementedError

    @property
    def in_hand(self) -> set[int]:
        return self.expected | {letter.id for call in self.flying for letter in call.letters}


class OutboxMachine(RuleBasedStateMachine):
    """Posts, claims, ends, crashes and time, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.posts: dict[str, Post] = {}
        self.resting: dict[str, datetime] = {}
        self.asked = 0

    @initialize()
    def open(self) -> None:
        """Begin with an empty database, one person and two processes."""
        self.runner.run(self._open())

    async def _open(self) -> None:
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.records: Opened = await self.stack.enter_async_context(opened("sqlite", folder))
        self.person: PersonId = await self.records.person("s1")
        database, clock = self.records.database, self.records.clock
        self.processes = {
            owner: Process(owner, Books(database, clock, owner, lambda: 0.5))
            for owner in ("one", "two")
        }

    def teardown(self) -> None:
        """Let everything end well, and see that nothing was lost."""
        try:
            if hasattr(self, "processes"):
                self.runner.run(self._drain())
        finally:
            self.runner.run(self.stack.aclose())
            self.runner.close()

    # What may happen -----------------------------------------------------------------------------

    @rule(
        place=st.sampled_from(PLACES),
        which=st.sampled_from("ab"),
        asks=st.booleans(),
        count=st.integers(1, 3),
    )
    def put(self, place: Place, which: str, asks: bool, count: int) -> None:
        """Post something, or several things to the same place."""
        self.runner.run(self._put([self._row(place, which, asks) for _ in range(count)], None))

    @rule(owner=OWNERS, count=st.integers(1, 3), commits=st.booleans())
    def answer(self, owner: str, count: int, commits: bool) -> None:
        """Answer somebody by the express; the commit may seem to fail although it did not."""
        process = self.processes[owner]
        rows = [self._row("answer", which, False) for which in "abc"[:count]]

        async def run() -> None:
            await self._renew(owner)
            with ExpressRun(process) as fast:
                aboard = fast._aboard
                await self._put(rows, fast)
                for letter in aboard:
                    self._attempt(letter)
                if commits:
                    fast.go()

        self.runner.run(run())

    @rule(owner=OWNERS, room=st.sampled_from((17, ROOM)))
    def claim(self, owner: str, room: int) -> None:
        """Take what is next."""
        self.runner.run(self._claim(owner, room))

    @precondition(lambda self: any(p.flying for p in self.processes.values()))
    @rule(data=st.data(), end=st.sampled_from(sorted(ENDS)))
    def end(self, data: st.DataObject, end: str) -> None:
        """Learn what became of a call."""
        busy = [p for p in self.processes.values() if p.flying]
        process = data.draw(st.sampled_from(busy))
        call = data.draw(st.sampled_from(process.flying))
        process.flying.remove(call)
        arrived = data.draw(st.booleans())
        landed = [Landed(letter, ENDS[end], call.rests) for letter in call.letters]
        self._note(landed, arrived)
        self.runner.run(self._write(process, landed))

    @rule(owner=OWNERS, arrived=st.booleans())
    def crash(self, owner: str, arrived: bool) -> None:
        """End a process in the middle of its calls; its words may still come, much later."""
        process = self.processes[owner]
        for call in process.flying:
            landed = [Landed(letter, SendUnknown(), call.rests) for letter in call.letters]
            self._note(landed, arrived)
            process.lost += [Landed(x.letter, Receipt("late"), x.rests) for x in landed]
        process.flying.clear()
        self.runner.run(self._release(owner))

    @precondition(lambda self: any(p.lost for p in self.processes.values()))
    @rule(owner=OWNERS)
    def late_words(self, owner: str) -> None:
        """Let a process that was judged tell how its calls ended: nobody listens."""
        process = self.processes[owner]
        late, process.lost = process.lost, []
        self.runner.run(self._judge("two" if owner == "one" else "one"))
        self.runner.run(self._judge(owner, late))
        before = self.runner.run(self._states())
        self.runner.run(self._write(process, late))
        assert self.runner.run(self._states()) == before

    @rule(owner=OWNERS)
    def judge(self, owner: str) -> None:
        """Look for what nobody sends any more."""
        self.runner.run(self._judge(owner))

    @rule()
    def answer_question(self) -> None:
        """Answer every question that was asked so far."""
        self.asked += 1
        self.runner.run(self._answered())

    @rule(seconds=st.sampled_from((1, 7, 31, 65, 610)))
    def wait(self, seconds: int) -> None:
        """Let time pass; processes that live say so."""
        self.records.clock.move(seconds=seconds)
        for owner, process in self.processes.items():
            if process.flying:
                self.runner.run(self._renew(owner))

    # What must hold ------------------------------------------------------------------------------

    @invariant()
    def no_window_is_exceeded(self) -> None:
        """In no minute more calls than a robot takes, whenever each arrived on its way."""
        rates: defaultdict[str, list[Attempt]] = defaultdict(list)
        for post in self.posts.values():
            rates[rate_of(post.lane.removeprefix("g:"))] += post.attempts
        rates.pop("", None)
        minute = timedelta(seconds=MINUTE)
        for calls in rates.values():
            for one in calls:
                within = [x for x in calls if x.began < one.over + minute and x.over >= one.over]
                assert len(within) <= LIMIT, "too many in a minute"

    @invariant()
    def nobody_is_served_by_two(self) -> None:
        """No lane has two on their way."""
        lanes = Counter(
            letter.lane
            for process in getattr(self, "processes", {}).values()
            for call in process.flying
            for letter in call.letters
        )
        assert all(count == 1 for count in lanes.values())

    @invariant()
    def doubles_are_named(self) -> None:
        """Nothing arrives more often than once and once for each doubt."""
        for post in self.posts.values():
            assert post.arrived <= 1 + post.doubts
            assert post.private or post.keyed or post.arrived <= 1

    # How it is done ------------------------------------------------------------------------------

    def _row(self, place: Place, which: str, asks: bool) -> DeliveryRow:
        name = f"d{len(self.posts)}"
        private = place in ("answer", "notice")
        to = {"group": f"cid-{which}", "robot": f"webhook:{which}"}.get(place, f"s-{which}")
        prefix = {"answer": "p", "notice": "n"}.get(place, "g")
        asking = asks and private
        row = DeliveryRow(
            dedupe=name,
            channel="fake",
            robot="robot",
            door=Door.PRIVATE if private else Door.STAFF_GROUP,
            to=to,
            lane=f"{prefix}:{which if private else to}",
            message=Message(title="t", text="the same for all"),
            content=Content.PROGRESS,
            person=self.person if asking else None,
            question=self.asked if asking else None,
            answers=place == "answer",
        )
        self.posts[name] = Post(name, row.lane, private, to.startswith("webhook:"), row.question)
        return row

    async def _put(self, rows: Sequence[DeliveryRow], fast: ExpressRun | None) -> None:
        async with self.records.database.begin() as tx:
            if fast is not None:
                tx.express(fast)
            await tx.ledger.add(rows)

    async def _claim(self, owner: str, room: int) -> None:
        now = self.records.clock.now
        async with self.records.database.begin() as tx:
            await self._locked(tx, owner)
            breakers = await tx.breakers.open()
            assert {name: one.until for name, one in breakers.items()} == {
                name: until for name, until in self.resting.items() if until > now
            }
            channels = {"fake": cast("Channel", Platform())}
            plan = Plan(channels, Unlimited(), breakers, now, self.processes[owner].lines)
            await plan.claim(tx, room, owner)
        self.processes[owner].flying += plan.calls
        await self._see_ends()
        for call in plan.calls:
            for place, letter in enumerate(call.letters):
                self._attempt(letter, counts=place == 0)
                assert call.rests not in breakers
                assert "channel:fake" not in breakers
        due = "SELECT 1 FROM delivery WHERE state IN ('ready', 'unknown') AND due_at <= ?"
        left = rows(self.records.url, due, (now - EPOCH) // timedelta(microseconds=1))
        assert not left or room < ROOM, "what is due was left"

    def _attempt(self, letter: Claimed, *, counts: bool = True) -> None:
        post = self.posts[letter.dedupe]
        older = [p for p in self.posts.values() if p.lane == post.lane and not p.over]
        assert older[0] is post, "an older one of the lane is open"
        assert post.question is None or post.question >= self.asked
        if counts:
            now = self.records.clock.now
            post.attempts.append(Attempt(now, now))

    def _note(self, landed: Sequence[Landed], arrived: bool) -> None:
        for one in landed:
            post = self.posts[one.letter.dedupe]
            got = isinstance(one.result, Receipt) or (
                isinstance(one.result, SendUnknown) and arrived
            )
            post.arrived += got and not (post.keyed and post.arrived)
            post.refused |= isinstance(one.result, SendFault)
            post.doubts += isinstance(one.result, SendUnknown)
            for attempt in post.attempts[-1:]:
                attempt.over = min(self.records.clock.now, attempt.began + LONGEST)
            match one.result:
                case SendFault(retry_after=float(seconds), breaks=what) if what:
                    name = one.rests if what == "robot" else "channel:fake"
                    until = self.records.clock.now + timedelta(seconds=seconds)
                    self.resting[name] = max(until, self.resting.get(name, until))

    async def _write(self, process: Process, landed: Sequence[Landed]) -> None:
        async with self.records.database.begin() as tx:
            await tx.queue.lock()
            await process.books.write(tx, landed)
        await self._see_ends()

    async def _locked(self, tx: Transaction, owner: str) -> None:
        await tx.queue.lock()
        assert await tx.leases.take(PROCESS + owner, owner, LIFE)

    async def _renew(self, owner: str) -> None:
        async with self.records.database.begin() as tx:
            await self._locked(tx, owner)

    async def _release(self, owner: str) -> None:
        async with self.records.database.begin() as tx:
            lease = await tx.leases.take(PROCESS + owner, owner, LIFE)
            assert lease is not None
            await tx.leases.release(lease)

    async def _judge(self, owner: str, lost: Sequence[Landed] = ()) -> None:
        process = self.processes[owner]
        async with self.records.database.begin() as tx:
            await self._locked(tx, owner)
            crashed = {one.letter.id for one in (*lost, *process.lost)} - process.in_hand
            await tx.queue.judge(owner, process.in_hand, crashed)
        await self._see_ends()

    async def _answered(self) -> None:
        async with self.records.database.begin() as tx:
            await tx.conversations.save({self.person: Conversation(question=self.asked)})

    async def _states(self) -> list[tuple[Any, ...]]:
        return rows(self.records.url, "SELECT dedupe, state, due_at, owner FROM delivery")

    async def _see_ends(self) -> None:
        """Learn which deliveries are over, and see that they are so for a reason."""
        open_lanes: set[str] = set()
        query = "SELECT dedupe, lane, state, due_at FROM delivery ORDER BY id"
        for name, lane, state, due_at in rows(self.records.url, query):
            post = self.posts[name]
            if due_at is not None:
                assert not post.over, "what is over is open again"
                assert due_at < FAR or lane in open_lanes, "it waits for nobody"
                open_lanes.add(lane)
            elif not post.over:
                post.over = state
                assert _explained(post, self.asked), f"{name} is {state}"

    async def _drain(self) -> None:
        """Let both processes live, and everything that is sent arrive."""
        for _ in range(60):
            for process in self.processes.values():
                landed = [
                    Landed(letter, Receipt("key"), call.rests)
                    for call in process.flying
                    for letter in call.letters
                ]
                process.flying.clear()
                self._note(landed, arrived=True)
                await self._write(process, landed)
                await self._judge(process.owner)
                await self._claim(process.owner, ROOM)
            if all(post.over for post in self.posts.values()):
                return
            self.records.clock.move(seconds=301)
            for owner in self.processes:
                await self._renew(owner)
        raise AssertionError(f"lost: {[p.name for p in self.posts.values() if not p.over]}")


def _explained(post: Post, asked: int) -> bool:
    match post.over:
        case "sent":
            return post.arrived > 0
        case "cancelled":
            return post.question is not None and post.question < asked
        case "unknown":
            # Refused for good, it may have arrived with the attempt before.
            return post.doubts > (0 if post.refused or not post.private else 1)
        case _:
            return post.refused


class Unfenced(OutboxMachine):
    """The control for the fence: whoever speaks last is believed."""

    async def _write(self, process: Process, landed: Sequence[Landed]) -> None:
        for one in landed:
            query = "UPDATE delivery SET state = ?, due_at = NULL WHERE id = ?"
            state = "sent" if isinstance(one.result, Receipt) else "failed"
            rows(self.records.url, query, state, one.letter.id)
        await self._see_ends()


class Laneless(OutboxMachine):
    """The control for the lanes: whatever is due goes out at once."""

    async def _claim(self, owner: str, room: int) -> None:
        rows(self.records.url, "UPDATE delivery SET lane = lane || id WHERE state = 'ready'")
        await super()._claim(owner, room)


SETTINGS = settings(
    max_examples=20,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
OutboxMachine.TestCase.settings = SETTINGS
TestOutbox = OutboxMachine.TestCase


@pytest.mark.parametrize("machine", [Unfenced, Laneless])
def test_the_model_notices_what_it_is_there_for(machine: type[OutboxMachine]) -> None:
    quick = settings(
        SETTINGS, max_examples=200, database=None, phases=(Phase.generate,), print_blob=False
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=quick)
