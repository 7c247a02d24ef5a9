"""The app's side of the platform's interfaces: the token, the calls, and how they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.tencent.api import Api, Standing
from bot.channels.tencent.errors import ORGANISATION
from bot.channels.tencent.wire import Wire
from bot.channels.wecom.access import WeComAccess
from bot.channels.wecom.app_token import AppToken

MENU = "/cgi-bin/menu/create"
AGENT = "/cgi-bin/agent/get"


class Client:
    """Calls for one app; `api` has what any of its kind has."""

    def __init__(self, access: WeComAccess, wire: Wire) -> None:
        self._agent = {"agentid": str(access.agent_id)}
        self.standing = Standing(ORGANISATION, token_proves=False)
        self._tokens = AppToken(access, wire, self.standing)
        self.api = Api(access.api_base, self._tokens, wire, self.standing)

    async def set_menu(self, menu: Mapping[str, Any]) -> None:
        """Show a menu to everybody who sees the app. Raises SendFault."""
        await self.api.call(MENU, menu, query=self._agent, repeatable=True)

    async def prove(self) -> None:
        """See that the app may be used from here: a token alone is given to any address.

        Raises SendFault and SendUnknown.
        """
        await self.api.call(AGENT, query=self._agent, repeatable=True)

    async def close(self) -> None:
        """Give up on a token that is still awaited."""
        await self._tokens.close()
