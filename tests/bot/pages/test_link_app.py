"""The pages on the object that runs: its address, its log, its delivery."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import App
from bot.config import load_config
from bot.duties import Duty
from bot.settings import GivenSettings
from handlers.ports import Arrival, Place, Sender
from tests.bot.pages.phone import Phone, token_in
from tests.bot.runtime import FakeChannel, until
from tests.engines import on_engine
from tests.handlers.story import REPORT

pytestmark = pytest.mark.usefixtures("engine")
KEY = "a secret key of the tests that is long enough"
LINES = (
    ("demo-owner-chen", REPORT),
    ("demo-owner-chen", "确认"),
    ("demo-clerk-wang", "受理 1"),
    ("demo-clerk-wang", "取消"),
    ("demo-clerk-wang", "交办 1 供电公司"),
    ("demo-clerk-wang", "确认"),
    ("demo-clerk-wang", "链接 1"),
)


def said(who: str, text: str, n: int) -> Arrival:
    return Arrival(
        channel="dingtalk",
        robot="robot",
        msg_id=f"m{n}",
        sender=Sender(who, f"union-{who}", None),
        place=Place(True, f"chat-{who}"),
        at=datetime.now(UTC),
        text=text,
    )


async def app(folder: Path, channel: FakeChannel, duties: frozenset[Duty]) -> App:
    given = {
        "data_dir": folder,
        "secret_key": KEY,
        "http": {"port": 0, "public_url": "https://qin.example.cn/bot"},
        "dingtalk": {"robot_code": "robot"},
    }
    settings = await on_engine(GivenSettings.model_validate(given))
    return App(settings, load_config(), channel=channel, duties=duties)


async def test_a_link_from_chat_is_opened_and_its_act_is_told_and_no_secret_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    channel = FakeChannel("dingtalk")
    running = await app(tmp_path, channel, frozenset(Duty))
    async with running.running():
        for n, (who, text) in enumerate(LINES):
            await running.heard[0].intake.take(said(who, text, n))
        await until(lambda: any("/l/" in text for text in channel.texts))
        token = token_in(channel.sent)
        assert any(f"https://qin.example.cn/bot/l/{token}" in text for text in channel.texts)
        phone = Phone(running.web.address)
        try:
            form = (await phone.get(token)).form
            url = f"{running.web.address}/l/{token}"
            async with phone.session.post(
                f"{url}/open", data={"form": form}, allow_redirects=False
            ) as answer:
                assert answer.headers["Location"] == f"/bot/l/{token}"
                cookie = answer.cookies["qinqing_link"]
                assert cookie["secure"]
                assert cookie["path"] == f"/bot/l/{token}"
            # A proxy takes /bot away; here the test is the proxy, and carries the cookie.
            phone.session.headers["Cookie"] = f"qinqing_link={cookie.value}"
            form = (await phone.get(token)).form
            fields = {"form": form, "word": "sign", "f.handler": "孙工", "f.phone": "0574-86270011"}
            async with phone.session.post(
                f"{url}/act", data=fields, allow_redirects=False
            ) as answer:
                assert answer.status == 303
            await until(lambda: any("部门已接单" in text for text in channel.texts))
        finally:
            await phone.session.close()
    for secret in (token, cookie.value, form, "孙工", "86270011"):
        assert secret not in caplog.text


async def test_a_process_without_the_pages_has_none(tmp_path: Path) -> None:
    running = await app(tmp_path, FakeChannel("dingtalk"), frozenset({Duty.WORKER}))
    async with running.running():
        phone = Phone(running.web.address)
        try:
            assert (await phone.get("x" * 42)).status == 404
            async with phone.session.get(f"{running.web.address}/l/style.css") as answer:
                assert answer.status == 404
        finally:
            await phone.session.close()
