"""Ways: what the outbox would make of posts, without writing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from handlers.campaigns.ways import Way
from handlers.ports import Post


@runtime_checkable
class Foreseeing(Protocol):
    """Who words posts and can say beforehand what would become of them."""

    async def foresee(
        self, tx: Any, posts: Sequence[Post], files: Sequence[str]
    ) -> Mapping[str, Way]:
        """Return the way of each, by its name."""


class WayFinder:
    """Asks whoever words the posts of a transaction; who cannot say is not asked."""

    def __init__(self, tx: object, dispatch: object) -> None:
        self._tx = tx
        self._dispatch = dispatch

    async def of(self, posts: Sequence[Post], files: Sequence[str]) -> Mapping[str, Way]:
        """Return the way of each, by its name."""
        if not isinstance(self._dispatch, Foreseeing):
            return {}
        return await self._dispatch.foresee(self._tx, posts, files)
