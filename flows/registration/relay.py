"""接龙: the list that a group wrote line by line, pasted or forwarded as one text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flows.registration.choosing import POINTS
from flows.registration.firms import Firms, firms_of
from flows.registration.relay_lines import LONGEST_ROW, Line, heading, key_of, lines_of
from flows.registration.relay_merging import merged
from flows.registration.relay_rows import Doubt, Row, read_row

FEWEST_LINES = 2  # line ends; less is a sentence
FEWEST_ROWS = 3  # people of a list that does not say what it is


@dataclass(frozen=True, slots=True)
class Relay:
    """A list as it was read: its rows in order, each person once."""

    title: str = ""  # what it is for, by its own first line
    head: tuple[str, ...] = ()  # everything above its rows
    called: bool = False  # it says itself that it is a 接龙
    rows: tuple[Row, ...] = ()
    left: tuple[str, ...] = ()  # lines that were not taken for people, other than its head
    cut: bool = False  # it was longer than can be read; its end is missing

    @property
    def taken(self) -> tuple[Row, ...]:
        """Return the rows that are certain."""
        return tuple(row for row in self.rows if row.doubt is None)

    @property
    def asked(self) -> tuple[Row, ...]:
        """Return the rows that somebody has to look at."""
        return tuple(row for row in self.rows if row.doubt is not None)


def read_relay(text: str, known_enterprises: Sequence[str] = ()) -> Relay:
    """Read a pasted list; the same list gives the same rows, a longer one those and more."""
    lines, cut = lines_of(text)
    sorted_out = _Sorting(firms_of(known_enterprises))
    for line in lines:
        sorted_out.take(line)
    rows = merged(sorted_out.read())
    return Relay(
        title=sorted_out.title,
        head=tuple(sorted_out.head),
        called=sorted_out.called,
        rows=rows,
        left=tuple(dict.fromkeys(sorted_out.left)),
        cut=cut,
    )


def is_relay(text: str, known_enterprises: Sequence[str] = ()) -> bool:
    """Say whether a pasted text is the list of a group, rather than somebody's problem.

    It says so itself, or most of its lines are people of enterprises.
    """
    if text.count("\n") < FEWEST_LINES:
        return False
    relay = read_relay(text, known_enterprises)
    if relay.called:
        return len(relay.rows) > 0
    return len(relay.taken) >= FEWEST_ROWS and len(relay.taken) >= len(relay.asked)


class _Sorting:
    """Tells the rows of a list from its head and from talk, line by line."""

    def __init__(self, firms: Firms) -> None:
        self.title = ""
        self.head: list[str] = []
        self.called = False
        self.left: list[str] = []
        self._firms = firms
        self._known_head: set[str] = set()
        self._in_head = True
        self._rows: list[Line] = []

    def take(self, line: Line) -> None:
        """Put one line where it belongs."""
        opens, words = heading(line)
        if opens:
            self._in_head = self.called = True
        if opens or line.is_example or key_of(words) in self._known_head:
            self._to_head(words, is_title=opens)
        elif line.numbered and self._tells(line):
            self.left.append(line.text)
        elif line.numbered:
            self._in_head = False
            self._rows.append(line)
        elif self._rows and not self._in_head and line.is_addition:
            last = self._rows[-1]
            self._rows[-1] = replace(last, text=f"{last.text} {line.text}"[: LONGEST_ROW + 1])
        elif self._is_row(line):
            self._in_head = False
            self._rows.append(line)
        elif self._in_head:
            if self.title and not line.is_talk and self._speaks_of_people(line):
                self.left.append(line.text)
            self._to_head(words, is_title=True)
        else:
            self.left.append(line.text)

    def read(self) -> Iterator[Row]:
        """Read the rows; a number with nothing behind it is a place that nobody took."""
        for line in self._rows:
            row = replace(read_row(line.text, self._firms), lines=(line.at,))
            if not _is_empty(row):
                yield row

    def _to_head(self, words: str, *, is_title: bool) -> None:
        if words and key_of(words) not in self._known_head:
            self._known_head.add(key_of(words))
            self.head.append(words)
        if is_title and not self.title:
            self.title = words

    def _is_row(self, line: Line) -> bool:
        """Say whether a line without a number speaks of people; above the rows it must be whole."""
        if line.is_talk or len(line.text) > LONGEST_ROW:
            return False
        if not self._in_head:
            return self._speaks_of_people(line)
        return not POINTS.search(line.text) and read_row(line.text, self._firms).doubt is None

    def _speaks_of_people(self, line: Line) -> bool:
        row = read_row(line.text, self._firms)
        return not _is_empty(replace(row, remark="")) and len(line.text) <= LONGEST_ROW

    def _tells(self, line: Line) -> bool:
        """Say whether a numbered line is a rule of the list: 1. 每家限报2人."""
        if not line.is_talk or len(line.text) > LONGEST_ROW:
            return False
        row = read_row(line.text, self._firms)
        return not (row.name or row.phone)


def _is_empty(row: Row) -> bool:
    said = (row.enterprise, row.name, row.phone, row.plate, row.remark, row.candidates)
    return not any(said) and row.doubt is not Doubt.UNCLEAR and row.party == 1


__all__ = ["Doubt", "Relay", "Row", "is_relay", "read_relay"]
