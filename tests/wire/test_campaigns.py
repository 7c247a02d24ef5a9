"""Campaigns through the real program: stopped, paused, refused, taken back."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.dingtalk.outbound import CREATE_CARD
from bot.channels.dingtalk.recall import CARDS, FROM_GROUP
from flows.campaigns.campaign import Campaign
from tests.faults.pushes import HEARD_WITHIN, TEXT, Pushes, firms, found, pushing, states
from tests.faults.records import UNSETTLED
from tests.wire.bot import until
from tests.wire.chat import CHIEF, CLERK, Wire

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

FIRMS = 120
LATENCY = 0.1
STOPS_WITHIN = timedelta(seconds=2)
FAILURES = 5  # in a row, as config/campaigns.toml says
AHEAD = 10


async def stored(pushes: Pushes, number: str) -> Campaign:
    """Return a campaign as it is kept."""
    async with pushes.senders[0].records() as database, database.read() as tx:
        one = await tx.campaigns.seen(number)
    assert one is not None
    return one


@pytest.mark.parametrize("cards", [False, True], ids=["plain", "cards"])
async def test_b13_nothing_leaves_two_seconds_after_it_was_cancelled_and_the_counts_add_up(
    cards: bool, engine: str, tmp_path: Path
) -> None:
    async with pushing(tmp_path, firms(FIRMS), engine=engine) as pushes:
        pushes.slow(LATENCY)
        number = await pushes.approved(cards=cards)
        await pushes.reached(FIRMS // 4)
        await pushes.press("cancel", number)
        await pushes.over(number, "cancelled")
        ended = (await stored(pushes, number)).ended_at
        assert ended is not None
        await until(lambda: datetime.now(UTC) > ended + 3 * STOPS_WITHIN, within=10.0)
        fates = await pushes.fates(number)
        ends = states(fates)
        assert not found(fates, pushes.stand(), FIRMS)
        assert ends["sent"] + ends["cancelled"] == FIRMS
        assert ends["sent"] >= FIRMS // 4
        assert ends["cancelled"] > 0
        assert max(pushes.times()) <= ended + STOPS_WITHIN


@pytest.mark.parametrize("arrived", [False, True])
async def test_b13_a_message_in_doubt_is_not_tried_after_the_cancel_and_is_not_called_unsent(
    arrived: bool, engine: str, tmp_path: Path
) -> None:
    async with pushing(tmp_path, firms(1), engine=engine, hold_seconds=5) as pushes:
        control = pushes.run.simulator.control
        number = await pushes.approved()
        await until(lambda: settled(pushes), within=60)
        control.cut(CREATE_CARD, times=10, executed=arrived)
        tried = "SELECT count(*) FROM delivery WHERE campaign IS NOT NULL AND code = 'no.answer'"
        await until(lambda: pushes.run.records.number(tried), within=HEARD_WITHIN)
        control.clear_faults()
        await pushes.press("cancel", number)
        owed = "SELECT count(*) FROM delivery WHERE campaign IS NOT NULL AND due_at IS NOT NULL"
        assert not await pushes.run.records.number(owed)
        assert states(await pushes.fates(number)) == {"unknown": 1}
        assert pushes.stand().total() == arrived


async def test_b13_paused_nothing_leaves_and_resumed_there_is_no_gap_and_no_double(
    engine: str, tmp_path: Path
) -> None:
    async with pushing(tmp_path, firms(FIRMS), engine=engine) as pushes:
        pushes.slow(LATENCY)
        number = await pushes.approved(cards=False)
        for share in (4, 2):
            await pushes.reached(FIRMS // share)
            await pushes.press("pause", number)
            await until(lambda: settled(pushes), within=60)
            stood = pushes.stand()
            await asyncio.sleep(2.0)
            assert pushes.stand() == stood
            assert stood.total() < FIRMS
            await pushes.press("resume", number)
        await pushes.over(number)
        fates = await pushes.fates(number)
        assert not found(fates, pushes.stand(), FIRMS)
        assert states(fates) == {"sent": FIRMS}


async def settled(pushes: Pushes) -> bool:
    """Say whether nothing is owed or on its way."""
    return not await pushes.run.records.number(UNSETTLED)


async def test_b7_robots_that_refuse_for_good_stop_a_campaign_and_staff_are_told(
    engine: str, tmp_path: Path
) -> None:
    groups = firms(3 * AHEAD, custom=True)
    async with pushing(tmp_path, groups, engine=engine, ahead=AHEAD) as pushes:
        await pushes.hook(secret=lambda known: f"{known} as it was before")
        number = await pushes.approved()
        for who in (CLERK, CHIEF):
            told = await Wire(pushes.run.simulator, pushes.senders[0]).hears(
                who, "已自动暂停", within=HEARD_WITHIN
            )
            assert "310000" in told
        assert await pushes.stage(number) == "paused"
        first = states(await pushes.fates(number))
        assert FAILURES <= first["failed"] <= 2 * AHEAD
        assert first["failed"] + first["waiting"] == len(groups)
        assert not pushes.stand()
        await pushes.hook()  # somebody mends it
        await pushes.press("resume", number)
        await pushes.over(number)
        fates = await pushes.fates(number)
        assert not found(fates, pushes.stand(), len(groups))
        assert states(fates) == {"failed": first["failed"], "sent": first["waiting"]}


@pytest.mark.parametrize("cards", [False, True], ids=["plain", "cards"])
async def test_b14_what_was_sent_is_taken_back_once_and_what_stands_is_named(
    cards: bool, engine: str, tmp_path: Path
) -> None:
    own, custom = firms(30), firms(3, custom=True)
    async with pushing(tmp_path, (*own, *custom), engine=engine) as pushes:
        await pushes.hook()
        number = await pushes.approved(cards=cards)
        await pushes.over(number)
        assert len(pushes.stand()) == len(own) + len(custom)
        await pushes.press("recall", number)
        told = await pushes.hears("撤回完了")
        assert f"撤掉 {len(own)} 个，没撤掉 {len(custom)} 个" in told
        for group in custom:
            assert f"{group.title}：自定义机器人发的，平台不支持撤回" in told
        assert set(readable(pushes)) == {group.open_conversation_id for group in custom}
        await until(lambda: settled(pushes), within=60)  # 进度卡片 says so, too
        calls = asked(pushes)
        assert "没有新的要撤" in await pushes.press("recall", number)
        await until(lambda: settled(pushes), within=60)
        assert asked(pushes) == calls


async def test_b14_what_was_on_its_way_when_it_was_taken_back_is_taken_back_too(
    engine: str, tmp_path: Path
) -> None:
    async with pushing(tmp_path, firms(FIRMS), engine=engine) as pushes:
        number = await pushes.approved(cards=False)
        pushes.slow(1.0)
        await pushes.reached(10)
        await pushes.press("recall", number)
        told = await pushes.hears("撤回完了")
        fates = states(await pushes.fates(number))
        assert f"撤掉 {fates['recalled']} 个，没撤掉 0 个" in told
        assert fates["recalled"] + fates["cancelled"] == FIRMS
        assert not readable(pushes)


def readable(pushes: Pushes) -> Counter[str]:
    """Count what can still be read in each group."""
    wire, firms = pushes.wire, pushes.stand()
    return Counter(
        bubble.place
        for bubble in wire.control.sent()
        if bubble.place in firms and not bubble.recalled and TEXT in wire.words(bubble)
    )


def asked(pushes: Pushes) -> int:
    """Count the calls that take something back."""
    calls = pushes.run.simulator.control.calls()
    return calls.get(FROM_GROUP, 0) + calls.get(CARDS, 0)
