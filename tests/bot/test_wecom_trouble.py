"""What /readyz says of an app that the platform lets send nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import App
from bot.channels.base import SendFault
from bot.config import load_config
from bot.demo import demo_settings
from bot.duties import Duty
from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.api import TOKEN
from bot.simulator.wecom.platform import WeComPlatform
from bot.texts import Texts
from handlers.ports import Text
from tests.engines import on_engine
from tests.wecom import MEMBER, letter, named

pytestmark = pytest.mark.usefixtures("engine")


async def test_a_process_that_only_sends_tells_of_an_app_that_is_refused(tmp_path: Path) -> None:
    async with WeComPlatform() as platform:
        platform.people.join(MEMBER)
        given = await on_engine(demo_settings(tmp_path, "http://127.0.0.1:1", 0))
        settings = given.model_copy(update={"wecom": named(platform)})
        app = App(settings, load_config(), duties={Duty.WORKER})
        async with app.running():
            wrong = {one.what for one in await app.readiness.look()}
            assert "wecom" not in wrong
            platform.api.script.always[TOKEN] = Fault(code=50003)
            with pytest.raises(SendFault):
                await app.channels["wecom"].send(letter())
            (told,) = [one for one in await app.readiness.look() if one.what == "wecom"]
            assert (told.level, told.reason[:5]) == ("not ready", "50003")


def test_words_that_stand_for_a_card_speak_of_no_buttons() -> None:
    told = Texts(load_config().texts).render(Text("door.choose"))
    assert "按钮" not in told
    assert "点" not in told
