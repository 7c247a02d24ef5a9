"""Calls to DingTalk's HTTP interfaces: one token, one pace, every answer checked and counted."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any

import aiohttp
from yarl import URL

from bot.channels.access_token import Token
from bot.channels.base import API, MESSAGES, Count, SendDoubt, SendFault, SendUnknown, used_up
from bot.channels.dingtalk.access import DingTalkAccess
from bot.channels.dingtalk.errors import TOKEN_REJECTED, Refusal, fault, rule
from bot.channels.dingtalk.exchange import (
    NO_ANSWER,
    NOT_SENT_RETRY,
    UPLOAD,
    Answer,
    Exchange,
)
from bot.channels.dingtalk.pacing import Gate
from bot.channels.http import Jitter
from bot.hub.base import Hub
from bot.keys import Keys
from handlers.ports import Clock

log = logging.getLogger(__name__)

UPLOAD_PATH = "/media/upload"
TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105
TOKEN_PATH = "/v1.0/oauth2/accessToken"  # noqa: S105
TOKEN_LIFE = 7200
RENEW_BEFORE = timedelta(minutes=5)

_Ask = Callable[[str], Awaitable[Answer]]


def used(life: timedelta) -> timedelta:
    """Say how much of its life a token is used."""
    return max(life - RENEW_BEFORE, life / 2)


class Client:
    """The platform's HTTP interfaces with the token that they want."""

    def __init__(
        self,
        access: DingTalkAccess,
        exchange: Exchange,
        gate: Gate,
        jitter: Jitter,
        count: Count,
        *,
        steady: Clock,
        hub: Hub | None = None,
        keys: Keys | None = None,
    ) -> None:
        self._access = access
        self._exchange = exchange
        self._gate = gate
        self._jitter = jitter
        self._count = count
        app = f"dingtalk:{access.client_id}"
        self._token = Token(app, self._fetch_token, steady, hub, keys, used=used)

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any],
        *,
        repeatable: bool = False,
        urgent: bool = False,
    ) -> Mapping[str, Any]:
        """Call the OpenAPI. `repeatable`: a second call would do nothing twice; `urgent`: somebody
        waits for it.
        """
        url = URL(self._access.api_base + path)

        async def ask(token: str) -> Answer:
            headers = {TOKEN_HEADER: token}
            return await self._exchange(method, url, body, headers, repeatable=repeatable)

        return await self._with_token(path, ask, repeatable, urgent=urgent)

    async def upload(self, kind: str, name: str, mime: str, content: bytes) -> str:
        """Upload a file and return its media id. Nobody sees it yet: every fault is a SendFault."""

        async def ask(token: str) -> Answer:
            form = aiohttp.FormData()
            form.add_field("media", BytesIO(content), filename=name, content_type=mime)
            # The old interface takes the token nowhere but in the address, which is never logged.
            query = {"access_token": token, "type": kind}
            url = URL(self._access.oapi_base + UPLOAD_PATH).with_query(query)
            return await self._exchange(
                "POST", url, form, repeatable=True, within=UPLOAD, size=len(content)
            )

        try:
            media = (await self._with_token(UPLOAD_PATH, ask, True)).get("media_id")
        except SendDoubt as told:
            raise _before_it_leaves(told) from None
        if not isinstance(media, str) or not media:
            raise SendFault("media.missing", self._jitter(NOT_SENT_RETRY))
        return media

    async def post(
        self, what: str, address: URL, body: Mapping[str, Any], *, repeatable: bool = False
    ) -> None:
        """Post to a webhook, which is a secret of its own and never sees the token."""
        try:
            answer = await self._exchange("POST", address, body, repeatable=repeatable)
        except (SendFault, SendUnknown) as told:
            if _may_be_done(told):
                self._count(MESSAGES, 1)
            raise
        refusal = answer.refusal()
        if refusal is None:
            self._count(MESSAGES, 1)
            return
        raise self._fault(refusal, what, repeatable)

    async def close(self) -> None:
        """Give up on a token that is still awaited."""
        await self._token.close()

    async def _with_token(
        self, path: str, ask: _Ask, repeatable: bool, *, urgent: bool = False
    ) -> Mapping[str, Any]:
        token = await self._token.valid()
        answer = await self._counted(path, ask, token, urgent)
        refusal = answer.refusal()
        if refusal is not None and refusal.code in TOKEN_REJECTED:
            token = await self._token.valid(rejected=token)
            answer = await self._counted(path, ask, token, urgent)
            refusal = answer.refusal()
        if refusal is not None:
            raise self._fault(refusal, path, repeatable)
        return answer.body or {}

    async def _counted(self, path: str, ask: _Ask, token: str, urgent: bool) -> Answer:
        """Call once in turn; what never left and what was throttled costs nothing of the month."""
        async with self._gate.turn(path, urgent=urgent):
            try:
                answer = await ask(token)
            except (SendFault, SendUnknown) as told:
                if _may_be_done(told):
                    self._count(API, 1)
                raise
        refusal = answer.refusal()
        if refusal is None or rule(refusal).counts:
            self._count(API, 1)
        return answer

    async def _fetch_token(self) -> tuple[str, timedelta]:
        try:
            return await self._fetched_token()
        except SendDoubt as told:
            raise _before_it_leaves(told) from None

    async def _fetched_token(self) -> tuple[str, timedelta]:
        credentials = {"appKey": self._access.client_id, "appSecret": self._access.client_secret}
        url = URL(self._access.api_base + TOKEN_PATH)
        answer = await self._exchange("POST", url, credentials, repeatable=True)
        refusal = answer.refusal()
        if refusal is not None:
            raise self._fault(refusal, TOKEN_PATH, True)
        token = (answer.body or {}).get("accessToken")
        life = (answer.body or {}).get("expireIn")
        if not isinstance(token, str) or not token:
            raise SendFault("token.missing", self._jitter(NOT_SENT_RETRY))
        return token, timedelta(seconds=life if isinstance(life, int) else TOKEN_LIFE)

    def _fault(self, refusal: Refusal, what: str, repeatable: bool) -> SendFault | SendUnknown:
        found, meaning = fault(refusal, repeatable=repeatable), rule(refusal)
        level = logging.ERROR if meaning.alarm else logging.WARNING
        log.log(level, "%s refused: HTTP %s, code %s", what, refusal.status, refusal.code[:80])
        if meaning.quota:
            self._count(used_up(meaning.quota), 1)
        if isinstance(found, SendFault) and found.retry_after is not None:
            again = self._jitter(found.retry_after)
            return type(found)(found.code, again, found.breaks)
        return found


def _before_it_leaves(told: SendDoubt) -> SendFault:
    """Say of a call that only prepares a delivery that the delivery itself is in no doubt."""
    return SendFault(told.code, told.retry_after)


def _may_be_done(told: SendFault | SendUnknown) -> bool:
    """Say whether the bytes left: the platform may have carried the call out, and counted it."""
    return isinstance(told, SendUnknown) or told.code == NO_ANSWER
