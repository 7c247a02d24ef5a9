"""The whole bot with DingTalk and an official account (公众号) beside it, both simulated."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import App
from bot.config import Config, load_config
from bot.demo_events import furnish
from bot.simulator.control import Control
from bot.simulator.wechat.api import TOKEN, Fault
from bot.simulator.wechat.platform import WeChatPlatform
from tests.bot.beside import WHO, answer_to, beside, callable_at, handled, not_ready, taken_once
from tests.bot.runtime import until
from tests.bot.test_app import OWNER, PNG, answers
from tests.days import first_number
from tests.engines import rows
from tests.handlers.story import ANSWER, REPORT
from tests.wechat import FIRM, named

pytestmark = pytest.mark.usefixtures("engine", "patient_calls")
BUSY = load_config().texts["engine.busy"]
OTHER = "oB-openid-of-another"


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config()


def pushed(platform: WeChatPlatform) -> list[str]:
    """Return what somebody was sent that is no answer on a call."""
    return [s.text for s in platform.people.shown if s.way == "push" and s.text != BUSY]


@asynccontextmanager
async def both(config: Config, folder: Path) -> AsyncIterator[tuple[App, Control, WeChatPlatform]]:
    """Run the bot with both channels, as its settings name them."""
    async with (
        WeChatPlatform(patience=90.0) as platform,
        beside(config, folder, wechat=named(platform)) as (app, simulator),
    ):
        await app.connected()
        callable_at(app, platform.caller, "wechat")
        yield app, simulator.control, platform


async def said(platform: WeChatPlatform, text: str, who: str = FIRM) -> str:
    """Write, and return the answer that the reader sees on the call."""
    return await answer_to(platform.caller, platform.say(who, text))


def told(platform: WeChatPlatform) -> list[str]:
    """Return what somebody sees; a machine under load may have said that it is busy."""
    return [text for text in platform.people.told(FIRM) if text != BUSY]


async def test_the_console_saves_the_address(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path) as (_, _, platform):
        assert await platform.caller.verify() == (200, "4375120948345356249")


async def test_each_channel_is_heard_and_answered_in_its_own_way(
    config: Config, tmp_path: Path
) -> None:
    async with both(config, tmp_path) as (app, control, platform):
        await control.say(OWNER, "菜单")
        (at_dingtalk,) = await answers(control, OWNER)
        assert at_dingtalk.kind == "card"
        assert "回复数字" in await said(platform, "菜单")
        await until(lambda: app.delivery.tally.sent == 2)
        sent = rows(
            app.office.settings.database,
            "SELECT channel, door, via, state FROM delivery ORDER BY channel",
        )
        assert sent == [
            ("dingtalk", "private", "card", "sent"),
            ("wechat", "official_account", "webhook", "sent"),
        ]
        assert pushed(platform) == []


async def test_a_number_answers_what_was_spelt_out(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path) as (_, _, platform):
        assert "2 查进度" in await said(platform, "菜单")
        assert "没有" in await said(platform, "2")


async def test_who_begins_to_follow_is_shown_what_there_is(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path) as (_, _, platform):
        brought = platform.happen(FIRM, "subscribe", EventKey="")
        assert "回复数字" in await answer_to(platform.caller, brought)


@pytest.mark.parametrize("entry", ["report", "events", "progress", "policy", "callback", "human"])
async def test_every_entry_of_the_menu_is_understood(
    config: Config, tmp_path: Path, entry: str
) -> None:
    async with both(config, tmp_path) as (_, _, platform):
        says = config.texts[f"wechat.menu.{entry}.says"]
        answer = await answer_to(platform.caller, platform.happen(FIRM, "CLICK", EventKey=says))
        assert answer
        assert config.texts["front.help"].split("$")[0] not in answer


async def test_a_kind_of_message_that_nobody_reads_is_answered_with_a_sentence(
    config: Config, tmp_path: Path
) -> None:
    async with both(config, tmp_path) as (_, _, platform):
        brought = platform.tell(FIRM, "a_kind_to_come", Thing="x")
        assert await answer_to(platform.caller, brought)


async def test_a_message_brought_three_times_has_one_effect_and_one_answer(
    config: Config, tmp_path: Path
) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        await taken_once(app, platform, platform.say(FIRM, "菜单"))
        assert len(told(platform)) == 1


async def test_two_quick_messages_are_answered_in_their_order(
    config: Config, tmp_path: Path
) -> None:
    async with both(config, tmp_path) as (_, _, platform):
        quick = [platform.say(FIRM, text) for text in ("菜单", "2", "菜单")]
        for one in quick:
            await one.is_over.wait()
        seen = ["查进度" in text for text in told(platform)]
        assert seen == [True, False, True]


async def test_a_picture_is_fetched_and_kept(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        platform.send_picture(FIRM, PNG)
        url = app.office.settings.database
        await until(lambda: rows(url, "SELECT state FROM attachment") == [("stored",)])


async def test_a_report_in_text_is_handled_at_dingtalk_and_rated_in_text(
    config: Config, tmp_path: Path
) -> None:
    async with both(config, tmp_path) as (app, control, platform):
        assert "95598" in await said(platform, REPORT)
        assert "1 确认" in await said(platform, WHO)
        assert first_number() in await said(platform, "1")
        await handled(config, control)
        await until(lambda: ANSWER[:10] in "".join(told(platform)))
        assert ["已受理" in text for text in pushed(platform)].count(True) == 1
        assert len(pushed(platform)) <= 5
        assert await said(platform, "满意 1")
        url = app.office.settings.database
        assert rows(url, "SELECT state, count(*) FROM ticket GROUP BY state") == [("closed", 1)]
        assert first_number() in await said(platform, "进度")
        assert first_number() not in await said(platform, "进度", OTHER)


async def test_somebody_signs_up_in_text(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        await furnish(app)
        assert "2 用工保障惠企恳谈会" in await said(platform, "报名")
        assert "参加人" in await said(platform, "2")
        assert "1 确认" in await said(platform, WHO)
        assert "报名成功" in await said(platform, "1")
        assert "用工保障惠企恳谈会" in await said(platform, "我的报名")


async def test_who_leaves_is_forgotten_as_far_as_nothing_was_filed(
    config: Config, tmp_path: Path
) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        await said(platform, REPORT)
        assert "请告诉我" in await said(platform, "继续")
        left = platform.happen(FIRM, "unsubscribe", EventKey="")
        await left.is_over.wait()
        assert left.bodies == [b"success"]
        url = app.office.settings.database
        noted = rows(url, "SELECT channel FROM history WHERE act = 'unfollow'")
        assert noted == [("wechat",)]
        assert "请告诉我" not in await said(platform, "继续")


async def test_a_code_that_carries_words_is_taken_as_said(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        await furnish(app)
        brought = platform.happen(FIRM, "subscribe", EventKey="qrscene_报名", Ticket="t")
        assert "您要报哪一场" in await answer_to(platform.caller, brought)


async def test_an_account_that_the_platform_refuses_shows_in_readyz(
    config: Config, tmp_path: Path
) -> None:
    async with WeChatPlatform() as platform:
        platform.api.script.always[TOKEN] = Fault(code=40164)
        async with beside(config, tmp_path, wechat=named(platform)) as (app, _):
            told = "wechat: 40164: this machine's address is not on the account's IP list"
            await not_ready(app, told)
            # What is asked is answered all the same: an answer on the call needs no token.
            callable_at(app, platform.caller, "wechat")
            assert "回复数字" in await said(platform, "菜单")
