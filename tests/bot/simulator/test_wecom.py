"""The simulated 企业微信: it calls as the platform does, and refuses what the platform refuses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.simulator.tencent.faults import Fault
from bot.simulator.tencent.sealing import Sealing, element
from bot.simulator.wecom.api import (
    BAD_AGENT,
    BAD_SECRET,
    EMPTY,
    ESCAPED,
    MEDIA,
    NOBODY,
    OLD_TOKEN,
    RECALL,
    SEND,
    TOKEN,
    UPDATE,
    UPLOAD,
)
from bot.simulator.wecom.cards import BAD_ARGUMENT, BAD_TASK, NO_ACTION, NO_TITLE
from bot.simulator.wecom.platform import WeComPlatform

SOON = 0.3  # seconds that a call waits for a bot that says nothing
START = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
BUTTONS = [{"text": "受理", "style": 1, "key": "accept"}, {"text": "退回", "key": "back"}]
CARD: dict[str, Any] = {
    "card_type": "button_interaction",
    "main_title": {"title": "ZH-2026-0001 待受理", "desc": "新问题"},
    "horizontal_content_list": [{"keyname": "期限", "value": "12 月 1 日"}],
    "task_id": "ZH-2026-0001_1",
    "button_list": BUTTONS,
}


@dataclass(slots=True)
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Bot:
    """Whoever is called: it opens what it is brought, and answers as it is told."""

    platform: WeComPlatform
    http: aiohttp.ClientSession
    clock: Clock
    got: list[str] = field(default_factory=list)
    answers: Callable[[str], str | None] = field(default=lambda _xml: "")  # None = never
    queries: list[dict[str, str]] = field(default_factory=list)

    @property
    def sealing(self) -> Sealing:
        p = self.platform
        return Sealing(p.token, p.aes_key, p.corp_id)

    async def serve(self, request: web.Request) -> web.Response:
        query, seal = dict(request.query), self.sealing
        self.queries.append(query)
        sealed = query.get("echostr") or element(await request.text(), "Encrypt")
        assert query["msg_signature"] == seal.sign(query["timestamp"], query["nonce"], sealed)
        xml = seal.open(_envelope(seal, sealed, query["timestamp"], query["nonce"]))
        if "echostr" in query:
            return web.Response(text=xml)
        self.got.append(xml)
        answer = self.answers(xml)
        if answer is None:
            await asyncio.sleep(60)
        if not answer:
            return web.Response()
        return web.Response(text=_envelope(seal, seal.seal(answer), "1764320400", "n"))

    async def call(self, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        url = f"{self.platform.base_url}{path}"
        query = {"access_token": await self.token(), **query}
        raw = json.dumps(body, ensure_ascii=False).encode()
        async with self.http.post(url, params=query, data=raw) as response:
            found: dict[str, Any] = json.loads(await response.text())
            return found

    async def token(self, secret: str = "") -> str:
        query = {"corpid": self.platform.corp_id, "corpsecret": secret or self.platform.secret}
        url = f"{self.platform.base_url}{TOKEN}"
        async with self.http.get(url, params=query) as response:
            found = json.loads(await response.text())
            return str(found.get("access_token") or found["errcode"])

    async def send(self, kind: str, content: Any, touser: str = "li", **more: Any) -> Any:
        agent = self.platform.agent_id
        body = {"touser": touser, "msgtype": kind, "agentid": agent, kind: content, **more}
        return await self.call(SEND, body)


def _envelope(seal: Sealing, sealed: str, stamp: str, nonce: str) -> str:
    return (
        f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt>"
        f"<MsgSignature>{seal.sign(stamp, nonce, sealed)}</MsgSignature>"
        f"<TimeStamp>{stamp}</TimeStamp><Nonce>{nonce}</Nonce></xml>"
    )


def _answer(xml: str, inside: str) -> str:
    return (
        f"<xml><ToUserName>{element(xml, 'FromUserName')}</ToUserName>"
        f"<FromUserName>{element(xml, 'ToUserName')}</FromUserName>{inside}</xml>"
    )


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with _bot(5.0) as made:
        yield made


@asynccontextmanager
async def _bot(answer_within: float) -> AsyncIterator[Bot]:
    clock = Clock()
    platform = WeComPlatform(clock=clock, answer_within=answer_within)
    async with platform, aiohttp.ClientSession() as http:
        made = Bot(platform, http, clock)
        app = web.Application()
        app.router.add_route("*", "/wecom/callback", made.serve)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        platform.caller.address = f"http://127.0.0.1:{runner.addresses[0][1]}/wecom/callback"
        platform.people.join("li")
        yield made
        await platform.hang_up()
        await runner.cleanup()


def test_what_the_documents_sign_is_signed_alike() -> None:
    seal = Sealing("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
    echo = (
        "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
    )
    assert seal.sign("1409659589", "263014780", echo) == "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    assert seal.open(_envelope(seal, echo, "1409659589", "263014780")) == "1616140317555161061"


async def test_the_console_saves_an_address_that_opens_its_echo(bot: Bot) -> None:
    assert await bot.platform.verify() == (200, "1616140317555161061")


async def test_what_a_member_writes_is_answered_on_the_call(bot: Bot) -> None:
    text = "<MsgType>text</MsgType><Content>好的</Content>"
    bot.answers = lambda xml: _answer(xml, text)
    brought = bot.platform.say("li", "进度")
    await brought.is_over.wait()
    assert (element(bot.got[0], "Content"), element(bot.got[0], "AgentID")) == ("进度", "1000002")
    assert bot.platform.people.told("li") == ["好的"]
    assert bot.platform.caller.breaches == []


async def test_silence_is_called_three_times_with_signatures_of_their_own() -> None:
    async with _bot(SOON) as bot:
        bot.answers = lambda _xml: None
        brought = bot.platform.say("li", "在吗")
        await brought.is_over.wait()
        assert brought.statuses == [0, 0, 0]
        assert len({query["msg_signature"] for query in bot.queries}) == 3
        assert len({element(xml, "MsgId") for xml in bot.got}) == 1
        assert bot.platform.caller.breaches == ["no answer"]


async def test_one_message_with_two_answers_is_a_breach(bot: Bot) -> None:
    told = iter("12")
    bot.answers = lambda xml: _answer(
        xml, f"<MsgType>text</MsgType><Content>{next(told)}</Content>"
    )
    brought = bot.platform.say("li", "进度")
    await brought.is_over.wait()
    await bot.platform.again(brought).is_over.wait()
    assert bot.platform.caller.breaches == ["two answers to one message"]


async def test_a_pressed_button_shows_what_took_its_place_to_who_pressed(bot: Bot) -> None:
    bot.platform.people.join("wang")
    await bot.send("template_card", CARD, "li|wang")
    bot.answers = lambda xml: _answer(
        xml,
        "<MsgType>update_button</MsgType><Button><ReplaceName>已受理</ReplaceName></Button>",
    )
    await bot.platform.press("li", "ZH-2026-0001_1", "accept").is_over.wait()
    people = bot.platform.people
    assert people.card("li", "ZH-2026-0001_1").replaced == "已受理"
    assert set(people.card("wang", "ZH-2026-0001_1").buttons) == {"accept", "back"}
    with pytest.raises(LookupError):
        bot.platform.press("li", "ZH-2026-0001_1", "accept")


async def test_a_pressed_card_becomes_another_card(bot: Bot) -> None:
    await bot.send("template_card", CARD)
    face = (
        "<TemplateCard><CardType>button_interaction</CardType>"
        "<MainTitle><Title>待交办</Title></MainTitle><TaskId>ZH-2026-0001_1</TaskId>"
        "<ButtonList><Text>交办</Text><Key>give</Key></ButtonList></TemplateCard>"
    )
    bot.answers = lambda xml: _answer(xml, f"<MsgType>update_template_card</MsgType>{face}")
    await bot.platform.press("li", "ZH-2026-0001_1", "accept").is_over.wait()
    card = bot.platform.people.card("li", "ZH-2026-0001_1")
    assert (card.text(), card.buttons) == ("待交办", {"give": "交办"})
    assert bot.platform.caller.breaches == []


async def test_a_response_code_changes_a_card_once(bot: Bot) -> None:
    code = (await bot.send("template_card", CARD))["response_code"]
    body = {"userids": ["li"], "agentid": 1000002, "response_code": code}
    body |= {"button": {"replace_name": "已领办"}}
    assert (await bot.call(UPDATE, body))["errcode"] == 0
    assert bot.platform.people.card("li", "ZH-2026-0001_1").replaced == "已领办"
    assert (await bot.call(UPDATE, body))["errcode"] == BAD_ARGUMENT


async def test_a_response_code_is_too_old_after_three_days(bot: Bot) -> None:
    code = (await bot.send("template_card", CARD))["response_code"]
    bot.clock.now += timedelta(hours=72, seconds=1)
    body = {"userids": ["li"], "agentid": 1000002, "response_code": code}
    assert (await bot.call(UPDATE, {**body, "button": {"replace_name": "已领办"}}))["errcode"] != 0


@pytest.mark.parametrize(
    ("kind", "content", "more", "code"),
    [
        ("text", {"content": ""}, {}, EMPTY),
        ("text", {"content": "好"}, {"touser": "nobody|none"}, NOBODY),
        ("text", {"content": "好"}, {"agentid": 1}, BAD_AGENT),
        ("text", {"content": "\\u597d"}, {}, ESCAPED),
        ("template_card", {**CARD, "main_title": {}}, {}, NO_TITLE),
        ("template_card", {**CARD, "task_id": "甲"}, {}, BAD_TASK),
        ("template_card", {**CARD, "button_list": BUTTONS * 4}, {}, BAD_ARGUMENT),
        (
            "template_card",
            {"card_type": "text_notice", "main_title": {"title": "通知"}},
            {},
            NO_ACTION,
        ),
    ],
)
async def test_what_the_platform_refuses_is_refused(
    bot: Bot, kind: str, content: Any, more: dict[str, Any], code: int
) -> None:
    if code == ESCAPED:
        raw = b'{"touser":"li","msgtype":"text","agentid":1000002,"text":{"content":"\\u597d"}}'
        url = f"{bot.platform.base_url}{SEND}?access_token={await bot.token()}"
        async with bot.http.post(url, data=raw) as response:
            answer = json.loads(await response.text())
    else:
        answer = await bot.send(kind, content, **more)
    assert answer["errcode"] == code
    assert bot.platform.people.shown == []


async def test_the_same_task_twice_is_refused(bot: Bot) -> None:
    await bot.send("template_card", CARD)
    assert (await bot.send("template_card", CARD))["errcode"] == BAD_TASK


async def test_who_is_not_there_is_named_beside_success(bot: Bot) -> None:
    answer = await bot.send("text", {"content": "好"}, "li|gone")
    assert (answer["errcode"], answer["invaliduser"]) == (0, "gone")


async def test_a_text_that_is_too_long_is_cut_and_nobody_is_told(bot: Bot) -> None:
    answer = await bot.send("text", {"content": "长" * 700})
    assert answer["errcode"] == 0
    assert bot.platform.people.told("li") == ["长" * 682]


async def test_the_same_message_is_shown_once_where_that_is_asked_for(bot: Bot) -> None:
    for _ in range(2):
        await bot.send("text", {"content": "好"}, enable_duplicate_check=1)
    assert bot.platform.people.told("li") == ["好"]
    bot.clock.now += timedelta(minutes=31)
    await bot.send("text", {"content": "好"}, enable_duplicate_check=1)
    assert bot.platform.people.told("li") == ["好", "好"]


async def test_the_thirty_first_message_of_a_minute_is_dropped_without_a_word(bot: Bot) -> None:
    answers = [await bot.send("text", {"content": str(nth)}) for nth in range(31)]
    assert {answer["errcode"] for answer in answers} == {0}
    assert len(bot.platform.people.told("li")) == 30
    assert [one.text for one in bot.platform.people.dropped] == ["30"]


async def test_a_message_is_taken_back_within_a_day(bot: Bot) -> None:
    msgid = (await bot.send("text", {"content": "发错了"}))["msgid"]
    assert (await bot.call(RECALL, {"msgid": msgid}))["errcode"] == 0
    assert bot.platform.people.told("li") == []
    late = (await bot.send("text", {"content": "又发错了"}))["msgid"]
    bot.clock.now += timedelta(hours=25)
    assert (await bot.call(RECALL, {"msgid": late}))["errcode"] != 0


async def test_a_token_is_the_same_until_it_expires(bot: Bot) -> None:
    first = await bot.token()
    assert await bot.token() == first
    bot.platform.api.expire()
    url = f"{bot.platform.base_url}{SEND}?access_token={first}"
    async with bot.http.post(url, data=b"{}") as response:
        assert json.loads(await response.text())["errcode"] == OLD_TOKEN
    assert await bot.token() not in ("", first)
    assert await bot.token("wrong") == str(BAD_SECRET)


async def test_a_file_is_uploaded_sent_and_fetched(bot: Bot) -> None:
    form = aiohttp.FormData()
    form.add_field("media", b"%PDF-1.7 ...", filename="a.pdf", content_type="application/pdf")
    token = await bot.token()
    url = f"{bot.platform.base_url}{UPLOAD}?access_token={token}&type=file"
    async with bot.http.post(url, data=form) as response:
        medium = json.loads(await response.text())["media_id"]
    assert (await bot.send("file", {"media_id": medium}))["errcode"] == 0
    assert bot.platform.people.seen("li")[0].media == medium
    url = f"{bot.platform.base_url}{MEDIA}?access_token={token}&media_id={medium}"
    async with bot.http.get(url) as response:
        assert await response.read() == b"%PDF-1.7 ..."


async def test_a_scripted_fault_hits_one_call(bot: Bot) -> None:
    script = bot.platform.api.script
    script.once[SEND] += [Fault(code=45009), Fault(warns=True)]
    assert (await bot.send("text", {"content": "1"}))["errcode"] == 45009
    assert "wrong json format" in (await bot.send("text", {"content": "2"}))["errmsg"]
    script.once[SEND].append(Fault(partial=True))
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        await bot.send("text", {"content": "3"})
    assert bot.platform.people.told("li") == ["2", "3"]
