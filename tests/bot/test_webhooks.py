"""The command `webhooks`: secrets by standard input only, groups known while the bot runs."""

import io

import pytest

from bot import webhooks
from bot.__main__ import main
from bot.channels.base import Hook
from handlers.ports import Group
from tests.bot.commanding import commanded
from tests.engines import Opened, rows

pytestmark = pytest.mark.usefixtures("environment")

ADDRESS = "https://oapi.dingtalk.com/robot/send?access_token=t%2B1"
SECRET = "SECabc"


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer what the command asks for."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{ADDRESS}\n{SECRET}\n"))


async def run(*arguments: str) -> int:
    return await commanded(webhooks.add, "webhooks", *arguments)


@pytest.mark.usefixtures("give")
async def test_a_group_is_registered_listed_and_removed_while_the_bot_runs(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    async with records.database.read() as tx:
        assert list(await tx.groups()) == []
    assert await run("add", "商会群", "--kind", "staff") == 0
    async with records.database.read() as tx:
        group = Group("webhook:商会群", "商会群", "staff", files=False, hears=False)
        assert await tx.groups() == [group]
        hooks = await tx.webhooks.hooks(["webhook:商会群"])
    assert hooks == {"webhook:商会群": Hook(address=ADDRESS, secret=SECRET)}
    assert await run("list") == 0
    assert await run("remove", "商会群") == 0
    assert await run("remove", "商会群") == 1
    said = capsys.readouterr()
    assert "webhook:商会群  钉钉  工作群" in said.out
    assert "已删除“商会群”" in said.out
    assert "没有登记过“商会群”" in said.out
    for secret in ("access_token", SECRET):
        assert secret not in said.out + said.err
    async with records.database.read() as tx:
        assert list(await tx.groups()) == []


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        (("商 会",), "", "名字要"),
        (("群", "--kind", "department"), "", "--unit"),
        (("群", "--kind", "department", "--unit", "nobody"), "", "--unit"),
        (("群",), "https://evil.example/robot/send?access_token=t\n", "不是钉钉或企业微信"),
        (("群",), "https://oapi.dingtalk.com/robot/send\n", "不是钉钉或企业微信"),
        (("群",), "https://oapi.dingtalk.com/other?access_token=t\n", "不是钉钉或企业微信"),
        (("群",), "\n", "不是钉钉或企业微信"),
        (("群",), f"{ADDRESS}\nabc\n", "SEC"),
    ],
)
async def test_what_cannot_work_is_refused_with_the_reason(
    records: Opened,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    arguments: tuple[str, ...],
    given: str,
    said: str,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    assert await run("add", *arguments) == 2
    assert said in capsys.readouterr().err
    async with records.database.read() as tx:
        assert list(await tx.webhooks.all()) == []


@pytest.mark.usefixtures("give")
async def test_another_key_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QINQING_SECRET_KEY", "another secret of the tests, as long")
    assert await run("add", "群") == 1
    assert "QINQING_SECRET_KEY" in capsys.readouterr().err


async def test_the_records_of_another_program_are_left_alone(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    rows(records.url, "UPDATE alembic_version SET version_num = '9999'")
    assert await run("list") == 1
    assert "另一个版本" in capsys.readouterr().err
    assert rows(records.url, "SELECT version_num FROM alembic_version") == [("9999",)]


@pytest.mark.parametrize("command", ["webhooks list", "deliveries", "budget"])
def test_an_address_that_is_none_is_a_sentence(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QINQING_DATABASE_URL", "nonsense")
    assert main(command.split()) == 2
    assert "QINQING_DATABASE_URL names no database" in capsys.readouterr().err


async def test_an_empty_list_says_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    assert await run("list") == 0
    assert "webhooks add" in capsys.readouterr().out
