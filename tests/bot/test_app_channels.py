"""The whole bot with two channels: DingTalk, simulated, and the poor one beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.app import App, utc_now
from bot.config import Config, load_config
from bot.demo import demo_settings
from bot.simulator.control import Control
from tests.bot.runtime import until
from tests.bot.test_app import OWNER, PNG, answers, simulated
from tests.engines import on_engine, rows
from tests.poor import NAME, Poor, PoorPlatform

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config()


@asynccontextmanager
async def both(config: Config, folder: Path) -> AsyncIterator[tuple[App, Control, PoorPlatform]]:
    """Run the bot with both channels."""
    platform = PoorPlatform(utc_now)
    async with simulated(config) as simulator:
        given = await on_engine(demo_settings(folder, simulator.base_url, 0))
        app = App(given, config, beside=[Poor(platform, utc_now)])
        async with app.running():
            await app.connected()
            yield app, simulator.control, platform


async def test_each_channel_is_heard_and_answered_in_its_own_way(
    config: Config, tmp_path: Path
) -> None:
    async with both(config, tmp_path) as (app, control, platform):
        await control.say(OWNER, "菜单")
        (at_dingtalk,) = await answers(control, OWNER)
        call = await platform.say("o-1", "菜单")
        await until(lambda: call.answered is not None)
        assert at_dingtalk.kind == "card"
        assert "回复数字" in str(call.answered)
        await until(lambda: app.delivery.tally.sent == 2)
        url = app.office.settings.database
        sent = rows(url, "SELECT channel, door, via, state FROM delivery ORDER BY channel")
        assert sent == [
            ("dingtalk", "private", "card", "sent"),
            (NAME, "official_account", "webhook", "sent"),
        ]


async def test_a_number_answers_what_was_spelt_out(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path) as (_, _, platform):
        assert "2 查进度" in await until_answered(platform, "菜单")
        assert "没有" in await until_answered(platform, "2")


async def test_a_message_brought_again_gets_the_same_bytes_and_is_filed_once(
    config: Config, tmp_path: Path
) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        call = await platform.say("o-1", "菜单")
        await until(lambda: call.answered is not None)
        again = await platform.call(call.frame)
        assert again.answered == call.answered
        assert rows(app.office.settings.database, "SELECT count(*) FROM arrival") == [(1,)]
        assert len(platform.shown) == 1


async def test_a_picture_of_any_channel_is_fetched_and_kept(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        await platform.say("o-1", pictures=[PNG])
        url = app.office.settings.database
        await until(lambda: rows(url, "SELECT state FROM attachment") == [("stored",)])


async def test_a_channel_that_does_not_hear_is_named(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        assert platform.channel is not None
        platform.channel._take = None
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{app.web.address}/readyz") as readyz,
        ):
            assert readyz.status == 503
            assert f"{NAME}: nobody listens" in (await readyz.json())["reasons"]


async def until_answered(platform: PoorPlatform, text: str) -> str:
    """Write, and wait for the answer."""
    call = await platform.say("o-1", text)
    await until(lambda: call.answered is not None)
    return str(call.answered)
