"""The spreadsheet: columns as the office's ledger has them, written row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bot.texts import Texts
from flows.engine.words import Key
from flows.tickets.ledger import LedgerRow
from flows.tickets.limits import Unit, measured
from handlers.ports import Office, Text

COLUMNS = (
    ("number", 15),
    ("filed_on", 11),
    ("enterprise", 22),
    ("phone", 14),
    ("body", 50),
    ("category", 16),
    ("lead", 18),
    ("supports", 22),
    ("state", 10),
    ("limit", 12),
    ("due_on", 11),
    ("on_time", 8),
    ("outcome", 10),
    ("satisfaction", 10),
    ("tries", 8),
    ("rung", 10),
    ("closed_on", 11),
    ("elsewhere", 16),
)
# A spreadsheet that is saved as text and opened again would run what begins so.
# In full width as well: where Chinese is typed, the programs read both alike
# (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")


class Sheet:
    """One spreadsheet being written; rows go to the disk as they come."""

    def __init__(self, path: Path, texts: Texts, office: Office) -> None:
        """Begin; until it is closed the rows lie in the folder of the file."""
        self._texts = texts
        self._office = office
        self._book = workbook(path)
        self._sheet = self._book.add_worksheet(self._word("ledger.sheet"))
        self._next = 0
        bold = self._book.add_format({"bold": True, "text_wrap": True})
        for column, (name, width) in enumerate(COLUMNS):
            self._sheet.set_column(column, column, width)
            self._sheet.write_string(0, column, self._word(f"ledger.column.{name}"), bold)
        self._sheet.freeze_panes(1, 1)

    def add(self, rows: Iterable[LedgerRow]) -> int:
        """Write rows below those that are there; say how many."""
        before = self._next
        for row in rows:
            self._next += 1
            for column, value in enumerate(self._cells(row)):
                self._write(self._next, column, value)
        return self._next - before

    def close(self) -> None:
        """Finish the file."""
        self._sheet.autofilter(0, 0, self._next, len(COLUMNS) - 1)
        self._book.close()

    def _write(self, row: int, column: int, value: str | date | None) -> None:
        if isinstance(value, date):
            self._sheet.write_datetime(row, column, value)
        elif value:
            self._sheet.write_string(row, column, escaped(value))

    def _cells(self, row: LedgerRow) -> Iterator[str | date | None]:
        office = self._office
        category = office.category(row.category)
        yield row.number
        yield row.filed_on
        yield row.enterprise
        yield row.phone
        yield row.body if row.readable else self._word("ledger.unreadable")
        yield category.name if category else row.category
        yield office.unit(row.lead)
        yield "、".join(map(office.unit, row.supports))
        yield self._word(f"state.{row.state.value}")
        yield self._limit(row)
        yield row.due_on
        yield {True: self._word("ledger.yes"), False: self._word("ledger.no"), None: None}[
            row.on_time
        ]
        yield self._word(f"outcome.{row.outcome.value}") if row.outcome else None
        yield self._word(f"ledger.rated.{row.satisfaction.value}") if row.satisfaction else None
        yield self._word("ledger.tries", count=row.tries) if row.tries else None
        yield self._word(f"ledger.rung.{row.rung}") if row.rung else None
        yield row.closed_on
        yield row.elsewhere or None

    def _limit(self, row: LedgerRow) -> str | None:
        if not row.limit:
            return None
        found = measured(row.limit)
        amount = found.amount + (row.extra if found.unit is Unit.WORKDAYS else 0)
        return self._word(f"ledger.limit.{found.unit.lower()}", count=amount, day=found.day or "")

    def _word(self, key: str, **blanks: Any) -> str:
        if not blanks:
            return self._texts.label(Key(key))
        return self._texts.render(Text(key, blanks))


def workbook(path: Path) -> Any:
    """Begin a spreadsheet in which text stays text; its rows go to the disk beside it at once."""
    import xlsxwriter  # noqa: PLC0415 - a bot that makes no papers does not load it

    return xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": str(path.parent),
            "default_date_format": "yyyy-mm-dd",
        },
    )


def escaped(value: str) -> str:
    """Put a quote before what a spreadsheet could take for a formula."""
    return f"'{value}" if like_a_formula(value) else value


def like_a_formula(value: str) -> bool:
    """Say whether a spreadsheet could take a text for a formula."""
    return _FORMULA.match(value) is not None
