"""Calls to api.weixin.qq.com (and its kin): the token, one renewal, every answer checked."""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from io import BytesIO
from typing import Any, Protocol

import aiohttp
from yarl import URL

from bot.channels.base import FetchFault, NotYet, SendFault, SendUnknown
from bot.channels.tencent.blocked import Blocks
from bot.channels.tencent.errors import ACCOUNT, BUSY_RETRY, TOKEN_REJECTED, Codes, wait
from bot.channels.tencent.exchange import NOT_SENT_RETRY, TRANSFER, UNSAID, Reply
from bot.channels.tencent.wire import Wire

log = logging.getLogger(__name__)

MEDIA = "/cgi-bin/media/get"
UPLOAD = "/cgi-bin/media/upload"
TOO_LARGE = "too.large"
UNCONFIRMED = "unconfirmed"
BLOCKED = "media.blocked"
"""The code of a NotYet: files cannot be uploaded for now, for too many were."""
ELSEWHERE = "media.elsewhere"
VIDEO_HOSTS = ".qq.com"
"""How the hosts end that the platform keeps videos at; it gives their addresses with http."""


class Tokens(Protocol):
    """Where the access token comes from."""

    async def valid(self, rejected: str = "") -> str:
        """Return a token other than the rejected one. Raises SendFault."""

    async def close(self) -> None:
        """Give up on a token that is still awaited."""


class Standing:
    """How the platform sees the account: whether somebody must repair something."""

    def __init__(self, codes: Codes = ACCOUNT, *, token_proves: bool = True) -> None:
        """`codes` = what the platform's refusals mean; `token_proves`: nothing but a token is
        asked for while nobody writes, so it alone can end a trouble then."""
        self.codes = codes
        self._token_proves = token_proves
        self.trouble = ""  # English, without secrets; empty = none is known
        self._of_token = False

    def note(self, reply: Reply) -> None:
        """Learn from an answer to a call; what is refused for its own reasons proves nothing."""
        if self.codes.rule(reply.code, reply.status).fatal:
            self._broken(reply.code, of_token=False)
        elif not (reply.code or reply.is_vague):
            self.trouble = ""

    def refused(self, reply: Reply) -> bool:
        """Learn that no token was given; say whether asking again is pointless for now.

        Without a token nothing works: a refusal that lasts is one of the account, whatever its
        code means elsewhere.
        """
        meaning = self.codes.rule(reply.code, reply.status)
        lasts = meaning.fatal or meaning.retry_after is None
        if lasts:
            self._broken(reply.code, of_token=True)
        return lasts

    def granted(self) -> None:
        """Learn that a token was given, which says little of the calls that it is for."""
        if self._of_token or self._token_proves:
            self.trouble = ""

    def _broken(self, code: str, *, of_token: bool) -> None:
        if not self.trouble:
            log.error("the account cannot be used: %s", self.codes.remedy(code))
        self.trouble, self._of_token = self.codes.remedy(code), of_token


