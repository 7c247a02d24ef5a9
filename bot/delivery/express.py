"""Express: answers that are claimed by the commit that writes them."""

from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from bot.delivery.outcome import Landed
from bot.storage.rows import Claimed
from bot.storage.transaction import Transaction


class Station(Protocol):
    """Where an express leaves from."""

    owner: str

    def reserve(self) -> int:
        """Set all free room aside, and say how much that is."""

    def give_back(self, room: int) -> None:
        """Return room that was set aside."""

    def fits(self, letter: Claimed) -> bool:
        """Say whether it needs to ask neither a rate nor the budget."""

    def expect(self, number: int) -> None:
        """Hear of a row that is `sending` with the commit to come; it is on its way from now on."""

    def dismiss(self, numbers: Sequence[int]) -> None:
        """Hear of rows that will not depart."""

    def depart(self, letters: Sequence[Claimed]) -> None:
        """Send letters whose rows are committed as `sending`."""

    def wake(self) -> None:
        """Look for rows that nobody takes along."""

    def collect(self) -> Sequence[Landed]:
        """Hand out how answers ended, if that can be written down in any transaction."""

    def hear_of(self, landed: Sequence[Landed], *, written: bool) -> None:
        """Hear what became of what was handed out."""

    async def settle(self, tx: Transaction, landed: Sequence[Landed]) -> None:
        """Write down how answers ended."""


class ExpressRun:
    """Take answers along in one transaction, and let them go once it is committed.

    The same transaction writes down how the answers before them ended, which costs no other.

    What boarded and never goes, because the commit failed, was written down by nobody; should it
    have been committed after all, the delivery finds rows that it does not know and sends them.
    """

    def __init__(self, station: Station) -> None:
        self._station = station
        self._room = 0
        self._left = 0
        self._aboard: list[Claimed] = []
        self._over = False
        # Taken once: by the thread that writes, or by the loop when nobody waits for it any more.
        self._ended: deque[Sequence[Landed]] = deque()
        self.owner = station.owner

    def __enter__(self) -> Self:
        """Set room aside."""
        self._room = self._left = self._station.reserve()
        self._ended.append(self._station.collect())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Return the room."""
        self._station.give_back(self._room)
        self._over = True
        self._station.dismiss([letter.id for letter in self._aboard])
        if ended := self._take_ended():
            self._station.hear_of(ended, written=False)

    def wants(self, letter: Claimed) -> bool:
        """Say whether it may go out as soon as it is committed; one that may takes a place."""
        if self._left <= 0 or not self._station.fits(letter):
            return False
        self._left -= 1
        return True

    def board(self, letter: Claimed) -> None:
        """Keep a letter, which has its number now, until the commit."""
        self._aboard.append(letter)
        self._station.expect(letter.id)
        if self._over:  # whoever waited for the transaction was cancelled; it goes on
            self._station.dismiss([letter.id])

    async def begin(self, tx: Transaction) -> None:
        """Write down how the answers before ended; take answers along from here on."""
        if ended := self._take_ended():
            tx.at_end.append(lambda done: self._station.hear_of(ended, written=done))
            await self._station.settle(tx, ended)
        tx.express(self)

    def go(self, *, left: bool = True) -> None:
        """Send what boarded: its rows are committed; `left` = there may be others."""
        aboard, self._aboard = self._aboard, []
        self._station.depart(aboard)
        if left:
            self._station.wake()

    def _take_ended(self) -> Sequence[Landed]:
        try:
            return self._ended.popleft()
        except IndexError:
            return ()
