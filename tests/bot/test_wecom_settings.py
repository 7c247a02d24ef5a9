"""The settings of an app of 企业微信, its menu, and what `check` and `doctor` say of them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.channels.wecom import manner_of
from bot.config import load_config
from bot.doctor import wecom
from bot.doctor.command import CHECKS
from bot.doctor.found import Sign
from bot.manners import manners_of
from bot.menus import menu_of
from bot.organisation import callback_address
from bot.settings import Settings
from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.api import AGENT, MENU, TOKEN
from bot.simulator.wecom.platform import WeComPlatform
from bot.tencent import told
from flows.office import Door
from tests.bot.examining import examined
from tests.bot.test_settings import faults, loaded, nothing_set  # noqa: F401 - a fixture
from tests.ground import free_port
from tests.wecom import names

GIVEN = {
    "WECOM__CORP_ID": "wx5823bf96d3bd56c7",
    "WECOM__AGENT_ID": "1000002",
    "WECOM__SECRET": "a-secret-of-the-app",
    "WECOM__TOKEN": "QDG6eK",
    "WECOM__AES_KEY": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
}
CONFIG = load_config()


def test_without_them_there_is_no_app() -> None:
    settings = Settings.load()
    assert not settings.wecom.is_set
    assert "wecom" not in manners_of(settings)
    assert told(settings, CONFIG.texts) == ()


def test_five_of_them_name_an_app(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, **GIVEN, HTTP__PUBLIC_URL="https://bot.example")
    manner = manners_of(settings)["wecom"]
    assert (manner.door, manner.cards, manner.limit) == (Door.PRIVATE, True, 2048)
    assert callback_address(settings) == "https://bot.example/wecom/callback"
    (line,) = told(settings, CONFIG.texts)
    assert "wx5823bf96d3bd56c7" in line
    assert "1000002" in line
    assert "https://bot.example/wecom/callback" in line
    secrets = list(GIVEN.values())[2:]
    assert [secret for secret in secrets if secret in line + repr(settings)] == []


def test_who_reads_in_wechat_has_no_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, **GIVEN, WECOM__PLUGIN="true")
    assert not manners_of(settings)["wecom"].cards
    assert any("QINQING_WECOM__PLUGIN" in line for line in told(settings, CONFIG.texts))


def test_no_group_has_cards_of_the_app() -> None:
    manner = manner_of(plugin=False)
    assert manner.shows_cards(Door.PRIVATE)
    assert not manner.shows_cards(Door.STAFF_GROUP)


@pytest.mark.parametrize("left_out", list(GIVEN))
def test_one_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, left_out: str) -> None:
    given = {name: value for name, value in GIVEN.items() if name != left_out}
    (fault,) = faults(monkeypatch, **given)
    assert fault == (
        "QINQING_WECOM: all five or none are needed, and missing: "
        f"{left_out.removeprefix('WECOM__')}."
    )


async def found(
    platform: WeComPlatform | None,
    folder: Path,
    public: str = "https://bot.example",
    **more: object,
) -> dict[str, Sign]:
    app = {**names(platform), **more} if platform else {}
    return await examined(wecom.wecom, folder, public, wecom=app)


async def test_the_doctor_looks_the_app_up_at_the_platform(tmp_path: Path) -> None:
    assert wecom.wecom in CHECKS
    assert await found(None, tmp_path) == {"none": Sign.SKIPPED}
    async with WeComPlatform() as platform:
        assert await found(platform, tmp_path) == {"ok": Sign.FINE}
        assert platform.api.calls == [TOKEN, AGENT]


@pytest.mark.parametrize(
    ("path", "code", "key"),
    [
        (AGENT, 60020, "whitelist"),
        (TOKEN, 40001, "secret"),
        (TOKEN, 40013, "secret"),
        (AGENT, 301002, "agent"),
        (AGENT, 50001, "refused"),
    ],
)
async def test_the_doctor_says_why_the_app_cannot_be_used(
    tmp_path: Path, path: str, code: int, key: str
) -> None:
    async with WeComPlatform() as platform:
        platform.api.script.always[path] = Fault(code=code)
        assert await found(platform, tmp_path) == {key: Sign.FAULT}


async def test_the_doctor_finds_another_app_s_number(tmp_path: Path) -> None:
    async with WeComPlatform() as platform:
        assert await found(platform, tmp_path, agent_id=7) == {"agent": Sign.FAULT}


async def test_the_doctor_finds_what_the_platform_cannot_reach(tmp_path: Path) -> None:
    async with WeComPlatform() as platform:
        here = f"http://127.0.0.1:{free_port()}"
        assert await found(platform, tmp_path, api_base=here) == {"unreachable": Sign.FAULT}
        for public in ("http://127.0.0.1:8700", "https://bot.example:8443"):
            assert await found(platform, tmp_path, public) == {
                "address": Sign.FAULT,
                "ok": Sign.FINE,
            }


async def test_the_menu_is_put_below_the_chat(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with WeComPlatform() as platform:
        for name, value in names(platform).items():
            monkeypatch.setenv(f"QINQING_WECOM__{name.upper()}", str(value))
        assert await asyncio.to_thread(main, ["wecom", "menu"]) == 0
        assert platform.api.menu == menu_of(CONFIG.texts)
        assert "菜单已经放上去" in capsys.readouterr().out
        platform.api.script.once[MENU].append(Fault(code=60020))
        assert await asyncio.to_thread(main, ["wecom", "menu"]) == 1
        assert "60020" in capsys.readouterr().err


def test_without_an_app_the_menu_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wecom", "menu"]) == 1
    assert "QINQING_WECOM__CORP_ID" in capsys.readouterr().err


def test_its_buttons_are_within_what_the_platform_takes() -> None:
    """Of 自定义菜单 of 企业微信 (path/90231): 16 bytes above, 40 below."""
    top = menu_of(CONFIG.texts)["button"]
    below = [one for part in top for one in part.get("sub_button", ())]
    assert all(len(one["name"].encode()) <= 16 for one in top)
    assert all(len(one["name"].encode()) <= 40 for one in below)
    assert all(len(one["key"].encode()) <= 128 for one in below)
