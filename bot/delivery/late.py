"""Late: what a platform says of deliveries long after it took them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.channels.base import SendFault
from bot.delivery.books import Books
from bot.delivery.outcome import Landed
from bot.storage.asked import Verdict
from bot.storage.rows import Claimed
from bot.storage.transaction import Transaction
from flows.campaigns.campaign import Stage
from handlers.campaigns.keeping import CAMPAIGN
from handlers.person import MASS
from handlers.ports import Clock, Due


class Late:
    """Writes down what became of them; what failed goes the way of any other refusal."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    async def settle(self, tx: Transaction, told: Mapping[int, Verdict]) -> int:
        """Write down verdicts, each once; say how many campaigns look different now.

        What was taken back, or settled otherwise meanwhile, stays as it is. A message to one person
        that failed goes to their other account, or somebody hears that it reached nobody.
        """
        await tx.queue.lock()
        taken = await tx.asked.taken(told)
        refused = [
            Landed(_of_every_try(letter), SendFault(told[number].code, None))
            for number, letter in taken.items()
            if letter is not None and told[number].state == "failed"
        ]
        moved = await self._books.move(tx, [x for x in refused if not await self._off(tx, x)])
        settled = {number: told[number] for number in taken}
        # It may have arrived with an attempt before of which nobody knows.
        doubtful = [one.letter.id for one in refused if one.outcome == "unknown"]
        settled |= {number: replace(told[number], state="unknown") for number in doubtful}
        settled |= {number: replace(told[number], state="cancelled") for number in moved}
        campaigns = await tx.asked.note(settled)
        lost = [one.letter for one in refused if one.letter.id not in moved]
        await self._books.tell_lost(tx, lost)
        await look_again(tx, campaigns, self._clock())
        return len(campaigns)

    async def _off(self, tx: Transaction, refused: Landed) -> bool:
        """Say whether it is of a campaign of which nothing leaves any more."""
        number = refused.letter.campaign
        if number is None:
            return False
        one = await tx.campaigns.seen(number)
        called_off = one is None or one.stage is Stage.CANCELLED or one.recalled_at is not None
        return called_off or (one is not None and one.expired(self._clock()))


async def look_again(tx: Transaction, campaigns: Sequence[str], at: datetime) -> None:
    """Have the clock look at campaigns of which something was settled beside them."""
    await tx.remind([Due(CAMPAIGN, one, at, f"{CAMPAIGN}:{one}") for one in campaigns])


def _of_every_try(letter: Claimed) -> Claimed:
    """Forget earlier tries of what the platform knows by one name: it speaks of all of them."""
    is_named = letter.to.startswith(MASS) or letter.message.form is not None
    return letter.model_copy(update={"resends": 0}) if is_named else letter


__all__ = ["Late", "look_again"]
