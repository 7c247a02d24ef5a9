"""Letters on their way out: the documented bodies, the order of ways, the meaning of refusals."""

import asyncio
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.channels.base import (
    FetchFault,
    Letter,
    Message,
    Option,
    Receipt,
    SendDoubt,
    SendFault,
    SendUnknown,
)
from bot.channels.dingtalk.errors import RULES, Refusal, is_unsafe, rule
from bot.channels.dingtalk.payloads import MSG_PARAM_LIMIT, clipped, spelt_out
from tests.bot.channels.conftest import SECRET, Make, now
from tests.bot.channels.platform import TOKEN_PATH, Platform, payload

TO_PERSON = "/v1.0/robot/oToMessages/batchSend"
TO_GROUP = "/v1.0/robot/groupMessages/send"
CREATE = "/v1.0/card/instances/createAndDeliver"
UPDATE = "/v1.0/card/instances"
DOWNLOAD = "/v1.0/robot/messageFiles/download"
HOOK = "/robot/sendBySession"
TEMPLATE = "template.schema"
ACCEPT = Option(label="受理", action="a:accept:ZH-2026-0001", style="primary")

PRIVATE = Letter(
    id=1,
    robot="dingrobot",
    door="private",
    to="manager1234",
    message=Message(title="t", text="hello"),
)
GROUP = PRIVATE.model_copy(
    update={"door": "staff_group", "to": "cid6KeSamplegroup==", "mention": "user123"}
)
ASKING = Message(
    title="t", text="hello", status="待受理", options=(ACCEPT,), spelt="受理：回复「受理 0001」"
)
CARD = {"card": "qq-card1", "message": ASKING}
PRIVATE_CARD = PRIVATE.model_copy(update=CARD)
GROUP_CARD = GROUP.model_copy(update=CARD)


def replying(letter: Letter, ding: Platform, minutes: float = 60) -> Letter:
    until = now() + timedelta(minutes=minutes)
    return letter.model_copy(
        update={"reply_url": f"{ding.base}{HOOK}?session=s", "reply_until": until}
    )


def same(sent: dict[str, Any], name: str) -> bool:
    """Compare with a documented body; JSON inside JSON counts by its content."""
    wanted = payload(name)
    for body in (sent, wanted):
        if "msgParam" in body:
            body["msgParam"] = json.loads(body["msgParam"])
    return sent == wanted


async def test_a_letter_to_a_person_goes_out_as_documented(ding: Platform, make: Make) -> None:
    assert await make().send(PRIVATE) == Receipt("pqk", "api")
    assert same(ding.sent(TO_PERSON)[0], "sent_to_person")
    assert ding.seen[-1].token == "token-1"
    assert ding.sent(TOKEN_PATH) == [{"appKey": "ding-client", "appSecret": SECRET}]


async def test_a_letter_to_a_group_goes_out_as_documented(ding: Platform, make: Make) -> None:
    assert await make().send(GROUP) == Receipt("pqk", "api")
    assert same(ding.sent(TO_GROUP)[0], "sent_to_group")


async def test_a_reply_calls_the_person_and_carries_no_token(ding: Platform, make: Make) -> None:
    assert await make().send(replying(GROUP, ding)) == Receipt("", "webhook")
    assert ding.sent(HOOK) == [payload("sent_reply")]
    assert [seen.token for seen in ding.seen] == [None]


async def test_a_reply_path_about_to_expire_is_not_used(ding: Platform, make: Make) -> None:
    assert (await make().send(replying(PRIVATE, ding, minutes=0.5))).via == "api"


async def test_a_foreign_reply_path_is_not_used(ding: Platform, make: Make) -> None:
    letter = PRIVATE.model_copy(update={"reply_url": "http://127.0.0.1:1/steal"})
    assert (await make().send(letter)).via == "api"


async def test_a_session_that_is_gone_is_replaced_by_the_api(ding: Platform, make: Make) -> None:
    ding.answer(HOOK, {"errcode": 300001, "errmsg": "session 不存在"})
    assert (await make().send(replying(PRIVATE, ding))).via == "api"


@pytest.mark.parametrize("code", [130101, "410100"])
async def test_a_reply_that_is_too_fast_goes_by_the_api_and_no_robot_rests(
    ding: Platform, make: Make, code: int | str
) -> None:
    ding.answer(HOOK, {"errcode": code, "errmsg": ""})
    assert (await make().send(replying(PRIVATE, ding))).via == "api"
    ding.answer(HOOK, {"errcode": code, "errmsg": ""})
    with pytest.raises(SendFault, match=str(code)) as fault:
        await make().send(replying(PRIVATE.model_copy(update={"to": ""}), ding))
    assert fault.value.breaks == ""
    assert fault.value.retry_after is not None
    assert fault.value.retry_after >= 600


