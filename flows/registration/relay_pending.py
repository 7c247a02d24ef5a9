"""The rows of a 接龙 that wait for an answer: kept with the activity until somebody gives it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pydantic import TypeAdapter

from flows.registration.event import Doubtful, Event
from flows.registration.relay_rows import Row
from flows.registration.roll import Roll

_ROW = TypeAdapter(Row)


@dataclass(frozen=True, slots=True)
class Pending:
    """A row with the number by which it is answered."""

    no: int
    row: Row
    digest: str = ""
    pasting: int = 0


@lru_cache(maxsize=256)
def _row(written: str) -> Row:
    return _ROW.validate_json(written)


def pending(event: Event) -> tuple[Pending, ...]:
    """Return the rows of an activity that wait, in the order in which they were pasted."""
    return tuple(Pending(o.no, _row(o.row), o.digest, o.pasting) for o in event.doubtful)


def await_answers(roll: Roll, rows: Iterable[tuple[str, Row]], pasting: int) -> Roll:
    """Keep doubtful rows (digest, row); one that waits already keeps its number.

    A number is never used again: whoever still answers by it means the row that they were shown.
    """
    waiting = list(pending(roll.event))
    known = {one.digest for one in waiting}
    last = max((roll.event.last_doubtful, *(one.no for one in waiting)))
    for digest, row in rows:
        if digest not in known:
            known.add(digest)
            last += 1
            waiting.append(Pending(last, row, digest, pasting))
    event = roll.event.model_copy(update={"last_doubtful": last})
    return _kept(replace(roll, event=event), waiting)


def answered(roll: Roll, no: int, row: Row | None = None) -> Roll:
    """Take a row out, or keep what was understood of its answer."""
    found = pending(roll.event)
    if row is None:
        return _kept(roll, [one for one in found if one.no != no])
    return _kept(roll, [replace(one, row=row) if one.no == no else one for one in found])


def _kept(roll: Roll, waiting: Sequence[Pending]) -> Roll:
    doubtful = tuple(
        Doubtful(
            no=one.no,
            pasting=one.pasting,
            digest=one.digest,
            row=_ROW.dump_json(one.row).decode(),
        )
        for one in waiting
    )
    if doubtful == roll.event.doubtful:
        return roll
    return replace(roll, event=roll.event.model_copy(update={"doubtful": doubtful}))


__all__ = ["Pending", "answered", "await_answers", "pending"]
