"""What was sent again (补发) when a campaign was over: looked after till it ends, and told once."""

from __future__ import annotations

from collections.abc import Sequence

from flows.campaigns.campaign import Campaign, Resent, Stage
from flows.campaigns.sending import leaves_at
from flows.office import Content
from handlers.book import Book
from handlers.campaigns.confirming import as_told
from handlers.campaigns.exhausted import LOOK_AGAIN, exhausted
from handlers.campaigns.keeping import look_later, set_clock
from handlers.campaigns.message import choice
from handlers.campaigns.progress import show_stage
from handlers.campaigns.records import Fate, tally_of
from handlers.campaigns.told import waits
from handlers.ports import Person, Post, Text, ToPerson


async def expect_end(book: Book, one: Campaign, by: Person, fates: Sequence[Fate]) -> None:
    """Have the clock look after places that were just sent again; one that leaves has it anyway."""
    if one.stage is Stage.DONE:
        asked = Resent(by=by.id, places=tuple(fate.key for fate in fates))
        one = one.model_copy(update={"resent": (*one.resent, asked)})
        await book.writing.campaigns.save(one)
        set_clock(book, one)


async def look_after(book: Book, one: Campaign) -> None:
    """Keep what is tried again out of the quiet hours, and tell the end."""
    records, number = book.writing.campaigns, one.number
    if not await records.under_way(number):
        await _tell(book, one)
        return
    set_clock(book, one)
    rules = book.office.campaigns
    morning = leaves_at(one, book.now, rules.quiet, book.office.days)
    if morning > book.now and await records.put_off(number, morning):
        look_later(book, one, rules.sending.step)
    elif await exhausted(book, one):
        look_later(book, one, LOOK_AGAIN)


async def _tell(book: Book, one: Campaign) -> None:
    """Tell each who had places sent again how that ended, and show it on the card."""
    found = await book.tx.campaigns.fates(one.number)
    tally = tally_of(found)
    known = {"resent": (), "asked": tally.asked, "late_at": None, **as_told(one, tally)}
    over = one.model_copy(update={**known, "version": one.version + 1})
    await book.writing.campaigns.save(over)
    set_clock(book, over)
    fates = {fate.key: fate for fate in found}
    for by in dict.fromkeys(asked.by for asked in one.resent):
        places = dict.fromkeys(x for asked in one.resent if asked.by == by for x in asked.places)
        book.posts.append(_post(over, by, [fates[key] for key in places if key in fates]))
    await show_stage(book, over)


def _post(one: Campaign, by: int, fates: Sequence[Fate]) -> Post:
    tally = tally_of(fates)
    told = {
        "number": one.number,
        "title": one.draft.title,
        "count": len(fates),
        "sent": tally.sent,
        "failed": tally.failed,
        "unknown": tally.unknown,
        "asked": waits(tally),
    }
    parts = [Text("resending.over", told)]
    parts += [Text("resending.given_up", {"count": tally.cancelled})] if tally.cancelled else []
    name = f"campaign:{one.number}:{one.version}:resent:p{by}"
    return Post(
        to=ToPerson(by),
        content=Content.INTERNAL,
        parts=tuple(parts),
        dedupe=name,
        choices=(choice("report", one.number),),
        title=Text("campaign.title", {"title": one.draft.title}),
        card=name,
    )


__all__ = ["expect_end", "look_after"]
