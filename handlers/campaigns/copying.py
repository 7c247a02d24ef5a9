"""A campaign that is written once more (照着再写一条): what its form does not ask stays."""

from __future__ import annotations

from flows.campaigns.campaign import Campaign, Draft, Kind
from handlers.book import Book
from handlers.policies.pushing import subject_of

COPY = "copy:"  # the subject of a form that began with another campaign


def copying(one: Campaign) -> str:
    """Name the form of a copy; one about a policy is written about it as it is now."""
    return subject_of(one.draft.policy) if one.draft.policy else f"{COPY}{one.number}"


async def of_another(book: Book, subject: str, draft: Draft) -> Draft:
    """Give a draft what it has from the campaign that it was begun with.

    The copy of a correction is a notice: what it corrected is known by then.
    """
    if not subject.startswith(COPY):
        return draft
    found = await book.tx.campaigns.seen(subject.removeprefix(COPY))
    if found is None:
        return draft
    names = ["doc_no", "demo", "blanks"]
    names += [] if found.draft.kind is Kind.CORRECTION else ["kind"]
    return draft.model_copy(update={name: getattr(found.draft, name) for name in names})


__all__ = ["COPY", "copying", "of_another"]
