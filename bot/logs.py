"""Logging: one line a record, nothing in it that belongs to a person or opens a door."""

import logging
import re
import sys
import traceback
from pathlib import Path
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

LONGEST_CHAIN = 10
FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"

# The last line of defence: our own code keeps these out, a library's messages may not.
_HIDDEN = (
    (re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), "<phone>"),
    (re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"), "<phone>"),
    (
        re.compile(
            r"(?i)\b(session|ticket|sign|app_?secret|client_?secret|app_?key|download_?code"
            r"|(?:[\w-]*access_?)?token|authorization|password)"
            r"(\"?'?\s*[=:]\s*\"?'?)(?:bearer\s+)?[^\s&\"',;)}\]]{6,}"
        ),
        r"\1\2<hidden>",
    ),
)


class OneLine(logging.Formatter):
    """Write a record, its traceback included, on one line without numbers and secrets.

    An error shows its kind and its way, never its own text: that may quote what a person wrote.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Write the record."""
        return redact(super().format(record)).replace("\r", "").replace("\n", " | ")

    def formatException(self, ei: ExcInfo) -> str:
        """Write a traceback with the kinds of its errors."""
        error, chain = ei[1], list[str]()
        while error is not None and len(chain) < LONGEST_CHAIN:
            frames = "".join(traceback.format_tb(error.__traceback__))
            chain.append(f"{frames}{type(error).__name__}")
            hidden = error.__suppress_context__
            error = error.__cause__ or (None if hidden else error.__context__)
        return "\nafter ".join(chain)


def redact(text: str) -> str:
    """Replace telephone numbers and what looks like a credential."""
    for pattern, shown in _HIDDEN:
        text = pattern.sub(shown, text)
    return text


def place_of(error: BaseException) -> str:
    """Name an error by its kind and place: its own text may quote what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    last = frames[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno} in {last.name}"


def set_up(level: int = logging.INFO) -> None:
    """Send every record to standard error, once."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine(FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Requests carry webhook addresses, migrations a line a step; neither tells us anything.
    for name in ("aiohttp.access", "aiosqlite", "asyncio", "alembic", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.WARNING)
