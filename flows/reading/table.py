"""A table that people filled: which row names its columns, and what stands below."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_ABOVE = 10  # rows in which the header stands: above it is a title at most
_COUNTING = frozenset({"序号", "序", "编号", "no", "no.", "id"})
_EXAMPLE = re.compile(r"[（(【]?(?:示例|例如|例[:：])")
_ASIDE = re.compile(r"[（(【\[].*?[)）】\]]")


@dataclass(frozen=True, slots=True)
class Columns:
    """How the columns of a kind of table may be called, and by which of them it is known."""

    fields: Mapping[str, str]  # name in small letters → what the column is about
    named: str  # the field without which it is no such table, and which an example begins
    besides: frozenset[str]  # one of these must be there as well

    def is_header(self, row: Sequence[str]) -> bool:
        """Say whether a row names the columns."""
        found = set(self._read(row))
        return self.named in found and bool(found & self.besides)

    def read(self, rows: Sequence[Sequence[str]], clean: Callable[[str, str], str]) -> Table | None:
        """Find the columns; `clean` takes a field and its cell. None = no row names them."""
        at = next((n for n, row in enumerate(rows[:_ABOVE]) if self.is_header(row)), None)
        if at is None:
            return None
        fields = self._read(rows[at])
        unused = tuple(
            cell
            for cell, field in zip(rows[at], fields, strict=True)
            if cell and not field and _plain(cell) not in _COUNTING
        )
        return Table(fields, unused, tuple(self._below(rows, at, fields, clean)))

    def _read(self, row: Sequence[str]) -> tuple[str, ...]:
        return tuple(self.fields.get(_plain(cell), "") for cell in row)

    def _below(
        self,
        rows: Sequence[Sequence[str]],
        at: int,
        fields: Sequence[str],
        clean: Callable[[str, str], str],
    ) -> Iterator[tuple[int, dict[str, str]]]:
        for n, row in enumerate(rows[at + 1 :], at + 2):
            cells: dict[str, str] = {}
            for field, cell in zip(fields, row, strict=False):
                told = clean(field, cell) if field else ""
                if told:
                    cells.setdefault(field, told)
            if cells and not _EXAMPLE.match(cells.get(self.named, "")):
                yield n, cells


@dataclass(frozen=True, slots=True)
class Table:
    """What a table says, row by row."""

    fields: tuple[str, ...]  # of each column; empty = it means nothing to us
    unused: tuple[str, ...]  # names of those columns
    rows: tuple[tuple[int, dict[str, str]], ...]  # as the spreadsheet numbers them → field → cell


def _plain(cell: str) -> str:
    """Return what a column is called, without remarks: 金额上限（万元）*"""
    text = _ASIDE.sub("", unicodedata.normalize("NFKC", cell))
    return "".join(text.split()).strip("*:：").lower()


__all__ = ["Columns", "Table"]
