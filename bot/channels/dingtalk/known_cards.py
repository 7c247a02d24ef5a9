"""What this process remembers of the cards it sent."""

from collections import OrderedDict
from dataclasses import dataclass

from handlers.ports import Place

MOST = 10_000


@dataclass(frozen=True, slots=True)
class _Known:
    place: Place | None  # None: it was created and could not be delivered


class KnownCards:
    """Where each card stands; the oldest are forgotten.

    A callback does not say reliably where its card is, and a card that exists without having been
    delivered looks delivered when it is created again.
    """

    def __init__(self) -> None:
        self._cards: OrderedDict[str, _Known] = OrderedDict()

    def stands(self, card: str, place: Place) -> None:
        """Remember that a card was delivered."""
        self._remember(card, _Known(place))

    def lost(self, card: str) -> None:
        """Remember that a card exists and reached nobody."""
        self._remember(card, _Known(None))

    def is_lost(self, card: str) -> bool:
        """Say whether a card is known to have reached nobody."""
        known = self._cards.get(card)
        return known is not None and known.place is None

    def place(self, card: str) -> Place | None:
        """Return where a card stands, if this process put it there."""
        known = self._cards.get(card)
        return known.place if known else None

    def _remember(self, card: str, known: _Known) -> None:
        self._cards[card] = known
        self._cards.move_to_end(card)
        if len(self._cards) > MOST:
            self._cards.popitem(last=False)
