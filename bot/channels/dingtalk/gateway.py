"""Opening a stream connection: a ticket from the gateway, then the websocket it is for."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from yarl import URL

from bot.channels.dingtalk.access import DingTalkAccess, Pace
from bot.channels.dingtalk.exchange import ANSWER_LIMIT
from bot.channels.dingtalk.frames import SUBSCRIPTIONS, USER_AGENT
from bot.channels.dingtalk.link import Link
from bot.channels.http import Session, proxy_for, read_at_most

OPEN_PATH = "/v1.0/gateway/connections/open"
REFUSALS = (400, 401)  # authFailed, invalidParameter


class NotOpened(Exception):
    """The gateway gave no connection; the message says why, without ticket or credentials."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refused = refused


class Gateway:
    """The door to the stream."""

    def __init__(self, access: DingTalkAccess, pace: Pace, session: Session) -> None:
        self._access = access
        self._pace = pace
        self._session = session

    async def open(self) -> Link:
        """Open one connection."""
        try:
            async with asyncio.timeout(self._pace.open):
                endpoint, ticket = await self._ticket()
            url = self._address(endpoint, ticket)
            async with asyncio.timeout(self._pace.open):
                socket = await self._session().ws_connect(
                    url,
                    heartbeat=self._pace.heartbeat,
                    max_msg_size=self._pace.max_frame,
                    timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
                    proxy=proxy_for(url),
                    # Undecoded: a text frame that is no UTF-8 must not cost the connection.
                    decode_text=False,
                )
        except TimeoutError:
            raise NotOpened("the gateway did not answer in time") from None
        except aiohttp.WSServerHandshakeError as error:
            raise NotOpened(f"the gateway refused the websocket: HTTP {error.status}") from None
        except (aiohttp.ClientError, OSError) as error:
            # Its text may hold the address with the ticket.
            raise NotOpened(f"the gateway is out of reach: {type(error).__name__}") from None
        return Link(socket, self._pace.write)

    async def _ticket(self) -> tuple[str, str]:
        request = {
            "clientId": self._access.client_id,
            "clientSecret": self._access.client_secret,
            "subscriptions": SUBSCRIPTIONS,
            "ua": USER_AGENT,
        }
        url = URL(self._access.api_base + OPEN_PATH)
        async with self._session().post(
            url,
            json=request,
            headers={"Accept": "application/json"},  # else it answers in XML
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=self._pace.open),
            proxy=proxy_for(url),
        ) as response:
            body = _object(await read_at_most(response, ANSWER_LIMIT))
            if response.status != 200:
                code = body.get("code")
                reason = (
                    f"HTTP {response.status} {code[:80] if isinstance(code, str) else ''}".strip()
                )
                raise NotOpened(
                    f"the gateway refused to open a connection: {reason}",
                    refused=response.status in REFUSALS,
                )
        endpoint, ticket = body.get("endpoint"), body.get("ticket")
        if not isinstance(endpoint, str) or not isinstance(ticket, str):
            raise NotOpened("the gateway's answer names no endpoint and ticket")
        return endpoint, ticket

    def _address(self, endpoint: str, ticket: str) -> URL:
        try:
            url = URL(endpoint)
        except ValueError:
            raise NotOpened("the gateway's endpoint is no address") from None
        schemes = ("wss",) if self._access.api_base.startswith("https:") else ("ws", "wss")
        if url.scheme not in schemes:
            raise NotOpened("the gateway's endpoint is no secure websocket")
        return url.update_query({"ticket": ticket})


def _object(raw: bytes | None) -> Mapping[str, Any]:
    try:
        body = json.loads(raw or b"")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
