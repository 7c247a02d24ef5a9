"""不带附件发: an attachment that cannot be sent stays behind, by the word of who may approve."""

from __future__ import annotations

from flows.campaigns.campaign import Campaign
from flows.campaigns.moves import Act, Told
from flows.engine.words import Refused
from handlers.campaigns.acting import offer
from handlers.campaigns.enclosing import unfit_files
from handlers.campaigns.holding import let_go
from handlers.campaigns.keeping import act
from handlers.campaigns.parts import actor
from handlers.campaigns.progress import show_stage
from handlers.campaigns.told import to_writer
from handlers.policies.pushing import withheld
from handlers.visit import Visit


async def without(visit: Visit, one: Campaign) -> None:
    """Send it without those attachments that cannot be sent, and say who decided so.

    What was approved is the text with its files: only who could approve it may take one away.
    """
    book = visit.book
    files = await unfit_files(book, one)
    held = await withheld(book, one)
    who = actor(book, one, visit.person)
    done = held or await act(visit, one, Act.WITHOUT, who, Told(files=files))
    if isinstance(done, Refused):
        visit.say(done.key, **done.params)
        offer(visit, one)
        return
    await let_go(book, done)
    await show_stage(book, done)
    found = await book.tx.enclosed(files)
    names = tuple(found[name].called if name in found else "？" for name in files)
    book.posts += to_writer(book, done, "without", names=names, by=visit.person.name or "")
    visit.say("campaign.done.without", number=one.number, title=one.draft.title, names=names)
    offer(visit, done)


__all__ = ["without"]
