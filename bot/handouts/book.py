"""A spreadsheet to print: what people typed is text in it, whatever it looks like."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.ledger.sheet import like_a_formula, workbook

if TYPE_CHECKING:
    from xlsxwriter.format import Format

FONT = "宋体"
A4 = 9  # as spreadsheets number paper
CHANGED = "#FFE699"  # what is different since the issue before
LINE_HEIGHT = 20  # points
SIZE, TITLE_SIZE = 11, 16  # points of type
# From line to line, in the size of the type: programs that lack the font take one with more air.
LEADING = 1.5
NAME_SIZE, SMALL_SIZE = 12, 9
PADDING = 6  # points above and below a text together


class Book:
    """One spreadsheet, in memory or in a file whose rows are written one after the other."""

    def __init__(self, path: Path | None = None) -> None:
        """Begin; with a path what is written goes there, from the top to the bottom."""
        self._written = io.BytesIO()
        self._book = workbook(path) if path else _in_memory(self._written)
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

    def rich(
        self, sheet: Any, row: int, columns: tuple[int, int], texts: tuple[str, str], **look: Any
    ) -> None:
        """Write two texts into one cell over several columns: the first bold, the second small."""
        first, second = texts
        head = {**look, "bold": True, "font_size": NAME_SIZE}
        if not (first and second):
            self.merge(sheet, row, columns, first or second, **head)
            return
        self.merge(sheet, row, columns, first, **look)
        cell = self.look(**_guarded(first, look))
        bold = self.look(bold=True, font_size=NAME_SIZE)
        small = self.look(font_size=SMALL_SIZE)
        sheet.write_rich_string(row, columns[0], bold, first, small, f"\n{second}", cell)

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
        """Finish the file and return what is in memory of it."""
        self._book.close()
        return self._written.getvalue()


def _in_memory(written: io.BytesIO) -> Any:
    import xlsxwriter  # noqa: PLC0415 - a bot that makes no papers does not load it

    return xlsxwriter.Workbook(
        written,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )


def height_of(lines: int, size: int = SIZE) -> float:
    """Return how high (points) so many lines of a type are."""
    return lines * size * LEADING + PADDING


def lines_of(text: str, width: float, size: int = SIZE) -> int:
    """Estimate over how many lines a text goes in a cell so many characters wide.

    The program that opens the file does not make room for merged cells, nor where a height is set.
    """
    fits = width * SIZE / size - 1  # a cell keeps a little white at its sides
    return sum(max(1, math.ceil(_breadth(part) / fits)) for part in text.split("\n"))


def _breadth(text: str) -> float:
    """Return how broad a text is, in digits: a Chinese character takes about two."""
    return sum(1.1 if character.isascii() else 2.1 for character in text)


def _guarded(text: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Have the cell begin with a quote where a spreadsheet could take the text for a formula.

    Unlike a quote in the text itself it does not change what the cell says.
    """
    return {**properties, "quote_prefix": True} if like_a_formula(text) else properties
