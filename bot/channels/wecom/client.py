"""The app's side of the platform's interfaces: the token, the calls, and how they stand."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from bot.channels.http import Session
from bot.channels.tencent.api import Api, Standing
from bot.channels.tencent.errors import ORGANISATION
from bot.channels.tencent.exchange import CALL, Exchange
from bot.channels.wecom.access import WeComAccess
from bot.channels.wecom.app_token import AppToken
from bot.hub.base import Hub
from bot.keys import Keys
from handlers.ports import Clock

MENU = "/cgi-bin/menu/create"
AGENT = "/cgi-bin/agent/get"


class Client:
    """Calls for one app; `api` has what any of its kind has."""

    def __init__(
        self,
        access: WeComAccess,
        session: Session,
        clock: Clock,
        chance: random.Random,
        *,
        steady: Clock | None = None,
        hub: Hub | None = None,
        keys: Keys | None = None,
        patience: float = CALL,
    ) -> None:
        """`steady` times what another clock may not move; `hub` and `keys` share the token."""

        def jittered(seconds: float) -> float:
            return seconds * chance.uniform(1.0, 1.5)

        exchange = Exchange(session, jittered, patience)
        self._agent_id = access.agent_id
        self.standing = Standing(ORGANISATION, token_proves=False)
        self.tokens = AppToken(
            access,
            exchange,
            self.standing,
            clock=clock,
            steady=steady or clock,
            jitter=jittered,
            hub=hub,
            keys=keys,
        )
        self.api = Api(
            access.api_base, self.tokens, exchange, self.standing, clock=clock, jitter=jittered
        )

    async def set_menu(self, menu: Mapping[str, Any]) -> None:
        """Show a menu to everybody who sees the app. Raises SendFault."""
        await self.api.call(MENU, menu, query={"agentid": str(self._agent_id)}, repeatable=True)

    async def prove(self) -> None:
        """See that the app may be used from here: a token alone is given to any address.

        Raises SendFault and SendUnknown.
        """
        await self.api.call(AGENT, query={"agentid": str(self._agent_id)}, repeatable=True)

    async def close(self) -> None:
        """Give up on a token that is still awaited."""
        await self.tokens.close()
