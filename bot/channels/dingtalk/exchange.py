"""One HTTP exchange with DingTalk, and what came of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from bot.channels.base import SendDoubt, SendFault, SendUnknown
from bot.channels.dingtalk.errors import Refusal
from bot.channels.http import Jitter, Session, proxy_for, read_at_most
from bot.channels.uplink import grown

SEND = aiohttp.ClientTimeout(total=10, connect=5)
UPLOAD = aiohttp.ClientTimeout(total=120, connect=5)  # besides what the bytes may take to leave
ANSWER_LIMIT = 1024 * 1024
NOT_SENT_RETRY = 5.0
REPEAT_RETRY = 2.0
NO_ANSWER = "no.answer"  # of a call that may be repeated; it may have been carried out


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a JSON object, or why not."""

    status: int
    body: Mapping[str, Any] | None
    html: bool = False

    def refusal(self) -> Refusal | None:
        """Say how the platform refused, if it did; an HTTP 200 may refuse too."""
        if self.body is None:
            if self.html and self.status < 500:  # the page shown to an address that is banned
                return Refusal(self.status, "html")
            return Refusal(self.status if self.status != 200 else 502, f"http.{self.status}")
        if str(self.body.get("status")) == "1111":
            return Refusal(403, "1111")
        errcode = str(self.body.get("errcode", "0"))
        if errcode != "0":
            return Refusal(self.status, errcode)
        if self.status == 200:
            return None
        code = self.body.get("code")
        return Refusal(self.status, code if isinstance(code, str) else f"http.{self.status}")


class Exchange:
    """The wire: requests with a time limit, answers of bounded size, faults by their kind."""

    def __init__(self, session: Session, jitter: Jitter) -> None:
        self._session = session
        self._jitter = jitter

    async def __call__(
        self,
        method: str,
        url: URL,
        body: Mapping[str, Any] | aiohttp.FormData,
        headers: Mapping[str, str] | None = None,
        *,
        repeatable: bool = False,
        within: aiohttp.ClientTimeout = SEND,
        size: int = 0,
    ) -> Answer:
        """Ask once. `repeatable`: without an answer it may be asked again, else SendUnknown.

        `size` = bytes of a form, which is given longer.
        """
        form = body if isinstance(body, aiohttp.FormData) else None
        try:
            async with self._session().request(
                method,
                url,
                json=body if form is None else None,
                data=form,
                headers={"Accept": "application/json", **(headers or {})},
                allow_redirects=False,
                timeout=grown(within, size),
                proxy=proxy_for(url),
            ) as response:
                raw = await read_at_most(response, ANSWER_LIMIT)
                return _answer(response.status, response.content_type, raw)
        except (
            aiohttp.ClientConnectorError,
            aiohttp.ConnectionTimeoutError,
            aiohttp.ClientHttpProxyError,
        ):
            raise SendFault("connect", self._jitter(NOT_SENT_RETRY)) from None
        except aiohttp.InvalidURL:
            raise SendFault("address", None) from None
        except (TimeoutError, aiohttp.ClientError) as error:
            if repeatable:
                raise SendDoubt(NO_ANSWER, self._jitter(REPEAT_RETRY)) from None
            raise SendUnknown(type(error).__name__) from None


def _answer(status: int, content_type: str, raw: bytes | None) -> Answer:
    html = content_type == "text/html" or (raw or b"").lstrip()[:1] == b"<"
    try:
        body = json.loads(raw or b"")
    except (ValueError, RecursionError):
        return Answer(status, None, html)
    return Answer(status, body if isinstance(body, dict) else None, html)
