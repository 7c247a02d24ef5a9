"""Sending a letter: as a file, as a card, as a reply, or as a message of the OpenAPI."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from yarl import URL

from bot.channels.base import Enclosure, Letter, Receipt, SendFault, Window
from bot.channels.dingtalk import hooks, payloads
from bot.channels.dingtalk.access import DingTalkAccess
from bot.channels.dingtalk.body import Body
from bot.channels.dingtalk.client import Client
from bot.channels.dingtalk.errors import CARD_EXISTS, CARD_MISSING, RULES, SESSION_GONE, is_unsafe
from bot.channels.dingtalk.hooks import Hooks
from bot.channels.dingtalk.known_cards import KnownCards
from bot.channels.dingtalk.origins import Origins
from bot.channels.dingtalk.pacing import PER_SECOND, SECOND, SPREAD
from bot.channels.dingtalk.recall import CARDS
from bot.channels.media import Media
from handlers.ports import Clock, Place

log = logging.getLogger(__name__)

CREATE_CARD = "/v1.0/card/instances/createAndDeliver"
TO_PERSON = "/v1.0/robot/oToMessages/batchSend"
TO_GROUP = "/v1.0/robot/groupMessages/send"
MOST_RECIPIENTS = 20  # of one call, whatever the platform's error text says
# A webhook that is about to expire may do so on the way.
REPLY_MARGIN = timedelta(seconds=60)


class Sender:
    """Choose the way a letter goes, and take the next one where the first is closed."""

    def __init__(
        self,
        access: DingTalkAccess,
        client: Client,
        origins: Origins,
        known: KnownCards,
        clock: Clock,
        *,
        media: Media,
        hooks: Hooks,
    ) -> None:
        self._access = access
        self._client = client
        self._origins = origins
        self._known = known
        self._media = media
        self._hooks = hooks
        self._clock = clock

    def window(self, letter: Letter) -> Window | None:
        """Name the rate that the first way of a letter counts against."""
        if hooks.is_hooked(letter):
            return None if letter.update else hooks.window(letter)
        path = self._first_path(letter)
        if not path:
            return None
        return Window(f"{self._robot(letter)}:{path}", PER_SECOND, SECOND, SPREAD)

    def batch(self, letter: Letter) -> str:
        """Name the call that a letter to one person can share; empty = it goes alone."""
        if hooks.is_hooked(letter) or letter.door != "private":
            return ""
        if self._first_path(letter) != TO_PERSON or self._shows_file(letter):
            return ""
        message = payloads.template_message(payloads.markdown(letter))
        text = "\n".join((self._robot(letter), *message.values()))
        return sha256(text.encode()).hexdigest()

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once."""
        if hooks.is_hooked(letter):
            return await self._hooks.send(letter)
        if letter.update:
            return await self._change(letter)
        file = letter.message.file
        if file is not None and self._shows_file(letter):
            try:
                return await self._file(letter, file)
            except SendFault as fault:
                stands_in = letter.message.instead
                if fault.retry_after is not None or is_unsafe(fault.code) or not stands_in:
                    raise
                log.warning("delivery %s: no file (%s), sent as text", letter.id, fault.code)
        if self._wants_card(letter):
            try:
                return await self._card(letter, self._access.card_template_id or "")
            except SendFault as fault:
                if fault.retry_after is not None or is_unsafe(fault.code):
                    raise
                log.warning("delivery %s: no card (%s), sent as text", letter.id, fault.code)
        if self._can_reply(letter) and await self._replied(letter):
            return Receipt(via="webhook")
        return replace(await self._message(letter), in_words=file is not None)

    async def send_batch(self, letters: Sequence[Letter]) -> Mapping[int, Receipt | SendFault]:
        """Deliver at most twenty letters of one `batch` name, each to somebody else."""
        first = letters[0]
        people = {letter.to: letter.id for letter in letters}
        if not len(people) == len(letters) <= MOST_RECIPIENTS:
            raise ValueError("a batch goes to at most twenty different people")
        message = payloads.template_message(payloads.markdown(first))
        urgent = any(letter.urgent for letter in letters)
        answer = await self._to_people(self._robot(first), list(people), message, urgent=urgent)
        in_words = first.message.file is not None
        receipt = Receipt(answer.text("processQueryKey"), in_words=in_words)
        return {number: _missed(answer, to) or receipt for to, number in people.items()}

    def _first_path(self, letter: Letter) -> str:
        if letter.update:
            return CARDS if self._access.card_template_id else ""
        if self._shows_file(letter):
            return TO_PERSON if letter.door == "private" else TO_GROUP
        if self._wants_card(letter):
            return CREATE_CARD
        if self._can_reply(letter) or not letter.to:
            return ""
        return TO_PERSON if letter.door == "private" else TO_GROUP

    def _shows_file(self, letter: Letter) -> bool:
        message = letter.message
        # Into a group goes only what was approved for it, for which no words may stand.
        allowed = bool(letter.to) and (letter.door == "private" or not message.instead)
        return message.file is not None and allowed and payloads.shows(message.file)

    async def _file(self, letter: Letter, file: Enclosure) -> Receipt:
        media = await self._media.of(file)
        try:
            return await self._to_place(letter, payloads.file_message(file, media))
        except SendFault as fault:
            if fault.retry_after is None:  # it may be the medium that is not wanted any more
                self._media.forget(file)
            raise

    def _wants_card(self, letter: Letter) -> bool:
        return bool(
            self._access.card_template_id
            and letter.card
            and letter.to
            and not letter.plain
            and letter.message.options
            and payloads.fits_card(letter)
            and not self._known.is_lost(letter.card)
        )

    def _can_reply(self, letter: Letter) -> bool:
        alive = letter.reply_until is None or letter.reply_until - REPLY_MARGIN > self._clock()
        return bool(letter.reply_url) and alive and self._origins.allows_reply(letter.reply_url)

    async def _replied(self, letter: Letter) -> bool:
        """Reply where the message came from; False when that way is closed and another is not."""
        body = payloads.webhook_message(letter)
        address = URL(letter.reply_url, encoded=True)
        try:
            await self._client.post("session webhook", address, body)
        except SendFault as fault:
            closed = fault.code == SESSION_GONE or fault.breaks == "robot"
            if not closed or not letter.to:
                # This one address rests, not the robot that writes through the OpenAPI.
                breaks = "" if fault.breaks == "robot" else fault.breaks
                raise SendFault(fault.code, fault.retry_after, breaks) from None
            log.info("delivery %s: no reply (%s), sent by the API", letter.id, fault.code)
            return False
        return True

    async def _card(self, letter: Letter, template: str) -> Receipt:
        body = payloads.card(letter, self._robot(letter), template)
        try:
            answer = await self._client.call(
                "POST", CREATE_CARD, body, repeatable=True, urgent=letter.urgent
            )
        except SendFault as fault:
            if fault.code != CARD_EXISTS:
                raise
        else:
            self._check_delivered(letter, answer)
        private = letter.door == "private"
        self._known.stands(letter.card, Place(private, letter.to))
        return Receipt(letter.card, "card")

    def _check_delivered(self, letter: Letter, answer: Mapping[str, Any]) -> None:
        body = Body(answer)
        results = [Body(item) for item in body.part("result").items("deliverResults")]
        success = answer.get("success") is not False and all(
            result.is_true("success") for result in results
        )
        if not success:
            self._known.lost(letter.card)
            raise SendFault("card.notDelivered", None)
        for result in results:
            self._known.carries(result.text("carrierId"), letter.card)

    async def _change(self, letter: Letter) -> Receipt:
        if not self._access.card_template_id:
            return Receipt(letter.card, "card")
        try:
            body = payloads.card_change(letter)
            await self._client.call("PUT", CARDS, body, repeatable=True, urgent=letter.urgent)
        except SendFault as fault:
            if fault.code != CARD_MISSING:
                raise
            log.info("delivery %s: its card went out as text, nothing to change", letter.id)
        return Receipt(letter.card, "card")

    async def _message(self, letter: Letter) -> Receipt:
        if not letter.to:
            raise SendFault("unreachable", None)
        return await self._to_place(letter, payloads.template_message(payloads.markdown(letter)))

    async def _to_place(self, letter: Letter, message: Mapping[str, str]) -> Receipt:
        if letter.door == "private":
            return await self._to_person(letter, message)
        group = {
            "robotCode": self._robot(letter),
            "openConversationId": letter.to,
            **message,
        }
        answer = Body(await self._client.call("POST", TO_GROUP, group, urgent=letter.urgent))
        return Receipt(answer.text("processQueryKey"))

    async def _to_person(self, letter: Letter, message: Mapping[str, str]) -> Receipt:
        robot, urgent = self._robot(letter), letter.urgent
        answer = await self._to_people(robot, [letter.to], message, urgent=urgent)
        missed = _missed(answer, letter.to)
        if missed is not None:
            raise missed
        return Receipt(answer.text("processQueryKey"))

    async def _to_people(
        self,
        robot: str,
        people: Sequence[str],
        message: Mapping[str, str],
        *,
        urgent: bool = False,
    ) -> Body:
        body = {"robotCode": robot, "userIds": people, **message}
        return Body(await self._client.call("POST", TO_PERSON, body, urgent=urgent))

    def _robot(self, letter: Letter) -> str:
        return letter.robot or self._access.robot_code


def _missed(answer: Body, staff_id: str) -> SendFault | None:
    # HTTP 200 is only a partial success: the person may be on one of these lists.
    if staff_id in answer.items("invalidStaffIdList"):
        return SendFault("staffId.invalid", None)
    if staff_id in answer.items("flowControlledStaffIdList"):
        return SendFault("staffId.flowControlled", RULES["flowControlled"].retry_after)
    if staff_id in answer.items("filteredStaffIdList"):
        return SendFault("staffId.filtered", None)
    return None
