"""The first sheet of a spreadsheet as rows of text; what a formula last gave, never the formula."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import islice

from openpyxl import load_workbook

from bot.documents.caps import Caps
from bot.documents.opening import Contents, Unread, fitted

_LOOKED_AT = 20_000  # rows: a sheet with a colour down to its end has a million empty ones
_ISO_MINUTES = 16  # characters of 2026-12-01T14:00


def read_spreadsheet(data: bytes, caps: Caps) -> Contents:
    """Read an XLSX. Raises Unread, and whatever openpyxl does about a broken file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about parts that we do not look at
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            if not book.worksheets:
                raise Unread("empty")
            rows = book.worksheets[0].iter_rows(max_col=caps.columns, values_only=True)
            return _kept(islice(rows, _LOOKED_AT), caps)
        finally:
            book.close()


def _kept(rows: Iterable[Iterable[object]], caps: Caps) -> Contents:
    kept: list[tuple[str, ...]] = []
    for n, row in enumerate(rows):
        cells = [fitted(written(value), caps) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if n < caps.rows:
            kept.append(tuple(cells))
        elif cells:
            return Contents(_ended(kept), table=True, cut=True)
    return Contents(_ended(kept), table=True)


def _ended(rows: list[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Leave out the empty rows at the end; those between keep the others in their places."""
    while rows and not rows[-1]:
        rows.pop()
    return tuple(rows)


def written(value: object) -> str:
    """Write a cell as text: days and hours by ISO 8601, a whole number without its point."""
    match value:
        case None:
            return ""
        case datetime() if (value.hour, value.minute) == (0, 0):
            return value.date().isoformat()
        case datetime():
            return value.isoformat()[:_ISO_MINUTES].replace("T", " ")
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
