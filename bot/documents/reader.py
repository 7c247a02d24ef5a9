"""What is in a file comes in as an arrival of its own, through the same desks as a message."""

from __future__ import annotations

import asyncio
import logging
import traceback
from dataclasses import replace
from datetime import timedelta

from bot.attachments import TRIES, Vault
from bot.channels.base import NoFile
from bot.documents.caps import Caps
from bot.documents.opening import Contents, Unread, read_document
from bot.handling import Handling, persistently, told
from bot.logs import place_of
from bot.storage.arrivals import Unreadable
from bot.storage.database import Database, DatabaseDown
from bot.storage.readings import Wanted
from bot.storage.rows import Fetch
from bot.storage.transaction import Transaction
from handlers.ports import Arrival, Clock, Document, Filed
from handlers.reception import Outcome

log = logging.getLogger(__name__)

LATER = timedelta(seconds=2)  # a file that is on its way; its arrival here hurries this
_REASONS = {"too_big": "large", "locked": "locked", "gone": "gone"}  # of a file that was refused


class Reader:
    """Reads a file that was asked for, and has its contents handled, once an asking.

    The arrival, what it causes and the end of the asking are one transaction: whenever the
    process dies, the row says whether that was committed, and what was not is done again.
    """

    def __init__(
        self, database: Database, vault: Vault, handling: Handling, caps: Caps, clock: Clock
    ) -> None:
        self._database = database
        self._vault = vault
        self._handling = handling
        self._caps = caps
        self._clock = clock
        self._one = asyncio.Lock()  # a large document takes much memory: one at a time

    async def read(self, fetch: Fetch) -> None:
        """Read the file of an asking; one that is still on its way is looked at later.

        What failed too often ends with a word; what even that fails for ends without one.
        """
        async with self._database.read() as tx:
            wanted = await tx.readings.wanted(fetch)
            asking = await _asking(tx, fetch)
        if wanted is None or asking is None or fetch.attempts > TRIES:
            await self._give_up(fetch)
        elif wanted.state == "pending":
            async with self._database.begin() as tx:
                await tx.readings.later(fetch, wanted.file, self._clock() + LATER)
        else:
            await self._bring_in(fetch, self._arrival(asking, await self._document(fetch, wanted)))

    async def _bring_in(self, fetch: Fetch, arrival: Arrival) -> None:
        try:
            await self._commit(fetch, arrival, None)
        except DatabaseDown:
            raise
        except Exception as error:  # a defect costs this file only, and is kept to be run again
            log.error("what is in file=%s failed: %s", fetch.id, place_of(error))
            await self._commit(fetch, arrival, "".join(traceback.format_exception(error)))

    async def _commit(self, fetch: Fetch, arrival: Arrival, failed: str | None) -> None:
        async def work(tx: Transaction) -> tuple[Filed | None, Outcome]:
            # Before the row of the asking, as a desk has it that asks.
            await tx.conversations.lock([fetch.person])
            if not await tx.readings.end(fetch):
                return None, Outcome({}, {})
            (filed,) = await tx.admit([arrival])
            batch = [filed] if filed is not None else []
            return filed, await self._handling.handle(tx, batch, failed)

        filed, outcome = await persistently(
            lambda: self._handling.write(work), lambda: "what is in a file waits", tries=1
        )
        if filed is not None:
            told([filed], outcome)

    async def _document(self, fetch: Fetch, wanted: Wanted) -> Document:
        found, fault = Contents(()), ""
        try:
            async with self._one:
                # Before it is read: of a file that ends the process nothing is noted after.
                async with self._database.begin() as tx:
                    await tx.readings.tried(fetch)
                if fetch.attempts == TRIES:
                    raise Unread("broken")
                found = await self._contents(wanted)
        except Unread as error:
            fault = error.reason
            log.info("file=%s is not read: %s", wanted.file, fault)
        return Document(
            purpose=wanted.purpose,
            file=wanted.file,
            name=wanted.name,
            table=found.table,
            rows=found.rows,
            cut=found.cut,
            long=found.long,
            fault=fault,
        )

    async def _contents(self, wanted: Wanted) -> Contents:
        if wanted.state != "stored":
            raise Unread(_REASONS.get(wanted.reason, "kind"))
        try:
            data = await asyncio.to_thread(self._vault.read, wanted.sha256)
        except NoFile:
            raise Unread("gone") from None
        return await asyncio.to_thread(read_document, data, self._caps)

    def _arrival(self, asking: Filed, document: Document) -> Arrival:
        return replace(
            asking.arrival,
            msg_id=f"document:{asking.id}:{document.file}",
            at=self._clock(),
            kind="document",
            text="",
            files=(),
            forwarded=(),
            quoted="",
            button=None,
            document=document,
        )

    async def _give_up(self, fetch: Fetch) -> None:
        """End an asking that nobody can be answered."""
        log.error("file=%s cannot be read, nor anybody told: attempts=%d", fetch.id, fetch.attempts)
        async with self._database.begin() as tx:
            await tx.readings.end(fetch)


async def _asking(tx: Transaction, fetch: Fetch) -> Filed | None:
    try:
        return await tx.arrival(fetch.arrival)
    except Unreadable:
        return None
