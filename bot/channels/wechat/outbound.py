"""Sending a letter: as the answer to a call that waits, else as a customer-service message."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bot.channels.base import CLOSED, Enclosure, Letter, Receipt, SendFault, WayClosed, Window
from bot.channels.media import Media
from bot.channels.tencent.answering import Answering, Arrived, Planned
from bot.channels.tencent.api import Api
from bot.channels.tencent.errors import GONE_RETRY, MEDIUM_GONE
from bot.channels.tencent.wording import shown
from bot.channels.wechat.allowance import Allowance
from bot.channels.wechat.templates import Templates
from handlers.ports import Clock

log = logging.getLogger(__name__)

PUSH = "/cgi-bin/message/custom/send"
LIMIT = 2047
"""Bytes of a text: 2048 are documented, 2047 arrive."""
PER_SECOND = 20
"""Customer-service messages; the platform documents a limit by the minute without its number."""
PICTURES = frozenset({"jpg", "png", "gif", "bmp"})
PICTURE_LIMIT = 10 * 1024 * 1024
NO_FOLLOWER = "43004"
SHUT = frozenset({CLOSED, NO_FOLLOWER})
"""Refusals of the person: whatever was counted, no message reaches them for now."""


def media_type(file: Enclosure) -> str:
    """Name the kind of medium that a file is uploaded as."""
    return "image"


def is_picture(file: Enclosure) -> bool:
    """Say whether a file can be shown; no other can be sent, and words stand for it."""
    return file.extension in PICTURES and 0 < file.size <= PICTURE_LIMIT


def _is_picture(letter: Letter) -> bool:
    file = letter.message.file
    return file is not None and bool(letter.to) and is_picture(file)


class Sender:
    """Choose the way a letter goes: the free one where it is open."""

    def __init__(
        self,
        app_id: str,
        api: Api,
        clock: Clock,
        *,
        answering: Answering,
        allowance: Allowance,
        media: Media,
    ) -> None:
        self._media = media
        self._window = Window(f"wechat:{app_id}", PER_SECOND, 1.0, yields=True)
        self._api = api
        self._answering = answering
        self._allowance = allowance
        self._clock = clock
        self._arrived = Arrived()
        self._planned = Planned()
        self._templates = Templates(api)

    def window(self, letter: Letter) -> Window | None:
        """Name the rate that it counts against: an answer to a call that waits has none."""
        free = self._answering.open(letter) is not None and not _is_picture(letter)
        return None if self._planned.note(letter, free=free) else self._window

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once. Raises SendFault or SendUnknown."""
        known = self._arrived.find(letter)
        if known is not None:
            return known
        if letter.update:
            raise SendFault("card.unsupported", None)
        file, planned = letter.message.file, self._planned.taken(letter)
        if file is not None and _is_picture(letter) and await self._shown(letter, file):
            return self._arrived.note(letter, Receipt(letter.key))
        call, text = self._answering.open(letter), shown(letter.message, LIMIT)
        # Without a number it is no delivery: the message that it answers is not on record yet.
        if call is not None and letter.id and await self._answering.answered(call, letter, text):
            return self._arrived.note(letter, Receipt(letter.reply_url, "webhook"))
        if planned:  # pushed, it counts, and what a push is refused for must rest pushes alone
            raise WayClosed("call.over", 0.0)
        account = letter.to or (call.account if call else "")
        if not account:
            raise SendFault("unreachable", None)
        try:
            await self._push(account, {"msgtype": "text", "text": {"content": text}})
        except SendFault as told:
            if told.code == CLOSED and letter.message.form is not None:
                return self._arrived.note(letter, await self._templates.send(letter))
            raise
        return self._arrived.note(letter, Receipt(letter.key, in_words=file is not None))

    async def _shown(self, letter: Letter, file: Enclosure) -> bool:
        """Show a picture; False where it cannot be shown, and words stand for it."""
        try:
            media = await self._media.of(file)
            await self._push(letter.to, {"msgtype": "image", "image": {"media_id": media}})
        except SendFault as told:
            if told.code == MEDIUM_GONE:
                self._media.forget(file)
                if letter.attempt > 1:
                    return False
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
