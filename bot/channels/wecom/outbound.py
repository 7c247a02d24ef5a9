"""Sending a letter: on the call that waits for it, else as a message of the app."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.channels.base import (
    Delivered,
    Enclosure,
    Letter,
    Receipt,
    SendFault,
    SendUnknown,
    WayClosed,
    Window,
    WordsUnknown,
)
from bot.channels.media import Media
from bot.channels.tencent.answering import Answering, Arrived, Planned
from bot.channels.tencent.api import BLOCKED, Api
from bot.channels.tencent.errors import GONE_RETRY, MEDIUM_GONE
from bot.channels.tencent.passive import Calls
from bot.channels.tencent.wording import shown
from bot.channels.wecom import payloads
from bot.channels.wecom.access import WeComAccess
from bot.channels.wecom.codes import Codes

log = logging.getLogger(__name__)

SEND = "/cgi-bin/message/send"
UPDATE = "/cgi-bin/message/update_template_card"
RECALL = "/cgi-bin/message/recall"
UPDATES = 100
"""A second: an interface takes ten thousand a minute (path/90454)."""
STANDS = "42014"
"""The platform has a card with this task_id ("taskid has existed or empty or exceed max len", as it
answers: developers.weixin.qq.com, community/enterprisewechat/doc/000e8a97798020098fdd7015a51800;
path/90313 says no more than that the id is not right). Ours is neither empty nor too long."""
INVALID, UNLICENSED = "userid.invalid", "userid.unlicensed"
MISSED = {"invaliduser": INVALID, "unlicenseduser": UNLICENSED}
_OF_READER = frozenset(
    {INVALID, UNLICENSED, "81013", "40003", "46004", "50002", "60111", "60011", "60021"}
)
NO_KEY = "no.key"


class Sender:
    """Choose the way a letter goes."""

    def __init__(
        self,
        access: WeComAccess,
        api: Api,
        *,
        answering: Answering,
        calls: Calls,
        media: Media,
        codes: Codes,
        choose: Callable[[], str],
    ) -> None:
        """`choose` words what a card says whose text it cannot show whole."""
        self._access = access
        self._api = api
        self._answering = answering
        self._calls = calls
        self._media = media
        self._codes = codes
        self._choose = choose
        self._arrived = Arrived()
        self._planned = Planned()

    def window(self, letter: Letter) -> Window | None:
        """Name the rate of its reader; what goes out on a call counts against none."""
        app = f"wecom:{self._access.agent_id}"
        if letter.update:
            return Window(f"{app}:cards", UPDATES, 1.0, yields=True)
        free = self._is_text(letter) and self._answering.open(letter) is not None
        if self._planned.note(letter, free=free):
            return None
        return self._access.rates.of_member(app, letter.to)

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once. Raises SendFault or SendUnknown."""
        known = self._arrived.find(letter)
        if known is not None:
            return known
        if letter.update:
            return await self._change(letter)
        call, planned = self._answering.open(letter), self._planned.taken(letter)
        worded = await self._answered(letter) if self._is_text(letter) else None
        if worded is not None:
            return self._arrived.note(letter, worded)
        if planned:  # pushed, it counts: the platform drops without a word what is too much
            raise WayClosed("call.over", 0.0)
        account = letter.to or (call.account if call else "")
        if not account:
            raise SendFault("unreachable", None)
        try:
            receipt = await self._pushed(letter, account)
        except SendFault as told:
            # What rests after it may rest for hours, and somebody waits on the call.
            lasts = bool(told.breaks) or told.code == BLOCKED
            worded = await self._answered(letter) if lasts and _has_words(letter) else None
            if worded is None:
                raise
            return self._arrived.note(letter, worded)
        if letter.id:  # after the word that it takes longer the answer is still to come
            self._calls.dismissed(letter.reply_url)
        return self._arrived.note(letter, receipt)

    async def recall(self, sent: Sequence[Delivered]) -> Mapping[int, str]:
        """Take messages back, within a day; say of the others why not."""
        found: dict[int, str] = {}
        for one in sent:
            if not one.key or one.via != "api":  # an answer on a call has no name there
                found[one.id] = NO_KEY
                continue
            found[one.id] = await self._api.undo(RECALL, one.key)
        return found

    async def _answered(self, letter: Letter) -> Receipt | None:
        """Answer in words on the call that waits for a letter; None = none does, or not any more.

        Without a number it is no delivery: the message that it answers is not on record yet.
        """
        call = self._answering.open(letter)
        if call is None or not letter.id:
            return None
        text = shown(letter.message, payloads.LIMIT)
        if not await self._answering.answered(call, letter, text):
            return None
        return Receipt(letter.reply_url, "webhook", in_words=letter.message.file is not None)

    def _is_text(self, letter: Letter) -> bool:
        """Say whether a call can carry it: it has words alone, or nothing else can be sent now."""
        if not (self._wants_card(letter) or self._shows_file(letter)):
            return True
        return self._api.rests(SEND) and _has_words(letter)

    def _wants_card(self, letter: Letter) -> bool:
        wanted = bool(letter.card and letter.to) and not self._access.plugin
        return wanted and payloads.fits_card(letter.message)

    def _shows_file(self, letter: Letter) -> bool:
        file = letter.message.file
        return file is not None and bool(letter.to) and payloads.shows(file)

    async def _pushed(self, letter: Letter, account: str) -> Receipt:
        file = letter.message.file
        if file is not None and self._shows_file(letter):
            try:
                return await self._file(letter, account, file)
            except SendFault as told:
                if (
                    told.retry_after is not None
                    or _is_of_reader(told)
                    or not letter.message.instead
                ):
                    raise
                log.warning("delivery %s: no file (%s), sent as text", letter.id, told.code)
        if self._wants_card(letter):
            try:
                return await self._card(letter)
            except SendFault as told:
                if told.retry_after is not None or _is_of_reader(told):
                    raise
                log.warning("delivery %s: no card (%s), sent as text", letter.id, told.code)
        text = shown(letter.message, payloads.LIMIT)
        try:
            key = _key(await self._push(account, payloads.text(text)))
        except SendUnknown as told:
            if not letter.card:
                raise
            raise WordsUnknown(*told.args) from None
        return Receipt(key, in_words=file is not None)

    async def _card(self, letter: Letter) -> Receipt:
        try:
            answer = await self._push(letter.to, payloads.card(letter))
        except SendFault as told:
            # A task_id is taken once: where a try before may have arrived, it did. Whatever else
            # is wrong with the card was wrong with it then, so nobody has seen it.
            if not (letter.resends and told.code == STANDS):
                raise
            log.info("delivery %s: its card stands already (%s)", letter.id, told.code)
            return Receipt(letter.key)
        await self._keep(letter.card, answer)
        return Receipt(_key(answer))

    async def _file(self, letter: Letter, account: str, file: Enclosure) -> Receipt:
        media = await self._media.of(file)
        kind = payloads.media_type(file)
        try:
            return Receipt(_key(await self._push(account, payloads.medium(kind, media))))
        except SendFault as told:
            if told.code != MEDIUM_GONE:
                raise
            self._media.forget(file)
            raise SendFault(told.code, GONE_RETRY if letter.attempt == 1 else None) from None

    async def _change(self, letter: Letter) -> Receipt:
        code = await self._codes.take(letter.card)
        if not code:
            log.info("delivery %s: its card cannot be changed any more", letter.id)
            return Receipt(letter.key)
        body = {"userids": [letter.to], **self._agent, "response_code": code}
        try:
            answer = await self._api.call(
                UPDATE, {**body, **payloads.change(letter, self._choose())}, repeatable=True
            )
        except SendFault as told:
            if told.retry_after is not None:
                await self._codes.put(letter.card, code)
                raise
            # The code is too old or was used: the card says what it said, and can still be pressed.
            log.info("delivery %s: its card was not changed (%s)", letter.id, told.code)
        else:
            await self._keep(letter.card, answer)
        return Receipt(letter.key)

    async def settle(self, account: str, code: str, status: str) -> bool:
        """Put a status in the place of a card's buttons; False = it is tried no more."""
        button = {"replace_name": payloads.replaced(status)}
        body = {"userids": [account], **self._agent, "response_code": code, "button": button}
        try:
            await self._api.call(UPDATE, body, repeatable=True)
        except (SendFault, SendUnknown) as told:
            log.info("a pressed card keeps its buttons (%s)", told)
            return False
        return True

    async def _push(self, account: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        body = {"touser": account, **self._agent, **content}
        answer = await self._api.call(SEND, body)
        # An errcode of 0 is no promise: who is not there stands on one of these lists.
        for name, code in MISSED.items():
            missed = str(answer.get(name) or "").lower().split("|")
            if account.lower() in missed:
                raise SendFault(code, None)
        return answer

    async def _keep(self, card: str, answer: Mapping[str, Any]) -> None:
        code = answer.get("response_code")
        if isinstance(code, str) and code:
            await self._codes.put(card, code)

    @property
    def _agent(self) -> Mapping[str, int]:
        return {"agentid": self._access.agent_id}


def _key(answer: Mapping[str, Any]) -> str:
    told = answer.get("msgid")
    return told if isinstance(told, str) else ""


def _has_words(letter: Letter) -> bool:
    """Say whether its text may stand for what else it shows."""
    return letter.message.file is None or letter.message.instead


def _is_of_reader(told: SendFault) -> bool:
    """Say whether nothing else would reach this reader either."""
    return told.code in _OF_READER
