"""The links of a text that are looked up (死链): which are due, and what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from flows.campaigns.campaign import Looked
from flows.campaigns.findings import Fault, Hit
from flows.campaigns.links import links

FRESH = timedelta(hours=1)
"""So long what was seen counts: a page that opened this morning may be gone by the evening."""


def to_look_up(text: str, looked: Sequence[Looked], now: datetime) -> tuple[str, ...]:
    """Return the links of a text that nobody has looked up lately; those without https are wrong
    as they stand (NOT_HTTPS) and not looked up.
    """
    fresh = {one.url for one in looked if now - one.at < FRESH}
    return tuple(url for url in _looked_up(text) if url not in fresh)


def remembered(text: str, before: Sequence[Looked], found: Sequence[Looked]) -> tuple[Looked, ...]:
    """Return what is known of the links that are in the text, the latest of each."""
    known = {one.url: one for one in (*before, *found)}
    return tuple(known[url] for url in _looked_up(text) if url in known)


def dead(text: str, looked: Sequence[Looked]) -> Iterator[Hit]:
    """Find the links that lead nowhere, with what was seen there."""
    seen = {one.url: one.seen for one in looked if one.state == "dead"}
    for link in links(text):
        if link.written in seen:
            yield Hit(Fault.DEAD_LINK, link.start, link.end, about=seen[link.written])


def unclear(text: str, looked: Sequence[Looked]) -> tuple[Looked, ...]:
    """Return the links of which it could not be found out."""
    here = set(_looked_up(text))
    return tuple(one for one in looked if one.state == "unclear" and one.url in here)


def _looked_up(text: str) -> tuple[str, ...]:
    found = (link.written for link in links(text))
    return tuple(dict.fromkeys(url for url in found if url.lower().startswith("https://")))


__all__ = ["FRESH", "dead", "remembered", "to_look_up", "unclear"]
