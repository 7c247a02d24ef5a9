"""How often each interface may be called: waiting in line just before the call."""

import asyncio
import heapq
import itertools
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.channels.base import SendFault

PER_SECOND = 20
# The platform's second, and a little for clocks that do not agree to the millisecond.
SECOND = 1.01
# Calls that are due at once begin so far apart: a little less than a twentieth of a second, so
# that one which began late does not make all that follow late as well.
APART = 0.045
# The outbox claims a quarter of a second's calls at a time: a process that dies leaves few.
SPREAD = 5
PATIENCE = 5.0


class _Door:
    """Lets one in at a time: first those for whom somebody waits, each kind as it came."""

    def __init__(self) -> None:
        self._inside = False
        self._numbers = itertools.count()
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []

    def before(self, *, urgent: bool) -> int:
        """Count who is in, or waits and would go in before one who comes now."""
        waiting = (later for later, _, ticket in self._waiting if not ticket.done())
        return self._inside + sum(not (urgent and later) for later in waiting)

    @asynccontextmanager
    async def __call__(self, *, urgent: bool) -> AsyncIterator[None]:
        """Wait to be let in, and keep the others out meanwhile."""
        if self._inside:
            ticket: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            heapq.heappush(self._waiting, (not urgent, next(self._numbers), ticket))
            try:
                await ticket
            except asyncio.CancelledError:
                if not ticket.cancelled():  # it was let in at the moment in which it gave up
                    self._next()
                raise
        self._inside = True
        try:
            yield
        finally:
            self._next()

    def _next(self) -> None:
        while self._waiting:
            *_, ticket = heapq.heappop(self._waiting)
            if not ticket.done():
                ticket.set_result(None)
                return
        self._inside = False


class _Line:
    """The calls of one interface: each holds a place until it has been over for `seconds`.

    The platform counts a call when it arrives, which is at some moment between its beginning and
    its end. With `most` places it never sees more than `most` in any `seconds`, however long calls
    were on their way and however late this process woke up.
    """

    def __init__(self, most: int, seconds: float, apart: float) -> None:
        self._most = most
        self._seconds = seconds
        self._apart = apart
        self._next = 0.0
        self._under_way = 0
        self._free_at: deque[float] = deque()  # the places of calls that are over
        self.door = _Door()

    @property
    def each(self) -> float:
        """Compute the seconds that one place in the line costs."""
        return self._seconds / self._most

    def pause(self, now: float) -> float:
        """Say how long it takes at least until the next may begin; 0.0 = now."""
        while self._free_at and self._free_at[0] <= now:
            self._free_at.popleft()
        pause = self._next - now
        if self._under_way + len(self._free_at) >= self._most:
            # One that is under way holds its place longer than from now on.
            first = self._free_at[0] - now if self._free_at else self._seconds
            pause = max(pause, first)
        return max(0.0, pause)

    def begin(self, now: float) -> None:
        """Take a place. The time that was lost before is not made up for."""
        self._under_way += 1
        self._next = now + self._apart

    def end(self, now: float) -> None:
        """Give the place back, when the platform has forgotten the call."""
        self._under_way -= 1
        self._free_at.append(now + self._seconds)


class Gate:
    """At most so many calls of one interface in any second of this process.

    Answers go first: somebody waits for them, and a push to a thousand groups can wait.

    Between processes the outbox counts; this keeps everything else in this one (downloads, cards,
    second tries) from being refused with it, and spreads what the outbox lets out at once.
    """

    def __init__(
        self,
        most: int = PER_SECOND,
        seconds: float = SECOND,
        *,
        apart: float = APART,
        patience: float = PATIENCE,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._patience = patience
        self._now = now
        self._lines: defaultdict[str, _Line] = defaultdict(lambda: _Line(most, seconds, apart))

    @asynccontextmanager
    async def turn(self, path: str, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for a turn, and keep it while the call lasts; `urgent`: somebody waits for it.

        Raises SendFault when it would take too long: nothing was sent.
        """
        line = self._lines[path]
        await self._wait(line, urgent)
        try:
            yield
        finally:
            line.end(self._now())

    async def _wait(self, line: _Line, urgent: bool) -> None:
        expected = line.pause(self._now()) + line.door.before(urgent=urgent) * line.each
        if expected > self._patience:
            raise SendFault("pace", expected)
        try:
            async with asyncio.timeout(self._patience), line.door(urgent=urgent):
                pause = line.pause(self._now())
                while pause > 0.0:  # who is under way may take longer; `timeout` ends it
                    await asyncio.sleep(pause)
                    pause = line.pause(self._now())
                line.begin(self._now())
        except TimeoutError:
            raise SendFault("pace", self._patience) from None
