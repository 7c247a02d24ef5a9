"""The outbox by hand: what a delivery worker does, one step at a time."""

from collections.abc import Sequence
from datetime import datetime

from bot.channels.base import Receipt
from bot.storage.ledger import KINDS
from bot.storage.rows import Claimed, Settlement, Start
from bot.storage.transaction import Transaction

WORKER = "worker"


async def claim(tx: Transaction, limit: int = 100, owner: str = WORKER) -> list[Claimed]:
    """Take what is due, answers first, and note the attempts."""
    taken: list[Claimed] = []
    for kind in KINDS:
        more = True
        while more and len(taken) < limit:
            heads = await tx.queue.heads(kind, 100)
            letters = heads.letters[: limit - len(taken)]
            await tx.queue.start([Start(letter.id) for letter in letters], owner)
            taken += letters
            more = heads.more
    return taken


async def sent(
    tx: Transaction,
    letters: Sequence[Claimed],
    at: datetime,
    receipt: Receipt | None = None,
    owner: str = WORKER,
) -> None:
    """Note that the platform took them."""
    await tx.ledger.settle(
        owner,
        [
            Settlement(x.id, x.attempt, x.lane, "sent", sent_at=at, receipt=receipt or Receipt())
            for x in letters
        ],
    )