async def test_somebody_without_an_address_is_reached_by_the_reply_path_only(
    ding: Platform, make: Make
) -> None:
    letter = PRIVATE.model_copy(update={"to": ""})
    assert (await make().send(replying(letter, ding))).via == "webhook"
    with pytest.raises(SendFault, match="unreachable") as fault:
        await make().send(letter)
    assert fault.value.retry_after is None
    ding.answer(HOOK, {"errcode": 300001})
    with pytest.raises(SendFault, match="300001"):
        await make().send(replying(letter, ding))


@pytest.mark.parametrize(
    ("letter", "name"), [(PRIVATE_CARD, "card_in_private"), (GROUP_CARD, "card_in_group")]
)
async def test_a_card_goes_out_as_documented(
    ding: Platform, make: Make, letter: Letter, name: str
) -> None:
    assert await make(template=TEMPLATE).send(replying(letter, ding)) == Receipt("qq-card1", "card")
    assert ding.sent(CREATE) == [payload(name)]
    assert ding.sent(HOOK) == []


async def test_a_card_is_changed_by_key(ding: Platform, make: Make) -> None:
    changed = GROUP.model_copy(
        update={
            "card": "qq-card1",
            "update": True,
            "message": Message(title="t", text="", status="已受理"),
        }
    )
    await make(template=TEMPLATE).send(changed)
    assert ding.sent(UPDATE) == [payload("card_changed")]
    ding.answer(UPDATE, {"code": "param.cardNotExist", "message": ""}, 400)
    assert (await make(template=TEMPLATE).send(changed)).via == "card"
    seen = len(ding.seen)
    assert (await make().send(changed)).via == "card"
    assert len(ding.seen) == seen


async def test_a_card_that_exists_was_delivered(ding: Platform, make: Make) -> None:
    ding.answer(CREATE, {"code": "param.cardAlreadyExist", "message": ""}, 400)
    assert (await make(template=TEMPLATE).send(PRIVATE_CARD)).via == "card"
    assert ding.sent(TO_PERSON) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"code": "param.templateNotExist"}, 400),
        ({"code": "param.templateUnpublished"}, 400),
        ({"code": "invalidParameter.cardParamMap"}, 400),
        ({"code": "Forbidden.AccessDenied.AccessTokenPermissionDenied"}, 403),
        ({"success": True, "result": {"deliverResults": [{"success": False}]}}, 200),
        ({"success": False}, 200),
    ],
)
async def test_a_card_that_cannot_be_becomes_numbered_text(
    ding: Platform, make: Make, body: Any, status: int
) -> None:
    ding.answer(CREATE, body, status)
    channel = make(template=TEMPLATE)
    assert (await channel.send(PRIVATE_CARD)).via == "api"
    assert "回复「受理 0001」" in json.loads(ding.sent(TO_PERSON)[0]["msgParam"])["text"]


async def test_a_card_that_reached_nobody_is_not_taken_for_delivered_later(
    ding: Platform, make: Make
) -> None:
    channel = make(template=TEMPLATE)
    ding.answer(CREATE, {"success": True, "result": {"deliverResults": [{"success": False}]}})
    ding.answer(TO_PERSON, {"code": "send.too.fast"}, 400)
    with pytest.raises(SendFault, match=r"send\.too\.fast"):
        await channel.send(PRIVATE_CARD)
    assert (await channel.send(PRIVATE_CARD)).via == "api"
    assert len(ding.sent(CREATE)) == 1


@pytest.mark.parametrize(
    ("letter", "card"),
    [
        (PRIVATE_CARD, False),
        (GROUP_CARD, True),
    ],
)
async def test_a_long_body_is_sent_whole_in_private_and_cut_in_a_group(
    ding: Platform, make: Make, letter: Letter, card: bool
) -> None:
    message = ASKING.model_copy(update={"text": "字" * 1000})
    await make(template=TEMPLATE).send(letter.model_copy(update={"message": message}))
    if card:
        values = ding.sent(CREATE)[0]["cardData"]["cardParamMap"]
        assert all(len(value.encode()) <= 1024 for value in values.values())
        assert values["body"].endswith("字…")
    else:
        assert "字" * 1000 in ding.sent(TO_PERSON)[0]["msgParam"]


async def test_more_buttons_than_the_template_has_become_text(ding: Platform, make: Make) -> None:
    message = ASKING.model_copy(update={"options": (ACCEPT,) * 11})
    await make(template=TEMPLATE).send(GROUP_CARD.model_copy(update={"message": message}))
    assert ding.sent(CREATE) == []
    assert "回复「受理 0001」" in ding.sent(TO_GROUP)[0]["msgParam"]


