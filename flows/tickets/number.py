"""Ticket numbers as people see and type them (工单编号)."""

from __future__ import annotations

import re

_FULL = re.compile(r"([A-Z]{1,6})\s*[-－—_]?\s*(20\d{2})\s*[-－—_]\s*(\d{1,8})", re.IGNORECASE)
_SHORT = re.compile(r"^[#＃]?\s*(\d{1,8})\s*号?(?=\s|$|[，,；;]|[:：](?!\d))")  # 15:00 is a time
_YEAR = re.compile(r"(20\d{2})[ \-－—_](\d{4})")
DIGITS = 4
WRITTEN = rf"[A-Z]{{1,6}}-20\d{{2}}-\d{{{DIGITS},8}}"
"""A number as it is kept; what people type has other forms, too."""


def number(prefix: str, year: int, serial: int) -> str:
    """Write a number: ZH-2026-0001, more digits when needed."""
    return f"{prefix}-{year}-{serial:0{DIGITS}d}"


def find(text: str, prefix: str, year: int, *, command: bool = False) -> tuple[str | None, str]:
    """Read a number at the start of what follows a command: (number, rest).

    The full form may stand anywhere, 2026-0012 alone; a short form (12, 0012, #12) only in front,
    and means this year's. Behind a command the short form in front counts first: the other is one
    that is cited.
    """
    if of_year := _YEAR.fullmatch(text.strip()):
        return number(prefix, int(of_year.group(1)), int(of_year.group(2))), ""
    full = _FULL.search(text)
    if command and _SHORT.match(text.strip()):
        full = None
    if full and full.group(1).upper() == prefix.upper():
        found = number(prefix, int(full.group(2)), int(full.group(3)))
        return found, (text[: full.start()] + " " + text[full.end() :]).strip()
    short = _SHORT.match(text.strip())
    if short:
        return number(prefix, year, int(short.group(1))), text.strip()[short.end() :].strip(
            " ，,；;:："
        )
    return None, text.strip()


def find_two(text: str, prefix: str, year: int) -> tuple[str | None, str | None]:
    """Read "0002 到 ZH-2026-0001": two numbers, long or short, in their order."""
    found = [
        number(prefix, int(written) if written else year, int(serial))
        for written, serial in _ANY.findall(text)
    ]
    first, second, *_ = (*found, None, None)
    return first, second


_ANY = re.compile(r"(?:[A-Za-z]{1,6}\s*[-－—_]?\s*(20\d{2})\s*[-－—_]\s*)?(\d{1,8})")


def short(value: str, year: int) -> str:
    """Return what is typed for a number in a year: 0001, and in full when it is of another."""
    of, _, serial = value.partition("-")[2].partition("-")
    return serial if of == str(year) else value
