"""Asking for an access token: what makes asking pointless is not asked again at once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from yarl import URL

from bot.channels.base import SendFault
from bot.channels.http import Jitter
from bot.channels.tencent.api import Standing, refusal
from bot.channels.tencent.errors import FATAL_REST
from bot.channels.tencent.exchange import NOT_SENT_RETRY, Exchange
from handlers.ports import Clock

LIFE = 7200


def used(life: timedelta) -> timedelta:
    """Say how much of its life a token is used."""
    return life * 0.8


class Granting:
    """Asks one address for tokens; a wrong secret is looked at every five minutes and no more."""

    def __init__(
        self,
        url: URL,
        exchange: Exchange,
        standing: Standing,
        *,
        clock: Clock,
        steady: Clock,
        jitter: Jitter,
    ) -> None:
        self._url = url
        self._exchange = exchange
        self._standing = standing
        self._clock = clock
        self._steady = steady
        self._jitter = jitter
        self._refused = ""  # why asking again is pointless
        self._rests_until: datetime | None = None

    def check(self) -> None:
        """Raise SendFault while asking is pointless."""
        now = self._steady()
        if self._refused and self._rests_until is not None and now < self._rests_until:
            rest = (self._rests_until - now).total_seconds()
            raise SendFault(self._refused, rest, self._standing.codes.rule(self._refused).breaks)

    async def ask(
        self, method: str, body: Mapping[str, Any] | None = None, query: Mapping[str, str] = {}
    ) -> tuple[str, timedelta]:
        """Return a token with its life. Raises SendFault."""
        url = self._url.with_query(query) if query else self._url
        reply = await self._exchange(method, url, body, repeatable=True)
        self._standing.note(reply)
        if reply.code:
            if self._standing.codes.rule(reply.code, reply.status).fatal:
                self._refused = reply.code
                self._rests_until = self._steady() + timedelta(seconds=FATAL_REST)
            codes = self._standing.codes
            raise refusal(self._url.path, reply, self._clock, self._jitter, codes)
        self._refused = ""
        token, life = (reply.body or {}).get("access_token"), (reply.body or {}).get("expires_in")
        if not isinstance(token, str) or not token:
            raise SendFault("token.missing", self._jitter(NOT_SENT_RETRY))
        return token, timedelta(seconds=life if isinstance(life, int) and life > 0 else LIFE)


__all__ = ["Granting", "used"]
