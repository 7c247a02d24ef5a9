"""The clock of a policy: three days and one day before its close, whoever asked hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flows.campaigns.audience import EVERY
from flows.campaigns.hours import next_allowed
from flows.engine.words import Choice, Key
from flows.office import Content
from flows.policies import validity
from flows.policies.checking import public
from flows.policies.lookup import closing
from flows.policies.policy import Policy
from flows.policies.validity import Reminder
from handlers.book import Book
from handlers.policies.keeping import POLICY, set_clock
from handlers.ports import Clock, Due, Entry, Office, PersonId, Post, Text, ToPerson, Tx


@dataclass(frozen=True, slots=True)
class PolicyClock:
    """Handles the timers of policies."""

    office: Office
    clock: Clock

    async def tick(self, tx: Tx, dues: Sequence[Due]) -> None:
        """Remind of what closes soon; when to look again follows from what is done then."""
        book = await Book.open(tx, self.office, self.clock(), (), {})
        for number in sorted({due.subject for due in dues}):
            kept = await tx.policies.hold(number)
            one = public(kept) if kept is not None else None
            if one is not None:
                await _look_at(book, one)
        await book.flush({})


async def _look_at(book: Book, one: Policy) -> None:
    """Remind where something is due, in the morning if it is night now."""
    done = set(await book.tx.policies.reminded(one.number))
    reminder = validity.due(one, book.now, done, book.office.policies.reminds_at)
    if reminder is not None:
        quiet = replace(book.office.campaigns.quiet, working_days=False)  # a close waits for nobody
        morning = next_allowed(book.now, quiet, book.office.days).at
        if morning > book.now:
            key = f"{POLICY}:{one.number}"
            book.dues[key] = Due(POLICY, one.number, morning, key)
            return
        await _remind(book, one, reminder)
        done.add(reminder.mark)
    set_clock(book, one, done)


async def _remind(book: Book, one: Policy, reminder: Reminder) -> None:
    await book.writing.policies.remind(one.number, reminder.mark)
    whom = await _whom(book, one)
    book.posts += [_post(book, one, person, reminder) for person in whom]
    book.entries.append(
        Entry(
            subject=f"policy:{one.number}",
            act="remind",
            actor=None,
            role="system",
            channel="clock",
            at=book.now,
            public={"mark": reminder.mark, "count": str(len(whom))},
        )
    )


async def _whom(book: Book, one: Policy) -> list[PersonId]:
    """Return who asked about it and did not unsubscribe, and who of the staff entered it."""
    askers = await book.tx.policies.askers(one.number)
    left = await book.tx.topics.left()
    people = await book.tx.people.load(sorted(askers))
    found = [
        who
        for who in askers
        if EVERY not in left.get(who, ()) and who in people and people[who].reachable
    ]
    staff = [one.created_by] if one.created_by in book.roster.staff else []
    return list(dict.fromkeys((*found, *staff)))


def _post(book: Book, one: Policy, person: PersonId, reminder: Reminder) -> Post:
    name = f"policy:{one.number}:{reminder.mark}:p{person}"
    told = {"title": one.title, "closing": closing(one, book.now)}
    return Post(
        to=ToPerson(person),
        content=Content.NOTICE,
        parts=(Text("policy.reminder", told),),
        dedupe=name,
        choices=(Choice(Key("policy.button.view"), f"p:view:{one.number}", "primary"),),
        title=Text("policy.heading", {"title": one.title}),
        card=name,
    )


__all__ = ["PolicyClock"]
