"""Taking telephone numbers and number plates out of a text, so that the rest can be read."""

from __future__ import annotations

import re

from flows import reading
from flows.reading.numbers import HAN_DIGIT, LANDLINE, SPOKEN

_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_GAP = r"[ ·•・‧.\-—]{0,2}"
_LETTER = "[A-HJ-NP-Za-hj-np-z]"
_MARK = "[A-HJ-NP-Za-hj-np-z0-9]"
# GA 36-2018: a province, a letter, then five marks, or six of a new-energy vehicle (D or F first
# or last); 粤Z with four marks and 港 or 澳 drives over the border.
PLATE = re.compile(
    rf"([{_PROVINCE}])\s?(?:(z){_GAP}({_MARK}{{4}}[港澳])"
    rf"|({_LETTER}){_GAP}([A-Ka-k]{_MARK}\d{{4}}|\d{{5}}[A-Ka-k]|{_MARK}{{4}}[学警挂领试]|{_MARK}{{5}}))"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_FEWEST_DIGITS = 2  # a plate has more, three letters at most; a word in letters is none

_MOBILE = re.compile(
    r"(?<![0-9A-Za-z_])(?:\+?(?:00)?86[ \-]?)?"
    r"(1[3-9][0-9][ \-]?[0-9]{4}[ \-]?[0-9]{4})(?![0-9A-Za-z])"
)
_SPOKEN = re.compile(rf"[一幺][三四五六七八九][{HAN_DIGIT}]{{9}}(?![{HAN_DIGIT}])")
_LABEL = re.compile(
    r"(?:联系电话|联系方式|手机号码?|电话号码|联系手机|手机|电话|号码|车牌号?码?|tel)"
    r"[是为]?[ :：.]*(?=\s|$|[，,、）)])",
    re.IGNORECASE,
)


def lift_plates(text: str) -> tuple[str, str]:
    """Return the number plates of a text as they are registered (浙BD12345), and the rest."""
    found: list[str] = []

    def lifted(match: re.Match[str]) -> str:
        plate = "".join(part for part in match.groups() if part).upper()
        if sum(char.isdigit() for char in plate) < _FEWEST_DIGITS:
            return match.group()
        found.append(plate)
        return " "

    rest = PLATE.sub(lifted, text)
    return "、".join(dict.fromkeys(found)), rest


def lift_phones(text: str) -> tuple[str, tuple[str, ...], str]:
    """Return the telephone number to call, the others, and the text without any of them."""
    found: list[str] = []

    def lifted(match: re.Match[str]) -> str:
        found.append("-".join(part for part in match.groups() if part) or match.group())
        return " "

    rest = text
    for pattern in (_MOBILE, _SPOKEN, LANDLINE):
        rest = pattern.sub(lifted, rest)
    wanted = reading.phone(text) or ""
    others = (number for number in found if _digits(number) != _digits(wanted))
    return wanted, tuple(others), _LABEL.sub(" ", rest)


def _digits(number: str) -> str:
    return "".join(char for char in number.translate(SPOKEN) if char.isdecimal())


__all__ = ["PLATE", "lift_phones", "lift_plates"]
