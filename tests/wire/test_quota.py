"""A month that runs out: what is saved, in which order, who is told, and how it goes on."""

from pathlib import Path

import pytest

from tests.wire.bot import until
from tests.wire.chat import CHIEF, CLERK, OWNER, STAFF_GROUP, Wire, wired

pytestmark = pytest.mark.usefixtures("engine")

PROBLEM = "厂门口的路灯坏了两个月没人修，希望尽快修好。"
LIMIT = 1000
SETTINGS = {"QINQING_DINGTALK__MONTHLY_API_CALLS": str(LIMIT)}


async def start_again(wire: Wire, percent: int) -> int:
    """Start the bot in a month of which so much is used; return the last delivery before."""
    await wire.quiet()
    await wire.bot.terminate()
    wire.bot.rows("UPDATE meter SET used = ? WHERE name = 'api'", LIMIT * percent // 100)
    last: int = wire.bot.rows("SELECT max(id) FROM delivery")[0][0]
    await wire.bot.start()
    return last


async def staff_hear(wire: Wire, words: str) -> str:
    """See that the administrator and the staff group are told; return how."""
    said = await wire.hears(CHIEF, words)
    assert await wire.hears(CLERK, words, group=STAFF_GROUP) == said
    return said


async def report(wire: Wire) -> str:
    """Report a problem; return the ticket's number."""
    await wire.say(OWNER, PROBLEM)
    await wire.hears(OWNER, "谁能看到")
    await wire.choose(OWNER, "确认")
    await wire.hears(OWNER, "已登记")
    return max(ticket.number for ticket in await wire.tickets())


def ways(wire: Wire, since: int) -> dict[str, set[str]]:
    """Say which ways deliveries took since, by the beginning of their keys."""
    found: dict[str, set[str]] = {}
    for dedupe, via in wire.bot.rows("SELECT dedupe, via FROM delivery WHERE id > ?", since):
        if via:
            found.setdefault(via, set()).add(dedupe.partition(":")[0])
    return found


async def test_cards_go_first_then_what_can_wait_and_staff_hear_of_both(tmp_path: Path) -> None:
    async with wired(tmp_path, extra=SETTINGS) as wire:
        await report(wire)
        assert "card" in ways(wire, 0)

        last = await start_again(wire, 90)
        said = await staff_hear(wire, f"快用完了：已用 {LIMIT * 90 // 100}，上限 {LIMIT}")
        assert "按钮卡片改发带编号的文字" in said
        assert "扣住" not in said
        number = await report(wire)
        await wire.hears(CLERK, number, group=STAFF_GROUP)
        await wire.choose(CLERK, "受理", group=STAFF_GROUP)
        await wire.hears(OWNER, "受理")
        await wire.quiet()
        assert "card" not in ways(wire, last)
        assert wire.bot.count("delivery", "code = 'quota.held'") == 0
        assert wire.bot.count("delivery", "state = 'cancelled' AND code = 'quota.saved'") > 0

        last = await start_again(wire, 100)
        said = await staff_hear(wire, f"用完了：已用 {LIMIT}，上限 {LIMIT}")
        assert "先扣住不发：答复来信、发给个人的通知、发到群里的通知、附件" in said
        number = await report(wire)
        held = "state = 'ready' AND code = 'quota.held'"
        await until(lambda: wire.bot.count("delivery", f"{held} AND door = 'staff_group'") == 1)
        went = ways(wire, last)
        assert went == {"api": {"budget"}, "webhook": {"a"}}  # alarms, and replies to who wrote

        async with wire.bot.records() as database, database.begin() as tx:
            await tx.queue.lock()
            assert await tx.doubts.release("wang") == wire.bot.count("delivery", held)
        await wire.hears(CLERK, number, group=STAFF_GROUP)
        await wire.quiet()
        assert wire.bot.count("delivery", held) == 0


async def test_the_platform_s_word_counts_more_than_the_meter(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False, extra=SETTINGS) as wire:
        wire.control.run_out_of_quota(messages=False)
        await report(wire)
        held = "state = 'ready' AND code = 'quota.held' AND door = 'staff_group'"
        await until(lambda: wire.bot.count("delivery", held) == 1)
        await until(lambda: wire.bot.count("meter", "name = 'api' AND used = ?", LIMIT) == 1)
        await report(wire)  # the replies cost no call
        await until(lambda: wire.bot.count("delivery", held) == 2)
        status, health = await wire.bot.health("/readyz")
        assert status == 200
        assert health["status"] == "degraded"
        assert wire.bot.count("delivery", "state = 'failed'") == 0
