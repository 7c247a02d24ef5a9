"""Commands beside a bot that may be running: nothing is made, and what is wrong is a sentence."""

import asyncio
import getpass
from pathlib import Path

import pytest

from bot import beside
from bot.beside import attended, keys_of, who
from bot.config import Config
from bot.settings import Settings
from bot.storage.database import DatabaseDown
from bot.terminal import Terminal
from handlers.ports import Stale
from tests.engines import SECRET, Opened, rows


@pytest.fixture(autouse=True)
def _environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINQING_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("QINQING_SECRET_KEY", SECRET)


async def opened(settings: Settings, config: Config, terminal: Terminal) -> int:
    async with beside.beside(settings, keys_of(settings)):
        return 0


def test_nothing_is_made_where_nothing_was_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert attended(opened) == 1
    assert "还没有数据库" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [(Stale("40001"), "请再试一次"), (DatabaseDown("away"), "现在打不开数据库（away）")],
)
def test_what_may_pass_says_so(
    fault: Exception, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(settings: Settings, config: Config, terminal: Terminal) -> int:
        raise fault

    assert attended(broken) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("canary", ["another", "damaged"])
async def test_another_key_and_a_damaged_one_change_nothing(
    records: Opened,
    canary: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("QINQING_DATABASE_URL", records.url)
    assert await asyncio.to_thread(attended, opened) == 0
    if canary == "damaged":
        rows(records.url, "UPDATE meta SET value = ?", b"\0" * 64)
    else:
        monkeypatch.setenv("QINQING_SECRET_KEY", "another secret of the tests, as long")
    assert await asyncio.to_thread(attended, opened) == 1
    assert "QINQING_SECRET_KEY 不是这个数据库的密钥" in capsys.readouterr().err


def test_without_a_key_what_is_sealed_cannot_be_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("QINQING_SECRET_KEY")
    assert attended(opened) == 1
    assert "要 QINQING_SECRET_KEY" in capsys.readouterr().err


def test_who_has_no_name_on_the_machine_is_told_by_their_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 1000700")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert who().startswith("uid ")
