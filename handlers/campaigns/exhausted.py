"""A campaign that the month's quota holds: it waits, and whoever wrote it hears so."""

from __future__ import annotations

from datetime import timedelta

from flows.calendar import OFFICE_ZONE
from flows.campaigns.campaign import UNDER_WAY, Campaign
from flows.office import Content
from handlers.book import Book
from handlers.campaigns.forecast import next_month
from handlers.campaigns.message import choice
from handlers.campaigns.parts import concerned
from handlers.ports import Person, Post, Text, ToPerson

LOOK_AGAIN = timedelta(minutes=1)  # nothing leaves before somebody lets it go or the month turns


async def exhausted(book: Book, one: Campaign) -> bool:
    """Tell those concerned, once a hold, that the quota holds it; say whether it does.

    What somebody lets go is what the ledger has; what it takes afterwards is another hold.
    """
    held = await book.tx.allowance.held(one.number)
    if held:
        first = await book.tx.allowance.first_held(one.number)
        book.posts += [_post(book, one, person, held, first) for person in concerned(book, one)]
    return bool(held)


async def waits(book: Book, one: Campaign) -> list[Text]:
    """Word how much of a campaign the quota holds, and until when."""
    held = await book.tx.allowance.held(one.number) if one.stage in UNDER_WAY else 0
    return [_told(book, one, held)] if held else []


def _told(book: Book, one: Campaign, held: int) -> Text:
    told = {"number": one.number, "title": one.draft.title, "count": f"{held:,}"}
    return Text("forecast.held", {**told, "day": next_month(book.now)})


def _post(book: Book, one: Campaign, person: Person, held: int, first: int) -> Post:
    month = book.now.astimezone(OFFICE_ZONE).strftime("%Y-%m")
    acts = ("report", "cancel") if one.stage in UNDER_WAY else ("report",)
    # How it begins makes it go out in a month that is used up (bot/kinds.py).
    name = f"quota:campaign:{one.number}:{month}:{first}:p{person.id}"
    return Post(
        to=ToPerson(person.id),
        content=Content.INTERNAL,
        parts=(_told(book, one, held),),
        dedupe=name,
        choices=tuple(choice(act, one.number) for act in acts),
        title=Text("campaign.title", {"title": one.draft.title}),
        card=name,
    )


__all__ = ["LOOK_AGAIN", "exhausted", "waits"]
