"""The first sheet of a spreadsheet as rows of text; what a formula last gave, never the formula."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any, Protocol

from openpyxl import load_workbook

from bot.documents.caps import Caps
from bot.documents.merged import filled, merged_spans
from bot.documents.opening import Contents, Unread, fitted

_LOOKED_AT = 20_000  # rows: a sheet with a colour down to its end has a million empty ones
_ISO_MINUTES = 16  # characters of 2026-12-01T14:00
_ASIDE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')  # of a number format, ECMA-376 part 1, 18.8.31


class _Cell(Protocol):
    """A cell as openpyxl reads it."""

    @property
    def value(self) -> Any:
        """What stands in it."""

    @property
    def number_format(self) -> str:
        """How a number is shown."""


def read_spreadsheet(data: bytes, caps: Caps) -> Contents:
    """Read an XLSX. Raises Unread, and whatever openpyxl does about a broken file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about parts that we do not look at
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            if not book.worksheets:
                raise Unread("empty")
            page: Any = book.worksheets[0]
            # openpyxl alone knows which of its parts the first sheet is.
            path = page._worksheet_path
            with zipfile.ZipFile(io.BytesIO(data)) as package, package.open(path) as part:
                spans = merged_spans(part, caps)
            rows = page.iter_rows(max_col=caps.columns)
            found = _kept(islice(rows, _LOOKED_AT), caps)
        finally:
            book.close()
        return replace(found, rows=filled(found.rows, spans))


def _kept(rows: Iterable[Iterable[_Cell]], caps: Caps) -> Contents:
    kept: list[tuple[str, ...]] = []
    for n, row in enumerate(rows):
        cells = [fitted(_shown(cell), caps) for cell in row]
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


def _shown(cell: _Cell) -> str:
    """Write a cell as its reader sees it where that says something else: 0.05 shown as 5%."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool) and _is_share(cell):
        share = f"{Decimal(str(value)) * 100:f}"
        return f"{share.rstrip('0').rstrip('.') if '.' in share else share}%"
    return written(value)


def _is_share(cell: _Cell) -> bool:
    try:
        shown = cell.number_format or ""
    except IndexError:  # a style that the file does not have
        return False
    return "%" in _ASIDE.sub("", shown)


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
