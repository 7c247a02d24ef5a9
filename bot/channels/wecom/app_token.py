"""The token of an app of 企业微信: the platform gives the same one while it is good."""

from datetime import timedelta

from yarl import URL

from bot.channels.access_token import Token
from bot.channels.tencent.api import Standing
from bot.channels.tencent.granting import Granting, used
from bot.channels.tencent.wire import Wire
from bot.channels.wecom.access import WeComAccess

PATH = "/cgi-bin/gettoken"


class AppToken:
    """Gives the token of one app; each app of an organisation has one of its own."""

    def __init__(self, access: WeComAccess, wire: Wire, standing: Standing) -> None:
        self._query = {"corpid": access.corp_id, "corpsecret": access.secret}
        self._granting = Granting(URL(access.api_base + PATH), wire, standing)
        name = f"wecom:{access.corp_id}:{access.agent_id}"
        self._token = Token(name, self._fetch, wire.steady, wire.hub, wire.keys, used=used)

    async def valid(self, rejected: str = "") -> str:
        """Return a token, after a rejection the one that the platform gives now.

        Raises SendFault.
        """
        return await self._token.valid(rejected)

    async def close(self) -> None:
        """Give up on a token that is still awaited."""
        await self._token.close()

    async def _fetch(self) -> tuple[str, timedelta]:
        self._granting.check()
        return await self._granting.ask("GET", query=self._query)
