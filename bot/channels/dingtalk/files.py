"""Fetching what people sent: the code becomes an address, the address a file of bounded size."""

import logging

import aiohttp
from yarl import URL

from bot.channels.base import FetchFault, SendFault, SendUnknown
from bot.channels.dingtalk.body import Body
from bot.channels.dingtalk.client import Client
from bot.channels.dingtalk.origins import Origins
from bot.channels.http import Session, proxy_for, read_at_most

log = logging.getLogger(__name__)

DOWNLOAD = "/v1.0/robot/messageFiles/download"
FETCH = aiohttp.ClientTimeout(total=60, connect=5, sock_read=15)
HOPS = 3
RETRY = 5.0
REDIRECTS = (301, 302, 303, 307, 308)


class Files:
    """Download by the platform's code; the token stays with the platform's own interface."""

    def __init__(self, client: Client, session: Session, origins: Origins) -> None:
        self._client = client
        self._session = session
        self._origins = origins

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Download a file of at most `limit` bytes."""
        body = {"downloadCode": code, "robotCode": robot}
        try:
            answer = await self._client.call("POST", DOWNLOAD, body, repeatable=True)
        except SendFault as fault:
            raise FetchFault(fault.code, fault.retry_after) from None
        except SendUnknown:
            raise FetchFault("no.answer", RETRY) from None
        address = Body(answer).text("downloadUrl")
        for _ in range(HOPS):
            url = self._origins.file_address(address)
            if url is None:
                raise FetchFault("foreign.address", None)
            content, address = await self._get(url, limit)
            if content is not None:
                return content
        raise FetchFault("redirects", None)

    async def _get(self, url: URL, limit: int) -> tuple[bytes | None, str]:
        """Return the file, or the address that it moved to."""
        try:
            async with self._session().get(
                url, allow_redirects=False, timeout=FETCH, proxy=proxy_for(url)
            ) as response:
                if response.status in REDIRECTS:
                    return None, response.headers.get("Location", "")
                if response.status != 200:
                    temporary = response.status >= 500 or response.status == 429
                    raise FetchFault(f"http.{response.status}", RETRY if temporary else None)
                content = await read_at_most(response, limit)
        except (TimeoutError, aiohttp.ClientError) as error:
            raise FetchFault(type(error).__name__, RETRY) from None
        if content is None:
            raise FetchFault("too.large", None)
        return content, ""
