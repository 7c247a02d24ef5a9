"""The command `campaigns`: what is listed, and how one is watched until it is over."""

import asyncio
from collections.abc import Sequence

import pytest

from bot import campaigns
from bot.campaigns import command
from flows.campaigns.campaign import Campaign, Stage
from tests.bot.commanding import commanded
from tests.contracts.test_records_campaigns import NUMBER, become, owed, stored
from tests.engines import Opened, rows
from tests.flows.campaigns.drafts import campaign

pytestmark = pytest.mark.usefixtures("environment")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "EVERY", 0.01)


async def run(*arguments: str) -> int:
    return await commanded(campaigns.add, "campaigns", *arguments)


async def leaving(records: Opened, states: Sequence[str], stage: Stage) -> Campaign:
    """Store a campaign of which these messages have ended so."""
    one = await stored(records, campaign().model_copy(update={"stage": stage}))
    await owed(records, len(states))
    for n, state in enumerate(states):
        become(records, state, f"%cid{n}%", due_at=None)
    return one


async def test_without_a_campaign_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert await run() == 0
    assert capsys.readouterr().out == "还没有推送。\n"


async def test_what_there_is_is_listed_with_its_counts_and_no_name_of_who_gets_it(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    one = await leaving(records, ["sent", "failed", "unknown"], Stage.SENDING)
    assert await run() == 0
    said = capsys.readouterr().out
    assert said == f"{NUMBER} 发送中 3/5 · 失败 1 · 不明 1 {one.draft.title}\n"


async def test_one_that_arrived_everywhere_ends_with_its_counts(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    await leaving(records, ["sent"] * 5, Stage.DONE)
    assert await run("watch", NUMBER.lower()) == 0
    assert "已发完 5/5 · 失败 0 · 不明 0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("states", "stage"),
    [
        (["sent"] * 4 + ["unknown"], Stage.DONE),
        (["sent"] * 4 + ["failed"], Stage.DONE),
        (["sent"] * 4 + ["cancelled"], Stage.CANCELLED),
        ([], Stage.DRAFT),
    ],
)
async def test_one_that_did_not_arrive_everywhere_ends_with_another_code(
    records: Opened, states: Sequence[str], stage: Stage
) -> None:
    await leaving(records, states, stage)
    assert await run("watch", NUMBER) == 1


async def test_a_number_that_nobody_gave_is_said_to_be_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await run("watch", "TS-2026-999") == 1
    assert "没有推送 TS-2026-999" in capsys.readouterr().out


async def test_a_change_is_a_line_where_there_is_no_screen_and_it_ends_with_the_campaign(
    records: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    one = await leaving(records, ["sent"], Stage.SENDING)
    watching = asyncio.create_task(run("watch", NUMBER))
    said = ""
    async with asyncio.timeout(60):
        while "发送中 1/5" not in said:
            await asyncio.sleep(0.01)
            said += capsys.readouterr().out
        await owed(records, 4)
        rows(records.url, "UPDATE delivery SET state = 'sent', due_at = NULL")
        while "发送中 5/5" not in said:
            await asyncio.sleep(0.01)
            said += capsys.readouterr().out
        async with records.database.begin() as tx:
            await tx.campaigns.save(one.model_copy(update={"stage": Stage.DONE}))
        assert await watching == 0
    said += capsys.readouterr().out
    assert said.count("发送中 1/5") == 1


async def test_on_a_screen_there_is_a_bar_and_the_counts_stay(
    records: Opened, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    await leaving(records, ["sent"] * 5, Stage.DONE)
    assert await run("watch", NUMBER) == 0
    said = capsys.readouterr().out
    assert "━" in said
    assert "已发完 5/5 · 失败 0 · 不明 0" in said.splitlines()[-1]


async def test_watching_writes_nothing(records: Opened) -> None:
    await leaving(records, ["sent"], Stage.DONE)
    before = rows(records.url, "SELECT * FROM delivery"), rows(records.url, "SELECT * FROM target")
    await run("watch", NUMBER)
    after = rows(records.url, "SELECT * FROM delivery"), rows(records.url, "SELECT * FROM target")
    assert after == before
