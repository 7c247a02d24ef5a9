"""The command `deliveries`: what is listed, what is hidden, and what a person may decide."""

import unicodedata
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from bot import deliveries
from bot.channels.base import Read, Receipt, SendFault, SendUnknown
from bot.config import BASE, load_config
from bot.deliveries.listing import masked, story, table
from bot.deliveries.recall import take_back
from bot.quota import Quota
from bot.storage.breakers import Breaker
from bot.storage.database import Database, DatabaseDown
from bot.storage.doubts import Doubt, Known, Story
from bot.storage.rows import Settlement
from bot.terminal import Terminal
from flows.office import Door
from handlers.ports import Stale
from tests import outbox
from tests.bot.commanding import commanded
from tests.bot.runtime import FakeChannel
from tests.engines import NOON, SECRET, Opened, post, rows
from tests.outbox import WORKER

pytestmark = pytest.mark.usefixtures("environment")

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
)


async def run(*arguments: str) -> int:
    return await commanded(deliveries.add, "deliveries", *arguments)


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
    group = replace(DOUBT, id=13, why="held", group="商会群", content="notice", ticket=None)
    resting, head, one, two, *_ = table([DOUBT, group], [breaker], TERMINAL)
    assert "群机器人“商会群”歇到 12:00:00（130101）" in resting
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
    assert masked(replace(DOUBT, to=to, group=group)) == shown


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
    assert "QINQING_SECRET_KEY" in capsys.readouterr().err
    monkeypatch.setenv("QINQING_SECRET_KEY", SECRET)
    rows(records.url, "UPDATE alembic_version SET version_num = '0001'")
    assert await run("drop", str(number)) == 1
    assert await run() == 1
    assert "另一个版本" in capsys.readouterr().err
    assert await states(records) == {"unknown": 1}


