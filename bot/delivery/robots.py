"""Robots: in which groups ours can write, as the ends of deliveries show."""

from collections.abc import Sequence

from bot.channels.base import Receipt, SendFault
from bot.delivery.outcome import Landed
from bot.storage.transaction import Transaction


async def note_robots(tx: Transaction, landed: Sequence[Landed]) -> None:
    """Note groups that cannot be written to any more, and those that can be again."""
    there: dict[str, bool] = {}
    for one in landed:
        letter, result = one.letter, one.result
        if not letter.door.is_group or letter.update:  # a card is changed wherever it stands
            continue
        if isinstance(result, Receipt):
            there[letter.to] = True
        elif isinstance(result, SendFault) and result.gone:
            there[letter.to] = False
    if there:
        await tx.note_robots(there)
