"""Express: answers that are claimed by the commit that writes them."""

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from bot.storage.rows import Claimed


class Station(Protocol):
    """Where an express leaves from."""

    owner: str

    def reserve(self) -> int:
        """Set all free room aside, and say how much that is."""

    def give_back(self, room: int) -> None:
        """Return room that was set aside."""

    def fits(self, letter: Claimed) -> bool:
        """Say whether it needs to ask neither a rate nor the budget."""

    def depart(self, letters: Sequence[Claimed]) -> None:
        """Send letters whose rows are committed as `sending`."""


class ExpressRun:
    """Take answers along in one transaction, and let them go once it is committed.

    What boarded and never goes, because the commit failed, was written down by nobody; should it
    have been committed after all, the delivery finds rows that it does not know and sends them.
    """

    def __init__(self, station: Station) -> None:
        self._station = station
        self._room = 0
        self._left = 0
        self._aboard: list[Claimed] = []
        self.owner = station.owner

    def __enter__(self) -> Self:
        """Set room aside."""
        self._room = self._left = self._station.reserve()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Return the room."""
        self._station.give_back(self._room)

    def wants(self, letter: Claimed) -> bool:
        """Say whether it may go out as soon as it is committed; one that may takes a place."""
        if self._left <= 0 or not self._station.fits(letter):
            return False
        self._left -= 1
        return True

    def board(self, letter: Claimed) -> None:
        """Keep a letter, which has its number now, until the commit."""
        self._aboard.append(letter)

    def go(self) -> None:
        """Send what boarded: its rows are committed."""
        self._station.depart(self._aboard)
        self._aboard = []
