"""Keep one person's pace bearable."""

from __future__ import annotations

from datetime import timedelta

from handlers.visit import Visit

WINDOW = timedelta(minutes=1)


def pace(visit: Visit) -> None:
    """Ask somebody who writes too fast to slow down, once a minute; nothing is dropped."""
    now = visit.book.now.timestamp()
    conversation = visit.conversation
    oldest = now - WINDOW.total_seconds()
    limit = visit.book.office.per_minute
    recent = (*(at for at in conversation.recent if at > oldest), now)[-(limit + 1) :]
    slowed = conversation.slowed_at
    if len(recent) > limit and slowed <= oldest:
        visit.say("guard.slow_down", limit=limit)
        slowed = now
    visit.conversation = conversation.model_copy(update={"recent": recent, "slowed_at": slowed})
