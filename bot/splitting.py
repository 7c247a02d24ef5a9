"""A message that is too long for its channel, as several or as a shorter one."""

from collections.abc import Callable, Sequence

from bot.channels.base import Message
from bot.markup import plain
from flows.cutting import MOST, pieces
from flows.parting import HEAD, joined, parted

Number = Callable[[int, int], str]
"""Word which part of how many it is."""


def split(message: Message, limit: int, number: Number, shortened: str) -> Sequence[Message]:
    """Cut what a message says, its choices in words included, into parts of at most `limit` bytes.

    Parts end with a line or a sentence where they can, and never inside a character. What does not
    fit into MOST parts is left out, and `shortened` says so and what to do; the choices always
    stay.
    """
    text, spelt = plain(message.text), plain(message.spelt)
    if len(joined(text, spelt).encode()) <= limit:
        return (message.model_copy(update={"text": text, "spelt": spelt}),)
    head = max(HEAD, len(f"{number(MOST, MOST)}\n".encode()))
    found = parted(text, spelt, limit, head=head)
    told = [*found.parts, *found.last]
    if found.over:
        told = _shortened(text, spelt, limit - head, shortened)
    several = len(told) > 1
    said = [f"{number(n, len(told))}\n{piece}" for n, piece in enumerate(told, start=1)]
    return [
        message.model_copy(update={"text": words, "spelt": "", "options": ()})
        for words in (said if several else told)
    ]


def _shortened(text: str, spelt: str, room: int, shortened: str) -> list[str]:
    """Leave out the end of a text, and say so."""
    told, last = pieces(text, room), pieces(spelt, room)
    kept = max(1, MOST - len(last))
    cut = pieces(told[kept - 1], room - len(f"\n{shortened}".encode()))[0]
    told = [*told[: kept - 1], f"{cut}\n{shortened}"]
    if last and len(joined(told[-1], last[0]).encode()) <= room:
        last[0] = joined(told.pop(), last[0])
    return [*told, *last]
