"""The whole bot: one person at 公众号 and at DingTalk, linked by a code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.config import Config, load_config
from bot.simulator.control import Control
from tests.bot.runtime import until
from tests.bot.test_app import CLERK, OWNER
from tests.bot.test_app_wechat import both, pushed, said, told
from tests.days import first_number
from tests.engines import rows
from tests.handlers.story import REPORT

pytestmark = pytest.mark.usefixtures("engine", "patient_calls")


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config()


def at_dingtalk(control: Control, who: str = OWNER) -> str:
    """Return all that somebody sees at DingTalk."""
    return "\n".join(str(one.content) for one in control.sent(user=who))


async def says(control: Control, who: str, text: str, hears: str) -> str:
    """Write at DingTalk, and wait until that is heard."""
    message = await control.say(who, text)
    await control.wait_for_ack(message.msg_id)
    await until(lambda: hears in at_dingtalk(control, who))
    return at_dingtalk(control, who)


async def test_a_report_begun_at_one_is_finished_at_the_other_and_heard_of_where_asked(
    config: Config, tmp_path: Path
) -> None:
    async with both(config, tmp_path) as (app, control, platform):
        assert "95598" in await said(platform, REPORT)
        seen = await says(control, OWNER, "关联账号", "分钟内有效")
        (code,) = re.findall(r"关联 (\d{4} \d{4})", seen)
        assert "陈＊，镇海恒通…" in await said(platform, f"关联 {code}")
        assert "关联好了" in await said(platform, "1")
        await until(lambda: "已与公众号账号关联" in at_dingtalk(control))
        await says(control, OWNER, "确认", f"编号 {first_number()}")
        await says(control, OWNER, "通知发到 公众号", "先发到公众号")
        message = await control.say(CLERK, "受理 1")
        await control.wait_for_ack(message.msg_id)
        await until(lambda: "已受理" in "".join(pushed(platform)))
        assert "您反映的问题已受理" not in at_dingtalk(control)
        assert first_number() in await said(platform, "进度")

        assert "已解除关联" in await said(platform, "解除关联")
        await until(lambda: "公众号账号已解除关联" in at_dingtalk(control))
        assert first_number() not in await said(platform, "进度")
        heard = len(told(platform))
        message = await control.say(CLERK, "不予受理 1 不归我们管，请找区仲裁院")
        await control.wait_for_ack(message.msg_id)
        url = app.office.settings.database
        await until(lambda: rows(url, "SELECT count(*) FROM delivery WHERE due_at > 0") == [(0,)])
        assert len(told(platform)) == heard
