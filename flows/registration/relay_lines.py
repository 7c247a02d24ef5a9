"""The lines of a 接龙: which are rows of people, which are its title, example or talk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from flows import reading
from flows.reading.text import READ_AT_MOST
from flows.registration.lifting import lift_phones, lift_plates
from flows.registration.people import HAN

_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
_CIRCLED = "①-⑳㉑-㉟㊱-㊿❶-❿⓫-⓴⓵-⓾⑴-⒇⒈-⒛➀-➓"
_AFTER_COUNT = "月日号点人楼年位个名时分家元万"
NUMBERED = re.compile(
    rf"(?:[(（\[【]?\d{{1,3}}\s?(?:[)）\]】.、．。,，:：]+(?!\d)|\.(?=\d{{1,2}}[.、．]))"
    rf"|\d{{1,3}}\s+(?=[^\d\s+＋{_AFTER_COUNT}])|\d{{1,3}}$|\d{{1,3}}(?=[{HAN}])(?![{_AFTER_COUNT}])"
    rf"|[{_CIRCLED}][.、．]?|[一二三四五六七八九十]{{1,3}}[、.．]"
    r"|(?:[Nn][Oo]|第)\.?\d{1,3}[.、．:： ]?|[-*•●]\s+)\s*"
)
_AGAIN = re.compile(r"\d{1,3}\s?[)）\].、．。,，:：]+\s*(?!\d)")  # 1、1. 恒通: numbered twice
_JOINED = re.compile(
    rf"(?<=[\s;；。])(?=\d{{1,3}}\s?[.、．)）](?!\d)\s*[^\s\d])|(?<=[^\n])(?=[{_CIRCLED}])"
)
_RELAY = re.compile(r"^[#＃]?\s*(?:群?接龙)[#＃]?[:：]?\s*")
_SENT_BY = re.compile(r"[^:：\n]{1,24}(?<!\d)[:：]\s*")
_STAMP = re.compile(
    r"\S{1,20}(?:\s*[(（]\S{1,16}[)）])?\s+"
    r"(?:(?:\d{4}[-/年.])?\d{1,2}[-/月.]\d{1,2}日?\s+)?(?:[上下]午\s?)?\d{1,2}:\d{2}(?::\d{2})?"
)
_EXAMPLE = re.compile(
    r"[(（【\[]?(?:例如?|示例|样例|范例|举例|例子|格式|模板|如)(?:\s|[:：)）】\].、]|$)"
    r"|.{0,6}(?:[xX×＊*]{2,}|某某|○○)"
)
# Words of a message to the group, in a line that names nobody.
_TALK = re.compile(
    r"请|大家|各位|接龙|截止|地点|时间|格式|收到|谢谢|通知|温馨|提醒|欢迎|联系人|咨询|注意|名额|限报|每家"
)
LONGEST_ROW = 300
MOST_LINES = 1_000  # no group is as large; more would keep everybody else waiting


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list; `numbered` = it says itself that it is a row."""

    at: int
    text: str
    numbered: bool

    @property
    def is_example(self) -> bool:
        """Say whether it only shows how to write."""
        return _EXAMPLE.match(self.text) is not None

    @property
    def is_talk(self) -> bool:
        """Say whether it speaks to the others, rather than of who comes."""
        return _TALK.search(self.text) is not None

    @property
    def is_addition(self) -> bool:
        """Say whether it has nothing but what belongs to the row above: a number, a remark."""
        if self.numbered or self.is_talk:
            return False
        _, rest = lift_plates(self.text)
        _, _, rest = lift_phones(rest)
        rest = re.sub(r"[(（][^()（）]{0,40}[)）]", "", rest)
        return not re.search(r"\w", rest) and bool(re.search(r"\w", self.text))


def key_of(text: str) -> str:
    """Return what two lines have in common that say the same, however they are typed."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def lines_of(text: str) -> tuple[tuple[Line, ...], bool]:
    """Split a pasted list into its lines; True = it was longer than can be read."""
    plain = reading.normalise(_KEYCAP.sub(r"\1. ", text.replace("🔟", "10. ")))
    lines = (line for raw in plain.split("\n") for line in _apart(_bare(raw)))
    found = [
        Line(at, line, numbered) for at, line in enumerate(lines) for line, numbered in [_row(line)]
    ]
    said = tuple(line for line in found if line.text or line.numbered)
    return said[:MOST_LINES], len(text) > READ_AT_MOST or len(said) > MOST_LINES


def heading(line: Line) -> tuple[bool, str]:
    """Say whether a line opens a list (#接龙), and what else it says."""
    found = None if line.numbered else _RELAY.match(line.text)
    return (found is not None, line.text[found.end() :].strip() if found else line.text)


def _bare(line: str) -> str:
    """Drop emoji, and who forwarded the line when."""
    seen = "".join(char for char in line if unicodedata.category(char) not in {"So", "Sk"})
    seen = re.sub("[\ufe00-\ufe0f\u20e3]", "", seen).strip()
    if _STAMP.fullmatch(seen) or _SENT_BY.fullmatch(seen):
        return ""
    sent = _SENT_BY.match(seen)
    if sent and not NUMBERED.match(seen):
        behind = seen[sent.end() :]
        if NUMBERED.match(behind) or _RELAY.match(behind):
            return behind
    return seen


def _apart(line: str) -> Iterator[str]:
    """Set apart the rows that were pasted into one line."""
    parts = _JOINED.split(line) if NUMBERED.match(line) or _RELAY.match(line) else [line]
    yield from (part.strip() for part in parts)


def _row(line: str) -> tuple[str, bool]:
    """Take the numbers off a row, however many there are."""
    found = NUMBERED.match(line)
    numbered = found is not None
    while found is not None:
        line = line[found.end() :]
        found = _AGAIN.match(line)
    return line.strip(" .、．,，;；"), numbered


__all__ = ["LONGEST_ROW", "Line", "heading", "key_of", "lines_of"]
