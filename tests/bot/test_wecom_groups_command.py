"""The command `wecom group create`: the platform makes a group, and the office knows it at once."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import wecom
from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.appchat import CREATE
from bot.simulator.wecom.platform import WeComPlatform
from handlers.ports import Group
from tests.engines import Opened
from tests.wecom import names


@pytest.fixture
async def platform(
    records: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[WeComPlatform]:
    """Give a running platform, which the settings name."""
    async with WeComPlatform() as running:
        given = {
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": records.url,
            **{f"WECOM__{name.upper()}": str(value) for name, value in names(running).items()},
        }
        for name, value in given.items():
            monkeypatch.setenv(f"QINQING_{name}", value)
        yield running


async def run(*arguments: str) -> int:
    """Run the command as a process of its own would."""
    parser = argparse.ArgumentParser()
    wecom.add(parser.add_subparsers())
    told = parser.parse_args(["wecom", "group", "create", *arguments])
    code = await asyncio.to_thread(told.command, told)
    assert isinstance(code, int)
    return code


async def test_a_group_is_made_and_known_as_one_of_wecom(
    records: Opened, platform: WeComPlatform, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run("联络群", "LiSi", "WangWu", "LiSi", "--kind", "staff") == 0
    ((chat, made),) = platform.chats.known.items()
    assert (made.name, made.owner, made.members) == ("联络群", "LiSi", ("LiSi", "WangWu"))
    async with records.database.read() as tx:
        assert await tx.groups() == [Group(chat, "联络群", "staff", channel="wecom", hears=False)]
    assert chat in capsys.readouterr().out


async def test_what_the_platform_refuses_is_said_and_nothing_is_stored(
    records: Opened, platform: WeComPlatform, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.api.script.once[CREATE] = [Fault(code=60011)]
    assert await run("联络群", "LiSi", "WangWu", "--kind", "staff") == 1
    assert "60011" in capsys.readouterr().err
    async with records.database.read() as tx:
        assert list(await tx.groups()) == []


async def test_b17_a_group_whose_making_got_no_answer_is_not_made_twice(
    records: Opened, platform: WeComPlatform, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.api.script.once[CREATE] = [Fault(done=True)]
    assert await run("联络群", "LiSi", "WangWu", "--kind", "staff") == 1
    assert "不知道群建好没有" in capsys.readouterr().err
    assert await run("联络群", "LiSi", "WangWu", "--kind", "staff") == 0
    (chat,) = platform.chats.known
    async with records.database.read() as tx:
        assert [one.chat for one in await tx.groups()] == [chat]


async def test_groups_of_two_names_are_two(records: Opened, platform: WeComPlatform) -> None:
    for name in ("联络群", "企业群"):
        assert await run(name, "LiSi", "WangWu", "--kind", "enterprise") == 0
    assert sorted(one.name for one in platform.chats.known.values()) == ["企业群", "联络群"]
    async with records.database.read() as tx:
        assert len(await tx.groups()) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("群", "LiSi", "LiSi", "--kind", "staff"), "至少再写一位成员"),
        (("群", "LiSi", "WangWu", "--kind", "department"), "--unit"),
    ],
)
@pytest.mark.usefixtures("platform")
async def test_what_cannot_work_is_refused_before_anything_is_made(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert await run(*arguments) == 2
    assert said in capsys.readouterr().err
