"""Cells of a spreadsheet that were merged downwards: what stands in the first is meant for each.

Only the list of merged blocks is heard in the part of a sheet (ECMA-376 part 1, 18.3.1.54):
openpyxl would make a cell for each of the million that one block may claim.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO
from xml.parsers import expat

from openpyxl.utils.cell import range_boundaries

from bot.documents.caps import Caps
from bot.documents.opening import Unread

_CHUNK = 64 * 1024  # bytes
_MERGED = "mergeCell"
_PARTED = " "  # the parser puts it between the namespace and the name
Span = tuple[int, int, int]
"""A column, and the first and last row of a merged block, counted from 0."""


def merged_spans(part: IO[bytes], caps: Caps) -> Sequence[Span]:
    """Return the blocks that go down over several rows, as far as rows and columns are read.

    `part` is that of the sheet. Raises Unread where there are more than cells are read, and what
    the parser does about a broken one.
    """
    spans: list[Span | None] = []

    def begins(name: str, given: Mapping[str, str]) -> None:
        if name.rpartition(_PARTED)[2] != _MERGED:
            return
        if len(spans) == caps.rows * caps.columns:  # openpyxl keeps each of them, too
            raise Unread("large")
        spans.append(_span(given.get("ref", ""), caps))

    parser = expat.ParserCreate(namespace_separator=_PARTED)
    parser.StartElementHandler = begins
    while chunk := part.read(_CHUNK):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return sorted({one for one in spans if one is not None})


def filled(rows: Sequence[tuple[str, ...]], spans: Sequence[Span]) -> tuple[tuple[str, ...], ...]:
    """Repeat in the rows of each block what its first cell says."""
    kept = [list(row) for row in rows]
    for column, first, last in spans:
        if first >= len(kept) or column >= len(kept[first]):
            continue
        for row in kept[first + 1 : last + 1]:
            row.extend([""] * (column + 1 - len(row)))
            row[column] = row[column] or kept[first][column]
    return tuple(map(tuple, kept))


def _span(ref: str, caps: Caps) -> Span | None:
    try:
        left, top, _, bottom = range_boundaries(ref)
    except (ValueError, TypeError):
        return None
    if not (left and top and bottom) or left > caps.columns or top > caps.rows or bottom <= top:
        return None
    return left - 1, top - 1, min(bottom, caps.rows) - 1


__all__ = ["Span", "filled", "merged_spans"]
