"""From a row of the outbox to the platform: send, write down what came of it, try again."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.channels.base import Channel, Receipt, SendFault, SendUnknown
from bot.ending import ended
from bot.logs import place_of
from bot.storage.database import Database, DatabaseDown
from bot.storage.rows import Claimed
from bot.storage.transaction import Transaction
from flows.office import Door
from handlers.ports import Clock
from handlers.undelivered import Undelivered, tell_of_undelivered

log = logging.getLogger(__name__)

PARALLEL = 20
TRIES = 6
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 300.0
RESEND_AFTER = timedelta(seconds=5)
SEND_WITHIN = 30.0  # the channel's own timeouts are shorter
STOP_WITHIN = 4.0
WRITE_WITHIN = 0.25  # after that: what ended meanwhile is written down
POLL = 1.0

Result = Receipt | SendFault | SendUnknown


@dataclass(slots=True)
class Tally:
    """What was delivered since the start."""

    sent: int = 0
    retried: int = 0
    failed: int = 0
    unknown: int = 0
    resent: int = 0


@dataclass(frozen=True, slots=True)
class _Sent:
    """One call that ended, not written down yet."""

    letter: Claimed
    result: Result


class Delivery:
    """Send what is ready: in parallel, in order per person and group, every attempt on record."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Clock,
        *,
        spread: Callable[[], float] = random.random,
        stop_within: float = STOP_WITHIN,
    ) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._spread = spread
        self._stop_within = stop_within
        self._woken = asyncio.Event()
        self._flying: dict[int, asyncio.Task[None]] = {}
        self._busy: dict[int, str] = {}  # lanes with a call whose end is not written down yet
        self._landed: list[_Sent] = []
        self._closing = False
        self._loop: asyncio.Task[None] | None = None
        self.tally = Tally()

    @property
    def in_flight(self) -> int:
        """How many calls are under way."""
        return len(self._flying)

    def wake(self) -> None:
        """Look for rows now: something was committed."""
        self._woken.set()

    def start(self) -> None:
        """Begin to send; recover() was called before."""
        self._loop = asyncio.create_task(self._run(), name="delivery")

    async def recover(self) -> None:
        """Name what was on its way when the last process ended, and owe it again where allowed."""
        try:
            await self._recover(tell=True)
        except DatabaseDown:
            raise
        except Exception as error:  # what keeps a notice from being worded must not stop the start
            log.error("nobody is told of doubtful deliveries: %s", place_of(error))
            await self._recover(tell=False)

    async def stop(self) -> None:
        """Claim nothing more, let calls in flight end, write down how they ended."""
        self._closing = True
        self.wake()
        if self._loop is None:
            return
        await asyncio.wait({self._loop}, timeout=self._stop_within)
        for call in list(self._flying.values()):
            call.cancel()  # its row stays `sending`, which the next start calls unknown
        await asyncio.wait({self._loop}, timeout=WRITE_WITHIN)
        await ended((self._loop, *self._flying.values()))

    async def _recover(self, *, tell: bool) -> None:
        async with self._database.begin() as tx:
            recovered = await tx.ledger.recover(self._clock())
            if tell:
                untold = [Undelivered(ticket, None) for ticket in recovered.untold]
                await tell_of_undelivered(tx, self._clock, untold)
        log.info("deliveries recovered: %s", recovered)

    async def _run(self) -> None:
        while not self._ended:
            self._woken.clear()
            try:
                found = await self._turn()
            except Exception as error:  # the worker outlives a database that is down
                log.error("deliveries wait: %s", place_of(error))
                await asyncio.sleep(POLL)
                continue
            if not found and not self._ended:
                await self._rest()

    @property
    def _ended(self) -> bool:
        return self._closing and not self._flying and not self._landed

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _turn(self) -> bool:
        """Write down what landed and claim what is next, in one short transaction."""
        landed, self._landed = self._landed, []
        room = 0 if self._closing else PARALLEL - len(self._flying)
        claimed: Sequence[Claimed] = ()
        if not landed and room <= 0:
            return False
        try:
            async with self._database.begin() as tx:
                await self._write_down(tx, landed)
                if room > 0:
                    claimed = await tx.ledger.claim(
                        self._clock(), room, frozenset(self._lanes_after(landed))
                    )
        except DatabaseDown:
            self._landed[:0] = landed
            raise
        except Exception as error:
            log.error("deliveries of a turn are written down one by one: %s", place_of(error))
            claimed = ()
            landed = await self._one_by_one(landed)
        for sent in landed:
            self._count(sent)
        for letter in claimed:
            self._fly(letter)
        return bool(claimed)

    def _lanes_after(self, landed: Sequence[_Sent]) -> set[str]:
        done = {sent.letter.id for sent in landed}
        return {lane for delivery, lane in self._busy.items() if delivery not in done}

    async def _one_by_one(self, landed: list[_Sent]) -> list[_Sent]:
        """Write each down by itself; return those whose row is settled."""
        for position, sent in enumerate(landed):
            try:
                await self._alone(sent)
            except DatabaseDown:
                self._landed[:0] = landed[position:]
                return landed[:position]
            except Exception as error:  # its row stays `sending` until the next start
                log.error("delivery=%d not written down: %s", sent.letter.id, place_of(error))
        return landed

    async def _alone(self, sent: _Sent) -> None:
        try:
            async with self._database.begin() as tx:
                await self._write_down(tx, [sent])
        except DatabaseDown:
            raise
        except Exception as error:
            # A row that stays `sending` blocks its lane: what became of it is written down
            # without the platform's words, which may be what cannot be stored, and nobody is told.
            log.error("delivery=%d is written down in short: %s", sent.letter.id, place_of(error))
            async with self._database.begin() as tx:
                await self._write_down(tx, [_in_short(sent)], tell=False)

    async def _write_down(
        self, tx: Transaction, landed: Sequence[_Sent], *, tell: bool = True
    ) -> None:
        now = self._clock()
        taken = {s.letter.id: s.result for s in landed if isinstance(s.result, Receipt)}
        await tx.ledger.sent(taken, now)
        for sent in landed:
            if sent.letter.id not in taken:
                over = await self._write_down_refused(tx, sent, now)
                if over and tell:
                    await self._tell(tx, sent.letter)

    async def _write_down_refused(self, tx: Transaction, sent: _Sent, now: datetime) -> bool:
        """Write down what was not taken; say whether nothing more is tried."""
        letter = sent.letter
        match sent.result:
            case SendFault(code=code, retry_after=after):
                if after is None or letter.attempt >= TRIES:
                    await tx.ledger.failed(letter.id, code)
                    return True
                await tx.ledger.retry(letter.id, code, now + self._pause(letter.attempt, after))
                return False
            case _:
                again = now + RESEND_AFTER if _may_repeat(letter) else None
                await tx.ledger.unknown(letter.id, "no_answer", again)
                return again is None

    async def _tell(self, tx: Transaction, letter: Claimed) -> None:
        """Let somebody know that a notice about a ticket reached nobody, as far as we know."""
        if letter.ticket is not None and not letter.update:
            person = letter.person if letter.door is Door.PRIVATE else None
            await tell_of_undelivered(tx, self._clock, [Undelivered(letter.ticket, person)])

    def _pause(self, attempt: int, at_least: float) -> timedelta:
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)) * (0.5 + self._spread())
        return timedelta(seconds=max(at_least, pause))

    def _fly(self, letter: Claimed) -> None:
        self._busy[letter.id] = letter.lane
        self._flying[letter.id] = asyncio.create_task(
            self._call(letter), name=f"delivery-{letter.id}"
        )

    async def _call(self, letter: Claimed) -> None:
        try:
            result = await self._result(letter)
            self._landed.append(_Sent(letter, result))
        finally:
            del self._flying[letter.id]
            self.wake()

    async def _result(self, letter: Claimed) -> Result:
        channel = self._channels.get(letter.channel)
        if channel is None:
            return SendFault("no_channel", None)
        try:
            async with asyncio.timeout(SEND_WITHIN):
                return await channel.send(letter)
        except (SendFault, SendUnknown) as told:
            return told
        except Exception as error:  # a defect or a timeout: the bytes may have left
            log.error("delivery=%d broke off: %s", letter.id, place_of(error))
            return SendUnknown()

    def _count(self, sent: _Sent) -> None:
        letter = sent.letter
        self._busy.pop(letter.id, None)
        match sent.result:
            case Receipt(via=via):
                self.tally.sent += 1
                outcome = f"sent via {via}"
            case SendFault(code=code, retry_after=after):
                if after is None or letter.attempt >= TRIES:
                    self.tally.failed += 1
                    outcome = f"failed {code}"
                else:
                    self.tally.retried += 1
                    outcome = f"refused {code}, again later"
            case _:
                self.tally.unknown += 1
                outcome = "unknown"
                if _may_repeat(letter):
                    self.tally.resent += 1
                    outcome = "unknown, once more"
        log.info("delivery=%d door=%s try=%d %s", letter.id, letter.door, letter.attempt, outcome)


def _in_short(sent: _Sent) -> _Sent:
    match sent.result:
        case Receipt(via=via):
            return replace(sent, result=Receipt(via=via))
        case SendFault(retry_after=after):
            return replace(sent, result=SendFault("unwritten", after))
        case _:
            return sent


def _may_repeat(letter: Claimed) -> bool:
    """Say whether a doubtful delivery goes out again: once, and to one person only.

    Cards are never in doubt: the platform knows their key, so channels call them refused.
    """
    return letter.door is Door.PRIVATE and letter.resends == 0
