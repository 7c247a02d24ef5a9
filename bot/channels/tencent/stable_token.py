"""The token of a 公众号: asked for in the stable way, which another process cannot spoil."""

from datetime import datetime, timedelta

from yarl import URL

from bot.channels.access_token import Token
from bot.channels.base import SendFault
from bot.channels.http import Jitter
from bot.channels.tencent.api import Standing, refusal
from bot.channels.tencent.errors import FATAL_REST, rule
from bot.channels.tencent.exchange import NOT_LEFT, NOT_SENT_RETRY, Exchange
from bot.hub.base import Hub
from bot.keys import Keys
from handlers.ports import Clock

PATH = "/cgi-bin/stable_token"
LIFE = 7200
FORCED_APART = timedelta(minutes=75)
"""The platform makes a new token before its time 20 times a day (api_getstableaccesstoken)."""


def used(life: timedelta) -> timedelta:
    """Say how much of its life a token is used."""
    return life * 0.8


class StableToken:
    """Gives the token; what makes asking pointless is not asked again at once."""

    def __init__(
        self,
        base: str,
        app_id: str,
        app_secret: str,
        exchange: Exchange,
        standing: Standing,
        *,
        clock: Clock,
        steady: Clock,
        jitter: Jitter,
        hub: Hub | None,
        keys: Keys | None,
    ) -> None:
        self._url = URL(base + PATH)
        self._app_id = app_id
        self._app_secret = app_secret
        self._exchange = exchange
        self._standing = standing
        self._clock = clock
        self._steady = steady
        self._jitter = jitter
        self._token = Token(f"wechat:{app_id}", self._fetch, steady, hub, keys, used=used)
        self._rejected = ""
        self._refused = ""  # why asking again is pointless
        self._rests_until: datetime | None = None
        self._forced_at: datetime | None = None

    async def valid(self, rejected: str = "") -> str:
        """Return a token other than the rejected one, or that one where there is no other.

        Raises SendFault.
        """
        if rejected:
            self._rejected = rejected
        return await self._token.valid(rejected)

    async def close(self) -> None:
        """Give up on a token that is still awaited."""
        await self._token.close()

    async def _fetch(self) -> tuple[str, timedelta]:
        now = self._steady()
        if self._refused and self._rests_until is not None and now < self._rests_until:
            rest = (self._rests_until - now).total_seconds()
            raise SendFault(self._refused, rest, rule(self._refused).breaks)
        token, life = await self._ask(force=False)
        if token == self._rejected and self._may_force(now):
            token, life = await self._force(now)
        return token, life

    async def _force(self, now: datetime) -> tuple[str, timedelta]:
        before, self._forced_at = self._forced_at, now
        try:
            return await self._ask(force=True)
        except SendFault as told:
            if told.code == NOT_LEFT:  # the platform counted nothing
                self._forced_at = before
            raise

    def _may_force(self, now: datetime) -> bool:
        return self._forced_at is None or now - self._forced_at >= FORCED_APART

    async def _ask(self, *, force: bool) -> tuple[str, timedelta]:
        body = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._app_secret,
            "force_refresh": force,
        }
        reply = await self._exchange("POST", self._url, body, repeatable=True)
        self._standing.note(reply)
        if reply.code:
            if rule(reply.code, reply.status).fatal:
                self._refused = reply.code
                self._rests_until = self._steady() + timedelta(seconds=FATAL_REST)
            raise refusal(PATH, reply, self._clock, self._jitter)
        self._refused = ""
        token, life = (reply.body or {}).get("access_token"), (reply.body or {}).get("expires_in")
        if not isinstance(token, str) or not token:
            raise SendFault("token.missing", self._jitter(NOT_SENT_RETRY))
        return token, timedelta(seconds=life if isinstance(life, int) and life > 0 else LIFE)
