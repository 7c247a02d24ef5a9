"""What the office does by itself: seal, erase what is too old to keep, make dates final."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.attachments import Vault
from bot.logs import place_of
from bot.schedules import Schedule
from bot.storage.transaction import Transaction
from handlers.departed import forget_departed
from handlers.leading import posts_ended, weekly_page
from handlers.ports import Office
from handlers.recount import ask_for_days_off, recount

log = logging.getLogger(__name__)

HOURLY = "0 * * * *"
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
EARLY = "10 6 * * *"  # before the day's first messages
DAY = timedelta(days=1)
DIGITS = "0123456789abcdef"
CODES_KEPT = timedelta(hours=72)  # so long a card of 企业微信 can be changed (path/94945)
SLOTS_KEPT = timedelta(days=62)  # longer than any slot is made up for


def housekeeping(
    retention: timedelta, links: timedelta, remove: Callable[[str], object]
) -> Sequence[Schedule]:
    """Return what keeps the records tidy, every hour and at a start that missed one.

    `links` is how long a link that is over still says why it is. `remove` removes a file, once
    the rows that named it are gone for good.

    Each is a transaction of its own, and words are erased first: a history that cannot be
    sealed must not keep anybody's.
    """

    async def erase(tx: Transaction, now: datetime) -> None:
        """Empty the bodies of messages older than the term, and forget what is over for long."""
        erased = await tx.erase_bodies(now - retention)
        made = await tx.erase_made(now - retention)
        tx.at_end.append(lambda committed: _remove(made if committed else (), remove))
        readers = await tx.reads.prune(now - retention)
        pruned = await tx.schedules.prune(now - SLOTS_KEPT)
        log.info("erased %d bodies, forgot %d readers and %d slots", erased, readers, pruned)
        told = await tx.prune_told(now - retention)
        over = await tx.prune_links(now - links)
        log.info("forgot %d told lines and %d links", told, over)
        await tx.card_codes.prune(now - CODES_KEPT)

    return (Schedule("erase", HOURLY, erase, HOUR), Schedule("seal", HOURLY, _seal, HOUR))


def _remove(names: Sequence[str], remove: Callable[[str], object]) -> None:
    """Remove files whose rows are gone; what is left behind is swept up later."""
    try:
        for name in names:
            remove(name)
    except OSError as error:
        log.error("files that were made stay for now: %s", place_of(error))
    else:
        log.info("removed %d files that were made", len(names))


async def _seal(tx: Transaction, now: datetime) -> None:
    """Seal the heads of the history."""
    log.info("sealed %d histories", await tx.seals.seal(now))


def sweeping(vault: Vault) -> Schedule:
    """Return what removes, once a day, files that no row names and that nobody kept lately.

    They are of uploads that were refused, and of processes that died between file and row. Files
    from before the records begin are left alone: who starts with other records by mistake must
    not lose them.
    """

    async def portion(tx: Transaction, now: datetime, after: str) -> str:
        """Sweep the files whose names begin with one digit."""
        begun = await tx.attachments.begun()
        if begun is None:
            return ""
        digit = DIGITS[DIGITS.index(after) + 1] if after else DIGITS[0]
        idle = await asyncio.to_thread(vault.idle, digit, begun)
        named = await tx.attachments.named(digit) if idle else frozenset()
        lost = [name for name in idle if name not in named]
        gone = [await asyncio.to_thread(vault.remove, name) for name in lost]
        if lost:
            log.info("removed %d files that no row names", sum(gone))
        return digit if digit != DIGITS[-1] else ""

    async def work(tx: Transaction, now: datetime) -> None:
        """Leave nothing but the note that all were looked at."""

    return Schedule("sweep", EARLY, work, DAY, portion=portion)


def forgetting(office: Office) -> Schedule:
    """Return what forgets, once a day, forms put aside that 继续 does not bring back any more.

    What was typed into them would stay for ever.
    """

    async def portion(tx: Transaction, now: datetime, after: str) -> str:
        """Forget those of some people."""
        last = await tx.prune_aside(now - office.resumable, int(after or 0))
        return str(last) if last is not None else ""

    async def work(tx: Transaction, now: datetime) -> None:
        """Forget what was told when accounts were linked, once they are not parted whole."""
        log.info("forgot %d linkings", await tx.prune_pairings(now - office.pairing.undo))

    return Schedule("forget", EARLY, work, DAY, portion=portion)


def departing(office: Office) -> Schedule:
    """Return what forgets, once a day, those who took their last account away (取消关注)."""

    async def portion(tx: Transaction, now: datetime, after: str) -> str:
        """Forget some of them."""
        count, last = await forget_departed(tx, office, now, after)
        if last:
            log.info("forgot %d people who went", count)
        return last

    async def work(tx: Transaction, now: datetime) -> None:
        """Leave nothing but the note that all were looked at."""

    return Schedule("depart", EARLY, work, DAY, portion=portion)


def recounting(office: Office) -> Schedule:
    """Return what makes provisional dates final: at the start after a new year became official.

    And once a day, for tickets that a process with the former calendar has written meanwhile.
    """

    async def portion(tx: Transaction, now: datetime, after: str) -> str:
        """Count some again."""
        count, last = await recount(tx, office, now, after)
        log.info("made %d provisional dates final", count)
        return last

    async def work(tx: Transaction, now: datetime) -> None:
        """Leave nothing but the note that all were counted."""

    years = ",".join(map(str, sorted(office.days.official_years)))
    return Schedule("recount", EARLY, work, DAY, basis=years, portion=portion)


def asking(office: Office) -> Schedule:
    """Return what asks for a year's days off, with the day's first messages.

    A morning that is missed is not made up for: the next one asks.
    """

    async def work(tx: Transaction, now: datetime) -> None:
        """Ask; who was asked is not asked again."""
        if years := await ask_for_days_off(tx, office, now):
            log.info("no official days off of %s", ", ".join(map(str, years)))

    return Schedule("days_off", _at_first_slot(office), work, MINUTE)


def leaders(office: Office) -> Schedule:
    """Return what leaders need each morning: who takes over from one whose post ended, the page.

    The page itself goes out on the first working day of the week.
    """

    async def portion(tx: Transaction, now: datetime, after: str) -> str:
        """Hand some cases over."""
        return await posts_ended(tx, office, now, after)

    async def work(tx: Transaction, now: datetime) -> None:
        """Send the pages."""
        log.info("sent %d pages of leaders", await weekly_page(tx, office, now))

    return Schedule("leaders", _at_first_slot(office), work, DAY, portion=portion)


def _at_first_slot(office: Office) -> str:
    first = office.ladder.slots[0]
    return f"{first.minute} {first.hour} * * *"
