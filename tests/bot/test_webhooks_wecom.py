"""The command `webhooks` with a robot of 企业微信: known by its address, and no secret is asked."""

from __future__ import annotations

import argparse
import asyncio
import io
from pathlib import Path

import pytest

from bot import webhooks
from bot.channels.base import Hook
from handlers.ports import Group
from tests.engines import Opened, rows

KEY = "693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"
ADDRESS = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"


@pytest.fixture(autouse=True)
def _environment(records: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINQING_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("QINQING_DATABASE_URL", records.url)
    monkeypatch.setenv("QINQING_SECRET_KEY", "a secret of the tests, long enough")


async def run(given: str, *arguments: str) -> int:
    """Run the command as a process of its own would, and answer what it asks for."""
    parser = argparse.ArgumentParser()
    webhooks.add(parser.add_subparsers())
    told = parser.parse_args(["webhooks", *arguments])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sys.stdin", io.StringIO(given))
        code = await asyncio.to_thread(told.command, told)
    assert isinstance(code, int)
    return code


async def test_a_robot_of_wecom_is_registered_by_its_address_alone(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(f"{ADDRESS}\n", "add", "会员单位群") == 0
    async with records.database.read() as tx:
        (group,) = await tx.groups()
        hooks = await tx.webhooks.hooks([group.chat])
    chat = "webhook:会员单位群"
    assert group == Group(chat, "会员单位群", "enterprise", channel="wecom_robot", hears=False)
    assert hooks == {chat: Hook(address=ADDRESS)}
    assert KEY.encode() not in bytes(rows(records.url, "SELECT access FROM webhook")[0][0])
    assert await run("", "list") == 0
    said = capsys.readouterr()
    assert f"{chat}  企业微信  企业群" in said.out
    assert KEY not in said.out + said.err


async def test_the_list_says_which_platform_each_is_of(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    await run(f"{ADDRESS}\n", "add", "甲群")
    await run("https://oapi.dingtalk.com/robot/send?access_token=t\nSECabc\n", "add", "乙群")
    await run("", "list")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines if line.startswith("webhook:")] == [
        ["webhook:乙群", "钉钉"],
        ["webhook:甲群", "企业微信"],
    ]


async def test_another_address_may_be_of_another_platform(records: Opened) -> None:
    await run("https://oapi.dingtalk.com/robot/send?access_token=t\nSECabc\n", "add", "群")
    await run(f"{ADDRESS}\n", "add", "群")
    async with records.database.read() as tx:
        (group,) = await tx.groups()
    assert (group.channel, group.files) == ("wecom_robot", True)


@pytest.mark.parametrize(
    "address",
    [
        ADDRESS.replace("https", "http"),
        ADDRESS.replace("qyapi", "evil"),
        ADDRESS.replace("key=", "token="),
        ADDRESS.replace("send", "upload_media"),
    ],
)
async def test_what_is_no_robot_of_wecom_is_refused(
    records: Opened, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    assert await run(f"{address}\n", "add", "群") == 2
    assert "企业微信群机器人的地址" in capsys.readouterr().err
    async with records.database.read() as tx:
        assert list(await tx.webhooks.all()) == []
