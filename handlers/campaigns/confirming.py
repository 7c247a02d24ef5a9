"""待确认: places of a campaign that is over, while somebody at the platform still decides."""

from __future__ import annotations

from flows.campaigns.campaign import Campaign
from flows.campaigns.tally import Tally
from handlers.book import Book
from handlers.campaigns.progress import show_stage
from handlers.campaigns.records import tally_of
from handlers.campaigns.told import to_concerned


async def expect_answers(book: Book, one: Campaign, tally: Tally) -> Campaign:
    """Remember that places wait when a campaign ends: its counts still change, and that is told."""
    if one.asked == tally.asked:
        return one
    waits = one.model_copy(update={"asked": tally.asked})
    await book.writing.campaigns.save(waits)
    return waits


async def look_on_asked(book: Book, one: Campaign) -> Campaign:
    """Tell once how it ended when the last of such places is decided about; show it on the card."""
    if not one.asked:
        return one
    tally = tally_of(await book.tx.campaigns.fates(one.number))
    if tally.asked:
        return await expect_answers(book, one, tally)
    over = one.model_copy(update={"asked": 0, "version": one.version + 1})
    await book.writing.campaigns.save(over)
    if one.recalled_at is None:  # else it was told with the recall
        book.posts += to_concerned(book, over, "confirmed", tally=tally)
    await show_stage(book, over)
    return over


__all__ = ["expect_answers", "look_on_asked"]
