"""Why something of a campaign failed, or nobody knows what became of it, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flows.engine.words import Key
from handlers.campaigns.masses import CODES
from handlers.campaigns.records import MESSAGE_FAILED, UNREADABLE

_CODES: Mapping[str, str] = {
    "no_answer": "sending.why.no_answer",
    "no.answer": "sending.why.no_answer",
    "no_channel": "robot_group.code.no_channel",
    "93000": "robot_group.code.gone",
    "45009": "robot_group.code.limit",
    "86003": "robot_group.code.no_chat",
    "86216": "robot_group.code.no_chat",
    "customer.no_owner": "robot_group.code.no_owner",
    "customer.left_out": "robot_group.code.left_out",
    "customer.enough": "robot_group.code.enough",
    "customer.no_friend": "robot_group.code.no_friend",
    "crash": "sending.why.crash",
    "connect": "sending.why.connect",
    MESSAGE_FAILED: "sending.why.message_failed",
    UNREADABLE: UNREADABLE,
    "not.confirmed": "confirming.not_confirmed",
    "45028": "mass.no_quota",
    "45011": "mass.too_fast",
    **CODES,
    "mass.failed": "mass.failed",
    "mass.deleted": "mass.deleted",
    "mass.too_long": "mass.no_room",
}


def worded(code: str) -> Key | str:
    """Word why nobody knows, or why it failed; what the platform says is shown as it is."""
    return Key(_CODES[code]) if code in _CODES else code


__all__ = ["worded"]
