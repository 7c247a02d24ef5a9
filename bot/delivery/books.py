"""Books: writing down how attempts ended, whatever they brought back."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.channels.base import SendFault
from bot.delivery.outcome import Landed
from bot.delivery.planning import rests_with
from bot.delivery.resting import resting
from bot.delivery.robots import note_robots
from bot.logs import place_of
from bot.storage.database import Database, DatabaseDown
from bot.storage.rows import Claimed, DeliveryRow
from bot.storage.transaction import Transaction
from handlers.campaigns.records import MESSAGE_MOVED
from handlers.ports import Clock, Stale
from handlers.undelivered import Undelivered, tell_of_undelivered

log = logging.getLogger(__name__)


Elsewhere = Callable[
    [Transaction, Sequence[Claimed]], Awaitable[Mapping[int, Sequence[DeliveryRow]]]
]
"""Word again, for another account of their readers, what one channel refused (bot/outbox.py)."""


async def nowhere(
    tx: Transaction, refused: Sequence[Claimed]
) -> Mapping[int, Sequence[DeliveryRow]]:
    """Know of no other accounts."""
    return {}


class Books:
    """Settles attempts of one owner, trips breakers, and tells of notices that reached nobody.

    What a channel refused for good is owed again where its reader has another account.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        owner: str,
        spread: Callable[[], float],
        elsewhere: Elsewhere = nowhere,
    ) -> None:
        self._database = database
        self._clock = clock
        self._owner = owner
        self._spread = spread
        self._elsewhere = elsewhere
        self.doubtful: set[int] = set()  # rows whose end could not be written down

    async def write(self, tx: Transaction, landed: Sequence[Landed], *, tell: bool = True) -> None:
        """Write down in a transaction that holds the queue."""
        if not landed:
            return
        now = self._database.steady()
        settlements = [one.settlement(now, self._spread) for one in landed]
        moved = await self._moved(tx, landed) if tell else {}
        await tx.ledger.settle(
            self._owner,
            [replace(x, state="cancelled") if x.id in moved else x for x in settlements],
        )
        await tx.ledger.add([row for rows in moved.values() for row in rows])
        tx.ledger.left |= await tx.queue.let_pass(resting(landed, settlements, now))
        await note_robots(tx, landed)
        for one in landed:
            match one.result:
                case SendFault(code=code, retry_after=float(seconds), breaks=what) if what:
                    name = one.rests if what == "robot" else rests_with(one.letter.channel)
                    await tx.breakers.trip(name, now + timedelta(seconds=seconds), code)
        if tell:
            await self.tell_lost(
                tx, [x.letter for x in landed if x.is_over and x.letter.id not in moved]
            )

    async def move(self, tx: Transaction, refused: Sequence[Landed]) -> Mapping[int, object]:
        """Let what was refused go out another way, where its reader has one; say what does."""
        moved = await self._moved(tx, refused)
        await tx.ledger.add([row for rows in moved.values() for row in rows])
        return {x.letter.id: moved[x.letter.id] for x in refused if x.letter.id in moved}

    async def tell_lost(self, tx: Transaction, letters: Sequence[Claimed]) -> None:
        """Let somebody know of those of these letters that were notices."""
        await self.tell(tx, [_undelivered(letter) for letter in letters])

    async def _moved(
        self, tx: Transaction, landed: Sequence[Landed]
    ) -> Mapping[int, Sequence[DeliveryRow]]:
        """Find other ways for what was refused: nothing of it arrived, so nothing is doubled.

        What waits to follow it (the rest of a message, its files) goes the same way.
        """
        refused = [x.letter for x in landed if x.outcome == "failed" and _is_for_one(x.letter)]
        off = await tx.ledger.called_off([x.id for x in refused if x.campaign])
        refused = [x for x in refused if x.id not in off]
        if not refused:
            return {}
        behind = await tx.queue.behind(refused)
        moved = await self._elsewhere(tx, [*refused, *behind])
        followed = {(x.campaign, x.person) for x in refused if x.id in moved}
        along = [x for x in behind if (x.campaign, x.person) in followed]
        await tx.queue.cancel(along, MESSAGE_MOVED)
        return moved

    async def tell(self, tx: Transaction, lost: Sequence[Undelivered | None]) -> None:
        """Let somebody know that notices reached nobody, as far as we know."""
        untold = [one for one in lost if one is not None]
        if untold:
            await tell_of_undelivered(tx, self._clock, untold)

    async def one_by_one(self, landed: Sequence[Landed]) -> tuple[list[Landed], list[Landed]]:
        """Write each down by itself; return what is done with, and what must wait."""
        done: list[Landed] = []
        for position, one in enumerate(landed):
            try:
                await self._alone(one)
            except (DatabaseDown, Stale):
                return done, list(landed[position:])
            except Exception as error:  # then it is judged as what nobody knows the end of
                about = {"delivery": one.letter.id}
                log.error("delivery not written down: %s", place_of(error), extra=about)
                self.doubtful.add(one.letter.id)
            done.append(one)
        return done, []

    async def _alone(self, one: Landed) -> None:
        try:
            async with self._database.begin() as tx:
                await tx.queue.lock()
                await self.write(tx, [one])
        except (DatabaseDown, Stale):
            raise
        except Exception as error:
            # A row that stays `sending` blocks its lane: what became of it is written down
            # without the platform's words, which may be what cannot be stored, and nobody is told.
            about = {"delivery": one.letter.id}
            log.error("delivery written down in short: %s", place_of(error), extra=about)
            async with self._database.begin() as tx:
                await tx.queue.lock()
                await self.write(tx, [one.in_short], tell=False)


def _is_for_one(letter: Claimed) -> bool:
    return letter.door.is_one and letter.person is not None and not letter.update


def _undelivered(letter: Claimed) -> Undelivered | None:
    if letter.ticket is None or letter.update:
        return None
    return Undelivered(letter.ticket, letter.person if letter.door.is_one else None)
