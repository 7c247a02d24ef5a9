"""Sending a letter: as the answer to a call that waits, else as a customer-service message."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from bot.channels.base import CLOSED, Enclosure, Letter, Message, Receipt, SendFault, Window
from bot.channels.media import Media
from bot.channels.tencent.api import Api
from bot.channels.tencent.passive import Call, Calls
from bot.channels.tencent.reply import text_reply
from bot.channels.tencent.seal import Seal
from bot.channels.wechat.allowance import Allowance
from handlers.ports import Clock

log = logging.getLogger(__name__)

PUSH = "/cgi-bin/message/custom/send"
LIMIT = 2047
"""Bytes of a text: 2048 are documented, 2047 arrive."""
PER_SECOND = 20
"""Customer-service messages; the platform documents a limit by the minute without its number."""
REMEMBERED = 10_000
PICTURES = frozenset({"jpg", "png", "gif", "bmp"})
PICTURE_LIMIT = 10 * 1024 * 1024
MEDIUM_GONE = "40007"
GONE_RETRY = 5.0
NO_FOLLOWER = "43004"
SHUT = frozenset({CLOSED, NO_FOLLOWER})
"""Refusals of the person: whatever was counted, no message reaches them for now."""
_CUT = "…"
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_QUOTED = re.compile(r"^> ?", re.MULTILINE)


def shown(message: Message) -> str:
    """Word a message for a door without markdown and buttons.

    What people typed has no markup any more (flows/markup.py), so this takes away ours alone.
    """
    told = "\n\n".join(part for part in (message.text, message.spelt) if part)
    text = _QUOTED.sub("", _BOLD.sub(r"\1", told.replace("  \n", "\n"))).strip()
    content = (text or message.title).encode()
    if len(content) <= LIMIT:
        return content.decode(errors="ignore")
    return content[: LIMIT - len(_CUT.encode())].decode(errors="ignore") + _CUT


def media_type(file: Enclosure) -> str:
    """Name the kind of medium that a file is uploaded as."""
    return "image"


def _is_picture(letter: Letter) -> bool:
    """Say whether it shows a picture; no other file can be sent, and words stand for it."""
    file = letter.message.file
    if file is None or not letter.to:
        return False
    return file.extension in PICTURES and 0 < file.size <= PICTURE_LIMIT


class Sender:
    """Choose the way a letter goes: the free one where it is open."""

    def __init__(
        self,
        app_id: str,
        api: Api,
        clock: Clock,
        *,
        seal: Seal,
        calls: Calls,
        allowance: Allowance,
        media: Media,
    ) -> None:
        self._media = media
        self._window = Window(f"wechat:{app_id}", PER_SECOND, 1.0)
        self._api = api
        self._seal = seal
        self._calls = calls
        self._allowance = allowance
        self._clock = clock
        # The platform knows no repetition of a customer-service message: we know what arrived.
        self._sent: OrderedDict[str, Receipt] = OrderedDict()

    def window(self, letter: Letter) -> Window | None:
        """Name the rate that it counts against: an answer to a call that waits has none."""
        free = self._open(letter) is not None and not _is_picture(letter)
        return None if free else self._window

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once. Raises SendFault or SendUnknown."""
        known = self._sent.get(letter.key)
        if known is not None:
            return known
        if letter.update:
            raise SendFault("card.unsupported", None)
        file = letter.message.file
        if file is not None and _is_picture(letter) and await self._shown(letter.to, file):
            return self._noted(letter, Receipt(letter.key))
        call, text = self._open(letter), shown(letter.message)
        # Without a number it is no delivery: the message that it answers is not on record yet.
        if call is not None and letter.id and await self._answered(call, letter, text):
            return self._noted(letter, Receipt(letter.reply_url, "webhook"))
        account = letter.to or (call.account if call else "")
        if not account:
            raise SendFault("unreachable", None)
        try:
            await self._push(account, {"msgtype": "text", "text": {"content": text}})
        except SendFault as told:
            if call is None or not told.breaks:
                raise
            # It left without the window that is to rest: what is answered on a call never rests.
            raise SendFault(told.code, told.retry_after) from None
        return self._noted(letter, Receipt(letter.key))

    def _open(self, letter: Letter) -> Call | None:
        call = self._calls.find(letter.reply_url) if letter.reply_url else None
        if call is None or not call.is_open or letter.to not in ("", call.account):
            return None
        return call

    async def _answered(self, call: Call, letter: Letter, text: str) -> bool:
        now = self._clock().timestamp()
        told = text_reply(call.account, call.to, text, now)
        answer = self._seal.close(told, now) if call.sealed else told
        return await self._calls.answered(letter.reply_url, answer.encode())

    async def _shown(self, account: str, file: Enclosure) -> bool:
        """Show a picture; False where it cannot be shown, and words stand for it."""
        try:
            media = await self._media.of(file)
            await self._push(account, {"msgtype": "image", "image": {"media_id": media}})
        except SendFault as told:
            if told.code == MEDIUM_GONE:  # they are kept for three days
                self._media.forget(file)
                raise SendFault(told.code, GONE_RETRY) from None
            if told.retry_after is not None or told.code in SHUT:
                raise
            return False
        return True

    async def _push(self, account: str, content: Mapping[str, Any]) -> None:
        push = self._allowance.spend(account, self._clock())
        if push is None:
            raise SendFault(CLOSED, None)
        try:
            await self._api.call(PUSH, {"touser": account, **content})
        except SendFault as told:
            if told.code in SHUT:
                self._allowance.over(push, self._clock())
            else:
                self._allowance.give_back(push)
            raise

    def _noted(self, letter: Letter, receipt: Receipt) -> Receipt:
        if letter.key:
            self._sent[letter.key] = receipt
            if len(self._sent) > REMEMBERED:
                self._sent.popitem(last=False)
        return receipt
