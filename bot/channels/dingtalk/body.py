"""Reading JSON whose fields may be missing, or of another type than documented."""

import json
from collections.abc import Sequence
from typing import Any


class Body:
    """A JSON object; what is absent or odd reads as empty."""

    def __init__(self, raw: object) -> None:
        self._raw: dict[str, Any] = raw if isinstance(raw, dict) else {}

    def __bool__(self) -> bool:
        return bool(self._raw)

    def __contains__(self, name: str) -> bool:
        return self._raw.get(name) is not None

    def text(self, *names: str) -> str:
        """Return the first of the fields that holds text (or a number)."""
        for name in names:
            value = self._raw.get(name)
            if isinstance(value, int | float) and not isinstance(value, bool):
                return str(value)
            if isinstance(value, str) and value:
                return value
        return ""

    def is_true(self, name: str) -> bool:
        """Say whether a field is true, written as such or as a word."""
        return self._raw.get(name) in (True, "true")

    def part(self, name: str) -> "Body":
        """Return an object inside; some of the platform's come as JSON text."""
        return Body(_decoded(self._raw.get(name)))

    def items(self, *names: str) -> Sequence[object]:
        """Return the first of the fields that holds a list, also one that came as JSON text."""
        for name in names:
            value = _decoded(self._raw.get(name))
            if isinstance(value, list) and value:
                return value
        return ()

    def first(self, name: str) -> str:
        """Return the first text of a list."""
        return next((item for item in self.items(name) if isinstance(item, str)), "")


def _decoded(value: object) -> object:
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
