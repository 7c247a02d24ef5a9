"""Parts of one message: a later one is shown by a form (模板消息) only where the first one was."""

from __future__ import annotations

from collections.abc import Sequence

from bot.storage.enclosed import AFTER
from bot.storage.rows import Claimed
from bot.storage.transaction import Transaction


async def with_firsts(tx: Transaction, letters: Sequence[Claimed]) -> Sequence[Claimed]:
    """Say of later parts with a form how their first part left; another process may have sent it.

    It stands before them in their lane, so it is over by now.
    """
    firsts = {letter.id: _first(letter) for letter in letters}
    keys = {key for key in firsts.values() if key}
    if not keys:
        return letters
    sent = await tx.ledger.receipts(keys)
    return [
        letter.model_copy(update={"first": sent.get(firsts[letter.id], "")}) for letter in letters
    ]


def _first(letter: Claimed) -> str:
    """Return the key of the row of its first part; empty = it has none, or needs none."""
    form = letter.message.form
    if form is None or form.part == 1:
        return ""
    end = f"/{form.part}"
    if letter.dedupe.endswith(end):
        return letter.dedupe.removesuffix(end)
    # It was cut for another channel, which refused it.
    cut, moved = f"{end}{AFTER}", AFTER
    return letter.dedupe.replace(cut, moved, 1) if cut in letter.dedupe else ""


__all__ = ["with_firsts"]
