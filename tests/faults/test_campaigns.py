"""Campaigns while their processes are killed or stand still: nothing doubles, counts add up."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.channels.base import Message
from bot.storage.rows import DeliveryRow
from flows.office import Content, Door
from tests.faults.judge import PER_MINUTE
from tests.faults.pushes import Pushes, firms, found, hooked, pushing, states
from tests.faults.scene import LONG
from tests.wire.bot import CLIENT_ID, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000 if LONG else 300)]

FIRMS = 200
KILLS = 5
SLOW = 0.2  # seconds that the platform takes for a message, so that a kill finds some on their way
LEASE_AND_MORE = 60.0  # seconds within which others take a process that stands still for dead
FULL = 18  # posts of a minute, which the bot itself gives a custom robot
FLEETS = [("sqlite", 0), ("postgresql", 2)]


@pytest.mark.parametrize(("engine", "workers"), FLEETS, ids=["sqlite", "postgresql"])
@pytest.mark.parametrize("cards", [False, True], ids=["plain", "cards"])
async def test_b1_b2_no_group_gets_it_twice_however_often_the_senders_are_killed(
    cards: bool, engine: str, workers: int, tmp_path: Path
) -> None:
    async with pushing(tmp_path, firms(FIRMS), engine=engine, workers=workers) as pushes:
        pushes.slow(SLOW)
        number = await pushes.approved(cards=cards)
        lost = await pushes.kill_while_sending(KILLS)
        await pushes.over(number)
        fates = await pushes.fates(number)
        assert not found(fates, pushes.stand(), FIRMS)
        ends = states(fates)
        print(ends, lost)  # noqa: T201 - the figures of the run
        assert lost > 0, "no kill met a message on its way"
        if cards:  # which the platform knows by their key: what is doubtful goes out again
            assert ends == {"sent": FIRMS}
        else:
            assert ends["sent"] + ends["failed"] + ends["unknown"] == FIRMS
            assert 0 < ends["unknown"] <= lost
        told = await pushes.hears("发完了")
        assert f"已送达 {ends['sent']}，没发成 {ends['failed']}，不明 {ends['unknown']}" in told


async def test_groups_that_are_fed_again_under_another_key_are_found(tmp_path: Path) -> None:
    launcher = ("-m", "tests.faults.fed_again")
    async with pushing(tmp_path, firms(20), engine="sqlite", launcher=launcher) as pushes:
        number = await pushes.approved(cards=False)
        await until(lambda: max(pushes.stand().values(), default=0) > 1, within=30.0)
        told = found(await pushes.fates(number), pushes.stand(), 20)
        assert any("times" in one for one in told), told


@pytest.mark.parametrize("cards", [False, True], ids=["plain", "cards"])
async def test_b4_a_worker_that_stands_still_past_its_lease_doubles_nothing_when_it_goes_on(
    cards: bool, tmp_path: Path
) -> None:
    async with pushing(tmp_path, firms(FIRMS), engine="postgresql", workers=2) as pushes:
        pushes.slow(SLOW)
        number = await pushes.approved(cards=cards)
        stopped = await stopped_while_sending(pushes)
        pid = stopped.pid
        try:
            await until(
                lambda: judged(pushes, pid), within=LEASE_AND_MORE, what="others take its messages"
            )
        finally:
            stopped.send_signal(signal.SIGCONT)
        await pushes.over(number)
        await until(lambda: judged(pushes, pid), within=60)
        fates = await pushes.fates(number)
        print(states(fates))  # noqa: T201 - the figures of the run
        assert not found(fates, pushes.stand(), FIRMS)


async def stopped_while_sending(pushes: Pushes) -> asyncio.subprocess.Process:
    """Stop a worker that has messages on their way."""
    await pushes.reached(20)
    while True:
        for sender in pushes.senders:
            process = sender.process
            assert process is not None
            process.send_signal(signal.SIGSTOP)
            if await pushes.in_hand(process.pid):
                return process
            process.send_signal(signal.SIGCONT)
        await asyncio.sleep(0.05)


async def judged(pushes: Pushes, pid: int) -> bool:
    """Say whether nothing is on its way any more that a process had."""
    return not await pushes.in_hand(pid)


@pytest.mark.parametrize(("engine", "workers"), FLEETS, ids=["sqlite", "postgresql"])
async def test_b5_three_campaigns_keep_the_minute_of_a_custom_robot_across_a_kill(
    engine: str, workers: int, tmp_path: Path
) -> None:
    groups = firms(3, custom=True)
    async with pushing(tmp_path, groups, engine=engine, workers=workers) as pushes:
        await pushes.hook()
        await crowd(pushes, [hooked(group) for group in groups], FULL - 1)
        for title in ("座谈会", "培训班", "对接会"):
            await pushes.approved(title=title)
        await pushes.reached(len(groups) * FULL)
        for sender in pushes.senders:
            await sender.kill()
            await sender.begin()
        for sender in pushes.senders:
            await sender.up()
        await until(lambda: waits(pushes), within=30.0, what="the rest waits for its minute")
        most = pushes.run.simulator.control.most_posts()
        assert set(most.values()) == {FULL}
        assert FULL <= PER_MINUTE


async def waits(pushes: Pushes) -> bool:
    """Say whether two of three campaigns stand in the line of every robot."""
    ready = "SELECT count(*) FROM delivery WHERE campaign IS NOT NULL AND state = 'ready'"
    return await pushes.run.records.number(ready) == 2 * len(pushes.groups)


async def crowd(pushes: Pushes, chats: Sequence[str], notices: int) -> None:
    """Let each group be sent other notices before."""
    rows = [
        DeliveryRow(
            dedupe=f"{chat}:{n}",
            channel="dingtalk",
            robot=CLIENT_ID,
            door=Door.ENTERPRISE_GROUP,
            to=chat,
            lane=f"g:{chat}",
            message=Message(title="通知", text=f"通知{n:03}"),
            content=Content.NOTICE,
        )
        for n in range(notices)
        for chat in chats
    ]
    async with pushes.senders[0].records() as database, database.begin() as tx:
        await tx.ledger.add(rows)
