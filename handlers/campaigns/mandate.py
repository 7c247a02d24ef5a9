"""Whether a campaign may go out as mandatory (必达): by who answers for it, and how often."""

from __future__ import annotations

from datetime import datetime

from flows.calendar import OFFICE_ZONE
from flows.campaigns.campaign import Campaign
from flows.campaigns.mandatory import COUNTED, called, leaving, refusal
from flows.engine.words import Key, Refused
from handlers.book import Book
from handlers.ports import Text

_LOOKED = 500  # campaigns, the newest first; an office sends some dozens a month


async def mandate(book: Book, one: Campaign, by: int) -> Refused | None:
    """Say why a campaign that is mandatory cannot be, for who submits or submitted it."""
    if not one.draft.mandatory:
        return None
    person = book.roster.staff.get(by)
    roles = {role.value for role, _ in person.roles} if person else set()
    rule = book.office.campaigns.mandatory
    return refusal(rule, roles, await _had(book, one), _month(book, one))


async def counted(book: Book, one: Campaign) -> list[Text]:
    """Say the how many-eth of the month a mandatory one would be."""
    if not one.draft.mandatory:
        return []
    most = book.office.campaigns.mandatory.a_month
    nth = await _had(book, one) + 1
    return [Text("mandatory.nth", {"month": _month(book, one), "nth": nth, "most": most})]


async def _had(book: Book, one: Campaign) -> int:
    return called(await book.tx.campaigns.recent(_LOOKED, COUNTED), one, _soonest(book))


def _month(book: Book, one: Campaign) -> Key | str:
    at = leaving(one, _soonest(book)).astimezone(OFFICE_ZONE)
    now = book.now.astimezone(OFFICE_ZONE)
    this = (at.year, at.month) == (now.year, now.month)
    return Key("forecast.this_month") if this else f"{at.month}月"


def _soonest(book: Book) -> datetime:
    return book.now + book.office.campaigns.sending.hold


__all__ = ["counted", "mandate"]
