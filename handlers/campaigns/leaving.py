"""When a campaign leaves; in a year without an official calendar the moment is 暂定."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.calendar import OFFICE_ZONE
from flows.campaigns.campaign import Campaign
from flows.campaigns.sending import leaves
from handlers.book import Book
from handlers.ports import Text


@dataclass(frozen=True, slots=True)
class Leaves:
    """When a campaign leaves; `unsure` is the year whose days off nobody knows yet, 0 = none."""

    at: datetime
    unsure: int = 0

    @property
    def aside(self) -> Text | str:
        """Word behind the moment that it is provisional; empty where it is not."""
        return Text("leaving.provisional", {"year": str(self.unsure)}) if self.unsure else ""

    @property
    def lines(self) -> tuple[Text, ...]:
        """Word the same for whoever is not told the moment."""
        return (Text("leaving.unsure", {"year": str(self.unsure)}),) if self.unsure else ()


def leaving(book: Book, one: Campaign, ready: datetime) -> Leaves:
    """Return when a campaign leaves that is ready then: after the quiet hours and the days off."""
    days = book.office.days
    found = leaves(one, ready, book.office.campaigns.quiet, days)
    if not found.provisional:
        return Leaves(found.at)
    years = range(ready.astimezone(OFFICE_ZONE).year, found.at.year + 1)
    unsure = next((year for year in years if year not in days.official_years), found.at.year)
    return Leaves(found.at, unsure)


def soonest(book: Book, one: Campaign) -> datetime:
    """Return when a campaign that is approved now is ready to leave."""
    soon = book.now + book.office.campaigns.sending.hold
    return max(soon, one.draft.send_at or soon)


__all__ = ["Leaves", "leaving", "soonest"]
