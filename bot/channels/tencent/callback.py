"""A callback that is none: forged, stale, damaged or not for us."""

from __future__ import annotations


class BadCallback(Exception):
    """Somebody called who is not the platform, or sent what it never sends.

    `status` is what they are answered; the reason is for the log and holds nothing of the body.
    """

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


FORGED = 403
"""The answer to a signature that is not the platform's, and to what is for another account."""

__all__ = ["FORGED", "BadCallback"]
