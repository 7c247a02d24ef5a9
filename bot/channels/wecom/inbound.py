"""What members do in an app of 企业微信 besides writing to it (path/90240)."""

from __future__ import annotations

from bot.channels.tencent.heard import Heard, field
from bot.channels.tencent.inbound import Said
from handlers.ports import Button

PRESSES = frozenset({"template_card_event", "template_card_menu_event"})


def happened(heard: Heard) -> Said | None:
    """Say what an event stands for. Raises BadCallback."""
    card = field(heard.fields, "TaskId")
    if heard.event in PRESSES and card and heard.key:
        return {"kind": "button", "button": Button(heard.key, card)}
    if heard.event == "click" and heard.key:
        return {"text": heard.key}
    # Who enters the app, or may from now on, did not ask anything: hundreds may at once.
    return None


__all__ = ["PRESSES", "happened"]
