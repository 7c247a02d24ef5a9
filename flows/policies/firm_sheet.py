"""What is known of enterprises out of a spreadsheet: one row an enterprise, a header above."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flows.engine.words import Say
from flows.policies.firm_facts import WORDS, Told, read_told
from flows.policies.serial import day_of_serial, is_error
from flows.policies.settings import Settings
from flows.reading.table import Columns

FIRM = ("企业", "企业名称", "单位名称", "公司", "公司名称", "单位", "名称")
COLUMNS: Mapping[str, str] = {
    "firm": FIRM[0],
    **{field: words[0] for field, words in WORDS.items()},
}
"""Column → how we call it."""
_NAMES = Columns(
    {
        **{word.lower(): "firm" for word in FIRM},
        **{word.lower(): field for field, words in WORDS.items() for word in words},
    },
    named="firm",
    besides=frozenset(WORDS),
)


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
    return _NAMES.is_header(row)


def read_firms(rows: Sequence[Sequence[str]], today: date, settings: Settings) -> FirmSheet:
    """Read the rows of a sheet, the first of which is row 1."""
    table = _NAMES.read(rows, _cleaned)
    if table is None:
        return FirmSheet(header=False)
    found = (
        FirmRow(n, cells.pop("firm", ""), _told(cells, today, settings)) for n, cells in table.rows
    )
    return FirmSheet(tuple(found), table.unused)


def _told(cells: Mapping[str, str], today: date, settings: Settings) -> Told:
    errors = {field: cell for field, cell in cells.items() if is_error(cell)}
    told = read_told({f: c for f, c in cells.items() if f not in errors}, today, settings)
    said = tuple(
        (field, Say("policy_file.error_cell", {"given": cell})) for field, cell in errors.items()
    )
    return Told(told.values, (*said, *told.wrong))


def _cleaned(field: str, cell: str) -> str:
    told = unicodedata.normalize("NFKC", cell).strip() if field != "firm" else cell.strip()
    return (day_of_serial(told) or told) if field == "founded_on" else told


__all__ = ["COLUMNS", "FirmRow", "FirmSheet", "is_header", "read_firms"]
