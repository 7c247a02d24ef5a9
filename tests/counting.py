"""A folder of files that counts what was read whole."""

from pathlib import Path
from typing import Self

from bot.attachments import Limits, Vault
from tests.bot.runtime import KEYS


class Counting(Vault):
    """Keeps papers of the size that tests have."""

    read_whole = 0

    @classmethod
    def at(cls, folder: Path) -> Self:
        """Open one below a test's folder."""
        return cls(folder / "files", KEYS, Limits({"pdf"}, 20))

    def holds(self, name: str) -> bool:
        """Count, and look."""
        self.read_whole += 1
        return super().holds(name)
