"""The codes of one channel's cards in the records, so that any process can change a card."""

import logging

from bot.storage.database import Database, DatabaseDown
from bot.storage.transaction import Transaction
from handlers.ports import Stale

log = logging.getLogger(__name__)


class RecordedCodes:
    """Keeps and gives out codes; without the database a card cannot be changed, and no more."""

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._channel = channel

    async def put(self, card: str, code: str) -> None:
        """Keep a code."""

        async def work(tx: Transaction) -> None:
            await tx.card_codes.put(self._channel, card, code)

        try:
            await self._database.write(work)
        except (DatabaseDown, Stale):
            log.warning("what lets a card be changed was not kept")

    async def take(self, card: str) -> str:
        """Return the code of a card, and keep it no longer; empty = there is none."""

        async def work(tx: Transaction) -> str:
            return await tx.card_codes.take(self._channel, card)

        try:
            return await self._database.write(work)
        except (DatabaseDown, Stale):
            log.warning("what lets a card be changed cannot be looked up")
            return ""