async def test_without_a_template_choices_stand_in_words(ding: Platform, make: Make) -> None:
    await make().send(GROUP_CARD)
    assert ding.sent(CREATE) == []
    assert "回复「受理 0001」" in ding.sent(TO_GROUP)[0]["msgParam"]


def test_without_buttons_the_choices_stand_in_words_below_the_text() -> None:
    options = (Option(label="确认", action="yes"),)
    message = Message(title="t", text="核对", options=options, spelt="回复数字：  \n1 确认")
    assert spelt_out(message) == "核对\n\n回复数字：  \n1 确认"
    assert spelt_out(message.model_copy(update={"spelt": ""})) == "核对"


def test_a_clipped_text_ends_at_a_character() -> None:
    assert clipped("字" * 10, 30) == "字" * 10
    assert clipped("字" * 11, 31, "…") == "字" * 9 + "…"


async def test_a_message_never_exceeds_what_one_call_may_carry(ding: Platform, make: Make) -> None:
    for text in ("字" * 9000, '"\n' * 9000):
        letter = PRIVATE.model_copy(update={"message": Message(title="t", text=text)})
        await make().send(letter)
    for sent in ding.sent(TO_PERSON):
        assert MSG_PARAM_LIMIT - 200 < len(sent["msgParam"].encode()) <= MSG_PARAM_LIMIT


