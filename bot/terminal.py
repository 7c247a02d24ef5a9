"""What commands say to the person at the terminal: texts of the catalogue, as they stand."""

import string
import sys
from collections.abc import Mapping


class Terminal:
    """Print texts of the catalogue; values appear as they are, nothing is escaped."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def word(self, key: str, **blanks: object) -> str:
        """Fill a text's blanks."""
        return string.Template(self._texts[key]).substitute(blanks)

    def say(self, key: str, **blanks: object) -> None:
        """Print one text."""
        sys.stdout.write(self.word(key, **blanks) + "\n")
