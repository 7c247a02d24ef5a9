"""Searching tickets: what of them is found, by which pieces, and whether a ticket is a hit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows import reading
from flows.tickets.case import Ticket

MOST_WORDS = 5
_WORD = re.compile(r"[0-9a-z]+|[^\W0-9a-z_]+")
_APART = re.compile(r"[\s,，、;；]+")


def folded(text: str) -> str:
    """Return a text as it is compared: width and case of letters make no difference."""
    return reading.normalise(text).casefold()


def searchable(ticket: Ticket, category: str) -> str:
    """Return everything of a ticket that is found; `category` is the name of its class."""
    said = (ticket.body, ticket.wish, *(note.text for note in ticket.notes))
    return folded("\n".join((ticket.enterprise, category, *said)))


def pieces(text: str) -> frozenset[str]:
    """Cut a folded text into what the index holds.

    Of Chinese every two neighbours (nobody marks where a word ends), of anything else whole words.
    """
    found: set[str] = set()
    for word in _WORD.findall(text):
        if word.isascii():
            found.add(word)
        else:
            found.update(word[at : at + 2] for at in range(len(word) - 1))
    return frozenset(found)


def wanted(text: str) -> tuple[str, ...]:
    """Return the words somebody searches for, folded; a single Chinese character is none."""
    words = [word for word in _APART.split(folded(text)) if pieces(word)]
    return tuple(dict.fromkeys(words))[:MOST_WORDS]


def hit(text: str, words: Sequence[str]) -> bool:
    """Say whether a folded text has all the words; of a number or a name only the whole."""
    return all(_has(text, word) for word in words)


def _has(text: str, word: str) -> bool:
    before = r"(?<![0-9a-z])" if word[0].isascii() and word[0].isalnum() else ""
    after = r"(?![0-9a-z])" if word[-1].isascii() and word[-1].isalnum() else ""
    return re.search(before + re.escape(word) + after, text) is not None
