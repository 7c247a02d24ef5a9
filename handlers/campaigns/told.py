"""What those concerned hear of a campaign: the approval that is asked, how it goes, its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flows.campaigns.campaign import Campaign
from flows.campaigns.tally import Tally
from flows.engine.words import Choice, Key
from flows.office import Content
from handlers.book import Book, name_of
from handlers.campaigns.message import choice
from handlers.campaigns.parts import approvers, concerned
from handlers.ports import Person, Post, Text, ToPerson

_THEN = {
    "stopped": ("resume", "cancel", "report"),
    "file_gone": ("without", "cancel", "report"),
    "file_unfit": ("without", "resume", "cancel", "report"),
    "file_unreadable": ("without", "resume", "cancel", "report"),
    "without": ("report", "view"),
    "finish": ("report", "recall", "correct", "effect"),
    "recalled": ("report", "correct", "effect"),
    "confirmed": ("report", "effect"),
    "late": ("report", "effect"),
    "lapse": ("submit", "view"),
    "expire": ("view",),
    "expire_rest": ("report", "copy"),
    "edit": ("view",),
    "cancel": ("view", "copy"),
    "withdraw": ("view",),
    "pause": ("report", "resume"),
    "resume": ("report",),
    "rejected": ("edit", "view"),
    "approved": ("withdraw", "view"),
}
"""What hears who wrote it → what can be done then."""
_DECIDED = frozenset({"without"})
"""What only who may approve can do."""


def to_concerned(
    book: Book,
    one: Campaign,
    key: str,
    *,
    tally: Tally | None = None,
    more: Sequence[Text] = (),
    **params: Any,
) -> list[Post]:
    """Tell who wrote a campaign, and who approved it, once each; `more` stands below."""
    told = {**(counts(tally) if tally else {}), **params}
    posts = (_post(book, one, person, key, told) for person in concerned(book, one))
    return [replace(post, parts=(*post.parts, *more)) for post in posts]


def to_writer(book: Book, one: Campaign, key: str, **params: Any) -> list[Post]:
    """Tell who wrote a campaign what an approver said."""
    writer = book.roster.staff.get(one.created_by)
    return [_post(book, one, writer, key, params)] if writer else []


def to_writer_of_another(book: Book, one: Campaign, key: str, by: Person) -> list[Post]:
    """Tell who wrote a campaign what a colleague did to it; who did it oneself knows."""
    if by.id == one.created_by:
        return []
    return to_writer(book, one, key, by=by.name or "")


def to_approvers(
    book: Book, one: Campaign, parts: Sequence[Text], choices: Sequence[Choice]
) -> list[Post]:
    """Put a campaign before those who decide: what it says, who gets it, what changed."""
    return [
        Post(
            to=ToPerson(person.id),
            content=Content.INTERNAL,
            parts=tuple(parts),
            dedupe=f"campaign:{one.number}:{one.version}:ask:p{person.id}",
            choices=(*choices, choice("who", one.number)),
            title=Text("campaign.title", {"title": one.draft.title}),
            card=f"campaign:{one.number}:{one.version}:ask:p{person.id}",
        )
        for person in approvers(book, one)
    ]


def counts(tally: Tally) -> dict[str, Any]:
    """Return what a text says of how a campaign stands."""
    return {
        "total": tally.total,
        "sent": tally.sent,
        "failed": tally.failed,
        "unknown": tally.unknown,
        "skipped": tally.skipped,
        "asked": waits(tally),
    }


def waits(tally: Tally) -> Text | str:
    """Say how many wait for somebody at the platform, where any do."""
    return Text("confirming.counted", {"count": tally.asked}) if tally.asked else ""


def reason(code: str) -> Key | str:
    """Word why a message stands all the same; what the platform says is shown as it is."""
    return Key(_STANDS[code]) if code in _STANDS else code


_STANDS = {
    "no.key": "campaign.why_stands.no_key",
    "custom.robot": "campaign.why_stands.custom_robot",
    "unconfirmed": "campaign.why_stands.unconfirmed",
    "mass.stays": "mass.stays",
}


def _post(book: Book, one: Campaign, person: Person, key: str, params: dict[str, Any]) -> Post:
    deciders = approvers(book, one)
    told = {
        "number": one.number,
        "title": one.draft.title,
        "deciders": f"（{'、'.join(x.name or '' for x in deciders)}）" if deciders else "",
        "reason": one.reason,
        "by": name_of(book, one.decisions[-1].by) if one.decisions else "",
        **params,
    }
    name = f"campaign:{one.number}:{one.version}:{key}:p{person.id}"
    acts = [act for act in _THEN[key] if act not in _DECIDED or person in deciders]
    return Post(
        to=ToPerson(person.id),
        content=Content.INTERNAL,
        parts=(Text(f"campaign.told.{key}", told),),
        dedupe=name,
        choices=tuple(choice(act, one.number) for act in acts),
        title=Text("campaign.title", {"title": one.draft.title}),
        card=name,
    )


__all__ = [
    "counts",
    "reason",
    "to_approvers",
    "to_concerned",
    "to_writer",
    "to_writer_of_another",
    "waits",
]
