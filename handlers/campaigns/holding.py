"""Nothing more of a campaign leaves for a while, and what was tried before waits with the rest."""

from __future__ import annotations

from datetime import datetime

from flows.campaigns.campaign import Campaign
from flows.campaigns.sending import leaves_at
from handlers.book import Book
from handlers.campaigns.keeping import look_later


async def hold_back(book: Book, one: Campaign, until: datetime | None = None) -> None:
    """Let nothing leave until then, None = till somebody lets it go on.

    What is on its way just now may come back to be tried again: that is looked at once more.
    """
    await book.writing.campaigns.draw_back(one.number)
    if await book.writing.campaigns.put_off(one.number, until):
        look_later(book, one, book.office.campaigns.sending.step)


async def call_off(book: Book, one: Campaign) -> bool:
    """Let nothing more leave, ever; say whether some of it is on its way just now.

    What of that does not arrive is given up when it lands, and the counts are looked at then.
    """
    await book.writing.campaigns.cancel(one.number)
    flies = await book.tx.campaigns.flying(one.number)
    if flies:
        look_later(book, one, book.office.campaigns.sending.step)
    return flies


async def let_go(book: Book, one: Campaign) -> None:
    """Let what was held back be tried again: now, or after the quiet hours."""
    at = leaves_at(one, book.now, book.office.campaigns.quiet, book.office.days)
    await book.writing.campaigns.bring_back(one.number, at if at > book.now else None)


async def stay_behind(book: Book, one: Campaign) -> None:
    """Let nothing more leave of the attachments that were decided to stay behind (不带附件发)."""
    left = {n for n, file in enumerate(one.draft.files, 1) if file not in one.files.values()}
    if left:
        await book.writing.campaigns.leave_behind(one.number, left)


__all__ = ["call_off", "hold_back", "let_go", "stay_behind"]
