"""What followers of an official account do besides writing to it."""

from __future__ import annotations

from collections.abc import Callable

from bot.channels.tencent.heard import Heard
from bot.channels.tencent.inbound import Said
from bot.channels.wechat.allowance import Trigger

SCENE = "qrscene_"  # how the scene begins of a code that somebody subscribed by
SCANNED = frozenset({"subscribe", "scan"})
QUICK = frozenset({"subscribe", "scan", "click", "scancode_push", "scancode_waitmsg"})
"""Events that let us write to somebody for a minute."""


def trigger_of(heard: Heard) -> Trigger | None:
    """Name what lets us write to whom it is from; None = nothing does."""
    if heard.kind != "event":
        return "message"
    if heard.event not in QUICK:
        return None
    return "subscription" if heard.event == "subscribe" else "event"


def happened(heard: Heard, greeting: Callable[[], str]) -> Said | None:
    """Say what an event stands for: who begins to follow is taken to have said the greeting."""
    if heard.event in SCANNED:
        # The code of an activity carries what its reader would type.
        scene = heard.key.removeprefix(SCENE)
        told = "" if scene.isdecimal() else scene
        if heard.event == "scan" and not told:
            return None
        return {"text": told or greeting()}
    if heard.event == "click" and heard.key:
        return {"text": heard.key}
    return None


__all__ = ["QUICK", "SCANNED", "SCENE", "happened", "trigger_of"]
