"""The command `wechat menu`: the menu is within the platform's limits, and gets there."""

from __future__ import annotations

import asyncio

import pytest

from bot.__main__ import main
from bot.config import load_config
from bot.menus import menu_of
from bot.simulator.wechat.api import MENU, Fault
from bot.simulator.wechat.platform import WeChatPlatform
from tests.bot.test_settings import nothing_set  # noqa: F401 - a fixture
from tests.wechat import names

TEXTS = load_config().texts


def test_the_menu_is_within_the_limits_of_the_platform() -> None:
    top = menu_of(TEXTS)["button"]
    assert 1 <= len(top) <= 3
    assert all(len(one["name"].encode()) <= 16 for one in top)
    (more,) = [one["sub_button"] for one in top if "sub_button" in one]
    assert 1 <= len(more) <= 5
    assert all(len(one["name"].encode()) <= 60 for one in more)
    keys = [one["key"] for one in (*top, *more) if "key" in one]
    assert len(set(keys)) == len(keys) == 6
    assert all(len(key.encode()) <= 128 for key in keys)


async def test_the_menu_is_put_below_the_chats(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with WeChatPlatform() as platform:
        for name, value in names(platform).items():
            monkeypatch.setenv(f"QINQING_WECHAT__{name.upper()}", value)
        assert await asyncio.to_thread(main, ["wechat", "menu"]) == 0
        assert platform.api.menu == menu_of(TEXTS)
        assert "菜单已经放上去" in capsys.readouterr().out
        platform.api.script.once[MENU].append(Fault(code=48001))
        assert await asyncio.to_thread(main, ["wechat", "menu"]) == 1
        assert "48001" in capsys.readouterr().err


def test_without_an_account_it_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wechat", "menu"]) == 1
    assert "QINQING_WECHAT__APP_ID" in capsys.readouterr().err
