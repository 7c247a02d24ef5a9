"""Keep what was done to a campaign: its stage, its clock and a line of its history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flows.campaigns.campaign import Campaign
from flows.campaigns.moves import SYSTEM, Act, Actor, Moment, Told, moved
from flows.campaigns.sending import next_look
from flows.engine.words import Refused
from handlers.book import Book
from handlers.campaigns.linking import have_looked_up
from handlers.ports import Due, Entry
from handlers.visit import Visit

CAMPAIGN = "campaign"  # the kind of the timer of a campaign
NOTHING = Told()


def moment(book: Book) -> Moment:
    """Return now, with the rules by which acts on campaigns are judged."""
    return Moment(book.now, book.office.campaigns.sending.rules)


async def act(
    visit: Visit, one: Campaign, what: Act, who: Actor, told: Told = NOTHING
) -> Campaign | Refused:
    """Do something to a campaign that is held, for a person."""
    done = moved(one, what, who, told, moment(visit.book))
    if isinstance(done, Campaign):
        role = "approver" if what in {Act.APPROVE, Act.REJECT} else "sender"
        entry = visit.record(f"campaign:{one.number}", what.value, role, **_line(one, done, told))
        await keep(visit.book, done, entry)
    return done


async def strike(book: Book, one: Campaign, what: Act, told: Told = NOTHING) -> Campaign | Refused:
    """Do what the clock does to a campaign that is held."""
    done = moved(one, what, SYSTEM, told, moment(book))
    if isinstance(done, Campaign):
        entry = Entry(
            subject=f"campaign:{one.number}",
            act=what.value,
            actor=None,
            role="system",
            channel="clock",
            at=book.now,
            **_line(one, done, told),
        )
        await keep(book, done, entry)
    return done


async def keep(book: Book, one: Campaign, entry: Entry) -> None:
    """Store a campaign and look at it again when something is due."""
    await book.writing.campaigns.save(one)
    book.entries.append(entry)
    set_clock(book, one)
    have_looked_up(book, one, entry.act)


def set_clock(book: Book, one: Campaign) -> None:
    """Have the clock look at a campaign when something is due, or never again."""
    rules = book.office.campaigns
    at = next_look(one, book.now, rules.sending, rules.quiet, book.office.days)
    key = f"{CAMPAIGN}:{one.number}"
    book.dues[key] = Due(CAMPAIGN, one.number, at, key) if at else None


def look_later(book: Book, one: Campaign, after: timedelta) -> None:
    """Have the clock look at a campaign so much later, for nothing can happen before."""
    key = f"{CAMPAIGN}:{one.number}"
    book.dues[key] = Due(CAMPAIGN, one.number, book.now + after, key)


def _line(before: Campaign, after: Campaign, told: Told) -> dict[str, Any]:
    """Word a line of history: stages, of which text, and how many are meant."""
    public = {
        "version": str(after.version),
        "text": after.draft.fingerprint[:16],
        "targets": str(after.targets),
    }
    public |= {"finding": told.finding} if told.finding else {}
    return {
        "before": before.stage.value,
        "after": after.stage.value,
        "public": public,
        "personal": {"reason": told.reason} if told.reason else {},
    }


__all__ = ["CAMPAIGN", "NOTHING", "act", "keep", "look_later", "moment", "set_clock", "strike"]
