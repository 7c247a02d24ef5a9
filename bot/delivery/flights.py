"""Flights: the calls under way, and how they ended."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot import metrics
from bot.channels.base import Channel, Receipt, SendFault, SendUnknown
from bot.channels.uplink import IN_BODY, lasting
from bot.delivery.outcome import Landed, Result
from bot.delivery.planning import Call
from bot.ending import ended
from bot.logs import about, place_of

log = logging.getLogger(__name__)

SEND_WITHIN = 30.0  # the channel's own timeouts are shorter
FILE_WITHIN = SEND_WITHIN + lasting(IN_BODY)  # of a file, which may leave inside its message


class Flights:
    """Makes calls; each ends as one result per letter, which stays in hand until it is settled."""

    def __init__(self, channels: Mapping[str, Channel], wake: Callable[[], None]) -> None:
        self._channels = channels
        self._wake = wake
        self._claimed: set[asyncio.Task[None]] = set()
        self._express: set[asyncio.Task[None]] = set()
        self._landed: list[Landed] = []
        self.in_hand: set[int] = set()

    @property
    def claimed(self) -> int:
        """How many calls with claimed letters are under way."""
        return len(self._claimed)

    @property
    def express(self) -> int:
        """How many calls with answers are under way that nobody had to claim."""
        return len(self._express)

    @property
    def are_over(self) -> bool:
        """Say whether no call is under way and every end was taken."""
        return not (self._claimed or self._express or self._landed)

    def launch(self, call: Call, *, express: bool = False) -> None:
        """Begin a call."""
        self.in_hand.update(letter.id for letter in call.letters)
        name = f"delivery-{call.letters[0].id}"
        task = asyncio.create_task(self._fly(call, express=express), name=name)
        hangar = self._express if express else self._claimed
        hangar.add(task)
        task.add_done_callback(hangar.discard)
        task.add_done_callback(lambda _: self._wake())

    def take(self) -> list[Landed]:
        """Take what ended since the last time."""
        landed, self._landed = self._landed, []
        return landed

    def take_plain(self) -> list[Landed]:
        """Take what concerns nobody but its row."""
        plain = [one for one in self._landed if one.is_plain]
        self._landed = [one for one in self._landed if not one.is_plain]
        return plain

    @property
    def can_wait(self) -> bool:
        """Say whether what ended concerns nobody but its rows."""
        return all(one.is_plain for one in self._landed)

    def put_back(self, landed: Sequence[Landed]) -> None:
        """Return what could not be written down yet."""
        self._landed[:0] = landed

    def settled(self, landed: Iterable[Landed]) -> None:
        """Let go of what is written down."""
        self.in_hand.difference_update(one.letter.id for one in landed)

    def abort(self) -> None:
        """Cut off the calls under way; nobody learns how they would have ended."""
        for task in (*self._claimed, *self._express):
            task.cancel()

    async def end(self) -> None:
        """Cut off what is still under way and wait for it."""
        await ended((*self._claimed, *self._express))

    async def _fly(self, call: Call, *, express: bool) -> None:
        if (pause := call.begins - time.monotonic()) > 0.0:
            await asyncio.sleep(pause)
        since = time.monotonic()
        first = call.letters[0]
        with about(delivery=first.id, arrival=first.arrival):
            results = await self._results(call)
        ended = time.monotonic()
        metrics.send.observe(ended - since)
        self._landed += [
            Landed(
                letter,
                results.get(letter.id, SendUnknown()),
                call.rests,
                express,
                ended,
                call.window,
            )
            for letter in call.letters
        ]

    async def _results(self, call: Call) -> Mapping[int, Result]:
        numbers = [letter.id for letter in call.letters]
        channel = self._channels.get(call.letters[0].channel)
        if channel is None:
            return dict.fromkeys(numbers, SendFault("no_channel", None))
        try:
            async with asyncio.timeout(_within(call)):
                return await _send(channel, call)
        except (SendFault, SendUnknown) as told:
            return dict.fromkeys(numbers, told)
        except Exception as error:  # a defect or a timeout: the bytes may have left
            log.error("delivery broke off: %s", place_of(error))
            return dict.fromkeys(numbers, SendUnknown())


def _within(call: Call) -> float:
    shows = any(letter.message.file is not None for letter in call.letters)
    return FILE_WITHIN if shows else SEND_WITHIN


async def _send(channel: Channel, call: Call) -> Mapping[int, Receipt | SendFault]:
    if len(call.letters) > 1:
        return await channel.send_batch(call.letters)
    (letter,) = call.letters
    return {letter.id: await channel.send(letter)}
