"""Pressed cards whose answer another process finds."""

import asyncio
from collections import OrderedDict
from contextlib import suppress

from bot.storage.database import Database, DatabaseDown
from handlers.ports import Answered, Arrival, ArrivalId, Filed

WITHIN = 3.0  # seconds; then the card is changed by a later delivery
POLL = 0.1
ROOM = 1000  # presses that nobody asks about any more go when there are more

_Name = tuple[str, str, str]


class Pressed:
    """Wait for what a worker wrote down for a pressed card."""

    def __init__(self, database: Database, *, within: float = WITHIN, poll: float = POLL) -> None:
        self._database = database
        self._within = within
        self._poll = poll
        self._numbers: OrderedDict[_Name, ArrivalId] = OrderedDict()
        self._waiting: dict[str, asyncio.Event] = {}  # by the number, as the hub tells it

    def note(self, filed: Filed) -> None:
        """Remember under which number a press was filed."""
        if filed.arrival.button is None:
            return
        self._numbers[_name(filed.arrival)] = filed.id
        if len(self._numbers) > ROOM:
            self._numbers.popitem(last=False)

    def hear(self, note: str) -> None:
        """Look now: a worker has answered the arrival of this number."""
        if news := self._waiting.get(note):
            news.set()

    async def answer(self, arrival: Arrival) -> Answered:
        """Return what the card is to say; nothing when it takes too long."""
        number = self._numbers.pop(_name(arrival), None)
        if number is None:
            return await self._said(arrival)
        news = self._waiting[str(number)] = asyncio.Event()
        try:
            async with asyncio.timeout(self._within):
                return await self._found(number, news)
        except TimeoutError:
            return Answered()
        finally:
            del self._waiting[str(number)]

    async def _said(self, arrival: Arrival) -> Answered:
        """Return what was said to a press that comes again; nothing where that is not known."""
        with suppress(DatabaseDown):
            async with self._database.read() as tx:
                return await tx.answered_to(*_name(arrival)) or Answered()
        return Answered()

    async def _found(self, number: ArrivalId, news: asyncio.Event) -> Answered:
        while True:
            news.clear()
            with suppress(DatabaseDown):
                async with self._database.read() as tx:
                    answered = await tx.answered(number)
                if answered is not None:
                    return answered
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await news.wait()


def _name(arrival: Arrival) -> _Name:
    return (arrival.channel, arrival.robot, arrival.msg_id)
