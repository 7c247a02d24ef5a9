"""Invitation codes (邀请码) as people read and type them."""

from __future__ import annotations

import secrets

INVITE_DAYS = 14
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that reads like something else
_LENGTH = 8


def drawn_invite() -> str:
    """Draw a code."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def spelt(code: str) -> str:
    """Write a code so that it is easily copied."""
    return f"{code[:4]}-{code[4:]}"
