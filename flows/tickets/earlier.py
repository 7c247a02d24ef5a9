"""Bodies of tickets as earlier versions of the program wrote them, turned into today's form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

_DATED = ("due_on", "due_provisional", "due_from", "due_days", "promise_days")


def upgraded(kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """Turn the one date a ticket once had into the deadline of its 办理 clock."""
    if not any(name in kept for name in _DATED):
        return kept
    body = {name: value for name, value in kept.items() if name not in _DATED}
    due = kept.get("due_on")
    if due is not None and not kept.get("deadlines"):
        body["deadlines"] = [_handling(kept, str(due))]
    return body


def _handling(kept: Mapping[str, Any], due: str) -> Mapping[str, Any]:
    began = kept.get("due_from")
    since = f"{began}T04:00:00Z" if began else kept.get("dispatched_at") or kept["created_at"]
    return {
        "key": "handle",
        "since": since,
        "limit": f"{kept['due_days']}WD" if kept.get("due_days") else f"on:{due}",
        # 17:30 in the office, when every day of earlier versions ended.
        "due_at": f"{date.fromisoformat(due).isoformat()}T09:30:00Z",
        "provisional": bool(kept.get("due_provisional")),
        "stopped_at": kept.get("audited_at") if kept.get("state") in _STOPPED else None,
        "resting_since": kept.get("replied_at") if kept.get("state") == "replied" else None,
    }


_STOPPED = frozenset({"callback", "closed", "withdrawn", "rejected", "transferred", "merged"})
