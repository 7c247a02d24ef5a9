"""Logging: one line a record, nothing in it that belongs to a person or opens a door.

Modules log with the standard library and put ids into `extra`; what is bound to the task
(`about`) is added. structlog's processors make the line.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import MutableMapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.processors import JSONRenderer
from structlog.stdlib import ExtraAdder
from structlog.typing import Processor

from flows.calendar import OFFICE_ZONE

__all__ = ["Lines", "about", "place_of", "redact", "set_up"]

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
Fields = MutableMapping[str, Any]

LONGEST_CHAIN = 10
LONGEST = 4000  # characters of one field
_SHORTEST_NUMBER = 10**9  # a telephone number that came as a number

# The last line of defence: our own code keeps these out, a library's messages may not.
_HIDDEN = (
    (re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), "<phone>"),
    (re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"), "<phone>"),
    (
        re.compile(
            r"(?i)\b(session|ticket|sign|app_?secret|corp_?secret|client_?secret|app_?key|download_?code"
            r"|(?:[\w-]*access_?)?token|authorization|password)"
            r"(\"?'?\s*[=:]\s*\"?'?)(?:bearer\s+)?[^\s&\"',;)}\]]{6,}"
        ),
        r"\1\2<hidden>",
    ),
)
_OURS = frozenset({"time", "level", "logger"})
_SECRET_NAME = re.compile(r"(?i)secret|token|password|authorization|webhook|phone|mobile")

about = bound_contextvars
"""Name what a task works on (`with about(delivery=7):`); every line it logs carries it."""


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


def _taken_from_record(_: Any, __: str, fields: Fields) -> Fields:
    """Begin the line: when, how bad, whose, what."""
    record: logging.LogRecord = fields["_record"]
    return {
        "time": f"{_second(int(record.created))}.{int(record.msecs):03d}+08:00",
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": record.getMessage(),
        "_record": record,
    }


@lru_cache(maxsize=4)
def _second(posix: int) -> str:
    return datetime.fromtimestamp(posix, OFFICE_ZONE).strftime("%Y-%m-%dT%H:%M:%S")


def _without_error_texts(_: Any, __: str, fields: Fields) -> Fields:
    """Write a traceback as kinds and places, never with the texts of its errors."""
    record: logging.LogRecord = fields.pop("_record")
    if record.exc_info:
        fields["error"] = _kinds_and_places(record.exc_info)
    return fields


def _redacted(_: Any, __: str, fields: Fields) -> Fields:
    """Hide numbers and credentials wherever they stand."""
    for name, value in fields.items():
        if name in _OURS or (isinstance(value, int) and value < _SHORTEST_NUMBER):
            continue
        if _is_secret(name):
            fields[name] = "<hidden>"
            continue
        text = value if isinstance(value, str) else str(value)
        shown = redact(text[:LONGEST])
        fields[name] = value if isinstance(value, int | float) and shown == text else shown
    return fields


@lru_cache(maxsize=256)
def _is_secret(name: str) -> bool:
    return _SECRET_NAME.search(name) is not None


def _plain(_: Any, __: str, fields: Fields) -> str:
    """Write a line for the eye."""
    head = [fields.pop(name) for name in ("time", "level", "logger", "event")]
    head[0], head[1] = head[0][11:19], head[1].upper()
    return " ".join((*head, *(f"{name}={value}" for name, value in fields.items())))


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


def _json(fields: Fields, **_: object) -> str:
    return _encode(fields)


_FIRST: Sequence[Processor] = (
    _taken_from_record,
    ExtraAdder(),
    merge_contextvars,
    _without_error_texts,
    _redacted,
)
_JSON: Sequence[Processor] = (*_FIRST, JSONRenderer(serializer=_json))
_PLAIN: Sequence[Processor] = (*_FIRST, _plain)


class Lines(logging.Handler):
    """Write every record as one line: JSON for programs, plain for people at a terminal."""

    def __init__(self, stream: TextIO, *, plain: bool = False) -> None:
        super().__init__()
        self._stream = stream
        self._processors = _PLAIN if plain else _JSON

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; what cannot be written must not stop the work."""
        try:
            self._stream.write(self.line(record) + "\n")
            self._stream.flush()
        except Exception:
            self.handleError(record)

    def line(self, record: logging.LogRecord) -> str:
        """Make the line."""
        made: Any = {"_record": record}
        for process in self._processors:
            made = process(None, "", made)
        return str(made).replace("\r", "").replace("\n", " | ")


def set_up(level: int = logging.INFO, *, plain: bool = False) -> None:
    """Send every record to standard error, once."""
    logging.getLogger().handlers[:] = [Lines(sys.stderr, plain=plain)]
    logging.getLogger().setLevel(level)
    # A line that cannot be written (a full disk) is no reason to print a traceback.
    logging.raiseExceptions = False
    # Nothing shows which thread or process wrote a record.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    # Requests carry webhook addresses, migrations a line a step; neither tells us anything.
    for name in ("aiohttp.access", "aiosqlite", "asyncio", "alembic", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _kinds_and_places(ei: ExcInfo) -> str:
    error, chain = ei[1], list[str]()
    while error is not None and len(chain) < LONGEST_CHAIN:
        frames = traceback.extract_tb(error.__traceback__)
        way = "".join(f"{Path(f.filename).name}:{f.lineno} in {f.name} > " for f in frames)
        chain.append(f"{way}{type(error).__name__}")
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)
    return " after ".join(chain)
