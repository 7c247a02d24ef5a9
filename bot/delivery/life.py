"""Life: the lease that shows every process that this one lives, and may send what it claimed."""

import asyncio
import logging
import os
import secrets
import socket
from datetime import timedelta

from bot.logs import place_of
from bot.storage.database import Database
from bot.storage.leases import PROCESS, Lease
from bot.storage.transaction import Transaction

log = logging.getLogger(__name__)

LIFE = timedelta(seconds=30)
RENEW_BEFORE = timedelta(seconds=22)  # of its end
SAFE = timedelta(seconds=10)  # with less of it left, no answer goes out unclaimed


def process_name() -> str:
    """Make a name for this process that no other ever has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class Life:
    """The lease of one process; what a transaction took counts once that is committed."""

    def __init__(self, database: Database, owner: str, *, alone: bool) -> None:
        """`alone` = there is no other process that could take this one for dead."""
        self.owner = owner or process_name()
        self.lease: Lease | None = None
        self._database = database
        self._alone = alone

    @property
    def wanes(self) -> bool:
        """Say whether it is to be taken anew."""
        lease = self.lease
        return lease is None or lease.until - RENEW_BEFORE <= self._database.steady()

    @property
    def lasts(self) -> bool:
        """Say whether enough of it is left for an answer that nobody claims."""
        lease = self.lease
        return lease is not None and self._database.steady() < lease.until - SAFE

    @property
    def is_seen(self) -> bool:
        """Say whether every process knows that this one lives."""
        return self._alone or self.lasts

    async def take(self, tx: Transaction) -> Lease | None:
        """Take or renew it; None while somebody else of this name holds it."""
        return await tx.leases.take(PROCESS + self.owner, self.owner, LIFE)

    async def end(self, *, within: float) -> None:
        """Let other processes see at once that this one is gone; `within` in seconds."""
        if self.lease is None:
            return
        try:
            async with asyncio.timeout(within), self._database.begin() as tx:
                await tx.leases.release(self.lease)
        except Exception as error:  # then it ends by itself
            log.warning("the lease of the deliveries was not given back: %s", place_of(error))
