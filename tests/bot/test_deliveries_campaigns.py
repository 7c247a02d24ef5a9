"""What is decided at the terminal about a campaign's message is seen by the campaign's clock."""

from __future__ import annotations

import pytest

from bot.config import BASE, load_config
from bot.deliveries.recall import take_back
from bot.quota import Quota
from bot.terminal import Terminal
from handlers.campaigns.keeping import CAMPAIGN
from tests.bot.runtime import FakeChannel
from tests.bot.test_deliveries_command import run
from tests.contracts.test_records_asked import asked
from tests.contracts.test_records_campaigns import NUMBER
from tests.engines import Opened, rows

pytestmark = pytest.mark.usefixtures("environment")


def looked_at(records: Opened) -> list[str]:
    """Return the campaigns that the clock is to look at."""
    found = rows(records.url, "SELECT subject FROM timer WHERE kind = ?", CAMPAIGN)
    return [subject for (subject,) in found]


async def test_what_was_noted_as_arrived_has_its_campaign_looked_at(records: Opened) -> None:
    (letter,) = await asked(records)
    assert looked_at(records) == []
    assert await run("arrived", str(letter.id)) == 0
    assert looked_at(records) == [NUMBER]


async def test_what_was_taken_back_has_its_campaign_looked_at(records: Opened) -> None:
    (letter,) = await asked(records)
    config = load_config(BASE)
    quota = Quota({}, config.quota, records.clock)
    terminal = Terminal(config.texts)
    await take_back(records.database, FakeChannel(), quota, [letter.id], terminal)
    assert looked_at(records) == [NUMBER]
