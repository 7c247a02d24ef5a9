"""What is different between two versions of a text, word for word, for people to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from flows.graphemes import parts_at

# What changes as a whole: addresses, dates, hours, amounts, numbers, words of Latin letters.
_WORD = re.compile(
    r"https?://[!-~]+"
    r"|(?:\d{2,4}年)?\d{1,2}月(?:\d{1,2}[日号])?"
    r"|\d{1,2}[:：]\d{2}"
    r"|\d[\d,.]*(?:[万亿]?元|[万亿%％年日号个家人])?"
    r"|[A-Za-z]+"
)
_PUNCTUATION = frozenset("，。、；：！？,.;:!?（）()《》“”\n ")
_EXACT = 2000
_OPENS, _OPENS_TYPED = "【", "［"


class Change(StrEnum):
    """What became of a stretch of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text, and what became of it; never empty."""

    change: Change
    text: str


def difference(old: str, new: str) -> tuple[Segment, ...]:
    """Compare two texts: kept and removed segments make the old one, kept and added the new one."""
    found: list[tuple[str, str]] = []  # what it was, and what it is
    for was, now in _aligned(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        if was == now:
            found.append(("".join(was), "".join(now)))
            continue
        words = _aligned(_words("".join(was)), _words("".join(now)))
        found += (("".join(a), "".join(b)) for a, b in words)
    return tuple(_segments(_gathered(found)))


def rendered(segments: Sequence[Segment]) -> str:
    """Write a difference as plain text: 截止【删：12月3日】【增：12月4日】."""
    return "".join(map(_marked, segments))


def _marked(segment: Segment) -> str:
    # Who types such a mark must not make an approver see a change that is none.
    text = re.sub(rf"{_OPENS}(?=[删增]：)", _OPENS_TYPED, segment.text)
    match segment.change:
        case Change.REMOVED:
            return f"【删：{text}】"
        case Change.ADDED:
            return f"【增：{text}】"
    return text


def _words(text: str) -> list[str]:
    """Take a text apart into what changes as a whole; everything else is a character."""
    words: list[str] = []
    at = 0
    while at < len(text):
        match = _WORD.match(text, at)
        end = match.end() if match else at + 1
        while not parts_at(text, end):
            end += 1
        words.append(text[at:end])
        at = end
    return words


def _aligned(
    old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Give the stretches of two sequences in their order: equal ones, and what stands between."""
    # Thousands of changed words are compared roughly: exactly, it could take seconds.
    matcher = SequenceMatcher(None, old, new, autojunk=len(new) > _EXACT)
    for _, a, b, c, d in matcher.get_opcodes():
        yield old[a:b], new[c:d]


def _gathered(found: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Put changes together between which a single character was kept by chance."""
    gathered: list[tuple[str, str]] = []
    for n, (was, now) in enumerate(found):
        kept = was == now
        by_chance = kept and 0 < n < len(found) - 1 and _is_splinter(was)
        open_change = bool(gathered) and gathered[-1][0] != gathered[-1][1]
        if open_change and (by_chance or not kept):
            before = gathered.pop()
            gathered.append((before[0] + was, before[1] + now))
        else:
            gathered.append((was, now))
    return gathered


def _is_splinter(text: str) -> bool:
    return len(text) == 1 and text not in _PUNCTUATION


def _segments(found: Sequence[tuple[str, str]]) -> Iterator[Segment]:
    kept = ""
    for was, now in found:
        if was == now:
            kept += was
            continue
        if kept:
            yield Segment(Change.KEPT, kept)
        kept = ""
        if was:
            yield Segment(Change.REMOVED, was)
        if now:
            yield Segment(Change.ADDED, now)
    if kept:
        yield Segment(Change.KEPT, kept)


__all__ = ["Change", "Segment", "difference", "rendered"]
