"""The Friday digest (并入周五摘要): what somebody was not sent because the week was full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.campaigns.audience import Meant, Why, insists, leaves
from flows.campaigns.calm import digest_at
from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.hours import next_allowed
from flows.engine.words import Choice
from flows.office import Content
from handlers.book import Book
from handlers.campaigns.enclosing import file_posts
from handlers.campaigns.message import sample_post
from handlers.campaigns.world import values_of
from handlers.ports import Clock, Due, Office, Person, Post, Text, ToPerson, Tx
from handlers.visit import Visit

CALM = "calm"  # the kind of the timer of the next Friday digest
_KEY = "calm:digest"
_FIRST = ""  # behind which key a digest begins
_BUTTONS = 5
_TITLE = 20  # characters of a title on a button


@dataclass(frozen=True, slots=True)
class CalmClock:
    """Handles the timer of the Friday digest; its subject is the key behind which it goes on."""

    office: Office
    clock: Clock
    at_once: int = 200  # people of one transaction

    async def tick(self, tx: Tx, dues: Sequence[Due]) -> None:
        """Tell so many people what they were not sent, and go on behind them, or next Friday.

        What is told and that it was told are one transaction: a crash neither loses nor doubles it.
        """
        if not dues:
            return
        book = await Book.open(tx, self.office, self.clock(), (), {})
        rules = self.office.campaigns
        morning = next_allowed(book.now, rules.quiet, self.office.days).at
        if morning > book.now:
            _set(book, morning, dues[0].subject)
        else:
            await _tell(book, dues[0].subject, self.at_once)
        await book.flush({})


def expect_digest(book: Book, whys: Iterable[Why | None]) -> None:
    """Have a digest on Friday, now that somebody is left to it; a timer that runs stays."""
    if Why.DIGEST in whys:
        book.winding.append(Due(CALM, _FIRST, _friday(book), _KEY))


def on_friday(meant: Meant) -> list[Text]:
    """Say how many hear of it in the digest only."""
    count = len(meant.left_out.get(Why.DIGEST, ()))
    return [Text("calm.friday", {"count": count})] if count else []


async def read_whole(visit: Visit, number: str) -> None:
    """Send the whole text of a campaign to somebody who was meant by it (看全文)."""
    book, person = visit.book, visit.person
    one = await book.tx.campaigns.seen(number)
    if one is None or not one.begun:
        visit.say("campaign.unknown")
        return
    if one.recalled_at is not None:
        visit.say("campaign.recalled", title=one.draft.title, phone=book.office.phone)
        return
    if not await book.tx.campaigns.calm.is_target(number, person.id):
        visit.say("calm.not_for_you", phone=book.office.phone)
        return
    name = f"a:{visit.filed.id}:read:{number}"
    to = ToPerson(person.id)
    book.posts.append(sample_post(book, one, to, values_of(person), name))
    book.posts += await file_posts(book, one, [(to, name)], campaign=None)
    visit.say("calm.whole", title=one.draft.title)


async def _tell(book: Book, after: str, at_once: int) -> None:
    calm = book.tx.campaigns.calm
    owed = await calm.owed(after, at_once)
    known = await calm.campaigns({number for numbers in owed.values() for number in numbers})
    ids = [int(key.removeprefix("p:")) for key in owed]
    people = await book.tx.people.load(sorted(ids))
    left = await book.tx.topics.left() if owed else {}
    settled: dict[str, list[str]] = {}
    for key, numbers in owed.items():
        person = people.get(int(key.removeprefix("p:")))
        hears = person is not None and person.binding == "bound" and person.reachable
        gone = left.get(person.id, frozenset()) if person is not None else frozenset()
        found = [known[x] for x in numbers if hears and _stands(book, known[x], gone)]
        shown = found[: book.office.campaigns.calm.digest_lines]
        if person is not None and shown:
            book.posts.append(_post(person, shown, len(found) - len(shown)))
        next_time = {one.number for one in found[len(shown) :]}
        # What was not told and never will be is behind them, too: it would come up each Friday.
        settled[key] = [x for x in numbers if x not in next_time and not _to_come(known[x])]
    if any(settled.values()):
        await book.writing.campaigns.calm.told(settled, book.now)
    if len(owed) == at_once:
        # Later than the timer that strikes now, which goes with this transaction.
        _set(book, book.now + timedelta(microseconds=1), list(owed)[-1])
    else:
        _set(book, _friday(book), _FIRST)


def _stands(book: Book, one: Campaign, left: frozenset[str]) -> bool:
    """Say whether a message can still be told: it left, counts, and is wanted."""
    over = one.stage is Stage.CANCELLED or one.recalled_at is not None or one.expired(book.now)
    unwanted = leaves(one.draft, left) and not insists(one.draft)
    return one.begun and not over and not unwanted


def _to_come(one: Campaign) -> bool:
    """Say whether a message has yet to leave; until then nobody knows whether it stands."""
    return one.stage is Stage.APPROVED


def _friday(book: Book) -> datetime:
    rules = book.office.campaigns
    return digest_at(book.now, rules.calm, rules.quiet, book.office.days).at


def _set(book: Book, at: datetime, after: str) -> None:
    book.dues[_KEY] = Due(CALM, after, at, _KEY)


def _post(person: Person, shown: list[Campaign], more: int) -> Post:
    """Word a digest; each campaign is told somebody once, so the first one names it for ever."""
    lines = tuple(
        Text(
            "calm.line",
            {"n": n, "title": one.draft.title, "code": one.code, "number": one.number},
        )
        for n, one in enumerate(shown, 1)
    )
    parts = [Text("calm.digest", {"count": len(shown), "lines": lines})]
    parts += [Text("calm.rest", {"count": more})] if more else []
    name = f"calm:{shown[0].number}:p{person.id}"
    return Post(
        to=ToPerson(person.id),
        content=Content.NOTICE,
        parts=tuple(parts),
        dedupe=name,
        choices=tuple(
            Choice(one.draft.title[:_TITLE], f"c:read:{one.number}") for one in shown[:_BUTTONS]
        ),
        title=Text("calm.title"),
        card=name,
    )


__all__ = ["CALM", "CalmClock", "expect_digest", "on_friday", "read_whole"]
