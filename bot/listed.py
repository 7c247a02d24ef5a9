"""Lists of policies as JSON or TOML, which no other text is taken for (docs/policies.md).

What everybody sends is only glanced at. A list is parsed when staff have it read, and only if the
parser cannot be made to work for long: tomllib takes the square of the dots of a key.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence

LONGEST: Mapping[str, int] = {"json": 1024 * 1024, "toml": 256 * 1024}
"""Bytes of a list: whatever is longer is not looked at."""
MIMES = {"json": "application/json", "toml": "application/toml"}
_NAMES = ("policies", "policy")  # the array that holds them
_LOOKS = {
    "json": re.compile(r'\s*(?:\[\s*\{|\{(?=[^\0]*"polic(?:ies|y)"\s*:\s*\[\s*\{))'),
    "toml": re.compile(
        r"[^\0]*?^[ \t]*(?:\[\[[ \t]*polic(?:ies|y)[ \t]*\]\]|polic(?:ies|y)[ \t]*=[ \t]*\[)", re.M
    ),
}
_DEEPEST = 8  # brackets within brackets: a condition of a policy of a list has four
_DOTS = 8  # of one line of TOML, outside of its strings
_TABLES = 2000  # headers of TOML
_UNSTORED = re.compile("[\0\ud800-\udfff]")
# Each way runs to its end or to the end of the text, so that nothing is read twice.
_JSON_PARTS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_TOML_STRINGS = re.compile(
    r'"""(?:(?!""")(?:[^\\]|\\.))*+(?:"{3,5})?'
    r"|'''(?:(?!''').)*+(?:'{3,5})?"
    r'|"(?:[^"\\\n]|\\[^\n])*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+",
    re.DOTALL,
)


def listed_type(data: bytes) -> str:
    """Say at a glance whether bytes are a list of policies as "json" or "toml"; "" = they are none.

    What looks like one may turn out to be none when it is read.
    """
    return next((kind for kind in MIMES if _looks_like(data, kind)), "")


def records_in(data: bytes, kind: str) -> Sequence[Mapping[str, object]] | None:
    """Return the records of a list, None = it is no list of policies of that kind."""
    text = _text(data, kind)
    if text is None or not (_is_flat(text) if kind == "json" else _is_plain(text)):
        return None
    try:
        told = json.loads(text) if kind == "json" else tomllib.loads(text)
    # A number of a million digits, or brackets within brackets, are no policies either.
    except (ValueError, RecursionError):
        return None
    if isinstance(told, Mapping):
        told = next((told[name] for name in _NAMES if name in told), None)
    elif kind == "toml":
        return None
    if not isinstance(told, list) or not told:
        return None
    return told if all(isinstance(one, Mapping) for one in told) and _is_text(told) else None


def _text(data: bytes, kind: str) -> str | None:
    if len(data) > LONGEST[kind]:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _looks_like(data: bytes, kind: str) -> bool:
    text = _text(data, kind)
    return text is not None and _LOOKS[kind].match(text) is not None


def _is_flat(text: str) -> bool:
    """Say whether JSON goes no deeper than a list of policies does."""
    depth = 0
    for part in _JSON_PARTS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(part.group(), 0)
        if depth > _DEEPEST:
            return False
    return True


def _is_plain(text: str) -> bool:
    """Say whether TOML has short keys and few tables."""
    lines = _TOML_STRINGS.sub("", text).split("\n")
    tables = sum(line.lstrip().startswith("[") for line in lines)
    return tables <= _TABLES and all(line.count(".") <= _DOTS for line in lines)


def _is_text(told: object) -> bool:
    """Say whether every word can be stored: JSON can write half a character, and NUL."""
    match told:
        case str():
            return _UNSTORED.search(told) is None
        case Mapping():
            return all(_is_text(one) for pair in told.items() for one in pair)
        case list():
            return all(map(_is_text, told))
    return True
