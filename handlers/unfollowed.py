"""Somebody takes the account away through which they talked to us (取消关注).

The platform wants what we know of them gone (Receiving_event_pushes). What they had begun to write
goes, and so does their consent; a case that was filed is a file of the office and stays, as the
notice under it says. The rest is forgotten the next morning (handlers/departed.py): whoever comes
back before has lost no more than what they had begun.
"""

from __future__ import annotations

from datetime import datetime

from handlers.conversation import Conversation
from handlers.pairing.moved import Moved
from handlers.pairing.records import FULL, UNITED
from handlers.ports import Entry, Person, PersonId, Tx
from handlers.talk import timer

UNFOLLOW = "unfollow"


async def unfollowed(tx: Tx, person: Person, channel: str, at: datetime, *, gone: bool) -> None:
    """Note it; who is `gone` has no other account, and leaves nothing unfinished behind."""
    if gone:
        await emptied(tx, person.id)
        await tx.departures.disagree(person.id)
    await tx.departures.left(person.id, channel, at)
    entry = Entry(
        subject=f"person:{person.id}",
        act=UNFOLLOW,
        actor=person.id,
        role="",
        channel=channel,
        at=at,
        after="gone" if gone else "elsewhere",
    )
    await tx.record([entry])
    await _forget_linkings(tx, person.id, channel)


async def emptied(tx: Tx, person: PersonId) -> None:
    """Leave nothing of what somebody had begun to write."""
    known = (await tx.conversations.lock([person]))[person]
    # Who guesses codes is not let off by leaving and coming back.
    clean = Conversation(question=known.question + 1, misses=known.misses)
    await tx.conversations.save({person: clean})
    await tx.remind([], [timer(person)])


async def _forget_linkings(tx: Tx, person: PersonId, channel: str) -> None:
    """Erase what was kept to give back to an account that is gone now (关联账号)."""
    for line in await tx.told(f"person:{person}", UNITED):
        kept = line.personal.get(FULL)
        if kept and channel in Moved.model_validate_json(kept).carried.channels:
            await tx.pairings.forget(person, int(line.after), link=False)


__all__ = ["UNFOLLOW", "emptied", "unfollowed"]
