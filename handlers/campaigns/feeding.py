"""The clock of a campaign: it begins, gives the ledger what it can send, stops and ends.

The ledger holds only what leaves within seconds. So a campaign that is paused, cancelled or
overtaken by the quiet hours stops at once, and none keeps another waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flows.calendar import WorkingDays
from flows.campaigns.audience import Target, Why
from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.enclosing import Look
from flows.campaigns.hours import Quiet
from flows.campaigns.moves import Act, Told
from flows.campaigns.sending import Sending, leaves_at, next_look
from flows.campaigns.tally import failing
from flows.engine.words import Key, Refused
from handlers.book import Book
from handlers.campaigns.confirming import expect_answers, look_on_asked
from handlers.campaigns.digest import expect_digest
from handlers.campaigns.disturbance import still_to_remind
from handlers.campaigns.enclosing import (
    ask_instead,
    file_posts,
    takes_files,
    unfit,
    why_stopped,
)
from handlers.campaigns.exhausted import LOOK_AGAIN, exhausted
from handlers.campaigns.failures import worded
from handlers.campaigns.holding import call_off, hold_back, stay_behind
from handlers.campaigns.judging import judged_again
from handlers.campaigns.keeping import keep, look_later, set_clock, strike
from handlers.campaigns.message import reminder, target_post
from handlers.campaigns.progress import look_on, show_stage
from handlers.campaigns.reached import less_than_all
from handlers.campaigns.records import UNREADABLE, tally_of
from handlers.campaigns.resending import look_after
from handlers.campaigns.told import reason, to_concerned
from handlers.ports import Clock, Due, Entry, Office, Text, To, Tx

_NAMED = 20  # places of one message
_ON_ITS_WAY = timedelta(seconds=10)  # till an attachment that is being fetched is looked for again


@dataclass(frozen=True, slots=True)
class CampaignClock:
    """Handles the timers of campaigns."""

    office: Office
    clock: Clock

    async def tick(self, tx: Tx, dues: Sequence[Due]) -> None:
        """Do what is due with each campaign; when to look again follows from what it is then."""
        book = await Book.open(tx, self.office, self.clock(), (), {})
        # All of them before the queue: whoever presses a button holds one when they come there.
        held = [await tx.campaigns.hold(number) for number in sorted({x.subject for x in dues})]
        for one in held:
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
        case Stage.DONE | Stage.CANCELLED:
            await _look_back(book, one)
        case Stage.PAUSED:
            if not await _expire(book, one):
                await hold_back(book, one)


async def _look_back(book: Book, one: Campaign) -> None:
    """Do what is due with a campaign that is over; what landed meanwhile does not leave again."""
    off = one.stage is Stage.CANCELLED or one.recalled_at or one.expired(book.now)
    if off and await call_off(book, one):
        return
    if one.recalled_at and not one.recall_told:
        await _tell_recalled(book, one)
        return
    if off:
        await show_stage(book, one)
    one = await look_on_asked(book, one)
    if one.stage is Stage.DONE and one.resent:
        await look_after(book, one)
    elif one.stage is Stage.DONE and one.draft.remind and not (one.reminded_at or one.recalled_at):
        await _remind(book, one)


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
        await _feed(book, begun, Look.WHOLE)
    else:
        set_clock(book, one)


async def _go_on(book: Book, one: Campaign) -> None:
    records = book.tx.campaigns
    await stay_behind(book, one)
    if not (await records.under_way(one.number) or await records.waiting(one.number, 1)):
        await _finish(book, one)
        return
    if await _expire(book, one):
        return
    if _is_quiet(book, one):
        set_clock(book, one)
        _, quiet, days = _terms(book)
        morning = leaves_at(one, book.now, quiet, days)
        await hold_back(book, one, morning)
        await show_stage(book, one, until=morning)
        return
    run = book.office.campaigns.sending.run
    latest = await book.tx.campaigns.outcomes(one.number, run, one.resumed_at)
    if failing(tuple(state for state, _ in latest), run):
        code = latest[0][1]
        lost = await unfit(book, one, Look.ANEW) if code == UNREADABLE else None
        await (_lack(book, one, lost) if lost else _stop(book, one, code))
        return
    await _feed(book, one)


async def _expire(book: Book, one: Campaign) -> bool:
    """End what is too late by now, also half-way; say so with the counts (过时不发)."""
    expired = await strike(book, one, Act.EXPIRE)
    if not isinstance(expired, Campaign):
        set_clock(book, one)
        return False
    await call_off(book, expired)
    tally = tally_of(await book.tx.campaigns.fates(one.number))
    book.posts += to_concerned(book, expired, "expire_rest", tally=tally)
    await show_stage(book, await expect_answers(book, expired, tally))
    return True


async def _stop(book: Book, one: Campaign, code: str) -> None:
    """Pause a campaign that only fails, and say so: whatever is wrong, a person mends it."""
    stopped = await strike(book, one, Act.PAUSE, Told(reason=code))
    await hold_back(book, one)
    if isinstance(stopped, Campaign):
        book.posts += to_concerned(book, stopped, "stopped", code=worded(code))
        await show_stage(book, stopped)


async def _lack(book: Book, one: Campaign, lost: Refused) -> None:
    """Pause a campaign whose attachment cannot be sent: without it nothing leaves; say why."""
    why = why_stopped(lost)
    if why is None:
        look_later(book, one, _ON_ITS_WAY)
        return
    stopped = await strike(book, one, Act.PAUSE, Told(reason=why[0]))
    await hold_back(book, one)
    if isinstance(stopped, Campaign):
        book.posts += to_concerned(book, stopped, why[1], **lost.params)
        await show_stage(book, stopped)


async def _feed(book: Book, one: Campaign, look: Look = Look.NOT) -> None:
    """Give the ledger as much as it has room for; whoever is gone meanwhile is left out."""
    records, number = book.writing.campaigns, one.number
    open_rows = await records.under_way(number)
    rows = 1 + len(one.files)  # of one target
    room = max(0, book.office.campaigns.sending.ahead - open_rows)
    targets = await records.waiting(number, -(-room // rows)) if room else ()
    if targets and (lost := await unfit(book, one, look)):
        await _lack(book, one, lost)
        return
    left_out = await _fill(book, one, targets)
    await records.skip(number, left_out)
    expect_digest(book, left_out.values())
    await records.owe(number, [x.key for x in targets if x.key not in left_out])
    set_clock(book, one)
    await look_on(book, one)
    if open_rows and not targets and await exhausted(book, one):
        look_later(book, one, LOOK_AGAIN)


async def _fill(book: Book, one: Campaign, targets: Sequence[Target]) -> dict[str, Why]:
    """Word the messages; say who cannot get theirs any more."""
    judged = await judged_again(book, one, [target.key for target in targets])
    groups = {f"g:{group.chat}": group for group in book.roster.groups}
    left_out: dict[str, Why] = {}
    places: list[tuple[To, str]] = []
    instead = await ask_instead(book, one) if targets else ()
    for target in targets:
        found = judged[target.key]
        if found.why is not None:
            left_out[target.key] = found.why
            continue
        whole = takes_files(groups.get(target.key))
        post = target_post(book, one, target, found.values, () if whole else instead)
        book.posts.append(post)
        places += [(post.to, post.dedupe)] if whole else []
    book.posts += await file_posts(book, one, places, campaign=one.number)
    return left_out


async def _finish(book: Book, one: Campaign) -> None:
    done = await strike(book, one, Act.FINISH)
    if isinstance(done, Campaign):
        fates = await book.tx.campaigns.fates(one.number)
        tally, less = tally_of(fates), less_than_all(one, fates)
        book.posts += to_concerned(book, done, "finish", tally=tally, more=less)
        await show_stage(book, await expect_answers(book, done, tally))


async def _tell_recalled(book: Book, one: Campaign) -> None:
    """Say of each place that stands all the same why it does, when every one was answered for."""
    standing = await book.tx.recalls.standing(one.number)
    if any(found.state == "asked" for found in standing.values()):
        return
    fates = await book.tx.campaigns.fates(one.number)
    places = {number: fate for fate in fates for number in fate.rows}
    names = {fate.key: fate.name for fate in fates}
    # A message of several parts is one place, which stands as long as one of them does.
    asked = {places[n].key if n in places else "" for n in standing}
    stood = {
        places[n].key if n in places else "": found.why
        for n, found in standing.items()
        if found.state == "stands"
    }
    stand = [
        Text("campaign.stands", {"name": names.get(key, ""), "why": reason(why)})
        for key, why in stood.items()
    ]
    told = one.model_copy(update={"recall_told": True, "version": one.version + 1})
    gone = len(asked) - len(stand)
    public = {"gone": str(gone), "stand": str(len(stand))}
    await keep(book, told, _by_the_clock(book, one, "recalled", public))
    lines = tuple(stand[:_NAMED]) or Key("campaign.none_stands")
    book.posts += to_concerned(book, told, "recalled", gone=gone, stand=len(stand), lines=lines)
    await show_stage(book, told)


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
    _, hours, days = _terms(book)
    at = next_look(one, book.now, book.office.campaigns.sending, hours, days)
    if at is None or at > book.now:
        set_clock(book, one)
        return
    quiet = await still_to_remind(book, one)
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
