"""What staff answer about the doubtful rows of a 接龙, several in one line: 3=陈国强 5=跳过."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flows import reading
from flows.reading.names import FULL_NAME
from flows.registration.firms import Firms
from flows.registration.heads import MOST
from flows.registration.registration import enterprise_key
from flows.registration.relay_lines import key_of
from flows.registration.relay_pending import Pending
from flows.registration.relay_rows import Doubt, Row, read_row

PASSES = frozenset({"跳过", "不报", "不要", "不管", "不去", "不来", "删", "删除", "取消"})
KEEPS = frozenset({"照写", "照报", "新", "新人", "另一人", "是", "是的", "要", "报", "对"})

OF_FIRM = frozenset({Doubt.WHICH_ENTERPRISE, Doubt.NO_ENTERPRISE})
OF_SAME = frozenset({Doubt.REPEATED, Doubt.TWO_FIRMS, Doubt.UNCLEAR})

_NUMBER = r"\d{1,4}(?:\s?[-－~～—至到]\s?\d{1,4})?"
_NUMBERS = rf"{_NUMBER}(?:\s?[,，、和]\s?{_NUMBER}){{0,40}}"
_PART = re.compile(
    rf"(?P<rows>{_NUMBERS})\s?[=＝]\s?(?P<said>\S.*?)"
    rf"(?=[\s,，;；、。]+{_NUMBERS}\s?[=＝]|[\s,，;；、。]*$)",
    re.DOTALL,
)
_LINE = re.compile(r"(?P<rows>\d{1,4})\s?[.、:：)）号 ]\s?(?P<said>\S.*)")
_SPAN = re.compile(r"(\d{1,4})(?:\s?[-－~～—至到]\s?(\d{1,4}))?")
_HEADS = re.compile(r"(?<![\d\w])([1-9][0-9]?)\s?(?:个人|[个人位名])")
_NAME_MOST, _FIRM_LEAST, _FIRM_MOST = 20, 2, 60
_ENDS = " \t\n,，;；、。.!！"


@dataclass(frozen=True, slots=True)
class Read:
    """What was said of which rows, and what no row could be found for."""

    said: Mapping[int, str] = field(default_factory=dict)
    odd: tuple[str, ...] = ()


def read_answers(text: str, rows: Sequence[Pending]) -> Read:
    """Read answers by the numbers of the rows; of a single row the whole text is its answer."""
    numbers = {one.no for one in rows}
    said: dict[int, str] = {}
    odd: list[str] = []
    end = 0
    for part, meant, answer in _parts(text):
        odd += [between for between in (text[end : part.start()].strip(_ENDS),) if between]
        end = part.end()
        known = [no for no in meant if answer and no in numbers]
        said.update((no, answer) for no in known)
        odd += [f"{no}={answer}" for no in meant if no not in known]
    rest = text[end:].strip(_ENDS)
    if not said and not odd:
        return _without_signs(text, rows)
    return Read(said, (*odd, *((rest,) if rest else ())))


def _parts(text: str) -> Iterator[tuple[re.Match[str], tuple[int, ...], str]]:
    for part in _PART.finditer(text):
        yield part, tuple(_numbers(part["rows"])), part["said"].strip(_ENDS)


def _numbers(text: str) -> Iterator[int]:
    for first, last in _SPAN.findall(text):
        begin, end = int(first), int(last or first)
        yield from range(begin, min(end, begin + 99) + 1)


def _without_signs(text: str, rows: Sequence[Pending]) -> Read:
    """Read "3 陈国强", a line each."""
    numbers = {one.no for one in rows}
    found = [_LINE.fullmatch(line.strip()) for line in text.splitlines() if line.strip()]
    said = {
        int(o["rows"]): o["said"].strip(_ENDS) for o in found if o and int(o["rows"]) in numbers
    }
    if said and len(said) == len(found) and all(said.values()):
        return Read(said)
    whole = text.strip(_ENDS)
    if len(rows) == 1 and whole:
        return Read({rows[0].no: whole})
    return Read(odd=(whole or text.strip(),))


def doubts_of(row: Row) -> frozenset[Doubt]:
    """Return everything that is to be asked of a row."""
    return frozenset({*((row.doubt,) if row.doubt else ()), *row.doubts})


def is_pass(said: str) -> bool:
    """Say whether nothing is wanted of a row."""
    return key_of(said.strip(_ENDS)) in PASSES


def is_keep(said: str) -> bool:
    """Say whether a row is meant as it is written, and nobody else by it."""
    return any(key_of(word) in KEEPS for word in re.split(r"[\s,，;；、]+", said))


def settled(row: Row, said: str, firms: Firms) -> Row:
    """Return a row with what an answer tells of it; what it does not end is still in doubt.

    The row as it was = nothing was understood.
    """
    doubts = doubts_of(row)
    keeps = is_keep(said)
    words = (one for one in re.split(r"[\s,，;；、]+", said) if key_of(one) not in KEEPS)
    text, party = _heads(" ".join(word for word in words if word), doubts)
    told = _told(row, text, doubts, firms) if text else {}
    if text and not told:
        return row
    ended = {Doubt.HEADS} if party else set()
    if "enterprise" in told:
        ended |= OF_FIRM
    if "name" in told:
        ended |= {Doubt.NO_NAME}
    if keeps or (told and not doubts - OF_SAME - {Doubt.HEADS}):
        ended |= OF_SAME
    if not doubts & ended:
        return row
    return _with(row, told, party, doubts - ended)


def _with(row: Row, told: Mapping[str, str], party: int, left: frozenset[Doubt]) -> Row:
    rest = tuple(one for one in Doubt if one in left)
    enterprise, also = row.enterprise, row.also_for
    firm = told.get("enterprise", "")
    if firm and enterprise and Doubt.WHICH_ENTERPRISE in doubts_of(row):
        also = (*also, firm)  # the other one of two is known already
    elif firm:
        enterprise = firm
    return replace(
        row,
        enterprise=enterprise,
        name=told.get("name") or row.name,
        party=party or row.party,
        also_for=tuple(dict.fromkeys(one for one in also if one and one != enterprise)),
        doubt=next(iter(rest), None),
        doubts=rest[1:],
        candidates=row.candidates if left & OF_FIRM else (),
    )


def _heads(text: str, doubts: frozenset[Doubt]) -> tuple[str, int]:
    """Take the number of people out of an answer; alone it needs no 人 where it is asked."""
    found = _HEADS.search(text)
    if found is None and Doubt.HEADS in doubts:
        found = re.search(r"(?<!\d)([1-9][0-9]?)(?!\d)", text)
    if found is None or int(found[1]) > MOST:
        return text, 0
    return f"{text[: found.start()]} {text[found.end() :]}".strip(), int(found[1])


def _told(row: Row, text: str, doubts: frozenset[Doubt], firms: Firms) -> dict[str, str]:
    """Read a name or an enterprise, whichever is asked."""
    firm_asked, name_asked = bool(doubts & OF_FIRM), Doubt.NO_NAME in doubts
    if firm_asked and not name_asked:
        firm = _firm(row, text, firms)
        return {"enterprise": firm} if firm else _both(text, firms)
    if name_asked and not firm_asked:
        named = read_row(text, firms)
        alone = not named.enterprise and not named.candidates and len(text) <= _NAME_MOST
        return {"name": reading.person_name(text) or text} if alone else _both(text, firms)
    if name_asked:
        return _both(text, firms)
    found = _both(text, firms)
    return found if "name" in found else {}


def _firm(row: Row, text: str, firms: Firms) -> str:
    key = enterprise_key(text)
    among = [one for one in row.candidates if key and key in enterprise_key(one)]
    if len(among) == 1:
        return among[0]
    if among or not _FIRM_LEAST <= len(text) <= _FIRM_MOST or " " in text:
        return ""
    firm = firms.read(text)
    if firm is not None:
        return firm.name
    person = FULL_NAME.fullmatch(text) is not None and text != row.guess
    return "" if person else text


def _both(text: str, firms: Firms) -> dict[str, str]:
    """Read an enterprise and a name, or one of them, as a row of the list says them."""
    read = read_row(text, firms)
    found = {"enterprise": read.enterprise, "name": read.name}
    if read.name and not read.enterprise and read.guess:
        found["enterprise"] = read.guess
    return {key: value for key, value in found.items() if value}


__all__ = [
    "KEEPS",
    "OF_FIRM",
    "OF_SAME",
    "PASSES",
    "Read",
    "doubts_of",
    "is_keep",
    "is_pass",
    "read_answers",
    "settled",
]
