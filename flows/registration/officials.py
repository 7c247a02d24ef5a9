"""Which officials come, read from the line 参加领导: 区委常委、宣传部部长李四，副区长张建华."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.reading.words import DOUBLE_SURNAMES, SINGLE_SURNAMES
from flows.registration.people import DOT, HAN

# What a post ends in, however long it is.
_TITLE = (
    r"(?:书记|[区市县省院校局部处科镇乡村厂所站行会队组]长|主席|主任|秘书长|常委|委员|代表|调研员|巡视员|专员"
    r"|总经理|经理|董事长|总裁|教授|院士|研究员|博士|参事|顾问)"
)
_SURNAME = rf"(?:{'|'.join(DOUBLE_SURNAMES)}|[{SINGLE_SURNAMES}])"
_NAME = (
    rf"(?:{_SURNAME}(?!副)[{HAN}](?:(?!副)[{HAN}])?"
    rf"|[{HAN}]{{1,12}}(?:[{DOT}][{HAN}]{{1,12}}){{1,3}})"
)
_APART = re.compile(r"[、，,；;\n]+")
_IN_BRACKETS = re.compile(r"(?P<name>[^（(]{1,40})[（(](?P<post>[^）)]+)[）)]")
_SPACED = (
    re.compile(rf"(?P<post>\S.*?)[ \u3000:：]+(?P<name>{_NAME})"),
    re.compile(rf"(?P<name>{_NAME})[ \u3000:：]+(?P<post>\S.*)"),
)
_BEFORE = re.compile(rf"(?P<post>.*{_TITLE})(?P<name>{_NAME})(?:同志)?")
_AFTER = re.compile(rf"(?P<name>{_NAME})(?:同志)?(?P<post>.{{0,20}}?{_TITLE})")
# 区委书记奚平: there are more surnames than any list has; 区长办公室 is nobody.
_UNLISTED = re.compile(rf"(?P<post>.*{_TITLE})(?P<name>[{HAN}]{{2,3}})(?<![室处科办会厅局部])")
_CALLED = re.compile(rf"{_SURNAME}(?P<post>副?{_TITLE})")
_POST_ALONE = re.compile(rf".*{_TITLE}")
_NUMBERED = re.compile(r"^\d{1,2}[.．)）]\s*")
_REST = re.compile(r"(?:等(?:领导|同志|人)?|一行)$")


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody of the authorities who comes; without a name it is a body: 区经信局."""

    name: str
    post: str = ""


def officials(text: str) -> tuple[Official, ...]:
    """Read the line as it was written, in its order; what is no name is kept as it stands."""
    found: list[Official] = []
    held: list[str] = []  # posts whose holder is named with the next one
    for piece in _APART.split(text):
        plain = _REST.sub("", _NUMBERED.sub("", piece.strip()))
        if not plain:
            continue
        one = _official(plain)
        if one is None and _POST_ALONE.fullmatch(plain):
            held.append(plain)
            continue
        if one is None:
            found += [*map(Official, held), Official(plain)]
        else:
            found.append(Official(one.name, "、".join((*held, one.post))))
        held.clear()
    return tuple(dict.fromkeys((*found, *map(Official, held))))


def _official(piece: str) -> Official | None:
    """Read one piece that names somebody."""
    if called := _CALLED.fullmatch(piece):
        return Official(piece, called["post"])
    for pattern in (_IN_BRACKETS, *_SPACED, _BEFORE, _AFTER, _UNLISTED):
        if match := pattern.fullmatch(piece):
            return Official(match["name"].strip(), match["post"].strip())
    return Official(piece) if re.fullmatch(_NAME, piece) else None


__all__ = ["Official", "officials"]
