"""Interactive cards: creation, delivery, updates, buttons."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.simulator.timings import Timings
from tests.bot.simulator.client import GROUP, ROBOT_CODE, TEMPLATE, Bot, platform

CREATE_AND_DELIVER = "/v1.0/card/instances/createAndDeliver"
INSTANCES = "/v1.0/card/instances"


def card(track: str = "delivery-1", **changed: Any) -> dict[str, Any]:
    return {
        "cardTemplateId": TEMPLATE,
        "outTrackId": track,
        "callbackType": "STREAM",
        "userIdType": 1,
        "cardData": {"cardParamMap": {"title": "新诉求", "status": "待受理"}},
        "openSpaceId": f"dtv1.card//IM_GROUP.{GROUP}",
        "imGroupOpenDeliverModel": {"robotCode": ROBOT_CODE},
        **changed,
    }


async def test_a_card_stands_in_its_group() -> None:
    async with platform() as bot:
        status, body = await bot.call("POST", CREATE_AND_DELIVER, card())
        assert (status, body["result"]["deliverResults"][0]["success"]) == (200, True)
        (bubble,) = bot.simulator.control.sent(user="clerk01", place=GROUP)
        assert (bubble.kind, bubble.out_track_id) == ("card", "delivery-1")
        assert bot.simulator.control.card("delivery-1")["status"] == "待受理"


async def test_a_card_for_one_person_stands_in_the_direct_chat() -> None:
    async with platform() as bot:
        order = card(
            openSpaceId="dtv1.card//IM_ROBOT.ent01",
            imRobotOpenDeliverModel={"spaceType": "IM_ROBOT", "robotCode": ROBOT_CODE},
        )
        await bot.call("POST", CREATE_AND_DELIVER, order)
        place = bot.simulator.control.place_of("ent01")
        assert len(bot.simulator.control.sent(user="ent01", place=place)) == 1


async def test_recipients_hide_a_card_from_the_others() -> None:
    async with platform() as bot:
        model = {"robotCode": ROBOT_CODE, "recipients": ["clerk01"]}
        await bot.call("POST", CREATE_AND_DELIVER, card(imGroupOpenDeliverModel=model))
        assert len(bot.simulator.control.sent(user="clerk01")) == 1
        assert bot.simulator.control.sent(user="ent01") == []


async def test_a_delivery_can_fail_inside_a_success() -> None:
    async with platform() as bot:
        bot.simulator.control.block_space(GROUP)
        status, body = await bot.call("POST", CREATE_AND_DELIVER, card())
        (result,) = body["result"]["deliverResults"]
        assert (status, body["success"], result["success"]) == (200, True, False)
        assert bot.simulator.control.sent() == []


async def test_the_same_track_id_again_shows_nothing_twice() -> None:
    async with platform() as bot:
        await bot.call("POST", CREATE_AND_DELIVER, card())
        again = card(cardData={"cardParamMap": {"title": "另一张"}})
        status, body = await bot.call("POST", CREATE_AND_DELIVER, again)
        assert (status, body["code"]) == (400, "param.cardAlreadyExist")
        bot.simulator.control.repeat_cards(error=False)
        status, body = await bot.call("POST", CREATE_AND_DELIVER, again)
        assert (status, body["success"]) == (200, True)
        assert len(bot.simulator.control.sent()) == 1
        assert bot.simulator.control.card("delivery-1")["title"] == "新诉求"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"cardTemplateId": "draft.schema"}, "param.templateUnpublished"),
        ({"cardTemplateId": ""}, "param.templateNotExist"),
        ({"cardData": {"cardParamMap": {"count": 3}}}, "invalidParameter"),
        ({"cardData": {"cardParamMap": {"body": "字" * 342}}}, "invalidParameter"),
        ({"cardData": {"cardParamMap": {"k" * 101: ""}}}, "invalidParameter"),
        ({"outTrackId": "x" * 101}, "invalidParameter"),
        ({"openSpaceId": "somewhere"}, "invalidParameter"),
    ],
)
async def test_a_malformed_card_is_refused(changed: dict[str, Any], code: str) -> None:
    async with platform() as bot:
        status, body = await bot.call("POST", CREATE_AND_DELIVER, card(**changed))
        assert (status, body["code"]) == (400, code)


async def test_create_and_deliver_can_be_two_calls() -> None:
    async with platform() as bot:
        order = card()
        await bot.call("POST", INSTANCES, order)
        assert bot.simulator.control.sent() == []
        await bot.call("POST", f"{INSTANCES}/deliver", order)
        assert len(bot.simulator.control.sent()) == 1


async def test_an_update_overwrites_everything_unless_it_is_by_key() -> None:
    async with platform() as bot:
        await bot.call("POST", CREATE_AND_DELIVER, card())
        change = {"outTrackId": "delivery-1", "cardData": {"cardParamMap": {"status": "已受理"}}}
        by_key = {**change, "cardUpdateOptions": {"updateCardDataByKey": True}}
        await bot.call("PUT", INSTANCES, by_key)
        assert bot.simulator.control.card("delivery-1") == {"title": "新诉求", "status": "已受理"}
        await bot.call("PUT", INSTANCES, change)
        assert bot.simulator.control.card("delivery-1") == {"status": "已受理"}
        _, body = await bot.call("PUT", INSTANCES, {**change, "outTrackId": "nothing"})
        assert body["code"] == "param.cardNotExist"


async def test_a_press_is_a_callback_whose_answer_changes_the_card() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        await bot.call("POST", CREATE_AND_DELIVER, card())
        pressing = asyncio.create_task(
            bot.simulator.control.press("clerk01", "delivery-1", "accept")
        )
        frame = await stream.frame()
        assert frame.headers["topic"] == "/v1.0/card/instances/callback"
        assert json.loads(frame.data["content"]) == {
            "cardPrivateData": {"actionIds": ["accept"], "params": {"action": "accept"}}
        }
        await stream.ack(
            frame,
            {
                "response": {
                    "cardUpdateOptions": {"updateCardDataByKey": True},
                    "cardData": {"cardParamMap": {"status": "已受理"}},
                    "userPrivateData": {"cardParamMap": {"status": "你已受理"}},
                }
            },
        )
        press = await pressing
        assert (press.pushed, press.answered) == (True, True)
        assert bot.simulator.control.card("delivery-1", "clerk01")["status"] == "你已受理"
        assert bot.simulator.control.card("delivery-1", "ent01")["status"] == "已受理"


async def test_a_press_without_an_answer_is_noted() -> None:
    timings = Timings(card_answer=timedelta(milliseconds=50))
    async with platform(timings=timings) as bot:
        await bot.connect()
        await bot.call("POST", CREATE_AND_DELIVER, card())
        press = await bot.simulator.control.press("clerk01", "delivery-1", "accept")
        assert (press.pushed, press.answered) == (True, False)
        assert [b.code for b in bot.simulator.control.breaches] == ["card-callback-unanswered"]


async def test_a_card_answer_that_breaks_the_rules_changes_nothing() -> None:
    async with platform() as bot:
        await bot.call("POST", CREATE_AND_DELIVER, card())
        await _answered(bot, {"response": {"cardData": {"cardParamMap": {"count": 1}}}})
        assert bot.simulator.control.card("delivery-1")["status"] == "待受理"
        assert [b.code for b in bot.simulator.control.breaches] == ["card-answer-refused"]


async def _answered(bot: Bot, answer: Any) -> None:
    stream = await bot.connect()
    pressing = asyncio.create_task(bot.simulator.control.press("clerk01", "delivery-1", "accept"))
    await stream.ack(await stream.frame(), answer)
    await pressing
