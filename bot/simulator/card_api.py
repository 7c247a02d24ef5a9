"""Interactive cards on the wire: create, deliver, update, and the press on a button."""

import asyncio
from dataclasses import dataclass
from typing import Any

from aiohttp import hdrs, web

from bot.simulator.cards import Card, read_private, read_update
from bot.simulator.chat import ROBOT
from bot.simulator.deliveries import Delivery
from bot.simulator.errors import ApiError, bad_parameter
from bot.simulator.openapi import Body, new_call, text
from bot.simulator.platform import Platform
from bot.simulator.trace import CardTrace
from bot.simulator.wire import CARD_TOPIC, FrameType, dumps
from bot.simulator.world import Place, User

GROUP_SPACE = "dtv1.card//IM_GROUP."
ROBOT_SPACE = "dtv1.card//IM_ROBOT."


@dataclass(frozen=True, slots=True)
class Press:
    """What became of a press on a card's button."""

    callback_id: str
    pushed: bool
    answered: bool
    response: Any = None


class CardApi:
    """Cards on the wire."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def routes(self) -> list[web.RouteDef]:
        """List the addresses."""
        calls = (
            (hdrs.METH_POST, "/v1.0/card/instances/createAndDeliver", self._create_and_deliver),
            (hdrs.METH_POST, "/v1.0/card/instances", self._create),
            (hdrs.METH_POST, "/v1.0/card/instances/deliver", self._deliver_call),
            (hdrs.METH_PUT, "/v1.0/card/instances", self._update),
        )
        return [new_call(self._platform, method, path, call) for method, path, call in calls]

    async def _create(self, body: Body) -> Body:
        card = self._platform.cards.create(body)
        return {"success": True, "result": card.out_track_id}

    async def _deliver_call(self, body: Body) -> Body:
        card = self._platform.cards.get(body.get("outTrackId"))
        return self._delivered(card, body)

    async def _create_and_deliver(self, body: Body) -> Body:
        if not isinstance(body.get("openSpaceId"), str):
            raise bad_parameter("openSpaceId")
        card = self._platform.cards.create(body)
        return self._delivered(card, body)

    def _delivered(self, card: Card, body: Body) -> Body:
        result = self._deliver(card, text(body, "openSpaceId"), body)
        return {
            "success": True,
            "result": {"outTrackId": card.out_track_id, "deliverResults": [result]},
        }

    def _deliver(self, card: Card, open_space_id: str, body: Body) -> dict[str, Any]:
        if open_space_id.startswith(GROUP_SPACE):
            space_type, space_id = "IM_GROUP", open_space_id.removeprefix(GROUP_SPACE)
            place = self._platform.world.find_group(space_id)
            model = body.get("imGroupOpenDeliverModel")
        elif open_space_id.startswith(ROBOT_SPACE):
            space_type, space_id = "IM_ROBOT", open_space_id.removeprefix(ROBOT_SPACE)
            user = self._platform.world.find_user(space_id, card.user_id_type)
            place = self._platform.world.direct(user.user_id) if user else None
            model = body.get("imRobotOpenDeliverModel")
        else:
            raise bad_parameter("openSpaceId")
        problem = self._problem(space_id, place, model)
        carrier = card.spaces.get(space_id, "")
        if place is not None and not problem and not carrier:
            carrier = self._platform.ids.query_key()
            card.spaces[space_id] = carrier
            self._show(card, place, carrier, model or {})
        return {
            "spaceType": space_type,
            "spaceId": space_id,
            "success": not problem,
            "carrierId": carrier,
            "errorMsg": problem,
        }

    def _problem(self, space_id: str, place: Place | None, model: Any) -> str:
        if place is None:
            return "spaceId is illegal"
        if space_id in self._platform.blocked_spaces:
            return "robot is not in the conversation"
        if not isinstance(model, dict):
            return "deliver model is missing"
        if model.get("robotCode") != self._platform.app.robot_code:
            return "robotCode is illegal"
        return ""

    def _show(self, card: Card, place: Place, carrier: str, model: dict[str, Any]) -> None:
        recipients = model.get("recipients")
        self._platform.chat.add(
            place,
            ROBOT,
            "card",
            {},
            via="card",
            query_key=carrier,
            out_track_id=card.out_track_id,
            trace=CardTrace(card.out_track_id),
            only_for=frozenset(recipients) if recipients else None,
            mentions=tuple(model.get("atUserIds") or ()),
        )

    async def _update(self, body: Body) -> Body:
        card = self._platform.cards.get(body.get("outTrackId"))
        self._platform.cards.update(card, read_update(body, read_private(body)))
        self._tell(card)
        return {"success": True, "result": True}

    def _tell(self, card: Card) -> None:
        for bubble in self._platform.chat.showing(card.out_track_id):
            self._platform.chat.tell(bubble)

    async def press(self, user: User, out_track_id: str, action_id: str) -> Press:
        """Press a button: push the callback, await the answer, apply it to the card."""
        card = self._platform.cards.get(out_track_id)
        delivery = self._callback(card, user, action_id)
        gateway = self._platform.gateway
        gateway.deliveries.add(delivery)
        if not card.streams or not await gateway.push(delivery):
            return Press(delivery.business_id, pushed=False, answered=False)
        wait = self._platform.timings.card_answer.total_seconds()
        try:
            async with asyncio.timeout(wait):
                await delivery.settled.wait()
        except TimeoutError:
            self._platform.observations.warn("card-callback-unanswered", out_track_id)
            return Press(delivery.business_id, pushed=True, answered=False)
        answer = next(ack.data for ack in delivery.acks if ack.ok)
        response = answer.get("response") if isinstance(answer, dict) else None
        self._apply(card, user, response)
        return Press(delivery.business_id, pushed=True, answered=True, response=response)

    def _callback(self, card: Card, user: User, action_id: str) -> Delivery:
        content = {"cardPrivateData": {"actionIds": [action_id], "params": {"action": action_id}}}
        space_id = next(iter(card.spaces), "")
        data = {
            "extension": "{}",
            "corpId": self._platform.world.corp_id,
            "spaceType": "im",
            "userIdType": card.user_id_type,
            "type": "actionCallback",
            "userId": user.union_id if card.user_id_type == 2 else user.user_id,
            "spaceId": space_id,
            "outTrackId": card.out_track_id,
            "content": dumps(content),
        }
        return Delivery(FrameType.CALLBACK, CARD_TOPIC, dumps(data), self._platform.ids.ticket())

    def _apply(self, card: Card, user: User, response: Any) -> None:
        if not isinstance(response, dict):
            return
        own = response.get("userPrivateData")
        try:
            private = read_private({"privateData": {user.user_id: own}} if own else {})
            update = read_update(response, private)
        except ApiError as error:
            self._platform.observations.warn("card-answer-refused", error.message)
            return
        self._platform.cards.update(card, update)
        self._tell(card)
