"""Custom robots that post while their process is killed: the minute holds, nothing stands twice."""

from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from bot.channels.base import WEBHOOK, Hook, Message
from bot.simulator import world
from bot.storage.rows import DeliveryRow
from flows.office import Content, Door
from handlers.ports import Group
from tests.faults.fleet import alone
from tests.faults.judge import PER_MINUTE, judge
from tests.faults.records import UNSETTLED
from tests.faults.scene import LONG, Scene, scene, sqlite_file
from tests.faults.test_clock import LAUNCHER
from tests.wire.bot import CLIENT_ID, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000 if LONG else 300)]

ROBOTS = 3
NOTICES = 60 if LONG else 24  # to each: more than a minute holds
SLOW = 0.2  # seconds that the platform takes for a post, so that a kill finds some on their way
POSTS = 10_000
CUSTOM = "/robot/send"
GROUPS = tuple(
    world.Group(f"cid-hooked-{n}", f"群{n}", (), custom_token=f"token-{n}", custom_secret=f"SEC{n}")
    for n in range(ROBOTS)
)
NAMES = {f"{WEBHOOK}{n}": group.open_conversation_id for n, group in enumerate(GROUPS)}


async def owe(run: Scene, notices: int) -> None:
    """Register the groups, and write the notices to each into the outbox."""
    run.load.hooked = NAMES
    async with run.fleet["all"].records() as database, database.begin() as tx:
        for name, place in NAMES.items():
            address, secret = run.load.control.custom_robot(place)
            group = Group(name, name, "staff")
            await tx.webhooks.put(group, Hook(address=address, secret=secret))
        await tx.ledger.add([notice(name, n) for n in range(notices) for name in NAMES])


def notice(to: str, number: int) -> DeliveryRow:
    """Make one notice."""
    return DeliveryRow(
        dedupe=f"{to}:{number}",
        channel="dingtalk",
        robot=CLIENT_ID,
        door=Door.STAFF_GROUP,
        to=to,
        lane=f"g:{to}",
        message=Message(title="通知", text=f"通知{number:03}"),
        content=Content.NOTICE,
    )


async def test_a_custom_robot_keeps_its_minute_and_doubles_nothing_under_kill_9(
    tmp_path: Path,
) -> None:
    url = sqlite_file(tmp_path)
    async with scene(partial(alone, tmp_path, url), url, people=0, groups=GROUPS) as run:
        run.load.control.hang(CUSTOM, SLOW, times=POSTS)
        await owe(run, NOTICES)
        while await run.records.number(UNSETTLED):
            await run.fleet.kill_now_and_then(1, run.chance, (0.1, 3.0))
        verdict = await run.settle()
        assert not verdict.findings, verdict
        assert verdict.delivered == ROBOTS * NOTICES
        assert verdict.doubles == 0
        rows = (await run.records.snapshot()).deliveries
        assert Counter(row.state for row in rows) == {"sent": ROBOTS * NOTICES}
        assert sum(row.attempts for row in rows) > len(rows), "no kill met a post on its way"
        assert run.fleet.kills >= ROBOTS


async def test_posts_that_no_window_counts_are_found(tmp_path: Path) -> None:
    url = sqlite_file(tmp_path)
    arguments = ("--without", "windows")
    processes = partial(alone, tmp_path, url, launcher=LAUNCHER, arguments=arguments)
    async with scene(processes, url, people=0, groups=GROUPS) as run:
        await owe(run, 24)
        most = run.load.control.most_posts
        await until(lambda: max(most().values(), default=0) > PER_MINUTE, within=60)
        verdict = judge(run.load, await run.records.snapshot())
        assert "window" in verdict.kinds, verdict
