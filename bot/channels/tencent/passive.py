"""The calls that bring messages: each waits for one answer, its repetitions get the same bytes."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from bot.channels.base import NotTaken
from bot.channels.tencent.pace import Pace
from bot.logs import place_of

log = logging.getLogger(__name__)

Write = Callable[[bytes], Awaitable[bool]]
"""Write an answer to one connection; False when it was gone before."""


class Call:
    """One message of the platform, however often it is brought.

    Thousands of them are kept: each holds as little as it can.
    """

    __slots__ = (
        "account",
        "answer",
        "answers",
        "ended_at",
        "is_committed",
        "over",
        "sealed",
        "taken",
        "to",
        "waiting",
        "written",
    )

    def __init__(self, account: str, to: str, *, sealed: bool, answers: bool = True) -> None:
        """`answers`: something is said to it; else it is over as soon as it is taken."""
        self.answers = answers
        self.account = account
        self.to = to
        self.sealed = sealed
        self.answer: bytes | None = None
        self.taken: asyncio.Task[None] | None = None  # until the commit of the arrival
        self.is_committed = False  # whether the arrival is on record: nothing is answered before
        self.waiting = 0  # connections that could carry the answer
        self.over = asyncio.Event()  # there is an answer, or there will be no taking
        self.written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.ended_at = 0.0  # by the loop's clock

    @property
    def is_open(self) -> bool:
        """Whether somebody waits for the answer."""
        return self.waiting > 0 and not self.over.is_set()


class Calls:
    """Which messages wait for an answer, and what the latest were answered."""

    def __init__(self, pace: Pace, nothing: bytes) -> None:
        """`nothing` = what says that a message was taken and is answered in another way."""
        self._pace = pace
        self._nothing = nothing
        self._open: dict[str, Call] = {}
        self._over: OrderedDict[str, Call] = OrderedDict()

    def find(self, name: str) -> Call | None:
        """Return a message that waits, or was answered lately."""
        return self._open.get(name) or self._over.get(name)

    def begin(self, name: str, call: Call, take: Callable[[], Awaitable[object]]) -> bool:
        """Hand a message over that is new; False = too many wait.

        `take` goes on whatever becomes of the connection that brought it.
        """
        self._forget()
        if len(self._open) >= self._pace.open:
            return False
        self._open[name] = call
        call.taken = asyncio.create_task(_taking(take), name="callback-take")
        call.taken.add_done_callback(lambda task: self._taken(name, call, task))
        return True

    async def answered(self, name: str, answer: bytes) -> bool:
        """Answer a message; True once that was written to a connection that stood."""
        call = self._open.get(name)
        if call is None or not call.is_open:
            return False
        self._end(name, call, answer)
        return await asyncio.shield(call.written)

    def dismissed(self, name: str) -> None:
        """Hear that a message is answered in another way: its call need not wait any longer."""
        call = self._open.get(name)
        if call is not None and call.is_open and call.is_committed:
            self._end(name, call, self._nothing)

    async def serve(self, name: str, call: Call, write: Write, since: float) -> None:
        """Wait for the answer on one connection, and write it; `since` = when that began, by the
        loop's clock.

        A message that is not on record in time is left unanswered: the platform brings it again.
        """
        call.waiting += 1
        written = False
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(since + self._pace.answer):
                    await call.over.wait()
            if not call.over.is_set() and call.is_committed:
                self._end(name, call, self._nothing)
            if call.answer is not None:
                written = await write(call.answer)
        finally:
            call.waiting -= 1
            if call.over.is_set() and not call.written.done() and (written or not call.waiting):
                if not written and call.answer is not None:
                    # What comes again must not say what is sent in another way from here on.
                    call.answer = self._nothing
                call.written.set_result(written)

    async def close(self, patience: float) -> None:
        """Answer nothing to whoever still waits; let that out, and end what was begun, for so many
        seconds.
        """
        for name, call in list(self._open.items()):
            if call.is_committed:
                self._end(name, call, self._nothing)
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                # What is taken goes on though its connection is gone: it may keep what comes once.
                while any(call.waiting or call.taken for call in self._all()):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        calls = self._all()
        tasks = [call.taken for call in calls if call.taken is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _all(self) -> Sequence[Call]:
        return (*self._open.values(), *self._over.values())

    def _taken(self, name: str, call: Call, task: asyncio.Task[None]) -> None:
        call.taken = None
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, NotTaken):
            log.error("a message was not taken: %s", place_of(error))
        call.is_committed = not (task.cancelled() or error)
        if not call.is_committed:  # it comes again, and is taken then
            self._open.pop(name, None)
            call.over.set()
        elif not (call.over.is_set() or (call.waiting and call.answers)):
            self._end(name, call, self._nothing)

    def _end(self, name: str, call: Call, answer: bytes) -> None:
        self._open.pop(name, None)
        self._over[name] = call
        call.answer = answer
        call.ended_at = asyncio.get_running_loop().time()
        call.over.set()

    def _forget(self) -> None:
        before = asyncio.get_running_loop().time() - self._pace.keep
        while self._over:
            first = next(iter(self._over.values()))
            if len(self._over) <= self._pace.kept and first.ended_at > before:
                return
            self._over.popitem(last=False)


async def _taking(take: Callable[[], Awaitable[object]]) -> None:
    await take()
