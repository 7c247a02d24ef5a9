"""A ticket that cannot be read: what is asked of many gives the others, and names it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import load_config
from bot.doctor import records as examined
from bot.doctor.found import Patient, Sign
from bot.keys import Keys
from bot.ledger.pages import row_of
from bot.quota import Quota
from bot.readiness import Finding, Readiness
from bot.settings import GivenSettings
from flows.tickets.ledger import LedgerRow
from flows.tickets.state import State
from handlers.lists import Unread
from handlers.ports import PersonId
from tests.engines import NOON, SECRET, Opened, rows
from tests.stock import made

CONFIG = load_config()
BROKEN = "ZH-2026-0002"


@pytest.fixture
async def reporter(records: Opened) -> PersonId:
    """Keep three tickets of somebody, the second of which cannot be read."""
    person = await records.person("s1")
    tickets = [made(n, person, category="power", lead_unit="gdj") for n in (1, 2, 3)]
    async with records.database.begin() as tx:
        await tx.tickets.save(tickets, {})
    spoil(records)
    return person


def spoil(records: Opened, body: bytes = b"nothing that anybody could read") -> None:
    rows(records.url, "UPDATE ticket SET body = ? WHERE number = ?", body, BROKEN)


def sealed(body: bytes) -> bytes:
    """Seal what stands in it as the records do."""
    return Keys(SECRET).seal(body, f"ticket.body\x1f{BROKEN}")


async def test_the_others_are_found_and_it_is_named_with_its_reporter(
    records: Opened, reporter: PersonId
) -> None:
    async with records.database.read() as tx:
        assert tx.tickets.unreadable == {}
        found = await tx.tickets.load((), (reporter,))
        assert [one.number for one in found] == ["ZH-2026-0001", "ZH-2026-0003"]
        assert tx.tickets.unreadable == {BROKEN: reporter}


async def test_pages_of_running_tickets_do_not_end_at_it(
    records: Opened, reporter: PersonId
) -> None:
    async with records.database.read() as tx:
        page = await tx.tickets.running("ZH-2026-0001", 1)
        assert [one.number for one in page] == ["ZH-2026-0003"]
        assert await tx.tickets.running("ZH-2026-0003", 1) == []


async def test_the_ledger_has_a_row_of_what_is_known_of_it(
    records: Opened, reporter: PersonId
) -> None:
    async with records.database.read() as tx:
        page = await tx.lists.page(NOON, NOON + timedelta(days=1), "", 10)
        assert [one.number for one in page] == [f"ZH-2026-000{n}" for n in (1, 2, 3)]
        known = Unread(
            BROKEN, NOON + timedelta(minutes=2), State.SUBMITTED, "power", "gdj", closed_at=None
        )
        assert page[1] == known
        # Pages go on behind it.
        (last,) = await tx.lists.page(NOON, NOON + timedelta(days=1), BROKEN, 10)
        assert last.number == "ZH-2026-0003"
    row: LedgerRow = row_of(known, NOON, full=True)
    assert (row.number, row.state, row.lead, row.readable) == (
        *(BROKEN, State.SUBMITTED, "gdj"),
        False,
    )


async def test_the_log_has_its_number_once_and_nothing_of_what_stands_in_it(
    records: Opened, reporter: PersonId, caplog: pytest.LogCaptureFixture
) -> None:
    other_shape = b'{"number": "ZH-2026-0002", "enterprise": "Hengtong"}'
    spoil(records, sealed(other_shape))
    for _ in range(3):
        async with records.database.read() as tx:
            await tx.tickets.load((), (reporter,))
    (line,) = (one.getMessage() for one in caplog.records)
    assert line == f"ticket={BROKEN} cannot be read: ValidationError"


async def test_readiness_names_it_until_it_is_brought_back(
    records: Opened, reporter: PersonId, tmp_path: Path
) -> None:
    quota = Quota({}, CONFIG.quota, records.clock)
    ready = Readiness(records.database, quota, CONFIG, folder=tmp_path, clock=records.clock)
    assert await ready.look() == []
    async with records.database.read() as tx:
        await tx.tickets.load((), (reporter,))
    assert await ready.look() == [Finding("tickets", f"1 cannot be read: {BROKEN}", "degraded")]
    spoil(records, sealed(made(2, reporter).model_dump_json().encode()))
    async with records.database.read() as tx:
        await tx.tickets.load((), (reporter,))
    assert await ready.look() == []


async def test_the_doctor_finds_it_without_anybody_having_asked_for_it(
    records: Opened, reporter: PersonId, tmp_path: Path
) -> None:
    settings = GivenSettings.model_validate(
        {"data_dir": tmp_path, "secret_key": SECRET, "database_url": SecretStr(records.url)}
    )
    patient = Patient(settings, CONFIG, records.clock(), {})
    (found,) = await examined.tickets(patient)
    assert (found.sign, found.key) == (Sign.FAULT, "doctor.tickets.unreadable")
    assert found.blanks == {"count": 1, "numbers": BROKEN}
    spoil(records, sealed(made(2, reporter).model_dump_json().encode()))
    (found,) = await examined.tickets(patient)
    assert found.key == "doctor.tickets.ok"
