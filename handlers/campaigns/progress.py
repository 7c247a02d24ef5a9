"""进度卡片: one card for those who watch a campaign leave, changed in place until it is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flows.campaigns.campaign import Campaign, Progress, Stage
from flows.campaigns.progress import is_news, looked, meant, minutes_left, over
from flows.campaigns.tally import Tally
from flows.office import Content
from handlers.book import Book, name_of
from handlers.campaigns.enclosing import STOPPED
from handlers.campaigns.failures import worded
from handlers.campaigns.message import choice
from handlers.campaigns.parts import concerned
from handlers.campaigns.records import tally_of
from handlers.campaigns.told import counts
from handlers.notices import staff_groups
from handlers.ports import Post, Text, To, ToGroup, ToPerson

_ACTS = {
    Stage.SENDING: ("pause", "cancel", "report"),
    Stage.PAUSED: ("resume", "cancel", "report"),
    Stage.DONE: ("report",),
    Stage.CANCELLED: ("report",),
}


async def look_on(book: Book, one: Campaign) -> None:
    """Show how far a campaign is that leaves: with a card, later on the card when it is time."""
    every = book.office.campaigns.sending.progress
    before = one.progress
    if before is not None and book.now - before.at < every:
        return
    tally = tally_of(await book.tx.campaigns.fates(one.number))
    progress = looked(before, tally, book.now, every)
    if before is None or before.until is not None or is_news(progress, tally):
        progress = progress.model_copy(update={"shown": progress.over, "until": None})
        book.posts += _posts(book, one, tally, progress, update=before is not None)
    await book.writing.campaigns.save(one.model_copy(update={"progress": progress}))


async def show_stage(book: Book, one: Campaign, *, until: datetime | None = None) -> None:
    """Show on the card that it stopped, goes on or is over; where none was sent, nothing.

    `until` = it waits till then; that is shown once, for a change is a call of the month.
    """
    before = one.progress
    if before is None or (until is not None and before.until == until):
        return
    tally = tally_of(await book.tx.campaigns.fates(one.number))
    book.posts += _posts(book, one, tally, before, update=True, until=until)
    if before.until != until:
        progress = before.model_copy(update={"until": until})
        await book.writing.campaigns.save(one.model_copy(update={"progress": progress}))


def _posts(
    book: Book,
    one: Campaign,
    tally: Tally,
    progress: Progress,
    *,
    update: bool,
    until: datetime | None = None,
) -> list[Post]:
    """Word the card for each who has one; a channel without cards gets the first one alone."""
    words = _words(book, one, tally, progress, until)
    title = Text("campaign.title", {"title": one.draft.title})
    when = f":{one.version}:{book.now.timestamp():.0f}" if update else ""
    return [
        Post(
            to=to,
            content=Content.PROGRESS,
            parts=(words,),
            dedupe=f"campaign:{one.number}:progress:{name}{when}",
            choices=tuple(choice(act, one.number) for act in _ACTS.get(one.stage, ("report",))),
            title=title,
            brief=(title,),
            status=Text(f"campaign.stage.{one.stage.value}"),
            card=f"campaign:{one.number}:progress:{name}",
            update=update,
        )
        for name, to in _watchers(book, one)
    ]


def _watchers(book: Book, one: Campaign) -> list[tuple[str, To]]:
    """Say where the card is: in a 工作群, or where none has cards with each concerned.

    A group that is not heard gets text, which stays as it was when the campaign began.
    """
    group = next((group for group in staff_groups(book) if group.robot and group.hears), None)
    if group is not None:
        return [(f"g:{group.chat}", ToGroup(group.chat))]
    return [(f"p:{person.id}", ToPerson(person.id)) for person in concerned(book, one)]


def _words(
    book: Book, one: Campaign, tally: Tally, progress: Progress, until: datetime | None
) -> Text:
    told: dict[str, Any] = {
        "number": one.number,
        "title": one.draft.title,
        "over": f"{over(tally):,}",
        "total": f"{meant(tally):,}",
        **counts(tally),
    }
    if one.recalled_at is not None:
        key = "sending.card.recall_over" if one.recall_told else "sending.card.recalled"
        return Text(key, {**told, "recalled": tally.recalled})
    match one.stage:
        case Stage.SENDING if until is not None:
            return Text("sending.card.quiet", {**told, "at": until})
        case Stage.SENDING:
            return _under_way(minutes_left(progress, tally), told)
        case Stage.PAUSED:
            who = Text("sending.stopped_by", {"name": name_of(book, one.stopped_by or 0)})
            by_itself = Text("sending.stopped_itself", {"code": worded(one.reason)})
            by_itself = Text(STOPPED[one.reason]) if one.reason in STOPPED else by_itself
            why = by_itself if one.stopped_by is None else who
            return Text("sending.card.paused", {**told, "why": why})
        case Stage.CANCELLED:
            return Text("sending.card.cancelled", {**told, "cancelled": f"{tally.cancelled:,}"})
        case _:
            return Text("sending.card.done", told)


def _under_way(minutes: int | None, told: dict[str, Any]) -> Text:
    if minutes is None:
        return Text("sending.card.sending", told)
    if minutes <= 1:
        return Text("sending.card.sending_soon", told)
    return Text("sending.card.sending_left", {**told, "minutes": minutes})


__all__ = ["look_on", "show_stage"]
