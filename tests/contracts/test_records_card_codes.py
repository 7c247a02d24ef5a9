"""What lets a card be changed: one use, sealed, forgotten after three days."""

from __future__ import annotations

from datetime import timedelta

from bot.card_codes import RecordedCodes
from bot.housekeeping import CODES_KEPT
from tests.engines import NOON, Opened, rows


async def test_a_code_is_given_out_once_and_the_newest_counts(records: Opened) -> None:
    codes = RecordedCodes(records.database, "wecom")
    await codes.put("qq-1", "first")
    await codes.put("qq-1", "second")
    await codes.put("qq-2", "other")
    assert await codes.take("qq-1") == "second"
    assert await codes.take("qq-1") == ""
    assert await codes.take("qq-2") == "other"


async def test_each_channel_has_codes_of_its_own(records: Opened) -> None:
    await RecordedCodes(records.database, "wecom").put("qq-1", "code")
    assert await RecordedCodes(records.database, "other").take("qq-1") == ""


async def test_a_code_lies_sealed(records: Opened) -> None:
    await RecordedCodes(records.database, "wecom").put("qq-1", "very-secret")
    ((code,),) = rows(records.url, "SELECT code FROM card_code")
    assert b"secret" not in bytes(code)


async def test_an_old_code_is_forgotten(records: Opened) -> None:
    codes = RecordedCodes(records.database, "wecom")
    await codes.put("qq-1", "code")
    async with records.database.begin() as tx:
        assert await tx.card_codes.prune(NOON - CODES_KEPT) == 0
        assert await tx.card_codes.prune(NOON + timedelta(seconds=1)) == 1
    assert await codes.take("qq-1") == ""
