"""What is said of a file that was read, wherever it leads, and which forms wait for one."""

from __future__ import annotations

from flows.engine.words import Key
from handlers.arrival import Document
from handlers.visit import Visit

NAMED = 5
"""Rows that are named of those with too long a text."""


def tell_read(visit: Visit, document: Document) -> bool:
    """Say that a file was read, and what of it was not, or why none of it was."""
    name = document.name or Key("file.kind.file")
    if document.fault:
        visit.say(f"document.fault.{document.fault}", name=name)
        return False
    visit.say("document.read", name=name)
    if document.cut:
        visit.say("document.cut", name=name, rows=len(document.rows))
    if document.long:
        visit.say("document.long", name=name, rows=document.long[:NAMED])
    return True


def waits(visit: Visit, flow: str) -> bool:
    """Say whether this form is open and nothing was told yet: a file may tell all of it."""
    frame = visit.open_frame()
    return frame is not None and frame.state.flow == flow and not frame.state.answers


__all__ = ["NAMED", "tell_read", "waits"]
