"""Three campaigns at once share what the platform allows, and each is told with all its groups."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.dingtalk.outbound import CREATE_CARD
from flows.campaigns.audience import Chat
from flows.campaigns.campaign import Campaign
from handlers.ports import Due
from tests.bench.campaigns import approved
from tests.faults.judge import LATE, PER_SECOND
from tests.faults.pushes import Pushes, firms, found, pushing, states
from tests.wire.bot import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("engine"),
]

FIRMS, CAMPAIGNS = 100, 3
AHEAD = 10  # messages of each that the ledger has at a time
LATENCY = 0.1
LEAST = 0.15  # of what left by half time, that each has; a third would be even
WITHIN = 90.0


async def test_b20_three_campaigns_share_the_way_and_each_is_told_whole(
    engine: str, tmp_path: Path
) -> None:
    async with pushing(tmp_path, firms(FIRMS), engine=engine, ahead=AHEAD) as pushes:
        pushes.slow(LATENCY)
        every = await at_once(pushes)
        half = FIRMS * CAMPAIGNS // 2
        await until(lambda: sum(shares(pushes, every).values()) >= half, within=WITHIN)
        left = shares(pushes, every)
        for one in every:
            await pushes.over(one.number)
        assert min(left[one.number] for one in every) >= LEAST * sum(left.values()), left
        for one in every:
            fates = await pushes.fates(one.number)
            assert states(fates) == {"sent": FIRMS}
            assert not found(fates, pushes.stand(one.draft.title), FIRMS)
            told = await pushes.hears(f"{one.draft.title}》发完了")
            assert f"共 {FIRMS}，已送达 {FIRMS}，没发成 0，不明 0，没有发 0" in told
        most = pushes.run.simulator.control.most_calls()[CREATE_CARD]
        assert most <= PER_SECOND + LATE


async def at_once(pushes: Pushes) -> list[Campaign]:
    """Let all be approved in the same moment, to every group."""
    chats = [Chat(group.open_conversation_id, group.title) for group in pushes.groups]
    async with pushes.senders[0].records() as database, database.begin() as tx:
        every = [await approved(tx, n, chats) for n in range(CAMPAIGNS)]
        now = datetime.now(UTC)
        dues = [Due("campaign", one.number, now, f"campaign:{one.number}") for one in every]
        await tx.remind(dues)
    return every


def shares(pushes: Pushes, every: list[Campaign]) -> Counter[str]:
    """Count what stands in the groups of each campaign."""
    return Counter({one.number: pushes.stand(one.draft.title).total() for one in every})