def answered(code: str) -> tuple[Any, int]:
    """Refuse as the platform does: a page, words of the new API, numbers of the old one."""
    if code == "html":
        return "<html>blocked</html>", 403
    if code == "1111":
        return {"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "u"}, 200
    if code.lstrip("-").isdigit():
        return {"errcode": int(code), "errmsg": ""}, 200
    return {"code": code, "message": "", "requestid": "r"}, 400


@pytest.mark.parametrize("code", sorted(RULES.keys() - {"flowControlled"}))
async def test_each_code_of_the_table_means_what_it_says(
    ding: Platform, make: Make, code: str
) -> None:
    counted: Counter[str] = Counter()

    def count(name: str, number: int) -> None:
        counted[name] += number

    for _ in range(2):  # a rejected token is renewed once
        ding.answer(TO_PERSON, *answered(code))
    with pytest.raises(SendFault) as fault:
        await make(count=count).send(PRIVATE)
    wanted = RULES[code]
    assert fault.value.code == (f"quota.{wanted.quota}" if wanted.quota else code)
    assert fault.value.breaks == wanted.breaks
    if wanted.retry_after is None:
        assert fault.value.retry_after is None
    else:
        assert fault.value.retry_after is not None
        assert wanted.retry_after <= fault.value.retry_after <= wanted.retry_after * 1.5
    used_up = {f"quota.{wanted.quota}": 1} if wanted.quota else {}
    assert counted == used_up | ({"api": 1} if wanted.counts else {})


@pytest.mark.parametrize(
    ("codes", "seconds", "breaks"),
    [
        (("Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", "90018"), (1, 2), ""),
        (("Forbidden.AccessDenied.QpsLimitForApi", "90002"), (2, 4), ""),
        (("Forbidden.AccessDenied.ApiCountLimitForOrg", "90020", "90030"), (600, 86400), ""),
        (
            ("send.too.fast", "too.many.people", "too.many.group", "send.byToken.tooFast"),
            (20, 60),
            "",
        ),
        (("html", "1111", "Forbidden.AccessDenied.IpNotInWhiteList"), (300, 300), "channel"),
        (("130101", "410100"), (600, 600), "robot"),
        (("contain.unsafe.url", "contain.notAllowed.text", "param.contentUnsafe"), None, ""),
        (("430101", "430102", "430104"), None, ""),
    ],
)
def test_the_table_says_what_the_documents_ask_for(
    codes: tuple[str, ...], seconds: tuple[float, float] | None, breaks: str
) -> None:
    for code in codes:
        found = RULES[code]
        assert found.breaks == breaks
        if seconds is None:
            assert found.retry_after is None
            assert is_unsafe(code)
        else:
            assert found.retry_after is not None
            assert seconds[0] <= found.retry_after <= seconds[1]


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "least"),
    [
        (TO_PERSON, {"code": "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}, 403, "Forb", 1.0),
        (TO_PERSON, "<html>blocked</html>", 200, "html", 300.0),
        (TO_PERSON, "<html>blocked</html>", 403, "html", 300.0),
        (TO_PERSON, {"status": 1111, "wait": 5, "punish": "deny"}, 200, "1111", 300.0),
        (TO_PERSON, {"code": "contain.notAllowed.text"}, 400, "contain", None),
        (TO_PERSON, {"code": "nobody.knows"}, 400, "nobody", None),
        (TO_PERSON, {"code": "slow.down"}, 429, "slow", 30.0),
        (TO_PERSON, "", 302, "http.302", 60.0),
        (TO_PERSON, {"invalidStaffIdList": ["manager1234"]}, 200, "staffId.invalid", None),
        (TO_PERSON, {"flowControlledStaffIdList": ["manager1234"]}, 200, "staffId.flow", 60.0),
        (TO_PERSON, {"filteredStaffIdList": ["manager1234"]}, 200, "staffId.filtered", None),
        (HOOK, {"errcode": 430104, "errmsg": ""}, 200, "430104", None),
        (HOOK, {"errcode": -1, "errmsg": ""}, 200, "-1", 5.0),
    ],
)
async def test_a_refusal_says_when_to_try_again(
    ding: Platform,
    make: Make,
    *,
    path: str,
    body: Any,
    status: int,
    code: str,
    least: float | None,
) -> None:
    ding.answer(path, body, status)
    letter = replying(PRIVATE, ding) if path == HOOK else PRIVATE
    with pytest.raises(SendFault) as fault:
        await make().send(letter)
    assert fault.value.code.startswith(code)
    if least is None:
        assert fault.value.retry_after is None
    else:
        assert fault.value.retry_after is not None
        assert fault.value.retry_after >= least


@pytest.mark.parametrize("letter", [PRIVATE, GROUP])
@pytest.mark.parametrize(
    ("body", "status"),
    [({"code": "system.error"}, 500), ("<html>bad gateway</html>", 502), ("not json", 200)],
)
async def test_nobody_knows_what_a_failing_server_did(
    ding: Platform, make: Make, letter: Letter, body: Any, status: int
) -> None:
    ding.answer(TO_PERSON, body, status)
    ding.answer(TO_GROUP, body, status)
    with pytest.raises(SendUnknown):
        await make().send(letter)


async def test_a_card_may_be_tried_again_when_nobody_knows(ding: Platform, make: Make) -> None:
    ding.answer(CREATE, {"code": "system.busy"}, 500)
    with pytest.raises(SendDoubt, match=r"system\.busy"):
        await make(template=TEMPLATE).send(PRIVATE_CARD)


async def drop(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def test_an_answer_that_never_came_is_unknown_unless_the_call_can_be_repeated(
    ding: Platform, make: Make
) -> None:
    ding.answers[TO_PERSON].append(drop)
    with pytest.raises(SendUnknown):
        await make().send(PRIVATE)
    ding.answers[CREATE].append(drop)
    with pytest.raises(SendDoubt, match=r"no\.answer"):
        await make(template=TEMPLATE).send(PRIVATE_CARD)


async def test_what_never_left_may_be_sent_again(make: Make) -> None:
    with pytest.raises(SendFault, match="connect") as fault:
        await make(base="http://127.0.0.1:1").send(PRIVATE)
    assert fault.value.retry_after is not None


async def test_one_token_serves_everybody(ding: Platform, make: Make) -> None:
    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.1)
        return web.json_response({"accessToken": "slow", "expireIn": 7200})

    ding.answers[TOKEN_PATH].append(slow)
    channel = make()
    await asyncio.gather(*(channel.send(PRIVATE) for _ in range(20)))
    assert len(ding.sent(TOKEN_PATH)) == 1
    assert Counter(s.token for s in ding.seen if s.path == TO_PERSON) == {"slow": 20}


@pytest.mark.parametrize(
    ("body", "status"),
    [({"code": "InvalidAuthentication"}, 400), ({"errcode": 40014}, 200), ({"errcode": 88}, 200)],
)
async def test_a_rejected_token_is_renewed_once_for_everybody(
    ding: Platform, make: Make, body: Any, status: int
) -> None:
    channel = make()
    await channel.send(PRIVATE)
    for _ in range(20):
        ding.answer(TO_PERSON, body, status)
    await asyncio.gather(*(channel.send(PRIVATE) for _ in range(20)))
    assert len(ding.sent(TOKEN_PATH)) == 2
    assert len(ding.sent(TO_PERSON)) == 41


async def test_a_token_that_is_rejected_twice_is_not_renewed_for_ever(
    ding: Platform, make: Make
) -> None:
    for _ in range(9):
        ding.answer(TO_PERSON, {"code": "InvalidAuthentication"}, 400)
    with pytest.raises(SendFault, match="InvalidAuthentication") as fault:
        await make().send(PRIVATE)
    assert fault.value.retry_after is not None
    assert len(ding.sent(TO_PERSON)) == 2


async def test_bad_credentials_refuse_every_letter_and_are_not_logged(
    ding: Platform, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    ding.answer(TOKEN_PATH, {"code": "invalidClientIdOrSecret", "message": SECRET}, 400)
    channel = make()
    found = await asyncio.gather(*(channel.send(PRIVATE) for _ in range(5)), return_exceptions=True)
    assert {str(fault) for fault in found} == {"invalidClientIdOrSecret"}
    assert "ERROR" in {record.levelname for record in caplog.records}
    assert SECRET not in caplog.text


async def test_a_token_request_that_hangs_up_sends_nothing(ding: Platform, make: Make) -> None:
    ding.answers[TOKEN_PATH].append(drop)
    with pytest.raises(SendFault):
        await make().send(PRIVATE)
    assert ding.sent(TO_PERSON) == []


async def test_a_stopped_channel_sends_nothing(make: Make) -> None:
    channel = make()
    await channel.stop()
    with pytest.raises(SendFault, match=r"channel\.stopped"):
        await channel.send(PRIVATE)


def test_rules_for_codes_beyond_the_table() -> None:
    assert rule(Refusal(400, "too.many.requests")).retry_after == 30.0
    assert rule(Refusal(403, "Forbidden.AccessDenied.Whatever")).retry_after is None
    assert is_unsafe("contain.unsafe.url")
    assert is_unsafe("param.contentUnsafe")
    assert not is_unsafe("param.templateNotExist")


async def serve(ding: Platform, content: bytes, path: str = "/files/a") -> None:
    async def file(_: web.Request) -> web.StreamResponse:
        return web.Response(body=content)

    ding.answers[path].append(file)


async def test_a_file_is_fetched_without_the_token(ding: Platform, make: Make) -> None:
    ding.answer(DOWNLOAD, {"downloadUrl": f"{ding.base}/files/a?Expires=1"})
    await serve(ding, b"content")
    assert await make().fetch("dingrobot", "code", 100) == b"content"
    assert ding.sent(DOWNLOAD) == [{"downloadCode": "code", "robotCode": "dingrobot"}]
    assert ding.seen[-1].token is None


async def test_a_file_that_moved_is_followed(ding: Platform, make: Make) -> None:
    async def moved(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": f"{ding.base}/files/b"})

    ding.answer(DOWNLOAD, {"downloadUrl": f"{ding.base}/files/a"})
    ding.answers["/files/a"].append(moved)
    await serve(ding, b"content", "/files/b")
    assert await make().fetch("dingrobot", "code", 100) == b"content"


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_file_over_the_limit_is_not_read(ding: Platform, make: Make, chunked: bool) -> None:
    async def file(request: web.Request) -> web.StreamResponse:
        if not chunked:
            return web.Response(body=b"x" * 101)
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"x" * 60)
        await response.write(b"x" * 60)
        return response

    ding.answer(DOWNLOAD, {"downloadUrl": f"{ding.base}/files/a"})
    ding.answers["/files/a"].append(file)
    with pytest.raises(FetchFault, match=r"too\.large"):
        await make().fetch("dingrobot", "code", 100)


@pytest.mark.parametrize(
    ("body", "status", "code", "again"),
    [
        ({"code": "invalidParameter.robotCode.downloadCode"}, 400, "invalidParameter", False),
        ({"downloadUrl": "http://127.0.0.1:1/private"}, 200, "foreign", False),
        ({"downloadUrl": "https://evil.example/f"}, 200, "foreign", False),
        ({}, 200, "foreign", False),
        ({"code": "system.error"}, 500, "system.error", True),
    ],
)
async def test_a_file_that_cannot_be_fetched_says_why(
    ding: Platform, make: Make, *, body: Any, status: int, code: str, again: bool
) -> None:
    ding.answer(DOWNLOAD, body, status)
    with pytest.raises(FetchFault) as fault:
        await make().fetch("dingrobot", "code", 100)
    assert fault.value.code.startswith(code)
    assert (fault.value.retry_after is not None) is again


async def test_a_missing_file_is_not_tried_again_and_a_failing_host_is(
    ding: Platform, make: Make
) -> None:
    for status, again in ((404, False), (503, True)):
        ding.answer(DOWNLOAD, {"downloadUrl": f"{ding.base}/files/a"})
        ding.answer("/files/a", {}, status)
        with pytest.raises(FetchFault) as fault:
            await make().fetch("dingrobot", "code", 100)
        assert (fault.value.retry_after is not None) is again
