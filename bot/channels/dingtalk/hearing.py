"""What becomes of each frame: handed over in a task of its own, acknowledged where it came from."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from bot.channels.base import MESSAGES, Count, NoteRead, Take
from bot.channels.dingtalk import frames
from bot.channels.dingtalk.access import Pace
from bot.channels.dingtalk.frames import BadFrame, Frame, acknowledgement, read_frame
from bot.channels.dingtalk.inbound import Inbound, Unreadable
from bot.channels.dingtalk.link import Link
from bot.channels.dingtalk.payloads import CARD_VALUE_LIMIT, clipped
from bot.logs import place_of
from handlers.ports import Arrival, Text

log = logging.getLogger(__name__)

TELL_EVERY = 100
EVENTS_KNOWN = 10_000


class Hearing:
    """Sort frames without waiting for anything, so that the read loop never stops.

    When `Pace.in_flight` messages are being taken, further ones are left without acknowledgement
    (the platform may push them again); pings and events are still answered.
    """

    def __init__(
        self,
        inbound: Inbound,
        pace: Pace,
        take: Take,
        say: Callable[[Text], str],
        *,
        read: NoteRead,
        count: Count,
    ) -> None:
        self._read = read
        self._count = count
        self._events: OrderedDict[str, None] = OrderedDict()
        self._inbound = inbound
        self._pace = pace
        self._take = take
        self._say = say
        self._taking: set[asyncio.Task[None]] = set()
        self._answering: set[asyncio.Task[None]] = set()
        self._turned_away = 0

    def __call__(self, link: Link, raw: bytes) -> None:
        """Hear one frame."""
        try:
            self._sort(link, read_frame(raw))
        except BadFrame as fault:
            log.warning("stream: skipped a frame of %s bytes: %s", len(raw), fault)
        except Exception as error:  # a frame may cost nothing but itself
            log.error("stream: skipped a frame: %s", place_of(error))

    async def finish(self, patience: float) -> None:
        """Let what was taken be acknowledged, for at most `patience` seconds."""
        tasks = self._taking | self._answering
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=patience)
        if late:
            log.warning("stream: stopped with %s frames unacknowledged", len(late))
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _sort(self, link: Link, frame: Frame) -> None:
        if frame.counts:
            self._count(MESSAGES, 1)
        match frame.type, frame.topic:
            case frames.SYSTEM, frames.PING:
                self._answer(link, frame, frame.body())
            case frames.SYSTEM, frames.DISCONNECT:
                link.dismissed = True
                self._answer(link, frame, {})
            case frames.SYSTEM, _:
                log.debug("stream: system frame %s", frame.topic)
            case frames.EVENT, _:
                link.proven = True
                self._answer(link, frame, frames.EVENT_TAKEN)
                self._happened(frame)
            case frames.CALLBACK, frames.ROBOT:
                link.proven = True
                self._start(link, frame, self._message)
            case frames.CALLBACK, frames.CARD:
                link.proven = True
                self._start(link, frame, self._press)
            case _:
                log.warning("stream: no handler for a frame of type %r", frame.type[:20])
                self._answer(link, frame, {}, frames.NO_SUCH_TOPIC)

    def _happened(self, frame: Frame) -> None:
        """Note that somebody read a message; what else happens is acknowledged and no more."""
        if frame.event != frames.READ:
            log.debug("stream: event %s", frame.event)
            return
        if frame.event_id in self._events:
            return
        if frame.event_id:
            self._events[frame.event_id] = None
            if len(self._events) > EVENTS_KNOWN:
                self._events.popitem(last=False)
        try:
            self._read(self._inbound.read(frame.body()))
        except Unreadable as fault:
            log.info("stream: a read event says too little: %s", fault)

    def _start(
        self,
        link: Link,
        frame: Frame,
        work: Callable[[Link, Frame], Coroutine[None, None, None]],
    ) -> None:
        if len(self._taking) >= self._pace.in_flight:
            self._turned_away += 1
            if self._turned_away % TELL_EVERY == 1:
                log.error(
                    "stream: %s messages in flight, %s left unacknowledged so far",
                    len(self._taking),
                    self._turned_away,
                )
            return
        link.took()
        self._keep(self._taking, self._guarded(link, frame, work))

    async def _guarded(
        self,
        link: Link,
        frame: Frame,
        work: Callable[[Link, Frame], Coroutine[None, None, None]],
    ) -> None:
        try:
            await work(link, frame)
        except (BadFrame, Unreadable) as fault:
            log.warning("stream: frame %s cannot be read: %s", frame.message_id, fault)
            await self._send(link, frame, {}, frames.BAD_REQUEST)
        except Exception as error:  # unacknowledged: it may not be recorded
            log.error("stream: frame %s was not taken: %s", frame.message_id, place_of(error))
        finally:
            link.answered()

    async def _message(self, link: Link, frame: Frame) -> None:
        await self._take(self._inbound.message(frame.body(), frame.message_id))
        await self._send(link, frame, frames.ROBOT_TAKEN)

    async def _press(self, link: Link, frame: Frame) -> None:
        arrival = self._inbound.pressed(frame.body(), frame.message_id)
        status = asyncio.create_task(self._status(arrival))
        try:
            done, _ = await asyncio.wait({status}, timeout=self._pace.card_budget)
            if not done:
                # The card is changed by a later delivery.
                await self._send(link, frame, frames.CARD_TAKEN)
                await status
                return
            await self._send(link, frame, status.result())
        finally:
            status.cancel()

    async def _status(self, arrival: Arrival) -> Mapping[str, Any]:
        answered = await self._take(arrival)
        if answered.card_status is None:
            return frames.CARD_TAKEN
        status = clipped(self._say(answered.card_status), CARD_VALUE_LIMIT)
        return frames.card_changed(status, over=answered.card_over)

    def _answer(
        self, link: Link, frame: Frame, data: Mapping[str, Any], code: int = frames.OK
    ) -> None:
        if len(self._answering) < self._pace.in_flight:
            self._keep(self._answering, self._send(link, frame, data, code))

    async def _send(
        self, link: Link, frame: Frame, data: Mapping[str, Any], code: int = frames.OK
    ) -> None:
        if not frame.message_id:
            return
        message = "OK" if code == frames.OK else "refused"
        await link.send(acknowledgement(frame, data, code, message))

    def _keep(self, tasks: set[asyncio.Task[None]], work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
