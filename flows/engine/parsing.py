"""How a typed text is cut up, whatever the flow: noise, numbers, labelled lines, parts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from flows.engine.flow import Step
from flows.engine.words import Choice

_NUMERALS = "一二三四五六七八九十"
_NUMBER = re.compile(rf"(?:选|第)?\s*(\d{{1,2}}|[{_NUMERALS}])\s*[个项条号]?\s*[.。、)]?")
_SEPARATORS = (r"[\n；;]", r"[\n；;，,、。]", r"[\n；;，,、。\s]")
_JOINER = "\u200d"  # holds composed emoji together
_LINE_END = re.compile(r"[\n；;]")
_EDGE = " \t\n\u3000，,。、；;"


def clean(text: str) -> str:
    """Drop what nobody types on purpose: control, zero-width and surrogate characters."""
    if text.isprintable():  # most texts are, and hold nothing to drop
        return text.strip()
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in lines if _is_meant(char)).strip()


def _is_meant(char: str) -> bool:
    return char in "\n\t" or char == _JOINER or unicodedata.category(char) not in {"Cc", "Cf", "Cs"}


def narrow(text: str) -> str:
    """Write full-width letters and digits as ordinary ones."""
    return unicodedata.normalize("NFKC", text)


def chosen(text: str, offered: Sequence[Choice]) -> Choice | None:
    """Find the choice that a text names by its label, its value or its 1-based number."""
    exact = named(text, offered)
    if exact is not None:
        return exact
    match = _NUMBER.fullmatch(narrow(text.strip()))
    if match is None:
        return None
    digits = match.group(1)
    number = _NUMERALS.index(digits) + 1 if digits in _NUMERALS else int(digits)
    return offered[number - 1] if 1 <= number <= len(offered) else None


def named(text: str, offered: Sequence[Choice]) -> Choice | None:
    """Find the choice that a text names by its label, its value or another word for it."""
    wanted = narrow(text.strip()).casefold()
    for choice in offered:
        names = (choice.label, choice.value, *choice.words)
        if wanted in {narrow(name).casefold() for name in names}:
            return choice
    return None


def labelled(text: str, steps: Iterable[Step[Any]]) -> dict[str, str]:
    """Return what stands behind a step's word and a colon, e.g. 电话：13800000000."""
    return split_labels(text, steps)[0]


def split_labels(text: str, steps: Iterable[Step[Any]]) -> tuple[dict[str, str], str]:
    """Return the labelled values of a text by field, and the text around them."""
    if ":" not in text and "：" not in text:
        return {}, text
    owner = {word: step.field for step in steps for word in step.words if word}
    if not owner:
        return {}, text
    matches = list(_label_pattern(tuple(sorted(owner, key=len, reverse=True))).finditer(text))
    if not matches:
        return {}, text
    found: dict[str, str] = {}
    rest, position = [], 0
    for match, following in zip(matches, [*matches[1:], None], strict=True):
        end = following.start() if following else len(text)
        line_end = _LINE_END.search(text, match.end(), end)
        end = line_end.start() if line_end else end
        value = text[match.end() : end].strip(_EDGE)
        if value:
            found[owner[match.group(1)]] = value
        rest.append(text[position : match.start()])
        position = end
    rest.append(text[position:])
    return found, "".join(rest).strip(_EDGE)


@lru_cache(maxsize=256)
def _label_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    alternatives = "|".join(re.escape(word) for word in words)
    return re.compile(
        rf"(?:^|(?<=[\n；;，,。、\s]))(?:\d{{1,2}}[.、)）]\s*)?(?:修改|更正|改|我的)?"
        rf"({alternatives})[ \t\u3000]*[：:]"
    )


def partitions(text: str) -> Iterator[list[str]]:
    """Cut a text into parts: by lines, then also by commas, then also by spaces."""
    for separator in _SEPARATORS:
        yield [part.strip() for part in re.split(separator, text) if part.strip()]


def without_word(part: str, step: Step[Any]) -> str:
    """Drop the step's own word at the head of a part: 联系人张三, 电话是138…"""
    for word in sorted(step.words, key=len, reverse=True):
        if word and part.startswith(word):
            return part[len(word) :].lstrip("：:是为 \t\u3000") or part
    return part
