"""Spans: what is left of the longer times in which a window's calls count as well."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.channels.base import Window
from bot.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Left:
    """How many calls the fullest span has room for, and when it has more."""

    calls: int
    frees_at: datetime


async def left_of_spans(
    tx: Transaction, windows: Collection[Window], now: datetime
) -> Mapping[str, Left]:
    """Say it by window; one that counts in no longer span is left out. `now` is steady.

    A span that has seen no call has room for all that it may take, and no more.
    """
    found: dict[str, Left] = {}
    for nth in range(max((len(window.also) for window in windows), default=0)):
        spans = [
            replace(window, limit=window.also[nth].limit, seconds=window.also[nth].seconds, also=())
            for window in windows
            if len(window.also) > nth
        ]
        used = await tx.windows.used(spans)
        for span in spans:
            seen = used.get(span.key)
            calls = seen.calls if seen else 0
            frees_at = seen.frees_at if seen else now + timedelta(seconds=span.seconds)
            one = Left(max(0, span.limit - calls), frees_at)
            known = found.get(span.key)
            if known is None or _is_fuller(one, known):
                found[span.key] = one
    return found


def _is_fuller(one: Left, known: Left) -> bool:
    # Of two that are full the later one decides: the earlier lets nothing out.
    return one.calls < known.calls or (one.calls == known.calls and one.frees_at > known.frees_at)


__all__ = ["Left", "left_of_spans"]
