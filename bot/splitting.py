"""A message that is too long for its channel, as several or as a shorter one."""

from collections.abc import Callable, Sequence

from bot.channels.base import Message
from bot.markup import plain
from flows.cutting import MOST, pieces

_GAP = "\n\n"

Number = Callable[[int, int], str]
"""Word which part of how many it is."""


def split(message: Message, limit: int, number: Number, shortened: str) -> Sequence[Message]:
    """Cut what a message says, its choices in words included, into parts of at most `limit` bytes.

    Parts end with a line or a sentence where they can, and never inside a character. What does not
    fit into MOST parts is left out, and `shortened` says so and what to do; the choices always
    stay.
    """
    text, spelt = plain(message.text), plain(message.spelt)
    whole = _joined(text, spelt)
    if len(whole.encode()) <= limit:
        return (message.model_copy(update={"text": text, "spelt": spelt}),)
    room = limit - len(f"{number(MOST, MOST)}\n".encode())
    last = pieces(spelt, room)
    told = pieces(text, room)
    kept = max(1, MOST - len(last))
    if len(told) > kept:
        cut = pieces(told[kept - 1], room - len(f"\n{shortened}".encode()))[0]
        told = [*told[: kept - 1], f"{cut}\n{shortened}"]
    if last and len(_joined(told[-1], last[0]).encode()) <= room:
        last[0] = _joined(told.pop(), last[0])
    told += last
    several = len(told) > 1
    said = [f"{number(n, len(told))}\n{piece}" for n, piece in enumerate(told, start=1)]
    return [
        message.model_copy(update={"text": words, "spelt": "", "options": ()})
        for words in (said if several else told)
    ]


def _joined(text: str, spelt: str) -> str:
    return _GAP.join(part for part in (text, spelt) if part)
