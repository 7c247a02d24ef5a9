"""The catalogue of texts, and how a text with its blanks becomes what people read."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.markup import inert, laid_out
from flows.engine.words import Key, Line, Say
from handlers.ports import Text

OFFICE_TIME = ZoneInfo("Asia/Shanghai")

_BLANK = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
_WEEKDAYS = "一二三四五六日"


class UnusableText(Exception):
    """A text cannot be shown: its key is unknown, or a blank was not given a usable value."""


class Texts:
    """Every sentence that people read, by its key; a gap is an error, never an empty spot."""

    def __init__(self, catalogue: Mapping[str, str]) -> None:
        # A text cut at its blanks: words, a blank's name, words, …
        self._cut = {key: _BLANK.split(text.strip()) for key, text in catalogue.items()}
        self._fixed = {key: laid_out(cut[0]) for key, cut in self._cut.items() if len(cut) == 1}
        self.keys = frozenset(catalogue)

    def blanks(self, key: str) -> frozenset[str]:
        """Name the blanks of a text."""
        return frozenset(self._pieces(key)[1::2])

    def render(self, text: Text) -> str:
        """Fill the blanks; typed text is inert, and lines are broken as DingTalk shows them."""
        fixed = self._fixed.get(text.key)
        return laid_out(self._fill(text.key, text.params)) if fixed is None else fixed

    def label(self, label: str) -> str:
        """Word the label of a choice: a Key is looked up, a literal made inert on one line."""
        return self._value("label", "", label).replace("\n", " ")

    def _pieces(self, key: str) -> list[str]:
        try:
            return self._cut[key]
        except KeyError:
            raise UnusableText(f"no text has the key {str(key)!r}") from None

    def filled(
        self, key: str, params: Mapping[str, Any], word: Callable[[str, str, object], str]
    ) -> str:
        """Fill the blanks with what `word` makes of (key, blank, value)."""
        filled = self._pieces(key).copy()
        for n in range(1, len(filled), 2):
            blank = filled[n]
            if blank not in params:
                raise UnusableText(f"text {str(key)!r}: nothing was given for ${{{blank}}}")
            filled[n] = word(key, blank, params[blank])
        return "".join(filled)

    def _fill(self, key: str, params: Mapping[str, Any]) -> str:
        return self.filled(key, params, self._value)

    def _value(self, key: str, blank: str, value: object) -> str:
        match value:
            case Key():
                return self._fill(value, {})
            case str():
                return inert(value)
            case bool():
                pass
            case int():
                return str(value)
            case datetime() if value.tzinfo is not None:
                local = value.astimezone(OFFICE_TIME)
                return f"{local.month}月{local.day}日 {local:%H:%M}"
            case datetime():
                pass
            case date():
                return f"{value.month}月{value.day}日（周{_WEEKDAYS[value.weekday()]}）"
            case time():
                return f"{value:%H:%M}"
            case Line():
                label = self._value(key, blank, value.label)
                told = self._value(key, blank, value.value)
                return f"{label}：{' '.join(told.splitlines())}"  # one line a fact
            case Text() | Say():
                return self._fill(value.key, value.params)
            case tuple() | list():
                parts = [self._value(key, blank, part) for part in value]
                lines = any(isinstance(part, Line | Say | Text) for part in value)
                return ("\n" if lines else "、").join(parts)
        kind = type(value).__name__
        raise UnusableText(f"text {str(key)!r}: ${{{blank}}} cannot show a {kind}")
