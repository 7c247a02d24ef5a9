"""The settings of an official account, and what `check` and `doctor` say of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import load_config
from bot.doctor import wechat
from bot.doctor.command import CHECKS
from bot.doctor.found import Sign
from bot.manners import manners_of
from bot.settings import Settings, UnusableSettings
from bot.simulator.wechat.api import TOKEN, Fault
from bot.simulator.wechat.platform import WeChatPlatform
from bot.tencent import callback_address, told
from tests.bot.examining import examined
from tests.bot.test_settings import faults, loaded, nothing_set  # noqa: F401 - a fixture
from tests.ground import free_port
from tests.wechat import names

KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
GIVEN = {
    "WECHAT__APP_ID": "wx5823bf96d3bd56c7",
    "WECHAT__APP_SECRET": "a-secret-of-the-account",
    "WECHAT__TOKEN": "QDG6eK",
    "WECHAT__AES_KEY": KEY,
}
CONFIG = load_config()


def test_without_them_there_is_no_account() -> None:
    settings = Settings.load()
    assert not settings.wechat.is_set
    assert settings.wechat.api_base == "https://api.weixin.qq.com"
    assert not settings.wechat.plaintext
    assert (manners_of(settings), told(settings, CONFIG.texts)) == ({}, ())


def test_four_of_them_name_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, **GIVEN, HTTP__PUBLIC_URL="https://bot.example")
    assert settings.wechat.is_set
    assert settings.wechat.secret_of("aes_key") == KEY
    assert list(manners_of(settings)) == ["wechat"]
    assert callback_address(settings) == "https://bot.example/wechat/callback"
    (line,) = told(settings, CONFIG.texts)
    assert "wx5823bf96d3bd56c7" in line
    assert "https://bot.example/wechat/callback" in line
    assert [secret for secret in list(GIVEN.values())[1:] if secret in line + repr(settings)] == []


@pytest.mark.parametrize("left_out", list(GIVEN))
def test_one_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, left_out: str) -> None:
    given = {name: value for name, value in GIVEN.items() if name != left_out}
    (fault,) = faults(monkeypatch, **given)
    assert fault == (
        "QINQING_WECHAT: all four or none are needed, and missing: "
        f"{left_out.removeprefix('WECHAT__')}."
    )


@pytest.mark.parametrize("key", [KEY[:-1], f"{KEY}=", f"{KEY[:-1]}+"])
def test_a_key_that_is_none_is_refused_without_being_shown(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    (fault, *_) = faults(monkeypatch, **{**GIVEN, "WECHAT__AES_KEY": key})
    assert fault.startswith("QINQING_WECHAT__AES_KEY: must have 43 letters and digits")
    assert key not in fault


def test_plaintext_shows_in_the_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, **GIVEN, WECHAT__PLAINTEXT="true")
    assert any("QINQING_WECHAT__PLAINTEXT" in line for line in told(settings, CONFIG.texts))
    monkeypatch.setenv("QINQING_WECHAT__PLAINTEXT", "perhaps")
    with pytest.raises(UnusableSettings):
        Settings.load()


async def found(
    platform: WeChatPlatform | None, folder: Path, public: str = "https://bot.example", **more: str
) -> dict[str, Sign]:
    account = {**names(platform), **more} if platform else {}
    return await examined(wechat.wechat, folder, public, wechat=account)


async def test_the_doctor_asks_the_platform_for_a_token(tmp_path: Path) -> None:
    assert wechat.wechat in CHECKS
    assert await found(None, tmp_path) == {"none": Sign.SKIPPED}
    async with WeChatPlatform() as platform:
        assert await found(platform, tmp_path) == {"ok": Sign.FINE}
        assert platform.api.calls == [TOKEN]


@pytest.mark.parametrize(
    ("code", "key"),
    [(40164, "whitelist"), (40125, "secret"), (40013, "secret"), (50002, "refused")],
)
async def test_the_doctor_says_why_there_is_no_token(tmp_path: Path, code: int, key: str) -> None:
    async with WeChatPlatform() as platform:
        platform.api.script.always[TOKEN] = Fault(code=code)
        assert await found(platform, tmp_path) == {key: Sign.FAULT}


async def test_the_doctor_finds_what_the_platform_cannot_reach_or_trust(tmp_path: Path) -> None:
    async with WeChatPlatform() as platform:
        here = f"http://127.0.0.1:{free_port()}"
        assert await found(platform, tmp_path, api_base=here) == {"unreachable": Sign.FAULT}
        for public in ("http://127.0.0.1:8700", "https://bot.example:8443"):
            assert await found(platform, tmp_path, public) == {
                "address": Sign.FAULT,
                "ok": Sign.FINE,
            }
        assert await found(platform, tmp_path, plaintext="true") == {
            "plain": Sign.FAULT,
            "ok": Sign.FINE,
        }
