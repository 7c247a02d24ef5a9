"""The clock of a campaign: it begins, gives the ledger what it can send, stops and ends.

The ledger holds only what leaves within seconds. So a campaign that is paused, cancelled or
overtaken by the quiet hours stops at once, and none keeps another waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.calendar import WorkingDays
from flows.campaigns.audience import Target, Why, insists, leaves
from flows.campaigns.blanks import lacking
from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.hours import Quiet
from flows.campaigns.moves import Act, Told
from flows.campaigns.sending import Sending, leaves_at, next_look
from flows.campaigns.tally import failing
from flows.engine.words import Key
from handlers.book import Book
from handlers.campaigns.keeping import keep, set_clock, strike
from handlers.campaigns.message import reminder, target_post
from handlers.campaigns.records import tally_of
from handlers.campaigns.told import reason, to_concerned
from handlers.campaigns.world import values_of
from handlers.ports import Clock, Due, Entry, Office, Text, Tx

_NAMED = 20  # places of one message


@dataclass(frozen=True, slots=True)
class CampaignClock:
    """Handles the timers of campaigns."""

    office: Office
    clock: Clock

    async def tick(self, tx: Tx, dues: Sequence[Due]) -> None:
        """Do what is due with each campaign; when to look again follows from what it is then."""
        book = await Book.open(tx, self.office, self.clock(), (), {})
        for number in sorted({due.subject for due in dues}):
            one = await tx.campaigns.hold(number)
            if one is not None:
                await look_at(book, one)
        await book.flush({})


async def look_at(book: Book, one: Campaign) -> None:
    """Do what is due with a campaign that is held."""
    match one.stage:
        case Stage.PENDING:
            await _wait_for_approval(book, one)
        case Stage.APPROVED:
            await _begin(book, one)
        case Stage.SENDING:
            await _go_on(book, one)
        case Stage.DONE | Stage.CANCELLED if one.recalled_at and not one.recall_told:
            await _tell_recalled(book, one)
        case Stage.DONE if one.draft.remind and not (one.reminded_at or one.recalled_at):
            await _remind(book, one)
        case Stage.PAUSED:
            await _expire(book, one)


async def _wait_for_approval(book: Book, one: Campaign) -> None:
    for act in (Act.EXPIRE, Act.LAPSE):
        done = await strike(book, one, act)
        if isinstance(done, Campaign):
            book.posts += to_concerned(book, done, act.value)
            return
    set_clock(book, one)


async def _begin(book: Book, one: Campaign) -> None:
    """Begin when it is time, or say that it is too late (过时不发)."""
    expired = await strike(book, one, Act.EXPIRE)
    if isinstance(expired, Campaign):
        book.posts += to_concerned(book, expired, "expire")
        return
    if _is_quiet(book, one):
        set_clock(book, one)
        return
    begun = await strike(book, one, Act.BEGIN)
    if isinstance(begun, Campaign):
        await _feed(book, begun)
    else:
        set_clock(book, one)


async def _go_on(book: Book, one: Campaign) -> None:
    records = book.tx.campaigns
    if not (await records.under_way(one.number) or await records.waiting(one.number, 1)):
        await _finish(book, one)
        return
    if await _expire(book, one):
        return
    if _is_quiet(book, one):
        await book.writing.campaigns.draw_back(one.number)
        morning = next_look(one, book.now, *_terms(book)) or book.now
        await book.writing.campaigns.put_off(one.number, morning)
        set_clock(book, one)
        return
    run = book.office.campaigns.sending.run
    latest = await book.tx.campaigns.outcomes(one.number, run, one.resumed_at)
    if failing(tuple(state for state, _ in latest), run):
        await _stop(book, one, latest[0][1])
        return
    await _feed(book, one)


async def _expire(book: Book, one: Campaign) -> bool:
    """End what is too late by now, also half-way; say so with the counts (过时不发)."""
    expired = await strike(book, one, Act.EXPIRE)
    if not isinstance(expired, Campaign):
        set_clock(book, one)
        return False
    await book.writing.campaigns.cancel(one.number)
    tally = tally_of(await book.tx.campaigns.fates(one.number))
    book.posts += to_concerned(book, expired, "expire_rest", tally=tally)
    return True


async def _stop(book: Book, one: Campaign, code: str) -> None:
    """Pause a campaign that only fails, and say so: whatever is wrong, a person mends it."""
    await book.writing.campaigns.draw_back(one.number)
    stopped = await strike(book, one, Act.PAUSE, Told(reason=code))
    if isinstance(stopped, Campaign):
        book.posts += to_concerned(book, stopped, "stopped", code=code)


async def _feed(book: Book, one: Campaign) -> None:
    """Give the ledger as much as it has room for; whoever is gone meanwhile is left out."""
    records, number = book.writing.campaigns, one.number
    open_rows = await records.under_way(number)
    room = max(0, book.office.campaigns.sending.ahead - open_rows)
    targets = await records.waiting(number, room) if room else ()
    left_out = await _fill(book, one, targets)
    await records.skip(number, left_out)
    await records.owe(number, [x.key for x in targets if x.key not in left_out])
    set_clock(book, one)


async def _fill(book: Book, one: Campaign, targets: Sequence[Target]) -> dict[str, Why]:
    """Word the messages; say who cannot get theirs any more."""
    known = {f"g:{group.chat}" for group in book.roster.groups}
    ids = sorted(int(x.key[2:]) for x in targets if x.key.startswith("p:"))
    people = {f"p:{x.id}": x for x in (await book.tx.people.load(ids)).values()}
    left = await book.tx.topics.left() if ids and not insists(one.draft) else {}
    left_out: dict[str, Why] = {}
    for target in targets:
        reader = people.get(target.key)
        if target.key.startswith("g:"):
            why = None if target.key in known else Why.GONE
        elif reader is None or reader.binding != "bound":
            why = Why.GONE
        elif leaves(one.draft, left.get(reader.id, frozenset())):
            why = Why.UNSUBSCRIBED
        else:
            why = Why.BLANK if lacking(one.draft.body, values_of(reader)) else None
        if why is None:
            values = values_of(reader) if reader else {}
            book.posts.append(target_post(book, one, target, values))
        else:
            left_out[target.key] = why
    return left_out


async def _finish(book: Book, one: Campaign) -> None:
    done = await strike(book, one, Act.FINISH)
    if isinstance(done, Campaign):
        tally = tally_of(await book.tx.campaigns.fates(one.number))
        book.posts += to_concerned(book, done, "finish", tally=tally)


async def _tell_recalled(book: Book, one: Campaign) -> None:
    """Say of each place that stands all the same why it does, when every one was answered for."""
    standing = await book.tx.recalls.standing(one.number)
    if any(found.state == "asked" for found in standing.values()):
        return
    fates = {fate.delivery: fate.name for fate in await book.tx.campaigns.fates(one.number)}
    stand = [
        Text("campaign.stands", {"name": fates.get(number, ""), "why": reason(found.why)})
        for number, found in standing.items()
        if found.state == "stands"
    ]
    told = one.model_copy(update={"recall_told": True, "version": one.version + 1})
    gone = len(standing) - len(stand)
    public = {"gone": str(gone), "stand": str(len(stand))}
    await keep(book, told, _by_the_clock(book, one, "recalled", public))
    lines = tuple(stand[:_NAMED]) or Key("campaign.none_stands")
    book.posts += to_concerned(book, told, "recalled", gone=gone, stand=len(stand), lines=lines)


def _by_the_clock(book: Book, one: Campaign, act: str, public: dict[str, str]) -> Entry:
    return Entry(
        subject=f"campaign:{one.number}",
        act=act,
        actor=None,
        role="system",
        channel="clock",
        at=book.now,
        public=public,
    )


async def _remind(book: Book, one: Campaign) -> None:
    """Ask those who got it 1:1 and did not press 收到, once; nobody of an enterprise that did."""
    if _is_quiet(book, one):
        set_clock(book, one)
        return
    quiet = await book.tx.campaigns.unconfirmed(one.number)
    reminded = one.model_copy(update={"reminded_at": book.now, "version": one.version + 1})
    public = {"count": str(len(quiet))}
    await keep(book, reminded, _by_the_clock(book, one, "remind", public))
    book.posts += [reminder(one, person) for person in quiet]


def _is_quiet(book: Book, one: Campaign) -> bool:
    _, quiet, days = _terms(book)
    return leaves_at(one, book.now, quiet, days) > book.now


def _terms(book: Book) -> tuple[Sending, Quiet, WorkingDays]:
    rules = book.office.campaigns
    return rules.sending, rules.quiet, book.office.days


__all__ = ["CampaignClock", "look_at"]
