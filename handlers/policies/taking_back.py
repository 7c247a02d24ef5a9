"""What becomes of the pushes about a policy whose check is taken back (撤销核对)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.moves import Act, Told
from flows.engine.words import Refused
from flows.office import Content
from flows.policies.policy import Policy
from handlers.book import Book
from handlers.campaigns.holding import hold_back
from handlers.campaigns.keeping import act
from handlers.campaigns.message import choice
from handlers.campaigns.parts import actor, concerned
from handlers.campaigns.progress import show_stage
from handlers.ports import Post, Text, ToPerson
from handlers.visit import Visit

_LOOKED_AT = 500  # campaigns that are open at once; an office has a handful
_REASON = "unchecked"  # in the history of a campaign


@dataclass(frozen=True, slots=True)
class _Stop:
    """How a campaign is stopped; what those concerned hear of it, and can do then."""

    act: Act
    key: str
    choices: tuple[str, ...]


_STOPS = {
    Stage.APPROVED: _Stop(Act.WITHDRAW, "withdrawn", ("view",)),
    Stage.SENDING: _Stop(Act.PAUSE, "paused", ("report", "recall")),
}
_STAND = {Stage.PENDING: "pending", Stage.PAUSED: "still_paused"}
"""What stands already: the approval and 继续 are refused until the policy is checked."""


async def pushes_about(book: Book, number: str) -> Sequence[Campaign]:
    """Return the campaigns about a policy that may leave, or are leaving, held until the commit.

    They are held before the policy is, as whoever approves one does.
    """
    stages = (*_STOPS, *_STAND)
    found = await book.tx.campaigns.recent(_LOOKED_AT, stages)
    numbers = sorted(one.number for one in found if one.draft.policy == number)
    held = [await book.writing.campaigns.hold(one) for one in numbers]
    return [one for one in held if one is not None and one.stage in stages]


async def take_pushes_back(visit: Visit, about: Sequence[Campaign], policy: Policy) -> None:
    """Let nothing more leave: what has not begun is a draft again, what has begun is paused."""
    lines: list[Text] = []
    for one in about:
        stop = _STOPS.get(one.stage)
        key = _STAND.get(one.stage, "")
        if stop is not None:
            done = await _stopped(visit, one, stop, policy)
            key = "" if isinstance(done, Refused) else stop.key
        if key:
            told = {"number": one.number, "title": one.draft.title}
            lines.append(Text(f"policy_uncheck.line.{key}", told))
    if lines:
        visit.say("policy_uncheck.pushes", lines=tuple(lines))


async def _stopped(visit: Visit, one: Campaign, stop: _Stop, policy: Policy) -> Campaign | Refused:
    book = visit.book
    done = await act(visit, one, stop.act, actor(book, one, visit.person), Told(reason=_REASON))
    if isinstance(done, Refused):
        return done
    await hold_back(book, done)
    await show_stage(book, done)
    book.posts += _to_concerned(visit, done, stop, policy)
    return done


def _to_concerned(visit: Visit, one: Campaign, stop: _Stop, policy: Policy) -> list[Post]:
    """Tell who wrote it and who approved it; who took the check back knows."""
    told = {
        "number": one.number,
        "title": one.draft.title,
        "by": visit.person.name or "",
        "policy": policy.number,
    }
    name = f"campaign:{one.number}:{one.version}:unchecked"
    return [
        Post(
            to=ToPerson(person.id),
            content=Content.INTERNAL,
            parts=(Text(f"policy_uncheck.told.{stop.key}", told),),
            dedupe=f"{name}:p{person.id}",
            choices=tuple(choice(one_act, one.number) for one_act in stop.choices),
            title=Text("campaign.title", {"title": one.draft.title}),
            card=f"{name}:p{person.id}",
        )
        for person in concerned(visit.book, one)
        if person.id != visit.person.id
    ]


__all__ = ["pushes_about", "take_pushes_back"]
