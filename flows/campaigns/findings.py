"""What the check of a wording found (错敏词): each with its place, its reason and an identity."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?")
_IDENTITY = 12  # hexadecimal digits: one text has some dozens of findings at most


class Fault(StrEnum):
    """What may be wrong with some words."""

    POST_OVER = "post_over"  # 任期已过
    POST_AHEAD = "post_ahead"  # 尚未到任
    POST_WRONG = "post_wrong"  # 职务不符
    NOT_HOLDER = "not_holder"  # 现任的不是这个人
    ORDER = "order"  # 排序
    BODY = "body"  # 机构名称
    BODY_SHORT = "body_short"  # 首次出现用全称
    WORDING = "wording"  # 规范表述
    WEEKDAY = "weekday"  # 日期与星期不符
    NO_DAY = "no_day"  # 没有这一天
    PAST = "past"  # 期限已过
    MOBILE = "mobile"  # 个人手机号
    IDENTITY = "identity"  # 身份证号
    NOT_HTTPS = "not_https"
    HOST = "host"  # 不认识的网址
    DEAD_LINK = "dead_link"  # 死链


@dataclass(frozen=True, slots=True)
class Hit:
    """Words of a text that may be wrong; an empty proposal: nothing can be proposed for them."""

    fault: Fault
    start: int
    end: int
    proposal: str = ""
    about: str = ""  # what the reason needs besides: the day a post ended, the right weekday


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit with its number, and where it is."""

    number: int
    fault: Fault
    start: int
    end: int
    words: str
    line: int  # from 1
    proposal: str
    about: str
    identity: str
    """The same as long as the sentence, what is found in it and what is proposed stay the same:
    确认无误 clears this one, and a change of the words brings it back."""


def numbered(text: str, hits: Iterable[Hit]) -> tuple[Finding, ...]:
    """Order what was found by its place, number it from 1 and give each an identity."""
    seen: Counter[tuple[str, ...]] = Counter()
    found: list[Finding] = []
    ordered = sorted(set(hits), key=lambda hit: (hit.start, hit.end, hit.fault, hit.proposal))
    for number, hit in enumerate(ordered, start=1):
        words = text[hit.start : hit.end]
        sentence = sentence_at(text, hit.start).strip()
        known_by = (hit.fault.value, words, hit.proposal, hit.about, sentence)
        seen[known_by] += 1
        line = text.count("\n", 0, hit.start) + 1
        identity = _digest(*known_by, str(seen[known_by]))
        found.append(
            Finding(
                *(number, hit.fault, hit.start, hit.end, words, line),
                *(hit.proposal, hit.about, identity),
            )
        )
    return tuple(found)


def sentence_at(text: str, at: int) -> str:
    """Return the sentence in which a character stands."""
    for match in _SENTENCE.finditer(text):
        if match.start() <= at < match.end():
            return match.group()
    return ""


def _digest(*parts: str) -> str:
    whole = "\0".join(parts).encode()
    return hashlib.sha256(whole).hexdigest()[:_IDENTITY]


__all__ = ["Fault", "Finding", "Hit", "numbered", "sentence_at"]
