"""Two messages at once, through one gateway and two workers: always in the order they came in."""

from functools import partial
from pathlib import Path

import pytest

from bot.simulator.timings import Timings
from tests import servers
from tests.faults.fleet import split
from tests.faults.load import MESSAGES_EACH
from tests.faults.scene import scene
from tests.faults.test_controls import nothing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PEOPLE = 200


@pytest.mark.parametrize("with_redis", [False, True], ids=["polling", "redis"])
async def test_two_answers_at_once_by_each_of_many_people_stay_in_order(
    with_redis: bool, tmp_path: Path
) -> None:
    async with servers.database() as url, servers.valkey() as valkey:
        redis = valkey.url if with_redis else ""
        processes = partial(split, tmp_path, url, gateways=1, workers=2, redis=redis)
        async with scene(processes, url, people=PEOPLE, timings=Timings()) as run:
            run.load.pushes = 1
            everybody = PEOPLE * MESSAGES_EACH
            await run.under_load(nothing(run), parallel=PEOPLE // 2, messages=everybody)
            verdict = await run.settle()
            assert not verdict.findings, verdict
            assert verdict.acknowledged == everybody
            assert (verdict.doubles, verdict.resends) == (0, 0)
            bodies = {t.phone: t.body for t in (await run.records.snapshot()).tickets}
            for person in run.load.persons:
                first, second = person.pair
                assert bodies[person.phone].endswith(f"{first}\n{second}")
