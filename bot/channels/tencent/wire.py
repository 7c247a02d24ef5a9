"""The way to a platform of Tencent's, the same for whatever goes there."""

from __future__ import annotations

import random
from typing import Self

from bot.channels.http import OneSession, Session, open_session, spread
from bot.channels.tencent.exchange import Exchange
from bot.channels.tencent.pace import Pace
from bot.hub.base import Hub
from bot.keys import Keys
from handlers.ports import Clock


class Wire:
    """One session, how patient its calls are, and with whom a token is shared.

    Whoever opens one closes it; a channel closes the one that it was given.
    """

    def __init__(
        self,
        clock: Clock,
        chance: random.Random,
        *,
        steady: Clock | None = None,
        hub: Hub | None = None,
        keys: Keys | None = None,
        pace: Pace | None = None,
        session: Session = open_session,
    ) -> None:
        """`steady` times what another clock may not move; `hub` and `keys` share the access token,
        sealed.
        """
        self.clock = clock
        self.steady = steady or clock
        self.hub = hub
        self.keys = keys
        self.pace = pace or Pace()
        self.jitter = spread(chance)
        self._session = OneSession(session)
        self.exchange = Exchange(self._session, self.jitter, self.pace.call)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *broken: object) -> None:
        await self.close()

    def end(self) -> None:
        """Begin no further call; those under way go on."""
        self._session.end()

    async def close(self) -> None:
        """Break off what is under way."""
        await self._session.close()


__all__ = ["Wire"]
