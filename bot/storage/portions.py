"""Long lists of values, so many at a time as one statement takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T", int, str)

MOST = 10_000
"""Values of one statement: PostgreSQL takes 32,767 (asyncpg counts its "query arguments"), SQLite
32,766 (https://sqlite.org/limits.html, SQLITE_MAX_VARIABLE_NUMBER)."""


def portions(values: Collection[T]) -> Iterator[Sequence[T]]:
    """Cut values into sorted lists that one statement takes; none at all are no list."""
    ordered = sorted(values)
    for start in range(0, len(ordered), MOST):
        yield ordered[start : start + MOST]


__all__ = ["MOST", "portions"]
