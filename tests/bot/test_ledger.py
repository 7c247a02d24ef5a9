"""The ledger as a spreadsheet: what stands in it, whom it names, and how it reaches somebody."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.attachments import Fetcher, Limits, Vault
from bot.config import load_config
from bot.ledger.making import LedgerMaker, made
from bot.ledger.pages import Range
from bot.ledger.sheet import COLUMNS, escaped
from bot.office import office_of
from bot.outbox import Outbox
from bot.storage.database import Database
from bot.texts import Texts
from flows.tickets.case import Ticket
from flows.tickets.children import Attempt, Outcome, Reply, Satisfaction, Supervision
from flows.tickets.clocks import Deadline
from flows.tickets.ledger import ledger_row
from flows.tickets.state import State
from tests import outbox
from tests.bot.runtime import KEYS, OPEN, HandClock, arrival, database
from tests.engines import NOON, address
from tests.stock import made as ticket

CONFIG = load_config()
TEXTS = Texts(CONFIG.texts)
OFFICE = office_of(CONFIG)
NOVEMBER = Range(date(2026, 11, 1), date(2026, 11, 30))
FULL = Range(date(2026, 11, 1), date(2026, 11, 30), full=True)


@asynccontextmanager
async def kept(folder: Path, *tickets: Ticket) -> AsyncIterator[Database]:
    async with database(folder, HandClock()) as db:
        async with db.begin() as tx:
            await tx.admit([arrival("m1")])
            await tx.tickets.save(tickets, {})
        yield db


async def sheet(db: Database, wanted: Range = NOVEMBER) -> list[dict[str, Any]]:
    """Make the ledger and read it back, a mapping of column to value for each row."""
    content, count = await made(db, TEXTS, OFFICE, wanted, NOON)
    return read(content, count)


def read(content: bytes, count: int | None = None) -> list[dict[str, Any]]:
    active = load_workbook(io.BytesIO(content)).active
    assert active is not None
    head, *lines = active.iter_rows(values_only=True)
    assert list(head) == [CONFIG.texts[f"ledger.column.{name}"] for name, _ in COLUMNS]
    assert count is None or len(lines) == count
    return [dict(zip((name for name, _ in COLUMNS), line, strict=True)) for line in lines]


def whole() -> Ticket:
    """Return a ticket that has something in every column."""
    category = OFFICE.categories[0]
    handling = Deadline(
        key="handle",
        since=NOON,
        limit="5WD",
        extra=3,
        due_at=NOON + timedelta(days=5),
        stopped_at=NOON + timedelta(days=2),
    )
    return ticket(
        1,
        1,
        State.CLOSED,
        category=category.id,
        lead_unit="gdj",
        supports=("jxj",),
        body="蛟川机械停电三天，请打13912345678",
        created_at=NOON,
        closed_at=NOON + timedelta(days=4),
        deadlines=(handling,),
        satisfaction=Satisfaction.MOSTLY,
        reply=Reply(text="查清了", outcome=Outcome.SOLVED, by=1, at=NOON, round=0),
        attempts=(Attempt(by=1, at=NOON, channel="phone", reached=False),),
        supervisions=(Supervision(rung=2, clock="handle", deadline=NOON, at=NOON),),
        told_elsewhere="12345 NB20260001",
    )


@pytest.mark.usefixtures("engine")
async def test_every_column_says_what_the_ticket_says(tmp_path: Path) -> None:
    async with kept(tmp_path, whole()) as db:
        (row,) = await sheet(db, FULL)
    assert row == {
        "number": "ZH-2026-0001",
        "filed_on": datetime(2026, 11, 24),  # noqa: DTZ001 - a cell has no zone
        "enterprise": "蛟川机械有限公司",
        "phone": "13800000000",
        "body": "蛟川机械停电三天，请打13912345678",
        "category": OFFICE.categories[0].name,
        "lead": OFFICE.unit("gdj"),
        "supports": OFFICE.unit("jxj"),
        "state": "已办结",
        "limit": "8 个工作日",
        "due_on": datetime(2026, 11, 29),  # noqa: DTZ001
        "on_time": "是",
        "outcome": "已解决",
        "satisfaction": "基本满意",
        "tries": "未果 1 次",
        "rung": "督办单",
        "closed_on": datetime(2026, 11, 28),  # noqa: DTZ001
        "elsewhere": "12345 NB20260001",
    }


@pytest.mark.usefixtures("engine")
async def test_a_limit_that_is_a_day_is_written_as_one(tmp_path: Path) -> None:
    (handling,) = whole().deadlines
    agreed = handling.model_copy(update={"limit": "on:2026-11-30", "extra": 0})
    case = whole().model_copy(update={"deadlines": (agreed,)})
    async with kept(tmp_path, case) as db:
        (row,) = await sheet(db, FULL)
    assert row["limit"] == "约定 11月30日（周一）"


@pytest.mark.usefixtures("engine")
async def test_nobody_is_named_unless_it_is_the_full_one(tmp_path: Path) -> None:
    async with kept(tmp_path, whole()) as db:
        (row,) = await sheet(db)
    assert row["enterprise"] == "蛟川***"
    assert row["phone"] != "13800000000"
    assert "蛟川" not in row["body"]
    assert "13912345678" not in row["body"]


@pytest.mark.usefixtures("engine")
async def test_a_ledger_is_of_the_days_on_which_tickets_came_in(tmp_path: Path) -> None:
    midnight = datetime(2026, 10, 31, 16, tzinfo=UTC)  # 1 November in the office
    times = (midnight - timedelta(seconds=1), midnight, midnight + timedelta(days=30))
    tickets = [ticket(n, 1, created_at=at) for n, at in enumerate(times, 1)]
    async with kept(tmp_path, *tickets) as db:
        assert [row["number"] for row in await sheet(db)] == ["ZH-2026-0002"]


@pytest.mark.usefixtures("engine")
async def test_a_ledger_of_nothing_has_its_head(tmp_path: Path) -> None:
    async with kept(tmp_path) as db:
        assert await sheet(db) == []


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    "body", ["=1+1", "+8613800000000", "-2+3", "@SUM(A1)", "\t=1", "\n=1", "＝1+1"]
)
async def test_what_looks_like_a_formula_is_text(tmp_path: Path, body: str) -> None:
    async with kept(tmp_path, ticket(1, 1, body=body)) as db:
        content, _ = await made(db, TEXTS, OFFICE, FULL, NOON)
    active = load_workbook(io.BytesIO(content)).active
    assert active is not None
    cell = active.cell(2, 1 + [name for name, _ in COLUMNS].index("body"))
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")


def test_ordinary_text_is_left_as_it_is() -> None:
    assert escaped("停电 = 停产") == "停电 = 停产"


@pytest.mark.parametrize(
    ("stopped", "resting", "due", "on_time", "state"),
    [
        (1, None, 2, True, State.CALLBACK),
        (3, None, 2, False, State.CALLBACK),
        (None, 1, -1, False, State.REPLIED),
        (None, 1, 2, True, State.REPLIED),
        (None, 1, 2, None, State.SUSPENDED),
        (None, None, 2, None, State.IN_PROGRESS),
    ],
)
def test_on_time_is_what_was_answered_before_the_promised_date(
    stopped: int | None, resting: int | None, due: int, on_time: bool | None, state: State
) -> None:
    def day(number: int | None) -> datetime | None:
        return None if number is None else NOON + timedelta(days=number)

    handling = Deadline.model_validate(
        {
            "key": "handle",
            "since": NOON,
            "limit": "5WD",
            "due_at": day(due),
            "stopped_at": day(stopped),
            "resting_since": day(resting),
        }
    )
    row = ledger_row(ticket(1, 1, deadlines=(handling,), state=state), NOON, full=False)
    assert row.on_time is on_time


@pytest.mark.usefixtures("engine")
async def test_what_was_asked_for_in_chat_is_made_and_handed_over(tmp_path: Path) -> None:
    clock = HandClock()
    limits = Limits(types=("xlsx",), megabytes=1)
    vault = Vault(tmp_path / "files", KEYS, limits)
    words = Outbox(TEXTS, OPEN, clock, channel="fake", robot="robot", cards=True)
    db = Database(await address(tmp_path / "test.db"), KEYS, clock, words, steady=clock)
    await db.open()
    try:
        async with db.begin() as tx:
            (filed,) = await tx.admit([arrival("m1")])
            assert filed is not None
            await tx.tickets.save([ticket(1, filed.person)], {})
            await tx.make_file(filed, NOVEMBER.code, "台账.xlsx")
        maker = LedgerMaker(db, TEXTS, OFFICE, clock)
        fetcher = Fetcher(db, {"made": maker}, vault, limits, clock, wake=lambda: None)
        assert await fetcher.turn() == 1
        async with db.begin() as tx:
            (letter,) = await outbox.claim(tx)
    finally:
        await db.close()
    file = letter.message.file
    assert file is not None
    assert file.name == "台账.xlsx"
    numbers: Sequence[str] = [row["number"] for row in read(vault.read(file.sha256))]
    assert numbers == ["ZH-2026-0001"]
