"""不带附件发: an attachment that cannot be sent stays behind, by the word of who may approve."""

from __future__ import annotations

from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.moves import Act, Told
from flows.engine.words import Refused
from handlers.campaigns.acting import offer
from handlers.campaigns.enclosing import STOPPED, unfit_files
from handlers.campaigns.holding import let_go, stay_behind
from handlers.campaigns.keeping import act
from handlers.campaigns.parts import actor, approvers
from handlers.campaigns.progress import show_stage
from handlers.campaigns.told import to_writer
from handlers.policies.pushing import withheld
from handlers.visit import Visit


async def without(visit: Visit, one: Campaign) -> None:
    """Send it without those attachments that cannot be sent, and say who decided so.

    What was approved is the text with its files: only who could approve it may take one away.
    """
    book = visit.book
    held = _against(visit, one) or await withheld(book, one)
    files = () if held else await unfit_files(book, one)
    who = actor(book, one, visit.person)
    done = held or await act(visit, one, Act.WITHOUT, who, Told(files=files))
    if isinstance(done, Refused):
        visit.say(done.key, **done.params)
        offer(visit, one)
        return
    await stay_behind(book, done)  # first: what waits of them must not come back with the rest
    await let_go(book, done)
    await show_stage(book, done)
    found = await book.tx.enclosed(files)
    names = tuple(found[name].called if name in found else "？" for name in files)
    book.posts += to_writer(book, done, "without", names=names, by=visit.person.name or "")
    visit.say("campaign.done.without", number=one.number, title=one.draft.title, names=names)
    offer(visit, done)


def _against(visit: Visit, one: Campaign) -> Refused | None:
    """Say who decides, or that no attachment is why it stands still."""
    if one.stage is not Stage.PAUSED:
        return None  # which the moves say
    deciders = approvers(visit.book, one)
    if deciders and visit.person.id not in {person.id for person in deciders}:
        return Refused("luggage.who_decides", {"names": "、".join(x.name or "" for x in deciders)})
    return None if one.reason in STOPPED else Refused("luggage.not_for_files")


__all__ = ["without"]
