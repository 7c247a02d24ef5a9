"""待确认, and what fails late: what the platform says of a campaign when it is over."""

from __future__ import annotations

from datetime import timedelta

from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.tally import Tally
from handlers.book import Book
from handlers.campaigns.keeping import set_clock
from handlers.campaigns.progress import show_stage
from handlers.campaigns.records import tally_of
from handlers.campaigns.told import to_concerned

_TOGETHER = timedelta(minutes=10)  # the platform reports of one after the other within minutes


async def expect_answers(book: Book, one: Campaign, tally: Tally) -> Campaign:
    """Remember how it stood when it ended: what changes afterwards is told."""
    waits = one.model_copy(update={"asked": tally.asked, **as_told(one, tally)})
    if waits != one:
        await book.writing.campaigns.save(waits)
    return waits


async def look_on_asked(book: Book, one: Campaign) -> Campaign:
    """Tell once how it ended when the last of such places is decided about; show it on the card.

    What fails when it had arrived already, as far as was known, is told once for all of it.
    """
    if not one.asked and (one.told_failed is None or one.resent):
        return one
    tally = tally_of(await book.tx.campaigns.fates(one.number))
    if tally.asked:
        return await expect_answers(book, one, tally)
    if one.asked:
        return await _tell(book, one, tally, "confirmed")
    if tally.failed <= (one.told_failed or 0):
        known = await expect_answers(book, one, tally)
        if known != one:
            await show_stage(book, known)
        return known
    if one.late_at is not None and book.now >= one.late_at:
        return await _tell(book, one, tally, "late")
    late = one.model_copy(update={"late_at": one.late_at or book.now + _TOGETHER})
    await book.writing.campaigns.save(late)
    set_clock(book, late)
    return late


async def _tell(book: Book, one: Campaign, tally: Tally, what: str) -> Campaign:
    known = {"asked": 0, "late_at": None, **as_told(one, tally)}
    over = one.model_copy(update={**known, "version": one.version + 1})
    await book.writing.campaigns.save(over)
    if one.recalled_at is None:  # else it was told with the recall
        book.posts += to_concerned(book, over, what, tally=tally)
    await show_stage(book, over)
    return over


def as_told(one: Campaign, tally: Tally) -> dict[str, int | None]:
    """Return what those concerned know of how it ended.

    Of one that was called off nobody waits to hear how its last places ended.
    """
    over = one.stage is Stage.DONE
    return {
        "told_failed": tally.failed if over else None,
        "told_unknown": tally.unknown if over else None,
    }


__all__ = ["as_told", "expect_answers", "look_on_asked"]
