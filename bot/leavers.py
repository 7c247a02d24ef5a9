"""Who takes their account away from a channel: written down before the platform is answered."""

import logging
from datetime import datetime, timedelta

from bot.handling import persistently
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from handlers.ports import Person, Stale
from handlers.unfollowed import UNFOLLOW, unfollowed

log = logging.getLogger(__name__)

SLACK = timedelta(seconds=30)
"""When somebody wrote is known as when that was handled, by our clock: it may be so much later."""


class Leavers:
    """Lets the records know."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def left(self, channel: str, account: str, at: datetime) -> None:
        """Write down when an account went; returns after the commit.

        A call that is brought again, or late, finds somebody who left or wrote since: nothing is
        to be done then.
        """

        async def work(tx: Transaction) -> int | None:
            person = await tx.people.find(channel, account)
            if person is None:
                return None
            await tx.departures.hold([person.id])  # as arrivals do, before the conversation
            if await _is_over(tx, person, channel, at):
                return None
            held = await tx.people.find(channel, account)
            if held is None or held.id != person.id:
                raise Stale("the account became somebody else's meanwhile")
            gone = not await tx.departures.stays(person.id, but=channel)
            await unfollowed(tx, held, channel, at, gone=gone)
            return held.id

        person = await persistently(lambda: self._database.write(work), lambda: "a leaver waits")
        if person is not None:
            log.info("somebody follows no more", extra={"person": person})


async def _is_over(tx: Transaction, person: Person, channel: str, at: datetime) -> bool:
    """Say whether somebody wrote after they left, or whether it is noted."""
    said = (await tx.conversations.lock([person.id]))[person.id].recent
    if said and (at + SLACK).timestamp() <= said[-1]:
        return True
    noted = await tx.told(f"person:{person.id}", UNFOLLOW)
    return any(one.channel == channel and at <= one.at for one in noted)
