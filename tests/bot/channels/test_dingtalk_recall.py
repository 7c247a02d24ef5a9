"""Messages taken back: by key and place, twenty in a call, and why something stays."""

from typing import Any

from bot.channels.base import Delivered
from flows.office import Door
from tests.bot.channels.conftest import Make
from tests.bot.channels.platform import Platform

FROM_GROUP = "/v1.0/robot/groupMessages/recall"
FROM_PERSON = "/v1.0/robot/otoMessages/batchRecall"
CARDS = "/v1.0/card/instances"


def sent(number: int, key: str, **changes: Any) -> Delivered:
    given = {"robot": "dingrobot", "door": Door.PRIVATE, "to": "manager1234", **changes}
    return Delivered(id=number, key=key, **given)


async def test_each_conversation_is_asked_by_itself_and_each_key_answered(
    ding: Platform, make: Make
) -> None:
    group = {"door": Door.STAFF_GROUP, "to": "cidA=="}
    ding.answer(FROM_GROUP, {"successResult": ["a1"], "failedResult": {"a2": "超过时间"}})
    ding.answer(FROM_GROUP, {"successResult": ["b1"], "failedResult": {}})
    ding.answer(FROM_PERSON, {"successResult": ["p1"]})
    found = await make().recall(
        [
            sent(1, "a1", **group),
            sent(2, "b1", door=Door.LEADER_GROUP, to="cidB=="),
            sent(3, "a2", **group),
            sent(4, "p1"),
            sent(5, "p2", to="somebody"),
        ]
    )
    assert found == {1: "", 2: "", 3: "超过时间", 4: "", 5: "unconfirmed"}
    assert ding.sent(FROM_GROUP) == [
        {
            "robotCode": "dingrobot",
            "openConversationId": "cidA==",
            "processQueryKeys": ["a1", "a2"],
        },
        {"robotCode": "dingrobot", "openConversationId": "cidB==", "processQueryKeys": ["b1"]},
    ]
    assert ding.sent(FROM_PERSON) == [{"robotCode": "dingrobot", "processQueryKeys": ["p1", "p2"]}]


async def test_at_most_twenty_keys_go_in_a_call_and_a_failing_call_costs_only_its_own(
    ding: Platform, make: Make
) -> None:
    keys = [f"k{number}" for number in range(41)]
    ding.answer(FROM_PERSON, {"successResult": keys[:20]})
    ding.answer(FROM_PERSON, {"code": "system.error"}, 500)
    ding.answer(FROM_PERSON, {"successResult": keys[40:]})
    found = await make().recall([sent(number, key) for number, key in enumerate(keys)])
    assert [len(body["processQueryKeys"]) for body in ding.sent(FROM_PERSON)] == [20, 20, 1]
    assert [found[number] for number in (0, 19, 20, 39, 40)] == [
        "", "", "system.error", "system.error", "",
    ]  # fmt: skip


async def test_the_recipients_of_one_batch_share_their_key(ding: Platform, make: Make) -> None:
    ding.answer(FROM_PERSON, {"successResult": ["p1"]})
    assert await make().recall([sent(1, "p1"), sent(2, "p1", to="b")]) == {1: "", 2: ""}
    assert ding.sent(FROM_PERSON)[0]["processQueryKeys"] == ["p1"]


async def test_what_has_no_key_stays_and_says_why(ding: Platform, make: Make) -> None:
    found = await make().recall(
        [sent(1, ""), sent(2, "", door=Door.STAFF_GROUP, to="webhook:a", via="webhook")]
    )
    assert found == {1: "no.key", 2: "custom.robot"}
    assert ding.seen == []


async def test_a_card_is_emptied_instead(ding: Platform, make: Make) -> None:
    channel = make(withdrawn="已撤回")
    ding.answer(CARDS, {"success": True})
    ding.answer(CARDS, {"code": "param.cardNotExist"}, 400)
    cards = [sent(1, "qq-1", via="card"), sent(2, "qq-2", via="card")]
    assert await channel.recall(cards) == {1: "", 2: "param.cardNotExist"}
    assert ding.sent(CARDS)[0] == {
        "outTrackId": "qq-1",
        "userIdType": 1,
        "cardData": {"cardParamMap": {"body": "", "status": "已撤回", "actions": "[]"}},
        "cardUpdateOptions": {"updateCardDataByKey": True},
    }
