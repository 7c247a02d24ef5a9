"""Looking up the links of drafts, outside of every transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.logs import place_of
from bot.rounds import Rounds
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from flows.campaigns.campaign import Looked
from handlers.book import Book
from handlers.campaigns.linking import SITES, Seen, Sites, due_links, note
from handlers.ports import Clock, Due, Office

log = logging.getLogger(__name__)

POLL = 1.0
AT_ONCE = 5  # campaigns
LINKS = 8  # of one campaign; what is left comes in the next turn
AGAIN = timedelta(minutes=2)  # when somebody else takes what a dead process had taken
TRIES = 3  # of a link whose look-up breaks off; after that nobody waits for it any more
MOST_BROKEN = 1000  # links of which that is remembered


class LinkChecks:
    """Take what is to be looked up, ask, and bring back what was seen.

    A timer that was taken is due again later: whoever dies meanwhile leaves it to the others. Two
    who ask the same do no harm; what the second brings back says nothing new.
    """

    def __init__(
        self,
        database: Database,
        office: Office,
        sites: Sites,
        clock: Clock,
        *,
        wake: Callable[[], None],
    ) -> None:
        """`wake` hears that something was written that may be due."""
        self._database = database
        self._office = office
        self._sites = sites
        self._clock = clock
        self._wake = wake
        self._broken: dict[str, int] = {}  # link → how often its look-up broke off
        self._rounds = Rounds("link checks", self.turn, poll=POLL)

    def start(self) -> None:
        """Begin to look."""
        self._rounds.start()

    async def stop(self) -> None:
        """End; what is not answered for waits for the next start."""
        await self._rounds.stop()

    async def turn(self) -> int:
        """Look up what is due now and say of how many campaigns that was."""
        taken = await self._take()
        ends = await asyncio.gather(*map(self._look_up, taken), return_exceptions=True)
        if taken:
            self._wake()
        for end in ends:
            if end is not None:
                raise end
        return len(taken)

    async def _take(self) -> Sequence[Due]:
        now = self._clock()
        async with self._database.read() as tx:
            if not await tx.timers.due(now, 1, (SITES,)):
                return ()
        async with self._database.begin() as tx:
            dues = await tx.timers.due(now, AT_ONCE, (SITES,))
            for due in dues:
                await tx.timers.postpone(due, now + AGAIN)
        return [replace(due, due_at=now + AGAIN) for due in dues]

    async def _look_up(self, due: Due) -> None:
        number = due.subject.partition(":")[0]
        async with self._database.read() as tx:
            one = await tx.campaigns.seen(number)
        urls = due_links(one, self._clock())[:LINKS] if one is not None else ()
        seen = await asyncio.gather(*map(self._seen, urls))
        now = self._clock()
        found = [
            Looked(url=url, state=at.state, seen=at.seen, at=now)
            for url, at in zip(urls, seen, strict=True)
        ]
        log.info("campaign %s: looked up %d links", number, len(found))

        async def work(tx: Transaction) -> None:
            # The timer first: one that `note` sets anew must stay.
            await tx.timers.done([due])
            book = await Book.open(tx, self._office, now, (), {})
            await note(book, due.subject, found)
            await book.flush({})

        await self._database.write(work)

    async def _seen(self, url: str) -> Seen:
        """Look at a link. Raises what the look-up raises, unless it did so too often."""
        try:
            seen = await self._sites.look_up(url)
        except Exception as error:
            tries = self._broken.pop(url, 0) + 1
            if tries < TRIES:
                self._broken[url] = tries
                while len(self._broken) > MOST_BROKEN:
                    del self._broken[next(iter(self._broken))]
                raise
            log.error("a link is not looked up any more: %s", place_of(error))
            return Seen("unclear", "network")
        self._broken.pop(url, None)
        return seen


__all__ = ["LinkChecks"]
