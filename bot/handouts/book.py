"""A spreadsheet to print: what people typed is text in it, whatever it looks like."""

from __future__ import annotations

import io
import math
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

from bot.ledger.sheet import like_a_formula

FONT = "宋体"
A4 = 9  # as spreadsheets number paper
CHANGED = "#FFE699"  # what is different since the issue before
TITLE_HEIGHT, LINE_HEIGHT = 30, 20  # points


class Book:
    """One spreadsheet in memory."""

    def __init__(self) -> None:
        """Begin."""
        self._written = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._written,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def sheet(self, name: str, *, landscape: bool = False) -> Any:
        """Add a sheet, one page wide on A4, its pages numbered."""
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(A4)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&C&P / &N")
        return sheet

    def look(self, **properties: Any) -> Format:
        """Return a format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"font_name": FONT, **properties})
        return self._formats[key]

    def write(self, sheet: Any, row: int, column: int, text: str, **properties: Any) -> None:
        """Write text that stays text, also when somebody edits the cell."""
        look = self.look(**_guarded(text, properties))
        if text:
            sheet.write_string(row, column, text, look)
        else:
            sheet.write_blank(row, column, None, look)

    def merge(
        self, sheet: Any, row: int, columns: tuple[int, int], text: str, **properties: Any
    ) -> None:
        """Write text over several columns, both ends included."""
        first, last = columns
        if first == last:
            self.write(sheet, row, first, text, **properties)
            return
        look = self.look(**_guarded(text, properties))
        sheet.merge_range(row, first, row, last, "", look)
        sheet.write_string(row, first, text, look)

    def close(self) -> bytes:
        """Finish the file and return it."""
        self._book.close()
        return self._written.getvalue()


def lines_of(text: str, width: float) -> int:
    """Estimate over how many lines a text goes in a cell so many characters wide.

    The program that opens the file does not make room for merged cells, nor where a height is set.
    """
    return sum(max(1, math.ceil(_breadth(part) / width)) for part in text.split("\n"))


def _breadth(text: str) -> float:
    """Return how broad a text is, in digits: a Chinese character takes about two."""
    return sum(1.1 if character.isascii() else 2.1 for character in text)


def _guarded(text: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Have the cell begin with a quote where a spreadsheet could take the text for a formula.

    Unlike a quote in the text itself it does not change what the cell says.
    """
    return {**properties, "quote_prefix": True} if like_a_formula(text) else properties
