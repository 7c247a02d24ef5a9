"""补发, 标记已达: what staff decide about places that failed, or of which nobody knows.

A place keeps its number as long as the campaign is there: it is where it stands in the audience.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from flows.campaigns.again import Again, objection, places
from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.moves import Part
from flows.campaigns.sending import leaves_at
from flows.engine.words import Choice
from handlers.book import Book
from handlers.campaigns.failures import worded
from handlers.campaigns.judging import judged_again
from handlers.campaigns.masses import used_up
from handlers.campaigns.message import choice
from handlers.campaigns.naming_places import WORDS
from handlers.campaigns.parts import actor
from handlers.campaigns.records import Fate
from handlers.campaigns.resending import expect_end
from handlers.ports import Text
from handlers.visit import Visit

_WITH_BUTTONS = 2  # places; a card has room for few buttons, the rest is typed
_NAMED = 20  # places of one message
_OPEN = ("failed", "unknown")
_MAY = {Again.RESEND: _OPEN, Again.ARRIVED: ("unknown",)}
_LATE = "mass.may_double"


def lines(fates: Sequence[Fate], state: str) -> tuple[Text, ...]:
    """Word the places that ended so, with the numbers by which they are chosen."""
    found = ((n, one) for n, one in enumerate(fates, 1) if one.state == state and not one.again)
    return tuple(
        Text("sending.place", {"n": n, "name": one.name, "why": worded(one.code)})
        for n, one in found
    )[:_NAMED]


def to_confirm(one: Campaign, fates: Sequence[Fate]) -> list[Text]:
    """Name the places that somebody at the platform has to let go, and say whom to ask.

    What was called off is asked to be refused there.
    """
    found = [(n, fate) for n, fate in enumerate(fates, 1) if fate.state == "asked"]
    if not found:
        return []
    named = tuple(Text("confirming.place", {"n": n, "name": x.name}) for n, x in found[:_NAMED])
    key = "confirming.lines_off" if _is_off(one) else "confirming.lines"
    return [Text(key, {"count": len(found), "lines": named})]


def _is_off(one: Campaign) -> bool:
    ends, ended = one.draft.expires_at, one.ended_at
    expired = ends is not None and ended is not None and ended >= ends
    return one.stage is Stage.CANCELLED or one.recalled_at is not None or expired


def lacking(fates: Sequence[Fate]) -> list[Text]:
    """Name the places that have the text and not every file."""
    found = [(n, one) for n, one in enumerate(fates, 1) if one.lacks_files]
    if not found:
        return []
    named = tuple(Text("enclosed.place", {"n": n, "name": one.name}) for n, one in found[:_NAMED])
    return [Text("enclosed.lacking", {"count": len(found), "lines": named})]


def how(one: Campaign, fates: Sequence[Fate]) -> list[Text]:
    """Say what can be done about such places; nothing where there is none."""
    open_ = _open(fates)
    if not open_ or one.recalled_at is not None:
        return []
    told = {"number": one.number, "n": open_[0]}
    return [Text("sending.how", told)] if _sends(one) else [Text("sending.how_arrived", told)]


def buttons(one: Campaign, fates: Sequence[Fate]) -> tuple[Choice, ...]:
    """Return the buttons of single places, where they are few."""
    open_ = _open(fates)
    if len(open_) > _WITH_BUTTONS or one.recalled_at is not None:
        return ()
    return tuple(
        Choice(f"{word} {n}", f"c:{what.value}:{one.number}:{n}")
        for n in open_
        for word, what in WORDS.items()
        if fates[n - 1].state in _MAY[what] and (what is Again.ARRIVED or _sends(one))
    )


async def resend(visit: Visit, one: Campaign, more: str) -> None:
    """Send to chosen places again (补发)."""
    fates = await _chosen(visit, one, Again.RESEND, more)
    if not fates:
        return
    book = visit.book
    at = leaves_at(one, book.now, book.office.campaigns.quiet, book.office.days)
    told = {"number": one.number, "count": len(fates), "names": _names(fates)}
    await expect_end(book, one, visit.person, fates)
    if at > book.now:
        await book.writing.campaigns.put_off(one.number, at)
        visit.say("sending.resent_later", **told, at=at)
    else:
        visit.say("sending.resent", **told)
    visit.offer(choice("report", one.number))


async def arrived(visit: Visit, one: Campaign, more: str) -> None:
    """Note of chosen places that they were reached, as somebody asked them (标记已达)."""
    fates = await _chosen(visit, one, Again.ARRIVED, more)
    if fates:
        told = {"number": one.number, "count": len(fates), "names": _names(fates)}
        visit.say("sending.marked", **told, name=visit.person.name or "")
        visit.offer(choice("report", one.number))


async def _chosen(visit: Visit, one: Campaign, what: Again, more: str) -> Sequence[Fate]:
    """Decide about the places that are named; say why not about the others. What was done."""
    book = visit.book
    who = actor(book, one, visit.person)
    refused = objection(one, what, who, book.now)
    if refused is not None:
        visit.say(refused.key, **refused.params)
        visit.offer(choice("report", one.number))
        return ()
    fates = await book.tx.campaigns.fates(one.number)
    numbers = places(more)
    if not numbers:
        key = "sending.which" if _open(fates) else "sending.none_open"
        visit.say(key, number=one.number)
        visit.private += [*lines(fates, "failed"), *lines(fates, "unknown"), *how(one, fates)]
        visit.offer(*buttons(one, fates), choice("report", one.number))
        return ()
    fits = {n for n in numbers if 0 < n <= len(fates) and _fits(fates[n - 1], what)}
    against = await _against(book, one, fates, fits) if what is Again.RESEND else {}
    chosen = sorted(fits - against.keys())
    asked = {piece: n for n in chosen for piece in fates[n - 1].lacking}
    told = await book.writing.campaigns.decide(one.number, what, list(asked))
    decided = {n for piece, n in asked.items() if told.get(piece) == "done"}
    done = [n for n in chosen if n in decided]
    late = {n for piece, n in asked.items() if told.get(piece) == "too_late"}
    undone = {n: _LATE if n in late else "sending.erased" for n in chosen if n not in decided}
    why = undone | against
    _explain(visit, fates, [n for n in numbers if n not in done], why)
    if done:
        role = "sender" if Part.SENDER in who.parts else "approver"
        public = {"places": ",".join(map(str, done)), "count": str(len(done))}
        subject = f"campaign:{one.number}"
        book.entries.append(visit.record(subject, what.value, role, public=public))
    elif not visit.choices:
        visit.offer(choice("report", one.number))
    return [fates[n - 1] for n in done]


async def _against(
    book: Book, one: Campaign, fates: Sequence[Fate], numbers: Collection[int]
) -> dict[int, str]:
    """Say what stands against sending to these places again, as they are now."""
    keys = {n: fates[n - 1].key for n in numbers}
    judged = await judged_again(book, one, list(keys.values()))
    whys = {n: judged[key].why for n, key in keys.items()}
    against = {n: f"resending.why.{why.value}" for n, why in whys.items() if why is not None}
    left = {n: fates[n - 1] for n in numbers if n not in against}
    return await used_up(book, one, left) | against


def _explain(
    visit: Visit, fates: Sequence[Fate], numbers: Sequence[int], why: Mapping[int, str]
) -> None:
    """Say of each place why nothing was done about it, as far as a message has room."""
    for n in numbers[:_NAMED]:
        if not 0 < n <= len(fates):
            visit.say("sending.no_such", n=n, count=len(fates))
            continue
        fate = fates[n - 1]
        key = why.get(n) or _NOT_NOW.get(fate.state, "sending.not_sent")
        if fate.again:
            key = "sending.on_its_way"
        visit.say(key, n=n, name=fate.name)


def _names(fates: Sequence[Fate]) -> tuple[str, ...]:
    return tuple(fate.name for fate in fates[:_NAMED])


def _fits(fate: Fate, what: Again) -> bool:
    return fate.state in _MAY[what] and not fate.again and bool(fate.delivery)


def _open(fates: Sequence[Fate]) -> Sequence[int]:
    return [n for n, one in enumerate(fates, 1) if one.state in _OPEN and not one.again]


def _sends(one: Campaign) -> bool:
    return one.stage is not Stage.CANCELLED


_NOT_NOW: Mapping[str, str] = {
    "ready": "sending.on_its_way",
    "sending": "sending.on_its_way",
    "owed": "sending.on_its_way",
    "waiting": "sending.on_its_way",
    "asked": "confirming.place_waits",
    "sent": "sending.has_arrived",
    "failed": "sending.failed_for_sure",
}
"""What became of a place → why nothing is done about it."""

__all__ = ["arrived", "buttons", "how", "lacking", "lines", "resend", "to_confirm"]
