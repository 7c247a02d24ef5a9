"""One act on several tickets, as it is typed: 12、15、18 都交经信局, 全部签收."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flows.tickets import number

MOST = 20  # tickets of one act; more would be no list that anybody reads
WORDS: Mapping[str, str] = {
    "受理": "accept",
    "请补充": "ask_info",
    "交办": "assign",
    "交办给": "assign",
    "交给": "assign",
    "交": "assign",
    "签收": "sign",
    "首联": "contact",
    "审核通过": "approve",
    "通过": "approve",
    "退回": "send_back",
    "审核退回": "send_back",
}
"""What can be done with several tickets at once, by what is typed."""

_ONE = (
    r"(?:[#＃]?\d{1,6}|[A-Za-z]{1,6}\s*[-－—_]?\s*20\d{2}\s*[-－—_]\s*\d{1,8})(?:\s*号)?+"
    # 10:30, 3月5日, 13900000000, 2 号楼 are no tickets.
    r"(?!\d|[:：.．/]\d|[月日点时年分秒个人天元万%％楼幢栋户家次米])"
)
_BETWEEN = r"\s*[、,，;；和及]\s*"
_MANY = re.compile(rf"^(?:把|将)?\s*({_ONE}(?:(?:{_BETWEEN}|\s+){_ONE})+)\s*")
# Behind a command a space may also end the number: 首联 1 10点通了电话.
_LISTED = re.compile(rf"^({_ONE}(?:{_BETWEEN}{_ONE})+)\s*")
_ALL = re.compile(r"^(?:全部|所有的?|都|一起)\s*")
_BOTH = re.compile(r"^(?:这几件|这些)?\s*(?:都|全部|全|均|一起|一并)?\s*")
_PARTED = re.compile(r"\s*[、,，;；和及]\s*|(?<=\d)\s+|(?<=号)\s*")
_END = re.compile(r"^[\s,，。.!！:：;；]*")
_BY_LENGTH = sorted(WORDS, key=lambda word: -len(word))


@dataclass(frozen=True, slots=True)
class Several:
    """One act on several tickets; no numbers = on all that wait for it."""

    act: str
    numbers: tuple[str, ...]
    rest: str


def several(text: str, prefix: str, year: int) -> Several | None:
    """Read one act on at least two tickets, or on all; None = the text says something else."""
    many = _MANY.match(text)
    if many:
        acted = _act(_BOTH.sub("", text[many.end() :], count=1))
        return _read(many.group(1), acted, prefix, year)
    if everything := _ALL.match(text):
        acted = _act(text[everything.end() :])
        return Several(acted[0], (), "") if acted and not acted[1] else None
    acted = _act(text)
    many = _LISTED.match(acted[1]) if acted else None
    if acted is None or many is None:
        return None
    return _read(many.group(1), (acted[0], acted[1][many.end() :]), prefix, year)


def _act(text: str) -> tuple[str, str] | None:
    word = next((word for word in _BY_LENGTH if text.startswith(word)), None)
    return (WORDS[word], _END.sub("", text[len(word) :])) if word else None


def _read(listed: str, acted: tuple[str, str] | None, prefix: str, year: int) -> Several | None:
    if acted is None:
        return None
    numbers = numbers_in(listed, prefix, year)
    return Several(acted[0], numbers, acted[1]) if len(numbers) > 1 else None


def numbers_in(text: str, prefix: str, year: int) -> tuple[str, ...]:
    """Read a list of numbers; () = something in it is none."""
    found = [number.find(one, prefix, year)[0] for one in _PARTED.split(text) if one.strip()]
    return tuple(dict.fromkeys(one for one in found if one)) if all(found) else ()
