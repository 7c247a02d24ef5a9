"""Who took their last account away (取消关注) is forgotten the next morning.

The platform wants everything that is known of them gone (Receiving_event_pushes), and so does the
law once nothing needs it any more (个人信息保护法 第四十七条). A case and a place at an activity
are files of the office: as long as there is one, it is said whose it is, and nothing else.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.departures import Departure
from handlers.ports import Entry, Office, PersonId, Tx
from handlers.unfollowed import emptied

AT_ONCE = 50  # of whom the words are looked for in one go
GRACE = timedelta(hours=6)  # so long has whoever unfollowed by mistake at least
FORGET = "forget"
WORDS, ALL = "words", "all"
"""What was forgotten, as the history says it."""


async def forget_departed(tx: Tx, office: Office, now: datetime, after: str) -> tuple[int, str]:
    """Forget some of those who left; return how many wholly, and the last, "" = all were seen.

    Who wrote since is back, and keeps what they had; who holds an office is the office's.
    """
    some = await tx.departures.due(now - GRACE, int(after or 0), AT_ONCE)
    if not some:
        return 0, ""
    gone = [one for one in some if not await tx.pairings.serves(one.person)]
    kept = {
        one.person
        for one in gone
        if await tx.departures.held(one.person, now - office.events.erase)
    }
    heard = [one for one in gone if one.person not in kept or not await _was_silenced(tx, one)]
    if heard:
        await tx.departures.erase_words([one.person for one in heard])
    for one in heard:
        if one.person not in kept:
            await tx.departures.forget(one.person, now)
            await emptied(tx, one.person)  # what was filed before they left, and read after it
        await _noted(tx, one, now, WORDS if one.person in kept else ALL)
    return len(gone) - len(kept), str(some[-1].person)


async def was_forgotten(tx: Tx, person: PersonId, since: datetime) -> bool:
    """Say whether everything about somebody was forgotten since then."""
    lines = await tx.told(f"person:{person}", FORGET)
    return any(line.after == ALL and line.at >= since for line in lines)


async def _was_silenced(tx: Tx, one: Departure) -> bool:
    """Say whether their words were erased already, since they left."""
    lines = await tx.told(f"person:{one.person}", FORGET)
    return any(line.at >= one.at for line in lines)


async def _noted(tx: Tx, one: Departure, now: datetime, what: str) -> None:
    entry = Entry(
        subject=f"person:{one.person}",
        act=FORGET,
        actor=None,
        role="",
        channel="",
        at=now,
        before=one.binding,
        after=what,
    )
    await tx.record([entry])


__all__ = ["ALL", "FORGET", "WORDS", "forget_departed", "was_forgotten"]
