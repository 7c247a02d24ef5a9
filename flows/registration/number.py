"""Numbers of activities as people see and type them (活动编号)."""

from __future__ import annotations

import re

WRITTEN = r"[A-Z]{1,6}-20\d{2}-\d{3,6}"
"""A number as it is kept."""
_DASH = r"[ \-－—_]?"
TYPED = re.compile(rf"(?<![A-Za-z])[A-Za-z]{{1,6}}{_DASH}20[0-9]{{2}}{_DASH}[0-9]{{1,6}}(?![0-9])")
"""A number as it is typed: hd 2026 12 is HD-2026-012 as well."""
_PARTS = re.compile(r"([A-Za-z]{1,6})\D?(20[0-9]{2})\D?([0-9]{1,6})")


def number(prefix: str, year: int, serial: int) -> str:
    """Write a number: HD-2026-001, more digits when needed."""
    return f"{prefix}-{year}-{serial:03d}"


def as_kept(typed: str) -> str:
    """Write what `TYPED` found as it is kept."""
    parts = _PARTS.fullmatch(typed)
    if parts is None:
        return typed
    return number(parts[1].upper(), int(parts[2]), int(parts[3]))


def in_front(text: str) -> tuple[str | None, str]:
    """Read a number in front of a text: (number as it is kept, the rest)."""
    plain = text.lstrip()
    found = TYPED.match(plain)
    if found is None:
        return None, text
    return as_kept(found.group()), plain[found.end() :].lstrip(" \t\n，,：:、")
