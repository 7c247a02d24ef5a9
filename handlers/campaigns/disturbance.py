"""The disturbance ledger (打扰账) of those who are meant: who had enough, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time

from flows.calendar import OFFICE_ZONE
from flows.campaigns.audience import Reader, Target, Why, insists
from flows.campaigns.calm import (
    Judged,
    Kind,
    Outcome,
    Touch,
    identity,
    judge,
    once,
    stretch,
    week_of,
)
from flows.campaigns.calm import Why as Because
from flows.campaigns.campaign import Campaign, Draft, Stage
from flows.registration.registration import enterprise_key
from handlers.book import Book
from handlers.campaigns.calm_records import Pushed
from handlers.campaigns.leaving import leaving, soonest
from handlers.ports import PersonId, Text, ToPerson

_NAMED = 8  # enterprises of one preview whose reason is told
_SAME = 200  # campaigns, the newest first, among which one with the same text is looked for


async def judged(
    book: Book, one: Campaign, readers: Sequence[Reader], passed: Collection[Why]
) -> list[Reader]:
    """Say of each reader what the ledger has against this campaign when it is to leave.

    Of several reasons the first is told that nobody let pass.
    """
    if insists(one.draft):
        return list(readers)
    at = leaving(book, one, soonest(book, one)).at
    pushes = await _pushes(book, one, at)
    meets = await _meets(book, one.draft, {reader.firm.name for reader in readers})
    found = []
    for reader in readers:
        said = (_as_why(meets.get(reader.firm.name)), _as_why(pushes.get(reader.person)))
        against = [(why, told) for why, told in said if why is not None]
        left = [pair for pair in against if pair[0] not in passed] or against
        why, told = left[0] if left else (None, None)
        found.append(replace(reader, calm=why, judged=told))
    return found


async def had_enough(
    book: Book, one: Campaign, persons: Sequence[PersonId], passed: Collection[Why]
) -> Mapping[PersonId, Why]:
    """Judge again those whose message is about to leave: they may have had enough meanwhile."""
    if not persons or insists(one.draft):
        return {}
    found = await _pushes(book, one, book.now, persons)
    whys = ((person, _as_why(told)[0]) for person, told in found.items())
    return {person: why for person, why in whys if why is not None and why not in passed}


async def still_to_remind(book: Book, one: Campaign) -> Sequence[PersonId]:
    """Return who is reminded (催办) through this campaign: of one text everybody is once.

    Whoever confirmed the same text of another campaign has confirmed this one.
    """
    within = book.office.campaigns.sending.same_within
    text = _text(one.draft)
    recent = await book.tx.campaigns.recent(_SAME, [Stage.DONE])
    same = [
        other
        for other in recent
        if _text(other.draft) == text and other.created_at > one.created_at - within
    ]
    numbers = sorted({*(other.number for other in same), one.number})
    # Those that reminded already come first: whoever heard of one of them is not told again.
    same.sort(key=lambda other: (other.reminded_at is None, other.number))
    reminding = [x.number for x in same if x.draft.remind and (x.reminded_at or not x.recalled_at)]
    asked = {
        number: await book.tx.campaigns.unconfirmed(number, numbers)
        for number in dict.fromkeys((*reminding, one.number))
    }
    through = once(asked)
    return [person for person in asked[one.number] if through[person] == one.number]


def reasons(targets: Sequence[Target]) -> list[Text]:
    """Word why enterprises are not to be invited now (不宜打扰), a line for each."""
    firms = {one.firm: one.judged for one in targets if one.firm and one.judged}
    lines = [_reason(firm, told) for firm, told in list(firms.items())[:_NAMED]]
    more = len(firms) - len(lines)
    lines += [Text("calm.more_firms", {"count": more})] if more else []
    return [Text("calm.reasons", {"lines": tuple(lines)})] if lines else []


def _reason(firm: str, told: Judged) -> Text:
    if told.why is Because.MONTH:
        return Text("calm.month", {"firm": firm, "had": told.had})
    return Text("calm.apart", {"firm": firm, "day": told.nearest})


async def _pushes(
    book: Book, one: Campaign, at: datetime, persons: Collection[PersonId] | None = None
) -> Mapping[PersonId, Judged]:
    """Judge one more message of people who were sent any in the week, or the same text lately."""
    rules = book.office.campaigns
    since = min(week_of(at), at - rules.sending.same_within)
    sent = [*await book.tx.campaigns.calm.pushed(since, one.number, persons), *_leaving(book, one)]
    known = await book.tx.campaigns.calm.campaigns({push.campaign for push in sent})
    texts = {number: _text(found.draft) for number, found in known.items()}
    ledger: dict[PersonId, list[Touch]] = defaultdict(list)
    for push in sent:
        must = push.campaign in known and known[push.campaign].draft.mandatory
        text = texts.get(push.campaign, push.campaign)
        ledger[push.person].append(Touch(Kind.PUSH, push.at, must, text))
    wanted = Touch(Kind.PUSH, at, text=_text(one.draft))
    return {person: judge(wanted, touches, rules.calm) for person, touches in ledger.items()}


def _leaving(book: Book, one: Campaign) -> list[Pushed]:
    """Return what other campaigns send in this very transaction."""
    return [
        Pushed(post.to.person, post.campaign, book.now)
        for post in book.posts
        if isinstance(post.to, ToPerson) and post.campaign not in {None, one.number}
    ]


async def _meets(book: Book, draft: Draft, names: Collection[str]) -> Mapping[str, Judged]:
    """Judge an invitation to an activity for enterprises that have seats in others, or visits."""
    event = await book.tx.rolls.seen(draft.event) if draft.event else None
    if event is None or not names:
        return {}
    limits = book.office.campaigns.calm
    since, until = stretch(event.starts_at, limits)
    calm = book.tx.campaigns.calm
    seats = await calm.meetings(names, since, until, event.number)
    visits: dict[str, list[Touch]] = defaultdict(list)
    for name, days in (await calm.visits(since, until)).items():
        visits[enterprise_key(name)] += [
            Touch(Kind.VISIT, datetime.combine(day, time(12), tzinfo=OFFICE_ZONE)) for day in days
        ]
    wanted = Touch(Kind.MEETING, event.starts_at)
    found = {}
    for name in names:
        ledger = [Touch(Kind.MEETING, at) for at in seats.get(name, ())]
        ledger += visits.get(enterprise_key(name), ())
        if ledger:
            found[name] = judge(wanted, ledger, limits)
    return found


_WHYS = {
    Outcome.DIGEST: Why.DIGEST,
    Outcome.DISTURBS: Why.DISTURBED,
    Outcome.REMINDED: Why.TWICE,
}


def _as_why(told: Judged | None) -> tuple[Why | None, Judged | None]:
    return (_WHYS.get(told.outcome), told) if told else (None, None)


def _text(draft: Draft) -> str:
    return identity(draft.title, draft.body)


__all__ = ["had_enough", "judged", "reasons", "still_to_remind"]
