"""Templates of campaigns: which somebody is offered, and what one makes of a draft."""

from __future__ import annotations

from flows.campaigns.campaign import Campaign, Draft, Kind
from flows.campaigns.templates import Template, unfilled
from flows.engine.words import Refused
from handlers.book import Book

TEMPLATE = "template:"  # the subject of a form that was begun with a template
CORRECT = "correct:"  # of one that corrects another; behind its number the template's name


def offered(book: Book, *, correcting: bool) -> tuple[Template, ...]:
    """Return the templates for a correction, or those for everything else."""
    return tuple(
        one for one in book.office.templates if (one.kind is Kind.CORRECTION) is correcting
    )


def of_template(book: Book, subject: str, draft: Draft) -> Draft:
    """Give a draft the kind and the blanks of the template that its form was begun with.

    The kind of a correction follows from what it corrects.
    """
    if not subject.startswith((TEMPLATE, CORRECT)):
        return draft
    name = subject.removeprefix(TEMPLATE) if subject.startswith(TEMPLATE) else _behind(subject)
    found = next((one for one in book.office.templates if one.name == name), None)
    if found is None:
        return draft
    told: dict[str, object] = {"blanks": found.blanks}
    told |= {} if found.kind is Kind.CORRECTION else {"kind": found.kind}
    return draft.model_copy(update=told)


def _behind(subject: str) -> str:
    """Return the template behind the number of what a form corrects; "" = it was pasted."""
    return subject.removeprefix(CORRECT).partition(":")[2]


def unfilled_in(book: Book, one: Campaign) -> Refused | None:
    """Say which blanks of its template nobody has filled: with one nothing leaves, whoever asks.

    A text that began with none has no blanks: 【时间】12月1日 is a heading there.
    """
    names = unfilled(f"{one.draft.title}\n{one.draft.body}", one.draft.blanks)
    if not names:
        return None
    return Refused("template.unfilled", {"names": "、".join(f"【{name}】" for name in names)})


__all__ = ["CORRECT", "TEMPLATE", "of_template", "offered", "unfilled_in"]
