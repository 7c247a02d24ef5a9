"""A list of policies as JSON or TOML, as rows: the names of the fields first, then one row each."""

from __future__ import annotations

from collections.abc import Mapping

from bot.documents.caps import Caps
from bot.documents.opening import Contents, Unread, fitted
from bot.listed import MIMES, records_in


def read_listed(data: bytes, caps: Caps) -> Contents:
    """Read a list of policies. Raises Unread."""
    found = next((r for kind in MIMES if (r := records_in(data, kind)) is not None), None)
    if found is None:
        raise Unread("list")
    names = list(dict.fromkeys(name for one in found for name in one))[: caps.columns]
    rows = [tuple(names)]
    for one in found[: caps.rows]:
        rows.append(tuple(fitted(_written(one.get(name)), caps) for name in names))
    return Contents(tuple(rows), table=True, cut=len(found) > caps.rows)


def _written(value: object) -> str:
    """Write a value as a cell; several are one a line, which every column reads as a list."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case list():
            return "\n".join(filter(None, map(_written, value)))
        case Mapping():
            return str(value.get("text", ""))  # a condition by its words
        case _:
            return str(value)


__all__ = ["read_listed"]
