"""The whole bot with DingTalk and an app of 企业微信 beside it, both simulated."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import App
from bot.config import Config, load_config
from bot.demo_events import furnish
from bot.simulator.control import Control
from bot.simulator.tencent.calling import Brought
from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.api import SEND, TOKEN
from bot.simulator.wecom.platform import WeComPlatform
from tests.bot.beside import WHO, answer_to, beside, callable_at, handled, not_ready, taken_once
from tests.bot.runtime import until
from tests.bot.test_app import PNG
from tests.days import first_number
from tests.engines import rows
from tests.handlers.story import ANSWER, REPORT
from tests.wecom import named

pytestmark = pytest.mark.usefixtures("engine", "patient_calls")
FIRM, OTHER = "ShenLi", "WangGang"


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config()


@asynccontextmanager
async def both(
    config: Config, folder: Path, **more: object
) -> AsyncIterator[tuple[App, Control, WeComPlatform]]:
    """Run the bot with both channels, as its settings name them."""
    async with (
        WeComPlatform(answer_within=90.0) as platform,
        beside(config, folder, wecom=named(platform, **more)) as (app, simulator),
    ):
        await app.connected()
        callable_at(app, platform.caller, "wecom")
        yield app, simulator.control, platform


async def over(platform: WeComPlatform, brought: Brought) -> str:
    return await answer_to(platform.caller, brought)


def told(platform: WeComPlatform, who: str = FIRM) -> str:
    return "\n".join(platform.people.told(who))


async def press(platform: WeComPlatform, label: str, who: str = FIRM) -> str:
    """Press the newest button of this name."""

    def found() -> list[tuple[str, str]]:
        cards = platform.people.cards(who)
        return [
            (card.task_id, key)
            for card in cards
            for key, text in card.buttons.items()
            if text == label
        ]

    await until(lambda: bool(found()))
    return await over(platform, platform.press(who, *found()[-1]))


async def test_the_console_saves_the_address(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path) as (_, _, platform):
        assert await platform.verify("4375120948345356249") == (200, "4375120948345356249")


async def test_what_has_no_buttons_is_answered_on_the_call(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        assert "没有" in await over(platform, platform.say(FIRM, "进度"))
        await until(lambda: app.delivery.tally.sent == 1)
        sent = rows(app.office.settings.database, "SELECT channel, door, via FROM delivery")
        assert sent == [("wecom", "private", "webhook")]


async def test_a_report_is_handled_at_dingtalk_and_rated_by_a_button(
    config: Config, tmp_path: Path
) -> None:
    async with both(config, tmp_path) as (app, control, platform):
        await over(platform, platform.say(FIRM, REPORT))
        await until(lambda: "95598" in told(platform))
        await over(platform, platform.say(FIRM, WHO))
        await press(platform, "确认")
        await until(lambda: first_number() in told(platform))
        await handled(config, control)
        await until(lambda: ANSWER[:10] in told(platform))
        await press(platform, "满意")
        url = app.office.settings.database
        closed = "SELECT state, count(*) FROM ticket GROUP BY state"
        await until(lambda: rows(url, closed) == [("closed", 1)])
        assert first_number() in await over(platform, platform.say(FIRM, "进度")) + told(platform)
        await over(platform, platform.say(OTHER, "进度"))
        assert first_number() not in told(platform, OTHER)
        assert rows(url, "SELECT count(*) FROM delivery WHERE state = 'failed'") == [(0,)]
        # Whoever changes these cards next finds what lets them be changed.
        assert rows(url, "SELECT count(*) > 1 FROM card_code") in ([(1,)], [(True,)])


async def test_somebody_signs_up_by_buttons(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        await furnish(app)
        await over(platform, platform.say(FIRM, "报名"))
        await until(lambda: "您要报哪一场" in told(platform))
        await over(platform, platform.say(FIRM, "2"))  # a number is understood beside a button
        await until(lambda: "参加人" in told(platform))
        await over(platform, platform.say(FIRM, WHO))
        await press(platform, "确认")
        await until(lambda: "报名成功" in told(platform))


async def test_two_quick_messages_are_answered_in_their_order(
    config: Config, tmp_path: Path
) -> None:
    async with both(config, tmp_path) as (_, _, platform):
        for one in [platform.say(FIRM, text) for text in ("进度", "我的报名", "进度")]:
            await over(platform, one)
        await until(lambda: len(platform.people.told(FIRM)) == 3)
        first, second, third = platform.people.told(FIRM)
        assert first == third != second


async def test_a_card_whose_answer_was_lost_is_there_once(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        platform.api.script.once[SEND].append(Fault(done=True))
        platform.say(FIRM, "菜单")
        url = app.office.settings.database
        sent = "SELECT state, attempts > 1 FROM delivery WHERE card <> ''"
        await until(lambda: rows(url, sent) in ([("sent", 1)], [("sent", True)]))
        assert len(platform.people.cards(FIRM)) == len(platform.people.told(FIRM)) == 1


async def test_who_reads_in_wechat_answers_by_numbers(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path, plugin=True) as (_, _, platform):
        await over(platform, platform.say(FIRM, REPORT))
        answer = await over(platform, platform.say(FIRM, WHO))
        assert "1 确认" in answer
        assert first_number() in await over(platform, platform.say(FIRM, "1"))
        assert platform.people.cards(FIRM) == []


async def test_a_message_brought_three_times_has_one_effect_and_one_answer(
    config: Config, tmp_path: Path
) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        await taken_once(app, platform, platform.say(FIRM, "进度"))
        assert len(platform.people.told(FIRM)) == 1


async def test_a_picture_and_a_file_are_fetched_and_kept(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        platform.send_picture(FIRM, PNG)
        platform.send_file(FIRM, "批复.pdf", b"%PDF-1.7 paper")
        url = app.office.settings.database
        stored = [("stored",), ("stored",)]
        await until(lambda: rows(url, "SELECT state FROM attachment") == stored)


@pytest.mark.parametrize("entry", ["report", "events", "progress", "policy", "callback", "human"])
async def test_every_entry_of_the_menu_is_understood(
    config: Config, tmp_path: Path, entry: str
) -> None:
    async with both(config, tmp_path) as (_, _, platform):
        says = config.texts[f"wechat.menu.{entry}.says"]
        await over(platform, platform.happen(FIRM, "click", EventKey=says))
        await until(lambda: bool(told(platform)))
        assert config.texts["front.help"].split("$")[0] not in told(platform)


async def test_who_may_not_see_the_app_any_more_is_noted(config: Config, tmp_path: Path) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        await over(platform, platform.say(FIRM, REPORT))
        await until(lambda: bool(told(platform)))
        left = platform.happen(FIRM, "unsubscribe", EventKey="")
        await left.is_over.wait()
        assert left.bodies == [b""]
        noted = rows(
            app.office.settings.database, "SELECT channel FROM history WHERE act = 'unfollow'"
        )
        assert noted == [("wecom",)]


async def test_a_secret_that_the_platform_refuses_shows_in_readyz(
    config: Config, tmp_path: Path
) -> None:
    async with WeComPlatform() as platform:
        platform.api.script.always[TOKEN] = Fault(code=40001)
        async with beside(config, tmp_path, wecom=named(platform)) as (app, _):
            await not_ready(app, "wecom: 40001: the app's secret is wrong")
            # What is asked is answered all the same: an answer on the call needs no token.
            callable_at(app, platform.caller, "wecom")
            assert "没有" in await over(platform, platform.say(FIRM, "进度"))
