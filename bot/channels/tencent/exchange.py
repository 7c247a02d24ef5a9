"""One HTTP exchange with 公众号 or 企业微信, and what came of it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import aiohttp
from yarl import URL

from bot.channels.base import SendFault, SendUnknown
from bot.channels.http import Jitter, Session, proxy_for, read_at_most
from bot.channels.tencent.errors import PARTIAL
from bot.channels.uplink import grown

CALL = 10.0  # seconds, of which connecting may take the half
TRANSFER = aiohttp.ClientTimeout(total=60, connect=5, sock_read=15)
ANSWER_LIMIT = 256 * 1024
WHOLE = 512 * 1024  # bytes of a body that is written at once
NOT_SENT_RETRY = 5.0
NO_ANSWER = "no.answer"
NOT_LEFT = "connect"
"""The code of a SendFault: no byte of the call reached the platform."""
NOT_WHOLE = "not.whole"
"""The code of a SendFault: a part of the body reached it, of which it can make nothing."""
UNSAID = "no.errcode"
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_PARTLY = "wrong json format"  # of 企业微信 (path/90313), beside an errcode of 0
_RID = re.compile(r"rid: ?([\w-]{1,80})")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; `body` is the JSON object in it, if there is one."""

    status: int
    content: bytes | None  # None: larger than it may be
    body: Mapping[str, Any] | None

    @property
    def code(self) -> str:
        """How the platform refused; empty = it did not. An HTTP 200 may refuse too."""
        if self.body is None or (self.status != 200 and "errcode" not in self.body):
            return f"http.{self.status}"
        told = str(self.body.get("errcode", 0))
        if told == "0" and _PARTLY in str(self.body.get("errmsg", "")):
            return PARTIAL
        return "" if told == "0" else told[:20]

    @property
    def is_vague(self) -> bool:
        """Whether nobody knows what was done: after a 5xx, or a 200 without an `errcode`.

        What only gives something (a token, a medium) says none when all is well.
        """
        return self.status >= 500 or (self.status == 200 and "errcode" not in (self.body or {}))

    @property
    def rid(self) -> str:
        """Name the call as the platform's support knows it."""
        found = _RID.search(str((self.body or {}).get("errmsg", "")))
        return found[1] if found else "-"


class Exchange:
    """Requests with a time limit, answers of bounded size, faults by their kind.

    Addresses carry the token and bodies the secret: what is raised names neither.
    """

    def __init__(self, session: Session, jitter: Jitter, patience: float = CALL) -> None:
        """`patience` = how many seconds a call may take that is given no other time."""
        self._session = session
        self._jitter = jitter
        self._within = aiohttp.ClientTimeout(total=patience, connect=patience / 2)

    async def __call__(
        self,
        method: str,
        url: URL,
        body: Mapping[str, Any] | aiohttp.FormData | None = None,
        *,
        repeatable: bool = False,
        limit: int = ANSWER_LIMIT,
        within: aiohttp.ClientTimeout | None = None,
        size: int = 0,
    ) -> Reply:
        """Ask once. `repeatable`: without an answer it may be asked again, else SendUnknown.

        `size` = bytes of a form; what takes long to leave is given longer.
        """
        # The platform shows \u escapes as such (error 40033), and aiohttp's own JSON has them.
        told = json.dumps(body, ensure_ascii=False).encode() if isinstance(body, Mapping) else None
        # Longer ones leave piece by piece: the loop goes on.
        pieces = BytesIO(told) if told is not None and len(told) > WHOLE else None
        try:
            async with self._session().request(
                method,
                url,
                data=pieces or told or body,
                headers={} if told is None else _JSON,
                allow_redirects=False,
                timeout=grown(within or self._within, size or len(told or b"")),
                proxy=proxy_for(url),
            ) as response:
                content = await read_at_most(response, limit)
                return Reply(response.status, content, _object(content))
        except (
            aiohttp.ClientConnectorError,
            aiohttp.ConnectionTimeoutError,
            aiohttp.ClientHttpProxyError,
        ):
            raise SendFault(NOT_LEFT, self._jitter(NOT_SENT_RETRY)) from None
        except (TimeoutError, aiohttp.ClientError) as error:
            if pieces is not None and pieces.tell() < len(pieces.getbuffer()):
                raise SendFault(NOT_WHOLE, self._jitter(NOT_SENT_RETRY)) from None
            if repeatable:
                raise SendFault(NO_ANSWER, self._jitter(NOT_SENT_RETRY)) from None
            raise SendUnknown(type(error).__name__) from None


def _object(content: bytes | None) -> Mapping[str, Any] | None:
    if not content or content.lstrip()[:1] != b"{":
        return None
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
