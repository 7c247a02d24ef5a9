"""The command `deliveries` with what a robot of 企业微信 was sent: said in words, and it stands."""

from __future__ import annotations

import pytest

from handlers.ports import Group
from tests.bot.test_deliveries_command import lose, run
from tests.engines import Opened, rows

pytestmark = pytest.mark.usefixtures("environment")

NAME = "webhook:会员单位群"


async def lost(records: Opened, code: str = "") -> int:
    """Let a message to a robot have ended so: failed with a code, or in doubt; its number."""
    async with records.database.begin() as tx:
        await tx.people.set_group(Group(NAME, "会员单位群", "enterprise", channel="wecom_robot"))
    (number,) = await lose(records, NAME)
    rows(records.url, "UPDATE delivery SET channel = 'wecom_robot' WHERE id = ?", number)
    if code:
        rows(records.url, "UPDATE delivery SET state = 'failed', code = ?", code)
    return number


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("93000", "群机器人已被移除"),
        ("no_channel", "没有配置这个平台"),
        ("45009", "平台说次数到上限了"),
        ("customer.enough", "这个群今天已收过一条群发"),
    ],
)
async def test_why_it_did_not_arrive_is_said_in_words(
    records: Opened, capsys: pytest.CaptureFixture[str], code: str, said: str
) -> None:
    await lost(records, code)
    await run()
    told = capsys.readouterr().out
    assert "会员单位群" in told
    assert said in told


async def test_it_cannot_be_taken_back_and_that_is_said(
    records: Opened, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QINQING_DINGTALK__CLIENT_ID", "ding")
    monkeypatch.setenv("QINQING_DINGTALK__CLIENT_SECRET", "secret")
    number = await lost(records)
    assert await run("recall", str(number)) == 1
    assert "自定义机器人发的，平台不让撤" in capsys.readouterr().out
