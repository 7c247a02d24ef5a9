"""Rows of a 接龙 that speak of the same person: one row for each, or a doubt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from flows.registration.people import is_called, surname
from flows.registration.registration import enterprise_key
from flows.registration.relay_lines import key_of
from flows.registration.relay_rows import Doubt, Row


class _Merged:
    """The rows so far, found by what they say and by whom they speak of.

    An earlier row never changes for a later one, save that it also speaks for another enterprise:
    who pastes a longer list finds the old rows as they were.
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._by_text: dict[str, int] = {}
        self._by_phone: dict[str, int] = {}
        self._by_name: dict[str, int] = {}
        self._by_person: dict[tuple[str, str], int] = {}
        self._by_surname: dict[tuple[str, str], list[int]] = defaultdict(list)

    def add(self, row: Row) -> None:
        """Add a row, or find out that it is there."""
        written = key_of(row.text)
        if (at := self._by_text.get(written)) is not None:
            self._note(at, row)
            return
        at = None if row.doubt else self._same(row)
        if at is None:
            self._by_text[written] = self._put(row)
        elif not _says_more(row, self.rows[at]):
            self._by_text[written] = at
            self._note(at, row)
        else:
            elsewhere = set(_keys(row)).isdisjoint(_keys(self.rows[at]))
            doubt = Doubt.TWO_FIRMS if elsewhere else Doubt.REPEATED
            self._by_text[written] = self._put(replace(row, doubt=doubt))

    def _same(self, row: Row) -> int | None:
        """Return where somebody stands who is this person, or may be."""
        for firm in _keys(row):
            if (at := self._by_person.get((row.name, firm))) is not None:
                return at
        at = self._by_phone.get(row.phone) if row.phone else None
        if at is not None and may_be_one(row.name, self.rows[at].name):
            return at
        at = None if is_called(row.name) else self._by_name.get(row.name)
        if at is not None and not _differ(row, self.rows[at]):
            return at
        near = (n for firm in _keys(row) for n in self._by_surname[surname(row.name), firm][:8])
        likely = (n for n in near if may_be_one(row.name, self.rows[n].name))
        return next((n for n in likely if not _differ(row, self.rows[n])), None)

    def _put(self, row: Row) -> int:
        at = len(self.rows)
        self.rows.append(row)
        if row.doubt is None:
            self._by_name.setdefault(row.name, at)
            if row.phone:
                self._by_phone.setdefault(row.phone, at)
            self._index(row, at)
        return at

    def _index(self, row: Row, at: int) -> None:
        for firm in _keys(row):
            self._by_person.setdefault((row.name, firm), at)
            self._by_surname[surname(row.name), firm].append(at)

    def _note(self, at: int, again: Row) -> None:
        """Note where a row stands once more, and for whom else it speaks."""
        row = self.rows[at]
        own = {enterprise_key(firm) for firm in (row.enterprise, *row.also_for)}
        told = () if row.doubt else (again.enterprise, *again.also_for)
        more = [firm for firm in told if enterprise_key(firm) not in own]
        also = tuple(dict.fromkeys([*row.also_for, *more]))
        self.rows[at] = replace(row, also_for=also, lines=(*row.lines, *again.lines))
        if more:
            self._index(self.rows[at], at)


def merged(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Merge the rows of a list in their order; what may be the same person is in doubt."""
    found = _Merged()
    for row in rows:
        found.add(row)
    return tuple(found.rows)


def _keys(row: Row) -> tuple[str, ...]:
    return tuple(enterprise_key(firm) for firm in (row.enterprise, *row.also_for))


def may_be_one(name: str, other: str) -> bool:
    """Say whether 李总 may be 李明; two full names are two people."""
    if name == other:
        return True
    return is_called(name) != is_called(other) and surname(name) == surname(other) != ""


def _differ(row: Row, other: Row) -> bool:
    """Say whether their telephones tell two people apart."""
    return bool(row.phone and other.phone and row.phone != other.phone)


def _says_more(row: Row, known: Row) -> bool:
    """Say whether a row adds or contradicts anything, other than for whom a person speaks.

    One person at two firms is known by the telephone alone: a name is shared by many.
    """
    if set(_keys(row)).isdisjoint(_keys(known)) and not (row.phone and row.phone == known.phone):
        return True
    pairs = ((row.phone, known.phone), (row.plate, known.plate), (row.post, known.post))
    return (
        row.name != known.name
        or row.party != known.party
        or any(told and told != kept for told, kept in pairs)
        or not set(row.companions) <= set(known.companions)
        or row.remark not in ("", known.remark)
    )


__all__ = ["may_be_one", "merged"]
