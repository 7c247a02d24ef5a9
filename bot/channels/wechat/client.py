"""The account's side of the platform's interfaces: the token, the calls, and how they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.tencent.api import Api, Standing
from bot.channels.tencent.stable_token import StableToken
from bot.channels.tencent.wire import Wire
from bot.channels.wechat.access import WeChatAccess

MENU = "/cgi-bin/menu/create"


class Client:
    """Calls for one account; `api` has what any of its kind has."""

    def __init__(self, access: WeChatAccess, wire: Wire) -> None:
        self.standing = Standing()
        self._tokens = StableToken(
            access.api_base, access.app_id, access.app_secret, wire, self.standing
        )
        self.api = Api(access.api_base, self._tokens, wire, self.standing)

    async def set_menu(self, menu: Mapping[str, Any]) -> None:
        """Show a menu to everybody who follows. Raises SendFault."""
        await self.api.call(MENU, menu, repeatable=True)

    async def prove(self) -> None:
        """See that a token is given: none is to an address or a secret that the platform refuses.

        Raises SendFault and SendUnknown.
        """
        await self._tokens.valid()

    async def close(self) -> None:
        """Give up on a token that is still awaited."""
        await self._tokens.close()
