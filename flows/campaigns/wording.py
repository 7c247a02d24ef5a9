"""The check of a campaign's wording before its approval (错敏词)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from flows.calendar import OFFICE_ZONE
from flows.campaigns.campaign import Looked
from flows.campaigns.dated import deadlines, weekdays
from flows.campaigns.dead import dead
from flows.campaigns.findings import Fault, Finding, Hit, numbered
from flows.campaigns.leaders import leaders
from flows.campaigns.lexicon import Body, Lexicon, longest_first
from flows.campaigns.links import unsafe
from flows.reading.numbers import mobiles

_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{9}[0-9Xx](?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_CHECKS = "10X98765432"


def check(
    text: str, lexicon: Lexicon, now: datetime, looked: Sequence[Looked] = ()
) -> tuple[Finding, ...]:
    """Find what may be wrong with a text, in the order of the text, numbered from 1.

    `looked` is what was seen at its links; it is found out elsewhere.
    """
    today = now.astimezone(OFFICE_ZONE).date()
    hits = [
        *leaders(text, lexicon, today),
        *_bodies(text, lexicon.bodies),
        *_wordings(text, lexicon),
        *weekdays(text, today),
        *deadlines(text, now),
        *_private(text, lexicon.numbers),
        *unsafe(text, lexicon.hosts),
        *dead(text, looked),
    ]
    return numbered(text, hits)


def uncleared(findings: Sequence[Finding], cleared: Collection[str]) -> tuple[Finding, ...]:
    """Return what nobody has cleared yet (确认无误); `cleared` holds identities of findings."""
    return tuple(one for one in findings if one.identity not in cleared)


def _bodies(text: str, bodies: Sequence[Body]) -> Iterator[Hit]:
    rights = {right for body in bodies for right in (body.full, *body.short)}
    for body in bodies:
        for start, end in _wrong(text, body.wrong, rights):
            yield Hit(Fault.BODY, start, end, body.full)
        first = min(_places(text, body.short), default=None)
        # The first full name comes after the short one, unless that is a part of it.
        full = _places(text, (body.full,))
        if first is not None and not any(start <= first[0] for start, _ in full):
            yield Hit(Fault.BODY_SHORT, *first, body.full)


def _wordings(text: str, lexicon: Lexicon) -> Iterator[Hit]:
    for wording in lexicon.wordings:
        for start, end in _wrong(text, wording.wrong, {wording.right, *wording.unless}):
            yield Hit(Fault.WORDING, start, end, wording.right)


def _wrong(text: str, wrong: Collection[str], rights: Collection[str]) -> Iterator[tuple[int, int]]:
    """Give the places of what is wrong, the longest first; not those inside of what is right."""
    right = _places(text, rights)
    taken: list[tuple[int, int]] = []
    for words in longest_first(wrong):
        for place in _places(text, (words,)):
            if not _inside(place, right) and not _inside(place, taken):
                taken.append(place)
                yield place


def _places(text: str, words: Collection[str]) -> list[tuple[int, int]]:
    found = (
        (word, match.start()) for word in words for match in re.finditer(re.escape(word), text)
    )
    return [(start, start + len(word)) for word, start in found]


def _inside(place: tuple[int, int], others: Collection[tuple[int, int]]) -> bool:
    return any(start <= place[0] and place[1] <= end for start, end in others)


def _private(text: str, allowed: Collection[str]) -> Iterator[Hit]:
    for start, end, digits in mobiles(text):
        if digits not in allowed:
            yield Hit(Fault.MOBILE, start, end)
    for found in _IDENTITY.finditer(text):
        digits = found.group().upper()
        total = sum(int(n) * weight for n, weight in zip(digits, _WEIGHTS, strict=False))
        if _CHECKS[total % 11] == digits[-1]:
            yield Hit(Fault.IDENTITY, *found.span())


__all__ = ["check", "uncleared"]
