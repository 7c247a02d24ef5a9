"""What stops a start says so in one sentence; and one folder belongs to one process."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.wire.bot import ADDRESS, CLIENT_SECRET, KEY, Bot, until
from tests.wire.chat import OWNER, wired

pytestmark = pytest.mark.usefixtures("engine")

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(64)
NOWHERE = "http://127.0.0.1:9"


async def ended(process: asyncio.subprocess.Process) -> tuple[int, str]:
    """Wait for a start that fails; give its exit code and what it said."""
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    assert process.returncode is not None
    said = (out + err).decode()
    assert "Traceback" not in said
    assert KEY not in said
    assert CLIENT_SECRET not in said
    return process.returncode, said


def overlaid(folder: Path, **files: str) -> Bot:
    """Make a bot with configuration files of its own."""
    overlay = folder / "config"
    overlay.mkdir(parents=True)
    for name, text in files.items():
        (overlay / f"{name}.toml").write_text(text, encoding="utf-8")
    return Bot(folder, NOWHERE, extra={"QINQING_CONFIG_DIR": str(overlay)})


async def test_a_second_process_on_the_same_file_refuses_and_harms_nothing(tmp_path: Path) -> None:
    here = {ADDRESS: f"sqlite+aiosqlite:///{tmp_path / 'data' / 'qinqing.db'}"}
    async with wired(tmp_path, extra=here) as wire:
        code, said = await ended(await wire.bot.spawn("run", piped=True))
        assert code == 1
        assert "QINQING_DATA_DIR" in said
        assert len(said.strip().splitlines()) <= 2  # the demo's people.toml is mentioned first
        await wire.say(OWNER, "菜单")
        await wire.hears(OWNER, "亲清助手")


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        (
            "people",
            '[[person]]\nname = "甲"\ndingtalk = "x"\nroles = ["king"]\n',
            ("people.toml", "[[person]] no. 1", "roles"),
        ),
        (
            "people",
            '[[person]]\nname = "甲"\ndingtalk = "x"\nroles = ["liaison"]\nunit = "nowhere"\n',
            ("people.toml", "[[person]] no. 1", "unit"),
        ),
        ("people", "[[person]\n", ("people.toml", "line 1")),
        ("people", "demoo = true\n", ("people.toml", "demoo")),
    ],
    ids=["role", "unit", "syntax", "unknown key"],
)
async def test_a_malformed_configuration_stops_the_start_and_is_named(
    name: str, text: str, named: tuple[str, ...], tmp_path: Path
) -> None:
    bot = overlaid(tmp_path, **{name: text})
    code, said = await ended(await bot.spawn("run", piped=True))
    assert code == 2
    for words in named:
        assert words in said
    assert not bot.data.exists()


async def test_a_file_that_no_configuration_has_is_named(tmp_path: Path) -> None:
    code, said = await ended(await overlaid(tmp_path, peple="").spawn("run", piped=True))
    assert code == 2
    assert "peple.toml" in said


@pytest.mark.parametrize("name", ["DINGTALK__CLIENT_ID", "DINGTALK__CLIENT_SECRET", "SECRET_KEY"])
async def test_a_missing_credential_is_named(name: str, tmp_path: Path) -> None:
    bot = Bot(tmp_path, NOWHERE)
    code, said = await ended(await bot.spawn("run", without=f"QINQING_{name}", piped=True))
    assert code == 2
    assert f"QINQING_{name} is not set." in said
    assert not bot.data.exists()


async def test_another_key_than_that_of_the_records_is_refused(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        assert (await wire.bot.terminate())[0] == 0
        other = Bot(tmp_path, NOWHERE, extra={"QINQING_SECRET_KEY": KEY[::-1]})
        code, said = await ended(await other.spawn("run", piped=True))
        assert code == 1
        assert "QINQING_SECRET_KEY" in said


async def test_wrong_credentials_keep_the_bot_alive_and_unready(tmp_path: Path) -> None:
    wrong = {"QINQING_DINGTALK__CLIENT_SECRET": "not-the-secret-of-this-robot"}
    async with wired(tmp_path, extra=wrong, start=False) as wire:
        await wire.bot.start(ready=False)

        async def refused() -> bool:
            return "authFailed" in str(await wire.bot.health("/readyz"))

        await until(refused)
        assert (await wire.bot.health("/healthz"))[0] == 200
        assert "not-the-secret" not in wire.bot.log()
        assert (await wire.bot.terminate())[0] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
async def test_the_records_are_readable_by_nobody_else(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        await wire.control.send_picture(OWNER, PNG)
        files = wire.bot.data / "files"
        await until(lambda: any(path.is_file() for path in files.rglob("*")))
        kept = [path for path in wire.bot.data.rglob("*") if path.is_file()]
        for path in kept:
            mode = path.parent.stat().st_mode & path.stat().st_mode
            assert mode & 0o007 == 0, path.name
