"""Sending a letter: as a file, as a card, as a reply, or as a message of the OpenAPI."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.channels.base import Enclosure, Letter, Receipt, SendFault
from bot.channels.dingtalk import payloads
from bot.channels.dingtalk.access import DingTalkAccess
from bot.channels.dingtalk.body import Body
from bot.channels.dingtalk.client import Client
from bot.channels.dingtalk.errors import CARD_EXISTS, CARD_MISSING, RULES, SESSION_GONE, is_unsafe
from bot.channels.dingtalk.known_cards import KnownCards
from bot.channels.dingtalk.media import Media
from bot.channels.dingtalk.origins import Origins
from handlers.ports import Clock, Place

log = logging.getLogger(__name__)

CARDS = "/v1.0/card/instances"
CREATE_CARD = "/v1.0/card/instances/createAndDeliver"
TO_PERSON = "/v1.0/robot/oToMessages/batchSend"
TO_GROUP = "/v1.0/robot/groupMessages/send"
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
    ) -> None:
        self._access = access
        self._client = client
        self._origins = origins
        self._known = known
        self._media = media
        self._clock = clock

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once."""
        if letter.update:
            return await self._change(letter)
        file = letter.message.file
        if file is not None and letter.to and letter.door == "private" and payloads.shows(file):
            try:
                return await self._file(letter, file)
            except SendFault as fault:
                if fault.retry_after is not None or is_unsafe(fault.code):
                    raise
                log.warning("delivery %s: no file (%s), sent as text", letter.id, fault.code)
        if self._wants_card(letter):
            try:
                return await self._card(letter, self._access.card_template_id or "")
            except SendFault as fault:
                if fault.retry_after is not None or is_unsafe(fault.code):
                    raise
                log.warning("delivery %s: no card (%s), sent as text", letter.id, fault.code)
        if self._can_reply(letter):
            try:
                await self._client.reply(letter.reply_url, payloads.webhook_message(letter))
            except SendFault as fault:
                if fault.code != SESSION_GONE or not letter.to:
                    raise
                log.info("delivery %s: its session is gone, sent by the API", letter.id)
            else:
                return Receipt(via="webhook")
        return await self._message(letter)

    async def _file(self, letter: Letter, file: Enclosure) -> Receipt:
        media = await self._media.of(file)
        try:
            return await self._to_person(letter, payloads.file_message(file, media))
        except SendFault as fault:
            if fault.retry_after is None:  # it may be the medium that is not wanted any more
                self._media.forget(file)
            raise

    def _wants_card(self, letter: Letter) -> bool:
        return bool(
            self._access.card_template_id
            and letter.card
            and letter.to
            and letter.message.options
            and payloads.fits_card(letter)
            and not self._known.is_lost(letter.card)
        )

    def _can_reply(self, letter: Letter) -> bool:
        alive = letter.reply_until is None or letter.reply_until - REPLY_MARGIN > self._clock()
        return bool(letter.reply_url) and alive and self._origins.allows_reply(letter.reply_url)

    async def _card(self, letter: Letter, template: str) -> Receipt:
        body = payloads.card(letter, self._robot(letter), template)
        try:
            answer = await self._client.call("POST", CREATE_CARD, body, repeatable=True)
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

    async def _change(self, letter: Letter) -> Receipt:
        if not self._access.card_template_id:
            return Receipt(letter.card, "card")
        try:
            await self._client.call("PUT", CARDS, payloads.card_change(letter), repeatable=True)
        except SendFault as fault:
            if fault.code != CARD_MISSING:
                raise
            log.info("delivery %s: its card went out as text, nothing to change", letter.id)
        return Receipt(letter.card, "card")

    async def _message(self, letter: Letter) -> Receipt:
        if not letter.to:
            raise SendFault("unreachable", None)
        message = payloads.template_message(payloads.markdown(letter))
        if letter.door == "private":
            return await self._to_person(letter, message)
        group = {
            "robotCode": self._robot(letter),
            "openConversationId": letter.to,
            **message,
        }
        answer = Body(await self._client.call("POST", TO_GROUP, group))
        return Receipt(answer.text("processQueryKey"))

    async def _to_person(self, letter: Letter, message: Mapping[str, str]) -> Receipt:
        person = {"robotCode": self._robot(letter), "userIds": [letter.to], **message}
        answer = Body(await self._client.call("POST", TO_PERSON, person))
        _check_recipient(answer, letter.to)
        return Receipt(answer.text("processQueryKey"))

    def _robot(self, letter: Letter) -> str:
        return letter.robot or self._access.robot_code


def _check_recipient(answer: Body, staff_id: str) -> None:
    # HTTP 200 is only a partial success: the person may be on one of these lists.
    if staff_id in answer.items("invalidStaffIdList"):
        raise SendFault("staffId.invalid", None)
    if staff_id in answer.items("flowControlledStaffIdList"):
        raise SendFault("staffId.flowControlled", RULES["flowControlled"].retry_after)
    if staff_id in answer.items("filteredStaffIdList"):
        raise SendFault("staffId.filtered", None)