class Api:
    """The platform's HTTP interfaces with the token that they want."""

    def __init__(self, base: str, tokens: Tokens, wire: Wire, standing: Standing) -> None:
        self._base = base
        self._tokens = tokens
        self._wire = wire
        self._standing = standing
        self._blocks = Blocks(wire.clock, wire.steady, wire.jitter)

    async def call(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str] = {},
        repeatable: bool = False,
        known: Collection[str] = (),
    ) -> Mapping[str, Any]:
        """Post once, or look where there is no body, and once more with another token where that
        was rejected. Codes that are `known` are answers like any other: they say it was done; so is
        no `errcode` (UNSAID), where the platform says none of what it is only asked.

        Raises SendFault, and SendUnknown where nobody knows whether it was carried out: also where
        an answer says no `errcode`, for then something in between gave it.
        """

        async def ask(token: str) -> Reply:
            url = URL(self._base + path).with_query({**query, "access_token": token})
            method = "GET" if body is None else "POST"
            return await self._wire.exchange(method, url, body, repeatable=repeatable)

        reply = await self._asked(ask)
        self._standing.note(reply)
        vague = reply.is_vague and UNSAID not in known
        if (reply.code and reply.code not in known) or vague:
            told = self._refusal(path, reply)
            raise SendUnknown(told.code) if vague and not repeatable else told
        self._blocks.over(path)
        return reply.body or {}

    def rests(self, path: str) -> bool:
        """Say whether calling is no use for now: it is blocked, or the account is in trouble."""
        return bool(self._standing.trouble) or self._blocks.left(path) > 0.0

    async def upload(self, kind: str, name: str, mime: str, content: bytes) -> str:
        """Upload a file and return its media id; nobody sees it yet. Raises SendFault.

        Where uploads are blocked it is asked later (NotYet): what else is sent need not rest.
        """
        if (left := self._blocks.left(UPLOAD)) > 0.0:
            raise NotYet(BLOCKED, left)

        async def ask(token: str) -> Reply:
            # Readers see the name, and the platform decodes none.
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("media", BytesIO(content), filename=name, content_type=mime)
            query = {"access_token": token, "type": kind}
            url = URL(self._base + UPLOAD).with_query(query)
            return await self._wire.exchange(
                "POST", url, form, repeatable=True, within=TRANSFER, size=len(content)
            )

        reply = await self._asked(ask)
        if reply.code:
            told = self._refusal(UPLOAD, reply)
            raise NotYet(BLOCKED, told.retry_after) if self._grows(reply) else told
        media = (reply.body or {}).get("media_id")
        if not isinstance(media, str) or not media:
            raise SendFault("media.missing", self._wire.jitter(NOT_SENT_RETRY))
        self._blocks.over(UPLOAD)
        return media

    async def undo(self, path: str, msgid: str) -> str:
        """Take back what the platform knows by a name; empty = it is gone, else why not."""
        try:
            await self.call(path, {"msgid": msgid}, repeatable=True)
        except SendFault as told:
            return told.code
        except SendUnknown:
            return UNCONFIRMED
        return ""

    async def media(self, media_id: str, limit: int) -> bytes:
        """Download what somebody sent, of at most `limit` bytes. Raises FetchFault."""
        try:
            return await self._media(media_id, limit)
        except SendFault as told:
            raise FetchFault(told.code, told.retry_after) from None
        except SendUnknown as told:  # a download changes nothing: it may be asked for again
            raise FetchFault(str(told), BUSY_RETRY) from None

    async def _media(self, media_id: str, limit: int) -> bytes:
        async def ask(token: str) -> Reply:
            query = {"access_token": token, "media_id": media_id}
            url = URL(self._base + MEDIA).with_query(query)
            return await self._wire.exchange(
                "GET", url, repeatable=True, limit=limit, within=TRANSFER
            )

        reply = await self._asked(ask)
        if reply.status == 200 and reply.content is None:
            raise SendFault(TOO_LARGE, None)
        if reply.status == 200 and reply.body is None:
            return reply.content or b""
        # A video stands at an address of its own (获取临时素材).
        address = (reply.body or {}).get("video_url")
        if not reply.code and isinstance(address, str):
            return await self._video(address, limit)
        raise self._refusal(MEDIA, reply)

    async def _video(self, address: str, limit: int) -> bytes:
        """Download from an address that the platform named, which gets no token."""
        if not self._is_of_the_platform(address):
            raise SendFault(ELSEWHERE, None)
        url = URL(address, encoded=True)
        reply = await self._wire.exchange("GET", url, repeatable=True, limit=limit, within=TRANSFER)
        if reply.status != 200:
            raise self._refusal(MEDIA, reply)
        if reply.content is None:
            raise SendFault(TOO_LARGE, None)
        return reply.content

    def _is_of_the_platform(self, address: str) -> bool:
        try:
            url = URL(address, encoded=True)
            own = url.origin() == URL(self._base).origin()
        except ValueError:
            return False
        named = url.scheme in ("http", "https") and (url.host or "").endswith(VIDEO_HOSTS)
        return own or (named and url.is_default_port())

    def _refusal(self, path: str, reply: Reply) -> SendFault:
        told = refusal(path, reply, self._wire, self._standing.codes)
        if not self._grows(reply):
            self._blocks.over(path)  # whatever is wrong, it was not too much
            return told
        return SendFault(told.code, self._blocks.rest(path), told.breaks)

    def _grows(self, reply: Reply) -> bool:
        return self._standing.codes.rule(reply.code, reply.status).grows

    async def _asked(self, ask: Callable[[str], Awaitable[Reply]]) -> Reply:
        """Ask with a token, and once more with another where that was rejected."""
        token = await self._tokens.valid()
        reply = await ask(token)
        if reply.code in TOKEN_REJECTED:
            reply = await ask(await self._tokens.valid(rejected=token))
        return reply


def refusal(what: str, reply: Reply, wire: Wire, codes: Codes) -> SendFault:
    """Say what a refusal means for what was to be done, and log it without what was sent."""
    code, meaning = reply.code or UNSAID, codes.rule(reply.code, reply.status)
    level = logging.ERROR if meaning.alarm else logging.WARNING
    log.log(level, "%s refused: HTTP %s, code %s, rid %s", what, reply.status, code, reply.rid)
    seconds = wait(meaning, wire.clock())
    again = wire.jitter(seconds) if seconds is not None and not meaning.till_midnight else seconds
    return SendFault(meaning.code or code, again, meaning.breaks)
