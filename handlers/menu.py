"""The buttons of the menu: what everybody may begin, and what staff have above it."""

from __future__ import annotations

from flows.engine.words import Choice, Key

MENU = (
    Choice(Key("menu.report"), "w:report", "primary"),
    Choice(Key("menu.progress"), "w:progress"),
    Choice(Key("menu.events"), "w:events"),
    Choice(Key("menu.policies"), "w:policies"),
    Choice(Key("menu.callback"), "w:callback"),
    Choice(Key("menu.human"), "w:human"),
)
STAFF_MENU = (Choice(Key("menu.desk"), "w:desk"), Choice(Key("menu.outreach"), "w:outreach"))
