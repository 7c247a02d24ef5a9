"""Prepared statements: built once; on the thread that writes, SQLite gets them ready to run.

Most of what SQLAlchemy does for a statement is to find out each time what was known before:
its text, the order of its parameters, how values are turned into what the driver takes and back.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ClauseElement, Dialect, Executable, LargeBinary, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
Insert = Callable[[Table], sqlite.Insert]
"""Begins an INSERT that may say ON CONFLICT."""

# Both speak the same ON CONFLICT; SQLAlchemy has no common class for it.
INSERTS = cast(Mapping[str, Insert], {"sqlite": sqlite.insert, "postgresql": postgresql.insert})

_FILLED = 512  # up to so long are lists filled up

_Process = Callable[[Any], Any]


class Prepared:
    """A statement that is the same each time but for its parameters."""

    def __init__(self, build: Callable[[Insert], Executable]) -> None:
        self._build = build
        self._statements: dict[str, Executable] = {}
        self._forms: dict[tuple[str, ...], _Form] = {}

    def on(self, dialect: str) -> Executable:
        """Return the statement in one dialect, the same object each time."""
        if dialect not in self._statements:
            self._statements[dialect] = self._build(INSERTS[dialect])
        return self._statements[dialect]

    def run(
        self,
        database: sqlite3.Connection,
        dialect: Dialect,
        parameters: Values | Sequence[Values] | None,
    ) -> "Rows":
        """Run it on SQLite, once for each set of parameters.

        Raises what SQLAlchemy raises for what the driver says; what no parameter can be made of
        raises what says so. When the connection is gone, the caller lets go of it.
        """
        many = not (parameters is None or isinstance(parameters, Mapping))
        given = cast("Sequence[Values]", parameters if many else (parameters or {},))
        # An INSERT has the columns that its first row names.
        names = tuple(given[0])
        form = self._forms.get(names)
        if form is None:
            form = self._forms[names] = _Form(self.on(dialect.name), names, dialect)
        try:
            return form.run(database, given)
        except sqlite3.Error as error:
            raise DBAPIError.instance(
                form.text,
                None,
                error,
                sqlite3.Error,
                hide_parameters=True,
                connection_invalidated=dialect.is_disconnect(cast(Any, error), None, None),
                dialect=dialect,
            ) from error


class Rows(IteratorResult[*tuple[Any, ...]]):
    """What a prepared statement returned, with the face of any other result."""

    def __init__(self, columns: SimpleResultMetaData, rows: Iterator[Any], count: int) -> None:
        super().__init__(columns, rows)
        self.rowcount = count


class _Form:
    """A statement as SQLite gets it, with the way of its values there and back."""

    def __init__(self, statement: Executable, names: tuple[str, ...], dialect: Dialect) -> None:
        compiled = cast(
            SQLCompiler,
            cast(ClauseElement, statement).compile(dialect=dialect, column_keys=list(names)),
        )
        self.text = compiled.string
        self._compiled = compiled
        self._order = tuple(compiled.positiontup or ())
        binds = {name: compiled.binds[name] for name in self._order}
        if lost := [name for name, bind in binds.items() if bind.required and name not in names]:
            raise InvalidRequestError(f"a value is required for {lost}")
        self._fixed = {name: bind.value for name, bind in binds.items() if name not in names}
        self._lists = tuple(name for name, bind in binds.items() if bind.expanding)
        self._texts: dict[tuple[int, ...], str] = {}
        there = [_there(binds[name].type, dialect) for name in self._order]
        self._there = [(place, one) for place, one in enumerate(there) if one is not None]
        columns = getattr(statement, "exported_columns", {})
        back = [_back(column.type, dialect) for column in columns]
        self._back = [(place, one) for place, one in enumerate(back) if one is not None]
        self._columns = SimpleResultMetaData(list(columns.keys()))
        self._returns = bool(back)

    def run(self, database: sqlite3.Connection, given: Sequence[Values]) -> Rows:
        """Run it once for each set of parameters."""
        if self._lists:
            (only,) = given
            cursor = database.execute(*self._spread(only))
        elif len(given) == 1:
            cursor = database.execute(self.text, self._bound(given[0]))
        elif not self._returns:
            cursor = database.executemany(self.text, map(self._bound, given))
        else:
            return self._each(database, given)
        found = cursor.fetchall() if self._returns else ()
        return Rows(self._columns, self._read(found), cursor.rowcount)

    def _each(self, database: sqlite3.Connection, given: Sequence[Values]) -> Rows:
        """Run it row by row: the driver returns nothing of many at once."""
        found: list[Any] = []
        for one in given:
            found += database.execute(self.text, self._bound(one)).fetchall()
        return Rows(self._columns, self._read(found), len(found))

    def _bound(self, given: Values) -> list[Any]:
        if self._fixed:
            given = {**self._fixed, **given}
        values = [given[name] for name in self._order]
        for place, process in self._there:
            values[place] = process(values[place])
        return values

    def _spread(self, given: Values) -> tuple[str, list[Any]]:
        """Write lists out; filled up to a few lengths, they need few texts."""
        given = {**self._fixed, **given}
        lists = {name: _filled(given[name]) for name in self._lists}
        lengths = tuple(map(len, lists.values()))
        text = self._texts.get(lengths)
        if text is None:
            text = self._compiled.construct_expanded_state({**given, **lists}).statement
            if max(lengths) <= _FILLED:
                self._texts[lengths] = text
        there = dict(self._there)
        values: list[Any] = []
        for place, name in enumerate(self._order):
            process = there.get(place)
            some = lists[name] if name in lists else [given[name]]
            values += some if process is None else map(process, some)
        return text, values

    def _read(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        if not self._back:
            return iter(rows)
        return map(self._converted, rows)

    def _converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for place, process in self._back:
            values[place] = process(values[place])
        return tuple(values)


def _filled(values: Sequence[Any]) -> list[Any]:
    filled = list(values)
    if 0 < len(filled) < _FILLED:
        wanted = 1 << (len(filled) - 1).bit_length()
        filled += filled[-1:] * (wanted - len(filled))
    return filled


def _there(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    """Say how a value becomes what the driver takes; bytes are that already."""
    if isinstance(kind, LargeBinary):
        return None
    process: _Process | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return process


def _back(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    if isinstance(kind, LargeBinary):
        return None
    process: _Process | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return process
