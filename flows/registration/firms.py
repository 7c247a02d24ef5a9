"""Enterprises by the names people use for them: 恒通 for 宁波恒通紧固件有限公司."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flows import reading
from flows.reading.names import TRADE_ONLY
from flows.reading.words import LEGAL, PLACES, TRADES
from flows.registration.registration import enterprise_key

_PLACE = re.compile(rf"(?:浙江省?|{PLACES})(?:街道|区|镇(?!海))?")
_LEGAL_END = re.compile(rf"(?:{LEGAL})$")
_TRADE = re.compile(TRADES)
_BRACKETED = re.compile(r"[(（][^()（）]{0,12}[)）]")
_LONGEST = 40
_SHORTEST = 2
# 宁波恒通紧固件有限公司王芳: a name in law ends visibly, whatever stands behind it.
_IN_LAW = re.compile(
    r"(.{2,40}?(?:有限责任公司|股份有限公司|有限公司|集团公司|集团|合作社|事务所|公司|厂))(.+)"
)


@dataclass(frozen=True, slots=True)
class Firm:
    """What was written for an enterprise, and which ones it may be; none = not on record."""

    written: str
    candidates: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the enterprise, as it is on record or as written; "" while it is open which."""
        if not self.candidates:
            return self.written
        return self.candidates[0] if len(self.candidates) == 1 else ""


class Firms:
    """The enterprises on record, found by their whole names and by short ones."""

    def __init__(self, names: Sequence[str]) -> None:
        whole: dict[str, list[str]] = defaultdict(list)
        short: dict[str, list[str]] = defaultdict(list)
        for name in dict.fromkeys(names):
            whole[enterprise_key(name)].append(name)
            for variant in dict.fromkeys(_short_names(name)):
                short[variant].append(name)
        self._whole = whole
        self._short = short

    def known(self, written: str) -> tuple[str, ...]:
        """Return the enterprises on record that a name may mean; () = none."""
        key = enterprise_key(written)
        if len(key) < _SHORTEST:
            return ()
        for names, wanted in (
            (self._whole, key),
            (self._short, key),
            (self._short, _LEGAL_END.sub("", key)),
        ):
            if wanted in names:
                return tuple(names[wanted])
        return ()

    def read(self, token: str) -> Firm | None:
        """Read a piece that is nothing but an enterprise: on record, or one by its looks."""
        if candidates := self.known(token):
            return Firm(token, candidates)
        looks = len(token) <= _LONGEST and reading.company(token) == token
        return Firm(token) if looks else None

    def split(self, token: str) -> Iterator[tuple[Firm, str]]:
        """Split what is written without a space (恒通李总), the longest enterprise first."""
        for length in range(min(len(token) - 1, _LONGEST), _SHORTEST - 1, -1):
            if candidates := self.known(token[:length]):
                yield Firm(token[:length], candidates), token[length:]
        if (found := _IN_LAW.fullmatch(token)) and (firm := self.read(found[1])):
            yield firm, found[2]


@lru_cache(maxsize=4)
def _firms(names: tuple[str, ...]) -> Firms:
    return Firms(names)


def firms_of(known: Sequence[str]) -> Firms:
    """Return the index of the enterprises on record; it is made once for each list."""
    return _firms(tuple(known))


def _short_names(name: str) -> Iterator[str]:
    """Make the short names of an enterprise: without its place, its form in law, its trade."""
    plain = unicodedata.normalize("NFKC", name)
    for text in dict.fromkeys((plain, _BRACKETED.sub("", plain))):
        stem = _LEGAL_END.sub("", enterprise_key(text))
        yield from _variants(_LEGAL_END.sub("", stem))
        yield from _variants(stem)


def _variants(stem: str) -> Iterator[str]:
    start = 0
    while True:
        rest = stem[start:]
        if _names_one(rest):
            yield rest
        trade = _TRADE.search(rest, _SHORTEST)
        for end in range(trade.start() if trade else len(rest), len(rest)):
            if _names_one(rest[:end]):
                yield rest[:end]
        place = _PLACE.match(stem, start)
        if place is None:
            return
        start = place.end()


def _names_one(short: str) -> bool:
    """Say whether a short name is more than a place or a line of business."""
    if len(short) < _SHORTEST or TRADE_ONLY.fullmatch(short):
        return False
    return _PLACE.sub("", short) != ""


__all__ = ["Firm", "Firms", "firms_of"]
