"""Asking for an access token: what makes asking pointless is not asked again at once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from yarl import URL

from bot.channels.base import SendFault
from bot.channels.tencent.api import Standing, refusal
from bot.channels.tencent.errors import FATAL_REST, MINUTE
from bot.channels.tencent.wire import Wire

LIFE = 7200


def used(life: timedelta) -> timedelta:
    """Say how much of its life a token is used."""
    return life * 0.8


class Granting:
    """Asks one address for tokens; a wrong secret is looked at every five minutes and no more."""

    def __init__(self, url: URL, wire: Wire, standing: Standing) -> None:
        self._url = url
        self._wire = wire
        self._standing = standing
        self._refused = ""  # why asking again is pointless
        self._rests_until: datetime | None = None

    def check(self) -> None:
        """Raise SendFault while asking is pointless."""
        now = self._wire.steady()
        if self._refused and self._rests_until is not None and now < self._rests_until:
            rest = (self._rests_until - now).total_seconds()
            raise SendFault(self._refused, rest, "robot")

    async def ask(
        self, method: str, body: Mapping[str, Any] | None = None, query: Mapping[str, str] = {}
    ) -> tuple[str, timedelta]:
        """Return a token with its life. Raises SendFault."""
        url = self._url.with_query(query) if query else self._url
        reply = await self._wire.exchange(method, url, body, repeatable=True)
        if reply.code:
            codes = self._standing.codes
            told = refusal(self._url.path, reply, self._wire, codes)
            if not self._standing.refused(reply):
                raise told
            self._refused = reply.code
            self._rests_until = self._wire.steady() + timedelta(seconds=FATAL_REST)
            raise SendFault(reply.code, self._wire.jitter(FATAL_REST), "robot")
        self._refused = ""
        token, life = (reply.body or {}).get("access_token"), (reply.body or {}).get("expires_in")
        if not isinstance(token, str) or not token:
            raise SendFault("token.missing", self._wire.jitter(MINUTE), "robot")
        self._standing.granted()
        return token, timedelta(seconds=life if isinstance(life, int) and life > 0 else LIFE)


__all__ = ["Granting", "used"]
