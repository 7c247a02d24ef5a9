"""The command `deliveries`: what is listed, what is hidden, and what a person may decide."""

import argparse
import asyncio
import unicodedata
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot import deliveries
from bot.channels.base import Receipt, SendFault
from bot.config import BASE, load_config
from bot.premises import Office
from bot.storage.breakers import Breaker
from bot.storage.doubts import Doubt
from bot.storage.rows import Settlement
from bot.terminal import Terminal
from flows.office import Door
from tests import outbox
from tests.bot.runtime import FakeChannel
from tests.engines import NOON, SECRET, Opened, post, rows
from tests.outbox import WORKER

TERMINAL = Terminal(load_config(BASE).texts)
DOUBT = Doubt(
    id=12,
    why="unknown",
    since=NOON,
    door=Door.PRIVATE,
    to="manager1234",
    group="",
    content="progress",
    ticket="ZH-2026-0001",
    code="no_answer",
    attempts=2,
    due_at=None,
)


@pytest.fixture(autouse=True)
def _environment(records: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINQING_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("QINQING_DATABASE_URL", records.url)
    monkeypatch.setenv("QINQING_SECRET_KEY", SECRET)


async def run(*arguments: str) -> int:
    """Run the command as a process of its own would."""
    parser = argparse.ArgumentParser()
    deliveries.add(parser.add_subparsers())
    told = parser.parse_args(["deliveries", *arguments])
    code = await asyncio.to_thread(told.command, told)
    assert isinstance(code, int)
    return code


async def lose(records: Opened, *names: str) -> list[int]:
    async with records.database.begin() as tx:
        await tx.post([post(name, group=name) for name in names], {})
        letters = await outbox.claim(tx)
        lost = [Settlement(x.id, x.attempt, x.lane, "unknown", "no_answer") for x in letters]
        await tx.ledger.settle(WORKER, lost)
    return [letter.id for letter in letters]


async def states(records: Opened) -> dict[str, int]:
    async with records.database.read() as tx:
        return dict(await tx.ledger.counts())


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


def test_the_lines_stand_in_columns_and_the_console_can_show_them() -> None:
    breaker = Breaker("robot:webhook:商会群", NOON, "130101")
    group = Doubt(
        13, "held", NOON, Door.ENTERPRISE_GROUP, "cid", "商会群", "notice", None, "", 0, None
    )
    resting, head, one, two, _ = deliveries.table([DOUBT, group], [breaker], TERMINAL)
    assert "12:00:00" in resting
    at = columns(head[: head.index("内容")])
    for line, word in ((one, "进度"), (two, "通知")):
        assert columns(line[: line.index(word)]) == at
    for line in (resting, head, one, two):
        line.encode("cp936")


@pytest.mark.parametrize(
    ("to", "group", "shown"),
    [
        ("manager1234", "", "m***34"),
        ("s1", "", "**"),
        ("cidAbCdEf==", "", "c***=="),
        ("cidAbCdEf==", "工作群", "工作群"),
        ("webhook:商会群", "", "商会群"),
    ],
)
def test_only_groups_are_named_in_full(to: str, group: str, shown: str) -> None:
    assert deliveries.masked(replace(DOUBT, to=to, group=group)) == shown


async def test_nothing_in_doubt_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert await run() == 0
    assert capsys.readouterr().out == "没有需要人来看的消息。\n"


async def test_what_is_in_doubt_is_listed_without_its_words(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    (number,) = await lose(records, "chat-secret")
    assert await run() == 0
    said = capsys.readouterr().out
    assert f"{number} " in said
    assert "到没到不清楚" in said
    assert "chat-secret" not in said


@pytest.mark.parametrize(
    ("act", "state", "said"),
    [("resend", "ready", "再发一次"), ("arrived", "sent", "已到"), ("drop", "cancelled", "不发了")],
)
async def test_a_person_decides_while_the_bot_runs(
    records: Opened, capsys: pytest.CaptureFixture[str], act: str, state: str, said: str
) -> None:
    (number,) = await lose(records, "a")
    assert await run(act, str(number)) == 0
    assert said in capsys.readouterr().out
    assert await states(records) == {state: 1}
    assert await run(act, str(number), "999") == 1
    out = capsys.readouterr().out
    assert "现在不能这样做" in out
    assert "没有这条消息" in out


async def test_what_the_quota_holds_is_released(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("a")], {})
        heads = (await tx.queue.heads("notices", 10)).letters
        await tx.meters.hold([x.id for x in heads], NOON + timedelta(days=7))
    assert await run("release") == 0
    assert "1 条" in capsys.readouterr().out
    async with records.database.begin() as tx:
        assert len(await outbox.claim(tx)) == 1


async def test_another_key_and_other_tables_are_refused(
    records: Opened, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (number,) = await lose(records, "a")
    monkeypatch.setenv("QINQING_SECRET_KEY", "another secret of the tests, as long")
    assert await run("drop", str(number)) == 1
    assert "QINQING_SECRET_KEY" in capsys.readouterr().out
    monkeypatch.setenv("QINQING_SECRET_KEY", SECRET)
    rows(records.url, "UPDATE alembic_version SET version_num = '0001'")
    assert await run("drop", str(number)) == 1
    assert await run() == 1
    assert "另一个版本" in capsys.readouterr().out
    assert await states(records) == {"unknown": 1}


async def test_without_credentials_nothing_is_taken_back(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    (number,) = await lose(records, "a")
    assert await run("recall", str(number)) == 1
    assert "Client Secret" in capsys.readouterr().out


class Desk:
    """As much of the office as a recall needs."""

    def __init__(self, records: Opened) -> None:
        self.database = records.database


async def take_back(records: Opened, channel: Any, *numbers: int) -> int:
    office = cast("Office", Desk(records))
    return await deliveries.take_back(office, channel, numbers, TERMINAL)


async def test_each_message_says_whether_it_is_gone(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    async with records.database.begin() as tx:
        await tx.post([post(name, group=name) for name in "ab"], {})
        letters = await outbox.claim(tx)
        await outbox.sent(tx, letters, NOON, Receipt("key"))
    one, two = (letter.id for letter in letters)
    assert await take_back(records, FakeChannel(standing={"b": "expired"}), one, two, 999) == 1
    said = capsys.readouterr().out
    assert f"{one}：已撤回。" in said
    assert f"{two}：撤不回来（expired）。" in said
    assert "999：没有这条消息。" in said
    assert await states(records) == {"recalled": 1, "sent": 1}
    assert await take_back(records, FakeChannel(), two) == 0


class Refusing(FakeChannel):
    """A platform that takes nothing back now."""

    async def recall(self, sent: Any) -> Any:
        raise SendFault("busy", 5.0)


async def test_a_platform_that_refuses_changes_nothing(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("a")], {})
        (letter,) = await outbox.claim(tx)
        await outbox.sent(tx, [letter], NOON, Receipt("key"))
    assert await take_back(records, Refusing(), letter.id) == 1
    assert "没撤成（busy）" in capsys.readouterr().out
    assert await states(records) == {"sent": 1}
