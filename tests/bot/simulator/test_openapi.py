"""The OpenAPI: tokens, messages, limits, partial failures, ordered faults."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from tests.bot.simulator.client import GROUP, ROBOT_CODE, Bot, Hands, platform

DIRECT = "/v1.0/robot/oToMessages/batchSend"
GROUPS = "/v1.0/robot/groupMessages/send"


def direct(*users: str, text: str = "已受理", **changed: Any) -> dict[str, Any]:
    return {
        "robotCode": ROBOT_CODE,
        "userIds": list(users),
        "msgKey": "sampleText",
        "msgParam": json.dumps({"content": text}),
        **changed,
    }


def to_group(text: str = "新诉求", **changed: Any) -> dict[str, Any]:
    return {
        "robotCode": ROBOT_CODE,
        "openConversationId": GROUP,
        "msgKey": "sampleText",
        "msgParam": json.dumps({"content": text}),
        **changed,
    }


async def test_a_token_stays_the_same_while_it_lives() -> None:
    clock = Hands()
    async with platform(clock=clock) as bot:
        first = bot.token
        await bot.login()
        assert bot.token == first
        clock.move(seconds=7200)
        status, body = await bot.call("POST", DIRECT, direct("ent01"))
        assert (status, body["code"]) == (400, "InvalidAuthentication")
        await bot.login()
        assert bot.token != first
        assert (await bot.call("POST", DIRECT, direct("ent01")))[0] == 200


async def test_wrong_keys_get_no_token() -> None:
    async with platform() as bot:
        keys = {"appKey": "dingdemoclient", "appSecret": "wrong"}
        status, body = await bot.call("POST", "/v1.0/oauth2/accessToken", keys)
        assert (status, body["code"]) == (400, "invalidClientIdOrSecret")


async def test_the_old_token_address_gives_the_same_token() -> None:
    async with platform() as bot:
        _, body = await bot.call("GET", "/gettoken?appkey=dingdemoclient&appsecret=demo-secret")
        assert (body["errcode"], body["access_token"]) == (0, bot.token)


async def test_a_direct_message_names_the_unknown_and_the_slowed() -> None:
    async with platform() as bot:
        bot.simulator.control.flow_control("clerk01")
        status, body = await bot.call("POST", DIRECT, direct("ent01", "nobody", "clerk01"))
        assert status == 200
        assert body["invalidStaffIdList"] == ["nobody"]
        assert body["flowControlledStaffIdList"] == ["clerk01"]
        assert [b.content for b in bot.simulator.control.sent(user="ent01")] == [{"text": "已受理"}]
        assert bot.simulator.control.sent(user="clerk01") == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"userIds": [f"u{n}" for n in range(21)]}, "too.many.people"),
        ({"userIds": ["nobody"]}, "staffId.notExisted"),
        ({"userIds": []}, "invalidParameter"),
        ({"robotCode": "another"}, "robot.oto.notExist"),
        ({"msgKey": "sampleNothing"}, "invalidParameter.msgKey.notExist"),
        ({"msgParam": {"content": "not a string"}}, "invalidParameter.msgParam.invalid"),
        ({"msgParam": "{"}, "invalidParameter.msgParam.invalid"),
        ({"msgParam": '{"content":""}'}, "invalidParameter"),
        ({"msgParam": json.dumps({"content": "x" * 15_000})}, "invalidParameter.msgParam.tooLong"),
    ],
)
async def test_a_malformed_direct_message_is_refused(changed: dict[str, Any], code: str) -> None:
    async with platform() as bot:
        status, body = await bot.call("POST", DIRECT, direct("ent01", **changed))
        assert (status, body["code"]) == (400, code)
        assert bot.simulator.control.sent() == []


async def test_a_group_message_is_seen_by_its_members() -> None:
    async with platform() as bot:
        status, body = await bot.call("POST", GROUPS, to_group())
        assert status == 200
        (bubble,) = bot.simulator.control.sent(user="clerk01", place=GROUP)
        assert bubble.query_key == body["processQueryKey"]
        assert bot.simulator.control.sent(user="guest01") == []


async def test_a_group_without_the_robot_refuses() -> None:
    async with platform() as bot:
        bot.simulator.control.block_space(GROUP)
        assert (await bot.call("POST", GROUPS, to_group()))[1]["code"] == "resource.not.found"
        unknown = to_group(openConversationId="cidNowhere==")
        assert (await bot.call("POST", GROUPS, unknown))[1]["code"] == "invalid.openConversationId"


async def test_read_status_and_recall_follow_the_query_key() -> None:
    async with platform() as bot:
        _, sent = await bot.call("POST", GROUPS, to_group())
        key = sent["processQueryKey"]
        asked = {"openConversationId": GROUP, "robotCode": ROBOT_CODE, "processQueryKey": key}
        bot.simulator.control.read("clerk01", [GROUP])
        _, status = await bot.call("POST", "/v1.0/robot/groupMessages/query", asked)
        assert (status["sendStatus"], status["readUserIds"]) == ("SUCCESS", ["clerk01"])
        recall = {
            "openConversationId": GROUP,
            "robotCode": ROBOT_CODE,
            "processQueryKeys": [key, "?"],
        }
        _, done = await bot.call("POST", "/v1.0/robot/groupMessages/recall", recall)
        assert done["successResult"] == [key]
        assert list(done["failedResult"]) == ["?"]
        assert bot.simulator.control.sent()[0].recalled


async def test_more_than_twenty_calls_in_a_second_are_throttled_per_api() -> None:
    clock = Hands()
    async with platform(clock=clock) as bot:
        statuses = [(await bot.call("POST", GROUPS, to_group()))[0] for _ in range(21)]
        assert statuses == [200] * 20 + [403]
        assert (await bot.call("POST", DIRECT, direct("ent01")))[0] == 200
        clock.move(seconds=1)
        assert (await bot.call("POST", GROUPS, to_group()))[0] == 200
        assert len(bot.simulator.control.sent(place=GROUP)) == 21


async def test_a_used_up_month_refuses_calls_but_not_the_directory() -> None:
    async with platform(monthly_api_calls=1) as bot:
        assert (await bot.call("POST", GROUPS, to_group()))[0] == 200
        status, body = await bot.call("POST", GROUPS, to_group())
        assert (status, body["code"]) == (403, "Forbidden.AccessDenied.ApiCountLimitForOrg")
        path = f"/topapi/v2/user/getbymobile?access_token={bot.token}"
        _, found = await bot.call("POST", path, {"mobile": "13800000001"})
        assert found["result"] == {"userid": "ent01"}
        assert bot.simulator.control.usage()["api"] == 1


async def test_the_old_api_says_its_errors_with_status_200() -> None:
    async with platform() as bot:
        path = "/topapi/v2/user/get?access_token="
        status, body = await bot.call("POST", path + "wrong", {"userid": "ent01"})
        assert (status, body["errcode"]) == (200, 40014)
        _, body = await bot.call("POST", path + bot.token, {"userid": "nobody"})
        assert body["errcode"] == 60121
        _, body = await bot.call("POST", path + bot.token, {"userid": "ent01"})
        assert body["result"]["name"] == "陈海燕"


async def test_what_a_person_sent_can_be_downloaded_until_the_code_dies() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        await bot.simulator.control.send_file("ent01", "说明.pdf", b"%PDF-1.7 demo")
        code = (await stream.frame()).data["content"]["downloadCode"]
        order = {"downloadCode": code, "robotCode": ROBOT_CODE}
        path = "/v1.0/robot/messageFiles/download"
        _, answer = await bot.call("POST", path, order)
        async with bot.http.get(answer["downloadUrl"]) as file:
            assert await file.read() == b"%PDF-1.7 demo"
        status, _ = await bot.call("POST", path, {**order, "robotCode": "another"})
        assert status == 400
        bot.simulator.control.expire_downloads()
        _, refused = await bot.call("POST", path, order)
        assert refused["code"] == "invalidParameter.robotCode.downloadCode"


async def test_an_uploaded_medium_can_be_sent() -> None:
    async with platform() as bot:
        form = aiohttp.FormData()
        form.add_field("media", b"\x89PNG\r\n\x1a\nrest", filename="图.png")
        url = f"{bot.base}/media/upload?access_token={bot.token}&type=image"
        async with bot.http.post(url, data=form) as answer:
            media_id = (await answer.json())["media_id"]
        param = json.dumps({"photoURL": media_id})
        order = direct("ent01", msgKey="sampleImageMsg", msgParam=param)
        assert (await bot.call("POST", DIRECT, order))[0] == 200
        assert bot.simulator.control.sent()[0].kind == "picture"


@pytest.mark.parametrize(("kind", "name"), [("image", "图.webp"), ("file", "图.png"), ("file", "")])
async def test_a_medium_of_an_undocumented_type_is_refused(kind: str, name: str) -> None:
    async with platform() as bot:
        form = aiohttp.FormData()
        form.add_field("media", b"data", filename=name)
        url = f"{bot.base}/media/upload?access_token={bot.token}&type={kind}"
        async with bot.http.post(url, data=form) as answer:
            assert (await answer.json())["errcode"] == 40005


async def test_a_file_of_an_undocumented_type_is_refused() -> None:
    async with platform() as bot:
        param = json.dumps({"mediaId": "@x", "fileName": "a.ppt", "fileType": "ppt"})
        order = direct("ent01", msgKey="sampleFile", msgParam=param)
        assert (await bot.call("POST", DIRECT, order))[0] == 400
        assert bot.simulator.control.sent() == []


async def test_an_ordered_throttle_refuses_without_sending() -> None:
    async with platform() as bot:
        bot.simulator.control.throttle(GROUPS, 2)
        codes = [(await bot.call("POST", GROUPS, to_group()))[0] for _ in range(3)]
        assert codes == [403, 403, 200]
        assert len(bot.simulator.control.sent()) == 1


async def test_an_ordered_failure_can_be_an_html_page() -> None:
    async with platform() as bot:
        bot.simulator.control.fail("/v1.0/robot/*", 503, "<html>busy</html>")
        async with bot.http.post(bot.base + GROUPS, json=to_group()) as answer:
            assert (answer.status, answer.content_type) == (503, "text/html")
        assert bot.simulator.control.sent() == []


async def test_a_call_that_was_cut_may_have_been_carried_out() -> None:
    async with platform() as bot:
        bot.simulator.control.cut(GROUPS)
        with pytest.raises(aiohttp.ClientError):
            await bot.call("POST", GROUPS, to_group())
        assert len(bot.simulator.control.sent()) == 1
        bot.simulator.control.cut(GROUPS, executed=False)
        with pytest.raises(aiohttp.ClientError):
            await bot.call("POST", GROUPS, to_group())
        assert len(bot.simulator.control.sent()) == 1


async def test_a_call_that_its_client_gave_up_in_the_queue_is_not_carried_out() -> None:
    async with platform() as bot:
        bot.simulator.control.hang(GROUPS, 0.2)
        with pytest.raises(TimeoutError):
            await _impatient(bot, GROUPS, to_group())
        await asyncio.sleep(0.3)
        assert bot.simulator.control.sent() == []
        bot.simulator.control.hang(GROUPS, 0.2, executed=True)
        with pytest.raises(TimeoutError):
            await _impatient(bot, GROUPS, to_group())
        assert len(bot.simulator.control.sent()) == 1


async def _impatient(bot: Bot, path: str, body: Any) -> None:
    async with asyncio.timeout(0.1):
        await bot.call("POST", path, body)
