"""A hint to log in that somebody at the platform let go is still no more than a hint."""

from __future__ import annotations

import pytest

from bot.storage.asked import Verdict
from tests.contracts.test_records_asked import asked
from tests.engines import Opened, rows


@pytest.mark.parametrize(
    ("code", "verdict", "then"),
    [
        ("only.hint", Verdict("sent"), "only.hint"),
        ("only.hint", Verdict("failed", "mass.failed"), "mass.failed"),
        ("no_answer", Verdict("sent"), ""),
    ],
)
async def test_what_it_is_stays_with_it_when_it_was_let_go(
    records: Opened, code: str, verdict: Verdict, then: str
) -> None:
    (letter,) = await asked(records)
    rows(records.url, "UPDATE delivery SET code = ? WHERE id = ?", code, letter.id)
    async with records.database.begin() as tx:
        await tx.queue.lock()
        await tx.asked.note({letter.id: verdict})
    assert rows(records.url, "SELECT code FROM delivery WHERE id = ?", letter.id) == [(then,)]
