"""What is known of enterprises out of a spreadsheet: one row an enterprise, a header above."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flows.engine.words import Say
from flows.policies.firm_facts import WORDS, Told, read_told
from flows.policies.serial import day_of_serial, is_error
from flows.policies.settings import Settings

FIRM = ("企业", "企业名称", "单位名称", "公司", "公司名称", "单位", "名称")
COLUMNS: Mapping[str, str] = {
    "firm": FIRM[0],
    **{field: words[0] for field, words in WORDS.items()},
}
"""Column → how we call it."""
_FIELDS = {
    **dict.fromkeys(FIRM, "firm"),
    **{word: field for field, words in WORDS.items() for word in words},
}
_COUNTING = frozenset({"序号", "序", "编号", "No", "No."})
_HEAD = 10  # rows in which the header stands: above it is a title at most
_EXAMPLE = re.compile(r"[（(【]?(?:示例|例如|例[:：])")
_ASIDE = re.compile(r"[（(【\[].*?[)）】\]]")


@dataclass(frozen=True, slots=True)
class FirmRow:
    """One row: an enterprise as it is written, and what is told of it."""

    row: int  # as the spreadsheet numbers it
    firm: str
    told: Told


@dataclass(frozen=True, slots=True)
class FirmSheet:
    """What a file tells; `header` False = no row says what the columns are."""

    rows: tuple[FirmRow, ...] = ()
    unused: tuple[str, ...] = ()
    header: bool = True


def is_header(row: Sequence[str]) -> bool:
    """Say whether a row names the columns of facts."""
    found = {_FIELDS.get(_plain(cell), "") for cell in row}
    return "firm" in found and len(found - {"", "firm"}) > 0


def read_firms(rows: Sequence[Sequence[str]], today: date, settings: Settings) -> FirmSheet:
    """Read the rows of a sheet, the first of which is row 1."""
    at = next((n for n, row in enumerate(rows[:_HEAD]) if is_header(row)), None)
    if at is None:
        return FirmSheet(header=False)
    fields = [_FIELDS.get(_plain(cell), "") for cell in rows[at]]
    unused = tuple(
        cell
        for cell, field in zip(rows[at], fields, strict=True)
        if cell and not field and _plain(cell) not in _COUNTING
    )
    return FirmSheet(tuple(_read(rows, at, fields, today, settings)), unused)


def _read(
    rows: Sequence[Sequence[str]], at: int, fields: Sequence[str], today: date, settings: Settings
) -> Iterator[FirmRow]:
    for n, row in enumerate(rows[at + 1 :], at + 2):
        cells: dict[str, str] = {}
        for field, cell in zip(fields, row, strict=False):
            told = _cleaned(field, cell)
            if field and told:
                cells.setdefault(field, told)
        firm = cells.pop("firm", "")
        if (firm or cells) and not _EXAMPLE.match(firm):
            yield FirmRow(n, firm, _told(cells, today, settings))


def _told(cells: Mapping[str, str], today: date, settings: Settings) -> Told:
    errors = {field: cell for field, cell in cells.items() if is_error(cell)}
    told = read_told({f: c for f, c in cells.items() if f not in errors}, today, settings)
    said = tuple(
        (field, Say("policy_file.error_cell", {"given": cell})) for field, cell in errors.items()
    )
    return Told(told.values, (*said, *told.wrong))


def _plain(cell: str) -> str:
    """Return what a column is called, without remarks: 营收（万元）*"""
    text = _ASIDE.sub("", unicodedata.normalize("NFKC", cell))
    return "".join(text.split()).strip("*:：")


def _cleaned(field: str, cell: str) -> str:
    told = unicodedata.normalize("NFKC", cell).strip() if field != "firm" else cell.strip()
    return (day_of_serial(told) or told) if field == "founded_on" else told


__all__ = ["COLUMNS", "FirmRow", "FirmSheet", "is_header", "read_firms"]
