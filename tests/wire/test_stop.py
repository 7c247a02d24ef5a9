"""SIGTERM: what was heard is stored and acknowledged, and the end comes soon."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.simulator.chat import Bubble
from bot.simulator.timings import Timings
from tests.engines import held
from tests.wire.bot import until
from tests.wire.chat import OWNER, Wire, crowd, wired

pytestmark = pytest.mark.usefixtures("engine")

WEBHOOK = "/robot/sendBySession"
AGAIN = Timings(redeliver_after=tuple(timedelta(seconds=0.7 * n) for n in range(1, 40)))


async def ends_well(wire: Wire, ending: asyncio.Task[tuple[int, float]]) -> None:
    """See that a told process ended with 0 within ten seconds."""
    code, seconds = await ending
    assert code == 0, wire.bot.log()[-3000:]
    assert seconds < 10
    assert "Traceback" not in wire.bot.log()


async def test_frames_in_flight_are_acknowledged_before_the_end(tmp_path: Path) -> None:
    people = crowd(40)
    async with wired(tmp_path, cards=False, others=people) as wire:
        said: list[Bubble] = []
        async with held(wire.bot.database_url):
            for user in people:
                said.append(await wire.control.say(user.user_id, "菜单"))
            await wire.control.ping()
            await until(lambda: len(wire.control.acks) == 1)  # all before it were read
            assert not any(wire.control.delivery(b.msg_id).acks for b in said)
            ending = asyncio.create_task(wire.bot.terminate())
            await asyncio.sleep(0.3)  # the signal is there, the commit is not
        await ends_well(wire, ending)
        assert all(wire.control.delivery(b.msg_id).acknowledged for b in said)
        assert wire.bot.count("arrival", "state = 'done'") == len(people)
        await wire.bot.start()
        await until(lambda: all(wire.told(user.user_id) for user in people))
        assert all(len(wire.told(user.user_id)) == 1 for user in people)


async def test_a_stop_under_load_loses_and_doubles_nothing(tmp_path: Path) -> None:
    people = crowd(60)
    async with wired(tmp_path, cards=False, others=people, timings=AGAIN) as wire:
        for user in people[:50]:
            await wire.control.say(user.user_id, "菜单")
        ending = asyncio.create_task(wire.bot.terminate())
        late = [await wire.control.say(user.user_id, "菜单") for user in people[50:]]
        await ends_well(wire, ending)
        pushed = [b for b in late if wire.control.delivery(b.msg_id).pushes]
        await wire.bot.start()
        heard = [*people[:50], *people[50 : 50 + len(pushed)]]
        await until(lambda: all(wire.told(user.user_id) for user in heard), within=60)
        await wire.quiet()
        assert all(len(wire.told(user.user_id)) <= 1 for user in people)
        assert wire.bot.count("delivery", "resends > 0") == 0


async def test_a_stop_ends_soon_although_the_platform_hangs(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        wire.control.hang(WEBHOOK, 60, times=10)
        await wire.say(OWNER, "菜单")
        await until(lambda: wire.bot.count("delivery", "state = 'sending'"))
        wire.control.hang("/v1.0/gateway/connections/open", 60, times=10)
        wire.control.drop()
        await ends_well(wire, asyncio.create_task(wire.bot.terminate()))
