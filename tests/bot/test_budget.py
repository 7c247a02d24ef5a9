"""The command `budget`: the forecast, and what it prints."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.beside import NoRecords, beside
from bot.budget.report import Ledgered, look, outlook, report
from bot.calendar import working_days
from bot.config import load_config
from bot.settings import DingTalk, GivenSettings, Settings
from bot.storage.meters import Spent
from tests.engines import NOON, Opened, arrival

CONFIG = load_config()
DAYS = working_days(CONFIG.calendar, CONFIG.office.hours.segments)
TODAY = date(2026, 11, 24)  # the 17th of 21 working days


def settings(folder: Path, url: str | None = None, /, **limits: int) -> Settings:
    return GivenSettings.model_validate(
        {"data_dir": folder, "database_url": url, "dingtalk": DingTalk(**limits)}
    )


def lines(found: Ledgered, **limits: int) -> list[str]:
    return list(report(found, settings(Path("unused"), **limits), CONFIG, NOON))


def made(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_month_goes_on_as_its_working_days_began() -> None:
    ahead = outlook(1700, 2000, TODAY, DAYS, (90, 100))
    assert (ahead.daily, ahead.end) == (100, 2100)
    assert ahead.reached == {90: date(2026, 11, 25), 100: date(2026, 11, 27)}


def test_what_was_reached_already_has_no_day() -> None:
    assert outlook(1900, 2000, TODAY, DAYS, (90, 100)).reached == {
        90: None,
        100: date(2026, 11, 25),
    }


def test_a_month_that_began_with_days_off_counts_its_first_day() -> None:
    ahead = outlook(50, 5000, date(2026, 10, 1), DAYS, (90, 100))
    assert (ahead.daily, ahead.reached) == (50, {})


def test_nothing_used_and_no_limit_reach_nothing() -> None:
    assert outlook(0, 5000, TODAY, DAYS, (90, 100)).reached == {}
    assert outlook(900, 0, TODAY, DAYS, (90, 100)).reached == {}


def test_it_is_said_what_was_used_for_what_and_what_happens_then() -> None:
    spent = [Spent("arrival", "", 900), Spent("notice", "api", 700), Spent("answer", "webhook", 5)]
    found = Ledgered({"api": 1900, "messages": 905}, spent, {20416: (9, 7)}, 3)
    said = lines(found, monthly_api_calls=2000, monthly_messages=0)
    text = "\n".join(said)
    text.encode("cp936")
    for words in (
        "接口次数：已用 1900 / 上限 2000（95%）",
        "已到 90%",
        "约 11月25日 到 100%",
        "消息条数：已用 905，没有设上限",
        "先扣住不发：答复来信、发给个人的通知、发到群里的通知、附件",
        "发给个人的通知 700 条（接口，占接口次数）",
        "11-24 9 / 7",
        "扣住没发的有 3 条",
    ):
        assert words in text


def test_an_unused_month_is_enough() -> None:
    text = "\n".join(lines(Ledgered({}, [], {}, 0)))
    assert text.count("本月够用") == 2
    assert "还没有用过" in text


async def test_the_records_are_read_beside_the_bot_and_without_its_key(
    records: Opened, tmp_path: Path
) -> None:
    async with records.database.begin() as tx:
        await tx.admit([arrival("1", staff="a")])
        await tx.meters.add("2026-11", {"api": 3})
    async with beside(settings(tmp_path, records.url)) as found_there, found_there.read() as tx:
        found = await look(tx, NOON)
    assert (found.used, found.spent) == ({"api": 3}, [Spent("arrival", "", 1)])


async def test_where_nothing_was_kept_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(NoRecords):
        async with beside(settings(tmp_path)):
            pass
    assert made(tmp_path) == []


def test_the_month_is_that_of_the_office() -> None:
    late = datetime(2026, 11, 30, 17, tzinfo=UTC)
    found = Ledgered({}, [], {}, 0)
    assert next(iter(report(found, settings(Path("x")), CONFIG, late))).startswith("2026-12 ")
