"""A month that runs out under campaigns (U29): what is saved and held, against what was called."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.dingtalk.outbound import CREATE_CARD, TO_GROUP
from bot.storage.meters import month_of
from tests.faults.pushes import HEARD_WITHIN, SENT_WITHIN, TITLE, Pushes, firms, pushing, states
from tests.wire.bot import now, until
from tests.wire.chat import CLERK

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

FIRMS = 12
LIMIT = 1000
SETTINGS = {"QINQING_DINGTALK__MONTHLY_API_CALLS": str(LIMIT)}
HELD = "SELECT count(*) FROM delivery WHERE campaign IS NOT NULL AND code = 'quota.held'"
METERED = (
    "INSERT INTO meter (month, name, used) VALUES (?, 'api', ?)"
    " ON CONFLICT (month, name) DO UPDATE SET used = excluded.used"
)
FAILED = "SELECT count(*) FROM delivery WHERE state = 'failed'"


async def begin_at(pushes: Pushes, calls: int) -> int:
    """Start the bot again in a month of which so many calls are used; what the platform counts."""
    (process,) = pushes.run.fleet.processes
    await process.terminate()
    process.rows(METERED, month_of(now()), calls)
    counted = pushes.run.simulator.control.usage()["api"]
    await process.begin()
    await process.up()
    return counted


async def agrees(pushes: Pushes, calls: int, counted: int) -> None:
    """Wait until the meter has grown by just what the platform counted since."""
    (process,) = pushes.run.fleet.processes

    def same() -> bool:
        meter = process.rows("SELECT used FROM meter WHERE name = 'api'")[0][0]
        return bool(meter - calls == pushes.run.simulator.control.usage()["api"] - counted)

    await until(same, within=HEARD_WITHIN, what="meter and platform agree")


async def went(pushes: Pushes, number: str) -> bool:
    """Say whether every group was sent a campaign."""
    return states(await pushes.fates(number)) == {"sent": FIRMS}


async def test_u29_at_90_percent_cards_are_saved_and_at_100_a_campaign_waits_and_says_so(
    engine: str, tmp_path: Path
) -> None:
    async with pushing(
        tmp_path, firms(FIRMS), engine=engine, extra=SETTINGS, hold_seconds=10
    ) as pushes:
        control = pushes.run.simulator.control
        near = LIMIT * 90 // 100
        counted = await begin_at(pushes, near)
        before = control.calls()
        number = await pushes.approved()
        await pushes.over(number)
        assert states(await pushes.fates(number)) == {"sent": FIRMS}
        assert control.calls().get(CREATE_CARD, 0) == before.get(CREATE_CARD, 0)
        assert pushes.stand(f"我有疑问 {number}").total() == FIRMS  # the button in words
        await agrees(pushes, near, counted)

        second = await pushes.approved(title="第二次座谈会")
        counted = await begin_at(pushes, LIMIT)
        before = control.calls()
        assert f"《第二次座谈会》：钉钉本月额度用完，{FIRMS} 条先扣着" in await pushes.hears(
            "额度用完，"
        )
        assert await pushes.run.records.number(HELD) == FIRMS
        assert states(await pushes.fates(second)) == {"ready": FIRMS}
        assert await pushes.stage(second) == "sending"
        assert pushes.stand("第二次座谈会").total() == 0
        assert control.calls().get(TO_GROUP, 0) - before.get(TO_GROUP, 0) <= 1  # the staff group
        await agrees(pushes, LIMIT, counted)

        wire = pushes.wire
        await wire.say(CLERK, f"写推送\n{TITLE}\n请各企业派人参加。")
        await wire.hears(CLERK, "发给谁", within=HEARD_WITHIN)
        await wire.say(CLERK, "全部企业群")
        await wire.hears(CLERK, "请核对", within=HEARD_WITHIN)
        await wire.say(CLERK, "确认")
        await wire.hears(CLERK, f"需要 {FIRMS} 次调用，本月剩 0", within=HEARD_WITHIN)
        await wire.choose(CLERK, "提交审批")
        refused = await wire.hears(CLERK, "额度不够", within=HEARD_WITHIN)
        assert f"其中 {FIRMS} 次留给已批准的推送" in refused

        async with pushes.senders[0].records() as database, database.begin() as tx:
            await tx.queue.lock()
            assert await tx.doubts.release("wang") >= FIRMS
        await until(lambda: went(pushes, second), within=SENT_WITHIN, what="it went out")
        assert await pushes.run.records.number(FAILED) == 0
        await agrees(pushes, LIMIT, counted)
