"""Campaigns while the Redis of their processes is killed and forgets everything."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.channels.dingtalk.outbound import TO_GROUP
from bot.hub.redis import NEWS
from tests import servers
from tests.faults.judge import LATE, PER_MINUTE, PER_SECOND
from tests.faults.pushes import Pushes, firms, found, hooked, pushing, states
from tests.faults.scene import LONG
from tests.faults.test_campaigns import FLEETS, FULL, SLOW, crowd
from tests.wire.bot import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000 if LONG else 300)]

FIRMS, ROBOTS = 100, 3
BEFORE = PER_MINUTE + 3  # notices to each custom robot: more than a minute may hold
TITLES = ("座谈会", "培训班")
CLEAR_WITHIN = 60.0


@pytest.mark.parametrize(("engine", "workers"), FLEETS, ids=["sqlite", "postgresql"])
async def test_b3_a_redis_that_dies_and_forgets_doubles_and_loses_nothing_and_opens_no_window(
    engine: str, workers: int, tmp_path: Path
) -> None:
    own, custom = firms(FIRMS), firms(ROBOTS, custom=True)
    async with (
        servers.valkey() as valkey,
        pushing(
            tmp_path,
            (*custom, *own),
            engine=engine,
            workers=workers,
            extra={"QINQING_REDIS_URL": valkey.url},
        ) as pushes,
    ):
        await until(lambda: is_used(pushes, valkey), within=CLEAR_WITHIN, what="Redis is used")
        await pushes.hook()
        await crowd(pushes, [hooked(group) for group in custom], BEFORE)
        await pushes.reached(ROBOTS * (FULL - 1))
        pushes.slow(SLOW)
        lost, numbers = 0, []
        for title in TITLES:
            numbers.append(await pushes.approved(cards=False, title=title))
            lost += await trouble(pushes, valkey)
        for number in numbers:  # they wait for the next minute of the custom robots
            await pushes.over(number)
        control = pushes.run.simulator.control
        for number, title in zip(numbers, TITLES, strict=True):
            fates = await pushes.fates(number)
            assert not found(fates, pushes.stand(title), FIRMS + ROBOTS)
            ends = states(fates)
            assert ends["sent"] + ends["failed"] + ends["unknown"] == FIRMS + ROBOTS
            # The platform knows a post of theirs by its key: what is doubtful goes out again.
            assert states([x for x in fates if "webhook:" in x.key]) == {"sent": ROBOTS}
            lost -= ends["failed"] + ends["unknown"]
        assert lost >= 0
        most = control.most_posts().values()
        assert FULL - 1 <= max(most) <= PER_MINUTE
        assert control.most_calls()[TO_GROUP] <= PER_SECOND + LATE


async def is_used(pushes: Pushes, valkey: servers.Valkey) -> bool:
    """Say whether every process listens to what the others tell through Redis."""
    async with Redis.from_url(valkey.url) as client:
        ((_, listening),) = await client.pubsub_numsub(NEWS)
    return bool(listening >= len(pushes.run.fleet.processes))


async def trouble(pushes: Pushes, valkey: servers.Valkey) -> int:
    """Let Redis forget, die, and be away while a sender is killed; say how much was on its way."""
    await pushes.reached(pushes.stand().total() + 10)
    await valkey.flush()
    await pushes.reached(pushes.stand().total() + 10)
    await valkey.kill()
    lost = await pushes.kill_while_sending(1)
    await valkey.start()
    await valkey.flush()
    return lost
