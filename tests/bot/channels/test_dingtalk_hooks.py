"""Custom robots: signed, repeatable, bounded, and never told to the log."""

import base64
import hashlib
import hmac
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from yarl import URL

from bot.channels.base import Hook, Letter, Message, Option, Receipt, SendFault, SendUnknown
from bot.channels.dingtalk.hooks import signed
from flows.office import Door
from tests.bot.channels.conftest import Make
from tests.bot.channels.platform import Platform
from tests.bot.channels.test_dingtalk_send import drop

SEND = "/robot/send"
SECRET = "SECdemo+/="
STEADY = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def hooked(ding: Platform, secret: str = SECRET, **changes: Any) -> Letter:
    hook = Hook(address=f"{ding.base}{SEND}?access_token=t%2B1", secret=secret)
    letter = Letter(
        id=1,
        robot="dingrobot",
        door=Door.STAFF_GROUP,
        to="webhook:a",
        message=Message(title="通知", text="请查收"),
        key="delivery-1",
        hook=hook,
    )
    return letter.model_copy(update=changes)


async def test_a_notice_is_signed_by_steady_time_and_names_its_delivery(
    ding: Platform, make: Make
) -> None:
    channel = make(steady=lambda: STEADY)
    assert await channel.send(hooked(ding)) == Receipt("", "webhook")
    stamp = round(STEADY.timestamp() * 1000)
    text = f"{stamp}\n{SECRET}".encode()
    sign = base64.b64encode(hmac.new(SECRET.encode(), text, hashlib.sha256).digest()).decode()
    (seen,) = ding.seen
    assert seen.query == {"access_token": "t+1", "timestamp": str(stamp), "sign": sign}
    assert seen.token is None
    assert seen.body == {
        "msgtype": "markdown",
        "markdown": {"title": "通知", "text": "请查收"},
        "msgUuid": "delivery-1",
    }


def test_a_robot_that_checks_keywords_needs_no_signature() -> None:
    address = "https://oapi.dingtalk.com/robot/send?access_token=a%2Bb"
    assert signed(Hook(address=address), 1) == URL(address, encoded=True)


async def test_a_second_try_has_the_same_name_so_that_nothing_is_unknown(
    ding: Platform, make: Make
) -> None:
    channel = make()
    ding.answers[SEND].append(drop)
    with pytest.raises(SendFault, match=r"no\.answer") as fault:
        await channel.send(hooked(ding))
    assert fault.value.retry_after is not None
    ding.answer(SEND, "<html>bad gateway</html>", 502)
    with pytest.raises(SendFault):
        await channel.send(hooked(ding))
    await channel.send(hooked(ding, attempt=3))
    assert [body["msgUuid"] for body in ding.sent(SEND)] == ["delivery-1"] * 3
    ding.answers[SEND].append(drop)
    with pytest.raises(SendUnknown):
        await channel.send(hooked(ding, key=""))


async def test_a_notice_never_exceeds_what_one_call_may_carry(ding: Platform, make: Make) -> None:
    message = Message(title="通知", text="字" * 9000)
    await make().send(hooked(ding, message=message, mention="user123"))
    (body,) = ding.sent(SEND)
    size = len(json.dumps(body, ensure_ascii=False).encode())
    assert 19_000 < size <= 20_000
    assert body["markdown"]["text"].startswith("@user123")
    assert body["markdown"]["text"].endswith("字…")


@pytest.mark.parametrize(
    ("door", "calls"), [(Door.STAFF_GROUP, True), (Door.ENTERPRISE_GROUP, False)]
)
async def test_only_colleagues_can_be_called_by_name(
    ding: Platform, make: Make, *, door: Door, calls: bool
) -> None:
    await make().send(hooked(ding, door=door, mention="user123"))
    (body,) = ding.sent(SEND)
    assert ("at" in body) is calls
    assert ("user123" in body["markdown"]["text"]) is calls


async def test_choices_stand_in_words_and_a_card_cannot_be_changed(
    ding: Platform, make: Make
) -> None:
    options = (Option(label="看", action="x"),)
    message = Message(title="t", text="请选", options=options, spelt="回复数字：1 看")
    channel = make(template="t.schema")
    await channel.send(hooked(ding, message=message, card="c"))
    assert ding.sent(SEND)[0]["markdown"]["text"] == "请选\n\n回复数字：1 看"
    await channel.send(hooked(ding, card="c", update=True))
    assert len(ding.seen) == 1


async def test_nothing_is_sent_to_a_stranger_or_without_an_address(
    ding: Platform, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    channel = make()
    foreign = Hook(address="https://oapi.dingtalk.com.evil.example/robot/send?access_token=t")
    for hook, code in ((foreign, "webhook.foreign"), (None, "webhook.unknown")):
        with pytest.raises(SendFault, match=code) as fault:
            await channel.send(hooked(ding, hook=hook))
        assert fault.value.retry_after is None
    ding.answer(SEND, {"errcode": 310000, "errmsg": "sign not match"})
    with pytest.raises(SendFault, match="310000"):
        await channel.send(hooked(ding))
    assert ding.seen[0].path == SEND
    for secret in ("access_token", "t%2B1", SECRET, "sign="):
        assert secret not in caplog.text
    assert SECRET not in repr(hooked(ding))


async def test_too_fast_a_robot_rests_for_ten_minutes(ding: Platform, make: Make) -> None:
    ding.answer(SEND, {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"})
    with pytest.raises(SendFault, match="130101") as fault:
        await make().send(hooked(ding))
    assert fault.value.breaks == "robot"
    assert fault.value.retry_after is not None
    assert timedelta(seconds=fault.value.retry_after) >= timedelta(minutes=10)


async def test_only_what_was_taken_or_may_have_been_is_counted(ding: Platform, make: Make) -> None:
    counted: list[tuple[str, int]] = []

    async def refuse(_: web.Request) -> web.StreamResponse:
        return web.json_response({"errcode": 400101, "errmsg": "token is not exist"})

    channel = make(count=lambda name, number: counted.append((name, number)))
    await channel.send(hooked(ding))
    ding.answers[SEND].append(refuse)
    with pytest.raises(SendFault, match="400101"):
        await channel.send(hooked(ding))
    assert counted == [("messages", 1)]
    ding.answers[SEND].append(drop)
    with pytest.raises(SendFault, match=r"no\.answer"):
        await channel.send(hooked(ding))
    assert counted == [("messages", 1)] * 2
