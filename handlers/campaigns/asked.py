"""What a report asks about that began under a campaign (我有疑问)."""

from __future__ import annotations

from handlers.filing import Source

CAMPAIGN = "campaign"  # the kind of source that a campaign is to its tickets


def asks_about(number: str) -> str:
    """Name what a report is about that asks about a campaign."""
    return f"{CAMPAIGN}:{number}"


def asked_about(subject: str) -> Source | None:
    """Return the campaign that a report asks about; None = it asks about none."""
    kind, _, number = subject.partition(":")
    return Source(CAMPAIGN, number) if kind == CAMPAIGN else None


__all__ = ["asked_about", "asks_about"]
