"""What staff hear of a pasted 接龙: so many rows of each kind, whom they name, what is left.

However long a list is, what is said of it stays within some screens: names are cut with their
count, rows are quoted short.
"""

from __future__ import annotations

from collections.abc import Sequence

from flows.registration.relay_filing import Became, Entered
from flows.registration.relay_forms import quoted
from flows.registration.roll import Roll
from handlers.ports import Text

NAMED = 40  # names of one line; the whole list is a button away
QUOTES = 6  # rows that one line quotes
LISTED = 10  # rows that have a line of their own, of one kind


def result(roll: Roll, entered: Sequence[Entered], *, cut: bool) -> tuple[Text, ...]:
    """Word what became of a list: so many lines of each kind, and whom they name."""
    new = _of(entered, Became.SEATED, Became.WAITING)
    there = _of(entered, Became.THERE)
    lines = [Text("relay.headed", {"event": roll.event.title_whole, "free": max(roll.free, 0)})]
    if new:
        lines += _new(entered)
        lines += _lines("there", there)
    else:
        lines.append(Text("relay.nothing", {"count": _count(there)}))
    lines += _not_new(entered)
    asked = len(_of(entered, Became.ASKED))
    lines += [Text("relay.line.asked", {"count": asked})] if asked else []
    lines += _untold(new)
    lines += [Text("relay.cut")] if cut else []
    return tuple(lines)


def settled(entered: Sequence[Entered], passed: Sequence[Entered]) -> tuple[Text, ...]:
    """Word what became of rows that staff settled: one in a sentence, several by their kinds."""
    if len(entered) + len(passed) == 1:
        alone = [Text("relay.passed", {"row": quoted(one.row)}) for one in passed]
        return (*alone, *(outcome(one) for one in entered))
    lines = [
        *(_new(entered) if _of(entered, Became.SEATED, Became.WAITING) else []),
        *_lines("there", _of(entered, Became.THERE)),
        *_not_new(entered),
        *_lines("passed", passed),
    ]
    return (*lines, *_untold(_of(entered, Became.SEATED, Became.WAITING)))


def outcome(one: Entered) -> Text:
    """Word what became of one row."""
    return Text(f"relay.row.{one.became.value}", _about(one))


def _of(entered: Sequence[Entered], *kinds: Became) -> list[Entered]:
    return [one for kind in kinds for one in entered if one.became is kind]


def _new(entered: Sequence[Entered]) -> list[Text]:
    new = _of(entered, Became.SEATED, Became.WAITING)
    return [
        _line("took", new),
        *_lines("waiting", _of(entered, Became.WAITING)),
        *_lines("repeated", [one for one in new if one.lines > 1], extra=True),
    ]


def _not_new(entered: Sequence[Entered]) -> list[Text]:
    lines: list[Text] = []
    for kind in (Became.DIFFERS, Became.REFUSED):
        found = _of(entered, kind)
        lines += [outcome(one) for one in found[:LISTED]]
        if len(found) > LISTED:
            rest = found[LISTED:]
            names = tuple(_named(one) for one in rest[:NAMED])
            lines.append(Text(f"relay.rest.{kind.value}", {"count": len(rest), "names": names}))
    lines += _lines("gone", _of(entered, Became.GONE))
    lines += _lines("passed_before", _of(entered, Became.PASSED))
    return lines


def _untold(new: Sequence[Entered]) -> list[Text]:
    """Name whom only the group can tell."""
    return _lines(
        "untold", [one for one in new if one.place is not None and one.place.person is None]
    )


def _lines(kind: str, entered: Sequence[Entered], *, extra: bool = False) -> list[Text]:
    return [_line(kind, entered, extra=extra)] if entered else []


def _line(kind: str, entered: Sequence[Entered], *, extra: bool = False) -> Text:
    """Count lines and name the people; `extra` counts the lines beyond one for each."""
    count = _count(entered) - (len(entered) if extra else 0)
    most = QUOTES if kind in {"passed", "passed_before"} else NAMED
    names = tuple(_named(one) for one in entered[:most])
    more = Text("relay.more", {"count": len(entered)}) if len(entered) > most else ""
    return Text(f"relay.line.{kind}", {"count": count, "names": names, "more": more})


def _count(entered: Sequence[Entered]) -> int:
    return sum(one.lines for one in entered)


def _named(one: Entered) -> str:
    """Name a person, or quote a row that is not understood."""
    unsure = one.became in {Became.ASKED, Became.PASSED} or not one.row.name
    return f"“{quoted(one.row)}”" if unsure else one.row.name


def _about(one: Entered) -> dict[str, object]:
    params: dict[str, object] = {
        "name": one.row.name,
        "enterprise": one.row.enterprise,
        "party": one.row.party,
        "was": one.place.party if one.place else 0,
    }
    if one.refused is not None:
        why = one.refused.key.rpartition(".")[2]
        params["why"] = Text(f"relay.why.{why}", dict(one.refused.params))
    return params


__all__ = ["outcome", "result", "settled"]
