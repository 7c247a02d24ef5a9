"""The delivery worker: claim, send, write down what came of it, try again."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import metrics
from bot.channels.base import Channel
from bot.delivery.books import Books, Elsewhere, nowhere
from bot.delivery.budget import Budget, Unlimited, hold_unpaid
from bot.delivery.express import ExpressRun
from bot.delivery.flights import Flights
from bot.delivery.life import Life
from bot.delivery.outcome import Landed
from bot.delivery.planning import EXPRESS, PARALLEL, Call, Line, Plan, rests_with, robot_of
from bot.delivery.tally import Tally
from bot.ending import ended
from bot.handling import persistently
from bot.logs import place_of
from bot.presence import nobody_has
from bot.storage.breakers import Breaker
from bot.storage.database import Database, DatabaseDown
from bot.storage.leases import Lease
from bot.storage.rows import Claimed, Judged
from bot.storage.transaction import Transaction
from handlers.ports import Clock, Stale
from handlers.undelivered import Undelivered

log = logging.getLogger(__name__)

STOP_WITHIN = 4.0
WRITE_WITHIN = 0.25  # after that: what ended meanwhile is written down
POLL = 1.0
GATHER = 0.02  # so long do ends wait for a transaction that takes them along
JUDGE_EVERY = timedelta(seconds=4)
FORGET_AFTER = timedelta(days=1)


@dataclass(slots=True)
class _Turn:
    """What one transaction did, to be acted on after its commit."""

    at: datetime
    plan: Plan | None = None
    lease: Lease | None = None
    resting: Mapping[str, Breaker] | None = None
    judged: Judged | None = None
    rest: float | None = None  # until the next look; None = this was none


class Delivery:
    """Send what is ready: in parallel, in order per person and group, every attempt on record."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Clock,
        *,
        owner: str = "",
        budget: Budget | None = None,
        alone: bool = False,
        has_ended: Callable[[str], bool] = nobody_has,
        spread: Callable[[], float] = random.random,
        stop_within: float = STOP_WITHIN,
        elsewhere: Elsewhere = nowhere,
    ) -> None:
        """`owner` names the process; `alone` = no other one is there, `has_ended` = is one dead."""
        self._life = Life(database, owner, alone=alone)
        self.owner = self._life.owner
        self.tally = Tally()
        self._database = database
        self._channels = channels
        self._budget = budget or Unlimited()
        self._alone = alone
        self._has_ended = has_ended
        self._stop_within = stop_within
        self._woken = asyncio.Event()
        self._flights = Flights(channels, self._landed)
        self._books = Books(database, clock, self.owner, spread, elsewhere)
        self._reserved = 0
        self._lines: dict[str, Line] = {}
        self._resting: Mapping[str, Breaker] = {}
        self._judge_at: datetime | None = None
        # What several processes settle they settle under one lock, which is not for others.
        self._gathers = not database.shared
        self._look = True
        self._look_at = 0.0  # by the loop's clock
        self._gathering: asyncio.TimerHandle | None = None
        self._closing = False
        self._loop: asyncio.Task[None] | None = None

    @property
    def in_flight(self) -> int:
        """How many calls are under way."""
        return self._flights.claimed + self._flights.express

    def wake(self) -> None:
        """Look for rows now: something was committed."""
        self._look = True
        self._woken.set()

    def start(self) -> None:
        """Begin to send; recover() was called before."""
        self._loop = asyncio.create_task(self._run(), name="delivery")

    async def recover(self) -> None:
        """Name what was on its way when a process ended, and owe it again where allowed."""
        try:
            await persistently(lambda: self._recover(tell=True), lambda: "the start", tries=1)
        except (DatabaseDown, Stale):
            raise
        except Exception as error:  # what keeps a notice from being worded must not stop the start
            log.error("nobody is told of doubtful deliveries: %s", place_of(error))
            await persistently(lambda: self._recover(tell=False), lambda: "the start", tries=1)

    async def stop(self) -> None:
        """Claim nothing more, let calls in flight end, write down how they ended."""
        self._closing = True
        self.wake()
        if self._loop is None:
            return
        await asyncio.wait({self._loop}, timeout=self._stop_within)
        self._flights.abort()  # the rows stay `sending`: who looks next calls them unknown
        await asyncio.wait({self._loop}, timeout=WRITE_WITHIN)
        await ended((self._loop,))
        await self._flights.end()
        await self._life.end(within=WRITE_WITHIN)

    # Answers that the commit that writes them claims ----------------------------------------------

    def express(self) -> ExpressRun:
        """Let the answers of one transaction go out without being claimed by another."""
        return ExpressRun(self)

    def reserve(self) -> int:
        """Set all free room aside, and say how much that is."""
        if self._closing or self._loop is None or not self._life.lasts:
            return 0
        room = max(0, EXPRESS - self._flights.express - self._reserved)
        self._reserved += room
        return room

    def give_back(self, room: int) -> None:
        """Return room that was set aside."""
        self._reserved -= room

    def fits(self, letter: Claimed) -> bool:
        """Say whether it needs to ask neither a rate, nor a breaker, nor the budget.

        A card that goes out as text while the month runs low is one that the budget changes.
        """
        channel = self._channels.get(letter.channel)
        rests = {rests_with(letter.channel), robot_of(letter, None)}
        return (
            channel is not None
            and rests.isdisjoint(self._resting)
            and channel.window(letter) is None
            and self._budget.verdict(letter) == "go"
            and not (letter.card and self._budget.plain())
        )

    def expect(self, number: int) -> None:
        """Hear of a row that is `sending` with the commit to come.

        However long that takes: who judges in between must not give it back.
        """
        self._flights.in_hand.add(number)

    def dismiss(self, numbers: Sequence[int]) -> None:
        """Hear of rows that will not depart; what was committed after all is given back."""
        self._flights.in_hand.difference_update(numbers)

    def depart(self, letters: Sequence[Claimed]) -> None:
        """Send letters whose rows are committed as `sending`."""
        self._launch([Call([x], robot_of(x, None)) for x in letters], express=True)

    def collect(self) -> Sequence[Landed]:
        """Hand out how answers ended, if that can be written down in any transaction."""
        if not self._gathers or self._closing:
            return ()
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
        return self._flights.take_plain()

    async def settle(self, tx: Transaction, landed: Sequence[Landed]) -> None:
        """Write down how answers ended."""
        await self._books.write(tx, landed)

    def hear_of(self, landed: Sequence[Landed], *, written: bool) -> None:
        """Hear what became of what was handed out; what was not written down is not again."""
        if written:
            self._flights.settled(landed)
            for one in landed:
                self.tally.count(one)
        else:
            self._flights.put_back([replace(one, express=False) for one in landed])
            self.wake()

    # The loop ------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while not (self._closing and self._flights.are_over):
            self._woken.clear()
            try:
                await self._turn()
            except Exception as error:  # the worker outlives a database that is down
                log.error("deliveries wait: %s", place_of(error))
                self._look = True
                await asyncio.sleep(POLL)
                continue
            rest = self._look_at - asyncio.get_running_loop().time()
            if rest > 0 and not (self._closing and self._flights.are_over):
                await self._rest(rest)

    def _landed(self) -> None:
        """See to what landed: soon, or with the next transaction that takes it along."""
        if self._closing or not (self._gathers and self._flights.can_wait):
            self._woken.set()
        elif self._gathering is None:
            loop = asyncio.get_running_loop()
            self._gathering = loop.call_later(GATHER, self._gathered)

    def _gathered(self) -> None:
        self._gathering = None
        self._woken.set()

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _turn(self) -> None:
        """Write down what landed and claim what is next, in one short transaction.

        Nobody looks for rows when there is no reason why one should be due.
        """
        loop = asyncio.get_running_loop()
        look = self._look or self._closing or loop.time() >= self._look_at
        look |= not self._flights.can_wait
        landed = self._flights.take()
        if not (look or landed):
            return
        self._look = False
        try:
            turn = await self._database.write(lambda tx: self._act(tx, landed, look=look))
        except DatabaseDown:
            self._flights.put_back(landed)
            raise
        except Exception as error:
            log.error("deliveries of a turn are written down one by one: %s", place_of(error))
            turn = _Turn(self._database.steady(), rest=POLL)
            landed, waiting = await self._books.one_by_one(landed)
            self._flights.put_back(waiting)
        self._flights.settled(landed)
        for one in landed:
            self.tally.count(one)
        self._after(turn)
        if turn.rest is not None:
            self._look_at = loop.time() + turn.rest

    async def _act(self, tx: Transaction, landed: Sequence[Landed], *, look: bool) -> _Turn:
        now = self._database.steady()
        turn = _Turn(now)
        await tx.queue.lock()
        await self._books.write(tx, landed)
        await hold_unpaid(tx, self._budget, landed)
        await self._budget.flush(tx)
        if not (look or tx.ledger.left):
            return turn
        turn.rest = POLL
        if self._life.wanes:
            turn.lease = await self._life.take(tx)
        if self._judge_at is None or now >= self._judge_at:
            turn.judged = await self._judge(tx, tell=True)
        turn.resting = await tx.breakers.open()
        room = PARALLEL - self._flights.claimed
        if room <= 0 or self._closing:
            return turn
        turn.plan = Plan(self._channels, self._budget, turn.resting, now, self._lines)
        await turn.plan.claim(tx, room, self.owner)
        if turn.plan.more and len(turn.plan.calls) < room:
            turn.rest = 0.0
        elif (due := await tx.queue.next_due()) is not None:
            turn.rest = min(POLL, (due - self._database.steady()).total_seconds())
        return turn

    def _after(self, turn: _Turn) -> None:
        self._life.lease = turn.lease or self._life.lease
        self._resting = self._resting if turn.resting is None else turn.resting
        if turn.judged is not None:
            self._judge_at = turn.at + JUDGE_EVERY
            self._books.doubtful.clear()
            if turn.judged != Judged():
                log.warning("deliveries judged: %s", turn.judged)
        if turn.plan is not None:
            metrics.deliveries.labels("cancelled").inc(turn.plan.saved)
            metrics.deliveries.labels("held").inc(turn.plan.held)
            self._launch(turn.plan.calls)

    def _launch(self, calls: Sequence[Call], *, express: bool = False) -> None:
        """Send, unless the commit took so long that others may think this process dead.

        They send in its place then; what they have left alone is given back.
        """
        if calls and not self._life.is_seen:
            log.error("calls are not made: the commit took too long", extra={"count": len(calls)})
            self.dismiss([letter.id for call in calls for letter in call.letters])
            return
        for call in calls:
            self._flights.launch(call, express=express)

    async def _judge(self, tx: Transaction, *, tell: bool) -> Judged:
        hand, doubtful = self._flights.in_hand, self._books.doubtful
        judged = await tx.queue.judge(
            self.owner, hand, doubtful, alone=self._alone, has_ended=self._has_ended
        )
        if tell:
            await self._books.tell(tx, [Undelivered(ticket, None) for ticket in judged.untold])
        return judged

    async def _recover(self, *, tell: bool) -> None:
        before = self._database.steady() - FORGET_AFTER
        async with self._database.begin() as tx:
            await tx.queue.lock()
            lease = await self._life.take(tx)
            await tx.leases.forget(before)
            await tx.breakers.forget(before)
            judged = await self._judge(tx, tell=tell)
            await tx.queue.free_all()
        self._life.lease = lease
        log.info("deliveries recovered: %s", judged)