async def test_without_credentials_nothing_is_taken_back(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    (number,) = await lose(records, "a")
    assert await run("recall", str(number)) == 1
    assert "Client Secret" in capsys.readouterr().out


def counter(records: Opened) -> Quota:
    return Quota({"api": 100, "messages": 100}, load_config(BASE).quota, records.clock)


async def taken(records: Opened, channel: Any, *numbers: int) -> int:
    return await take_back(records.database, channel, counter(records), numbers, TERMINAL)


async def test_each_message_says_whether_it_is_gone(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    async with records.database.begin() as tx:
        await tx.post([post(name, group=name) for name in "ab"], {})
        letters = await outbox.claim(tx)
        await outbox.sent(tx, letters, NOON, Receipt("key"))
    one, two = (letter.id for letter in letters)
    assert await taken(records, FakeChannel(standing={"b": "expired"}), one, two, 999) == 1
    said = capsys.readouterr().out
    assert f"{one}：已撤回。" in said
    assert f"{two}：撤不回来（expired）。" in said
    assert "999：没有这条消息。" in said
    assert await states(records) == {"recalled": 1, "sent": 1}
    assert await taken(records, FakeChannel(), two) == 0


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
    assert await taken(records, Refusing(), letter.id) == 1
    assert "没有撤成（busy）" in capsys.readouterr().out
    assert await states(records) == {"sent": 1}


async def test_each_kind_of_doubt_says_what_to_do(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    await lose(records, "a")
    async with records.database.begin() as tx:
        await tx.post([post("b", group="b")], {})
        (letter,) = await outbox.claim(tx)
        refused = Settlement(letter.id, 1, letter.lane, "failed", "unreachable")
        await tx.ledger.settle(WORKER, [refused])
    assert await run() == 0
    said = capsys.readouterr().out
    said.encode("cp936")
    for words in ("先问对方收到没有", "平台不收", "没有对方的账号", "平台没有回音"):
        assert words in said
    assert "下月一号" not in said  # nothing is held


async def test_a_flood_is_cut_short_and_counted(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    await lose(records, *(f"group-{n}" for n in range(32)))
    await run()
    said = capsys.readouterr().out
    assert said.count("进度") == 30
    assert "还有 2 条“到没到不清楚”没有列出" in said
    await run("--all")
    said = capsys.readouterr().out
    assert said.count("进度") == 32
    assert "没有列出" not in said


async def test_what_became_of_a_delivery_is_told_with_its_readers_and_its_decisions(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    (number,) = await lose(records, "cid")
    rows(records.url, "UPDATE delivery SET receipt = 'key'")
    async with records.database.begin() as tx:
        await tx.reads.add([Read("robot", "key", "cid", reader, NOON) for reader in "xy"])
    assert await run("arrived", str(number)) == 0
    assert await run("show", str(number), "999") == 1
    said = capsys.readouterr().out
    for words in (f"编号 {number}：", "已发出\n", "群里 2 人已读", "当作已到", "999：没有"):
        assert words in said


def test_one_recipient_is_told_apart_from_the_readers_of_a_group() -> None:
    known = {field: getattr(DOUBT, field) for field in Known.__dataclass_fields__}
    read = Story(
        **known,
        state="sent",
        via="card",
        shared=3,
        attempted_at=NOON,
        sent_at=NOON,
        read_at=NOON,
    )
    said = "\n".join(story(read, 0, [], TERMINAL))
    for words in ("对方 11-24 12:00 已读", "同一批还有 3 条", "卡片", "ZH-2026-0001"):
        assert words in said
    assert "群里" not in said


async def test_a_release_names_who_did_it_and_asks_for_the_key(
    records: Opened, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("a")], {})
        (head,) = (await tx.queue.heads("notices", 10)).letters
        await tx.meters.hold([head.id], NOON + timedelta(days=7))
    monkeypatch.setenv("QINQING_SECRET_KEY", "another secret of the tests, as long")
    assert await run("release") == 1
    monkeypatch.setenv("QINQING_SECRET_KEY", SECRET)
    monkeypatch.setenv("LOGNAME", "wang")
    assert await run("release") == 0
    assert await run("release") == 0
    assert "没有扣住的消息" in capsys.readouterr().out
    async with records.database.read() as tx:
        (line,) = await tx.history.entries(f"delivery:{head.id}")
    assert (line.act, line.public["reason"]) == ("release", "wang")


async def sent(records: Opened, *names: str, key: str = "") -> list[int]:
    async with records.database.begin() as tx:
        await tx.post([post(name, group=name) for name in names], {})
        letters = await outbox.claim(tx)
        for letter in letters:
            await outbox.sent(tx, [letter], NOON, Receipt(key or f"key-{letter.id}"))
    return [letter.id for letter in letters]


async def test_calls_that_take_back_count_against_the_month(records: Opened) -> None:
    (number,) = await sent(records, "a")
    quota = counter(records)

    class Counted(FakeChannel):
        """A platform whose calls cost something."""

        async def recall(self, sent: Any) -> Any:
            quota.count("api", 2)
            return await super().recall(sent)

    assert await take_back(records.database, Counted(), quota, [number], TERMINAL) == 0
    async with records.database.read() as tx:
        assert await tx.meters.used("2026-11") == {"api": 2}


class Failing(FakeChannel):
    """A platform that is gone after the first call."""

    async def recall(self, sent: Any) -> Any:
        if self.calls:
            raise SendUnknown
        self.calls.append([one.to for one in sent])
        return await super().recall(sent)


async def test_what_is_taken_back_is_noted_before_the_next_call(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = await sent(records, *(f"group-{n:02}" for n in range(21)))
    assert await taken(records, Failing(), *numbers) == 1
    assert await states(records) == {"recalled": 20, "sent": 1}
    assert f"{numbers[-1]}：没有撤成（SendUnknown）" in capsys.readouterr().out


async def test_what_shares_a_key_is_taken_back_in_one_call(records: Opened) -> None:
    shared = await sent(records, *(f"group-{n:02}" for n in range(25)), key="one")
    assert await taken(records, Failing(), *shared) == 0
    assert await states(records) == {"recalled": 25}


@pytest.mark.parametrize("fault", [DatabaseDown("away"), Stale("40P01")])
async def test_what_was_taken_back_and_not_noted_is_named(
    records: Opened, fault: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    (number,) = await sent(records, "a")

    class Gone:
        """Records that can be read and not be written."""

        read = records.database.read

        def begin(self) -> Any:
            raise fault

    gone = cast("Database", Gone())
    with pytest.raises(type(fault)):
        await take_back(gone, FakeChannel(), counter(records), [number], TERMINAL)
    assert f"{number}：平台已经撤回，但没有记进数据库" in capsys.readouterr().out


async def test_why_a_message_stands_is_said_in_words(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    (number,) = await sent(records, "a")
    assert await taken(records, FakeChannel(standing={"a": "no.key"}), number) == 1
    assert f"{number}：撤不回来（会话回复，平台不让撤）。" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("channel:dingtalk", "发往 dingtalk 的全部消息歇到"),
        ("robot:dingtalk:robot-1", "机器人 dingtalk:robot-1 歇到"),
    ],
)
def test_what_rests_is_said_in_words(name: str, said: str) -> None:
    resting, _ = table([], [Breaker(name, NOON, "html")], TERMINAL)
    assert said in resting
