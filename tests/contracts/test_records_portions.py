"""A statement takes so many values and no more: what has to name others asks in portions."""

from __future__ import annotations

from bot.storage.portions import MOST, portions
from tests import outbox
from tests.contracts.test_records_campaign_files import owed
from tests.contracts.test_records_campaigns import NUMBER, stored
from tests.engines import Opened

MANY = 900
"""Messages refused at once, each with 80 names that what follows it may have."""


async def test_what_follows_hundreds_of_refused_messages_is_found(records: Opened) -> None:
    await stored(records, count=2)
    await owed(records, 1, files=2)
    async with records.database.begin() as tx:
        (message,) = await outbox.claim(tx)
        names = [f"c:{NUMBER}:p:{n}" for n in range(MANY)]
        refused = [message.model_copy(update={"dedupe": name}) for name in names]
        behind = await tx.queue.behind([*refused, message])
    assert [one.dedupe for one in behind] == [f"{message.dedupe}/f1", f"{message.dedupe}/f2"]


def test_portions_are_in_order_and_name_each_value_once() -> None:
    found = list(portions(set(range(2 * MOST + 1))))
    assert [len(some) for some in found] == [MOST, MOST, 1]
    assert [one for some in found for one in some] == list(range(2 * MOST + 1))
