"""What this process remembers of the cards it sent."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from handlers.ports import Place

MOST = 10_000


@dataclass(frozen=True, slots=True)
class _Known:
    place: Place | None  # None: it was created and could not be delivered


class KnownCards:
    """Where each card stands, and what carries it; the oldest are forgotten.

    A callback does not say reliably where its card is, and a card that exists without having been
    delivered looks delivered when it is created again.
    """

    def __init__(self) -> None:
        self._cards: OrderedDict[str, _Known] = OrderedDict()
        self._carriers: OrderedDict[str, str] = OrderedDict()

    def stands(self, card: str, place: Place) -> None:
        """Remember that a card was delivered."""
        _remember(self._cards, card, _Known(place))

    def lost(self, card: str) -> None:
        """Remember that a card exists and reached nobody."""
        _remember(self._cards, card, _Known(None))

    def carries(self, carrier: str, card: str) -> None:
        """Remember the message that shows a card: it is what people read."""
        if carrier:
            _remember(self._carriers, carrier, card)

    def is_lost(self, card: str) -> bool:
        """Say whether a card is known to have reached nobody."""
        known = self._cards.get(card)
        return known is not None and known.place is None

    def place(self, card: str) -> Place | None:
        """Return where a card stands, if this process put it there."""
        known = self._cards.get(card)
        return known.place if known else None

    def shown_by(self, key: str) -> str:
        """Return the card that a message shows; a message that shows none stands for itself."""
        return self._carriers.get(key, key)


def _remember(known: OrderedDict[str, Any], key: str, value: object) -> None:
    known[key] = value
    known.move_to_end(key)
    if len(known) > MOST:
        known.popitem(last=False)
