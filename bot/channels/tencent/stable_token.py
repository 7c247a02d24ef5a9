"""The token of a 公众号: asked for in the stable way, which another process cannot spoil."""

from datetime import datetime, timedelta

from yarl import URL

from bot.channels.access_token import Token
from bot.channels.base import SendFault
from bot.channels.tencent.api import Standing
from bot.channels.tencent.exchange import NOT_LEFT
from bot.channels.tencent.granting import Granting, used
from bot.channels.tencent.wire import Wire

PATH = "/cgi-bin/stable_token"
FORCED_APART = timedelta(minutes=75)
"""The platform makes a new token before its time 20 times a day (api_getstableaccesstoken)."""


class StableToken:
    """Gives the token; what makes asking pointless is not asked again at once."""

    def __init__(
        self, base: str, app_id: str, app_secret: str, wire: Wire, standing: Standing
    ) -> None:
        self._app_id = app_id
        self._app_secret = app_secret
        self._steady = wire.steady
        self._granting = Granting(URL(base + PATH), wire, standing)
        name = f"wechat:{app_id}"
        self._token = Token(name, self._fetch, wire.steady, wire.hub, wire.keys, used=used)
        self._rejected = ""
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
        self._granting.check()
        now = self._steady()
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
        return await self._granting.ask(
            "POST",
            {
                "grant_type": "client_credential",
                "appid": self._app_id,
                "secret": self._app_secret,
                "force_refresh": force,
            },
        )
