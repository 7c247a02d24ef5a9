"""The calls that wait for an answer: one answer each, whatever breaks off, and no more than fit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.channels.base import NotTaken
from bot.channels.tencent.pace import Pace
from bot.channels.tencent.passive import Call, Calls

NOTHING = b"success"
NAME = "1234567890123456"


class Line:
    """The calls of a channel, and what was written to each connection."""

    def __init__(self, pace: Pace | None = None) -> None:
        self.calls = Calls(pace or Pace(answer=60.0), NOTHING)
        self.commits = asyncio.Event()
        self.commits.set()
        self.written: list[bytes] = []

    async def take(self) -> None:
        """Take a message, as soon as the database is there."""
        await self.commits.wait()

    def begin(self, name: str = NAME, take: Callable[[], Awaitable[object]] | None = None) -> bool:
        """Bring a message for the first time."""
        call = Call("oA", "gh_1", sealed=True)
        return self.calls.begin(name, call, take or self.take)

    async def connect(self, name: str = NAME, *, stands: bool = True) -> None:
        """Wait for the answer on a connection that stands, or is gone when it is written to."""
        call = self.calls.find(name)
        assert call is not None

        async def write(answer: bytes) -> bool:
            if stands:
                self.written.append(answer)
            return stands

        await self.calls.serve(name, call, write, asyncio.get_running_loop().time())

    async def taken(self, name: str = NAME) -> None:
        """Wait until a message is on record."""
        call = self.calls.find(name)
        if call is not None and call.taken is not None:
            await asyncio.wait({call.taken})


async def test_what_goes_out_in_another_way_is_said_to_no_try_that_comes_at_that_moment() -> None:
    there = Line()
    there.begin()
    gone = asyncio.create_task(there.connect(stands=False))
    await there.taken()
    answered = asyncio.create_task(there.calls.answered(NAME, b"answer"))
    while not gone.done():  # noqa: ASYNC110 - the moment counts
        await asyncio.sleep(0)
    assert not answered.done()  # it does not know yet
    await there.connect()
    assert await answered is False
    assert there.written == [NOTHING]


async def test_the_try_that_stands_gets_the_answer_although_another_is_gone() -> None:
    there = Line()
    there.begin()
    tries = [asyncio.create_task(there.connect(stands=stands)) for stands in (False, True, False)]
    await there.taken()
    assert await there.calls.answered(NAME, b"answer")
    await asyncio.gather(*tries)
    await there.connect()
    assert there.written == [b"answer", b"answer"]


async def test_more_messages_than_fit_are_not_begun() -> None:
    there = Line(Pace(open=2))
    there.commits.clear()
    assert [there.begin(str(n)) for n in range(3)] == [True, True, False]
    there.commits.set()
    await there.taken("0")
    assert there.begin("2")


async def test_nothing_is_said_to_a_message_that_is_not_on_record() -> None:
    there = Line()
    there.commits.clear()
    there.begin()
    waits = asyncio.create_task(there.connect())
    await asyncio.sleep(0)
    there.calls.dismissed(NAME)
    assert not waits.done()
    await there.calls.close(patience=0.05)
    await waits
    assert there.written == []
    assert there.calls.find(NAME) is None  # it comes again


async def test_a_message_that_was_not_taken_is_taken_when_it_comes_again() -> None:
    there = Line()

    async def refuse() -> None:
        raise NotTaken

    there.begin(take=refuse)
    await there.connect()
    assert there.written == []
    assert there.begin()
    again = asyncio.create_task(there.connect())
    await there.taken()
    assert await there.calls.answered(NAME, b"answer")
    await again
    assert there.written == [b"answer"]


async def test_an_end_lets_what_was_begun_after_the_answer_be_done() -> None:
    there, goes_on, done = Line(), asyncio.Event(), []

    async def take() -> None:
        await there.calls.answered(NAME, b"answer")
        await goes_on.wait()
        done.append(NAME)

    there.begin(take=take)
    await there.connect()
    closing = asyncio.create_task(there.calls.close(patience=60.0))
    await asyncio.sleep(0.05)
    assert not closing.done()
    goes_on.set()
    await closing
    assert done == [NAME]


async def test_an_end_lets_what_was_begun_be_done_although_its_connection_is_gone() -> None:
    there, goes_on, kept = Line(Pace(answer=0.01)), asyncio.Event(), []

    async def take() -> None:
        await goes_on.wait()
        kept.append(NAME)

    there.begin(take=take)
    await there.connect()  # it waited in vain, and nobody is there any more
    closing = asyncio.create_task(there.calls.close(patience=60.0))
    await asyncio.sleep(0.05)
    assert not closing.done()
    goes_on.set()
    await closing
    assert kept == [NAME]


async def test_an_end_does_not_wait_for_ever_for_what_was_begun() -> None:
    there, ended = Line(), []

    async def take() -> None:
        await there.calls.answered(NAME, b"answer")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(NAME)

    there.begin(take=take)
    await there.connect()
    await there.calls.close(patience=0.05)
    assert ended == [NAME]


@pytest.mark.parametrize(
    ("pace", "kept"),
    [
        pytest.param(Pace(), ["0", "1", "2"], id="for ten minutes"),
        pytest.param(Pace(keep=0.0), ["2"], id="no longer than a stamp is good"),
        pytest.param(Pace(kept=1), ["1", "2"], id="no more than fit"),
    ],
)
async def test_answers_are_kept_for_a_message_that_comes_again(pace: Pace, kept: list[str]) -> None:
    there = Line(pace)
    for n in range(3):
        there.begin(str(n))
        await there.taken(str(n))
    assert [str(n) for n in range(3) if there.calls.find(str(n))] == kept
