"""Keep a policy and have the clock look at it when its close comes near."""

from __future__ import annotations

from collections.abc import Collection

from flows.policies.checking import public
from flows.policies.policy import Policy
from flows.policies.validity import next_due
from handlers.book import Book
from handlers.ports import Due
from handlers.visit import Visit

POLICY = "policy"  # the kind of the timer of a policy


async def keep(visit: Visit, one: Policy, act: str) -> None:
    """Store what staff did to a policy, with a line of its history."""
    book = visit.book
    await book.writing.policies.save(one)
    public = {"version": str(one.version), "doc_no": one.docno}
    book.entries.append(visit.record(f"policy:{one.number}", act, "sender", public=public))
    set_clock(book, one, await book.tx.policies.reminded(one.number))


def set_clock(book: Book, one: Policy, done: Collection[str]) -> None:
    """Have the clock look at a policy at its next reminder, or never again.

    What nobody checked reminds of nothing; what was checked before it does.
    """
    shown = public(one)
    at = next_due(shown, book.now, done, book.office.policies.reminds_at) if shown else None
    key = f"{POLICY}:{one.number}"
    book.dues[key] = Due(POLICY, one.number, at, key) if at else None


__all__ = ["POLICY", "keep", "set_clock"]
