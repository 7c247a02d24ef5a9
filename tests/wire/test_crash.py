"""kill -9 in the middle of everything: what was acknowledged survives, what is owed goes out."""

import asyncio
import os
import random
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.simulator.timings import Timings
from tests.wire.bot import until
from tests.wire.chat import OWNER, STAFF_GROUP, Wire, crowd, wired

pytestmark = pytest.mark.usefixtures("engine")

PEOPLE = 30
KILLS = 5
OWED_WITHIN = 5.0
WEBHOOK = "/robot/sendBySession"
SENDING = "state = 'sending' AND lane LIKE 'p:%'"
PROBLEM = "我是镇海宏业铸造厂的王小二，电话{phone}。厂门口的路灯坏了两个月没人修，希望尽快修好。"
# A frame that a dead process did not acknowledge is pushed again until one does.
AGAIN = Timings(redeliver_after=tuple(timedelta(seconds=0.7 * n) for n in range(1, 40)))


class Person:
    """Somebody who reports, and goes on when the bot has answered."""

    def __init__(self, wire: Wire, user: str, phone: str, patience: float | None) -> None:
        self._wire = wire
        self.user = user
        self.phone = phone
        self._patience = patience  # after which an unacknowledged message is written anew
        self.acknowledged: list[str] = []

    async def report(self) -> None:
        """Report and confirm."""
        await self._say(PROBLEM.format(phone=self.phone))
        await self._wire.hears(self.user, "谁能看到", within=30)
        await self._say("确认")
        await until(self._filed, within=30, what=f"{self.user} has a number")

    def _filed(self) -> bool:
        return any("已登记" in text for text in self._wire.told(self.user))

    async def _say(self, text: str) -> None:
        while True:
            said = await self._wire.control.say(self.user, text)
            try:
                await self._wire.control.wait_for_ack(said.msg_id, self._patience or 30)
            except TimeoutError:
                if self._filed():
                    return
                assert self._patience is not None
                continue
            self.acknowledged.append(said.msg_id)
            return


async def killed_now_and_then(wire: Wire, chance: random.Random) -> int:
    """Kill and start the bot again, at moments of chance; return how often it was under way."""
    under_way = 0
    for _ in range(KILLS):
        moment = chance.uniform(0.05, 0.6)
        await asyncio.sleep(moment)
        under_way += 0 < wire.bot.count("ticket") < PEOPLE
        print(f"kill -9 after {moment:.3f} s")  # noqa: T201 - shown when the test fails
        await wire.bot.kill()
        await wire.bot.start(ready=False)
        await owed_is_sent(wire)
    return under_way


async def owed_is_sent(wire: Wire) -> None:
    """See that what was owed before this start went out within five seconds of it."""
    since = int(wire.bot.started_at.timestamp() * 1_000_000)

    def out() -> bool:
        owed = "state IN ('ready', 'sending') AND created_at < ?"
        return not wire.bot.count("delivery", owed, since)

    await until(out, within=OWED_WITHIN, what="what was owed is sent")


@pytest.mark.parametrize("patience", [None, 3.0], ids=["pushed again", "written again"])
async def test_every_acknowledged_answer_survives_kill_9(
    patience: float | None, tmp_path: Path
) -> None:
    seed = os.environ.get("QINQING_TEST_SEED") or secrets.token_hex(4)
    chance = random.Random(seed)  # noqa: S311 - the moments of a power cut
    print(f"QINQING_TEST_SEED={seed}")  # noqa: T201 - shown when the test fails
    people = crowd(PEOPLE)
    timings = AGAIN if patience is None else Timings()
    async with wired(tmp_path, cards=False, others=people, qps=None, timings=timings) as wire:
        persons = [
            Person(wire, user.user_id, f"1380000{n:04}", patience) for n, user in enumerate(people)
        ]

        async def later(person: Person) -> None:
            await asyncio.sleep(chance.uniform(0, 4))
            await person.report()

        async with asyncio.TaskGroup() as group:
            for person in persons:
                group.create_task(later(person))
            under_way = await group.create_task(killed_now_and_then(wire, chance))
        await wire.quiet()
        assert under_way > 0
        stored = {row[0] for row in wire.bot.rows("SELECT msg_id FROM arrival")}
        assert {msg for person in persons for msg in person.acknowledged} <= stored
        assert wire.bot.count("arrival", "state = 'failed'") == 0
        phones = sorted(ticket.phone for ticket in await wire.tickets())
        assert phones == sorted(person.phone for person in persons)
        check_doubles(wire)


def check_doubles(wire: Wire) -> None:
    """See that nobody heard anything twice that is not counted as sent again."""
    again = dict(
        wire.bot.rows('SELECT "to", sum(resends) FROM delivery WHERE resends > 0 GROUP BY "to"')
    )
    rows = dict(
        wire.bot.rows("SELECT \"to\", count(*) FROM delivery WHERE state = 'sent' GROUP BY 1")
    )
    for user, sent in rows.items():
        place = user if user.startswith("cid") else wire.control.place_of(user)
        heard = len(wire.control.sent(place=place))
        unsure = wire.bot.count("delivery", "\"to\" = ? AND state = 'unknown'", user)
        assert sent <= heard <= sent + again.get(user, 0) + unsure


async def test_scenario_7_what_was_saved_before_a_kill_is_answered_once_after_it(
    tmp_path: Path,
) -> None:
    async with wired(tmp_path, cards=False) as wire:
        await wire.say(OWNER, "厂门口的路灯坏了两个月没人修，希望尽快修好。")
        await wire.hears(OWNER, "谁能看到")
        wire.control.hang(WEBHOOK, 30)
        await wire.say(OWNER, "确认")
        await until(lambda: wire.bot.count("ticket") and wire.bot.count("delivery", SENDING))
        await wire.bot.kill()
        (case,) = await wire.tickets()
        assert await unheard(wire) == [case.number]
        await wire.bot.start()
        await wire.hears(OWNER, f"已登记，编号 {case.number}", within=OWED_WITHIN)
        await wire.quiet()
        told = [text for text in wire.told(OWNER) if "已登记" in text]
        assert len(told) == 1
        assert wire.bot.count("ticket") == 1
        assert await unheard(wire) == []


async def unheard(wire: Wire) -> Sequence[str]:
    """Return the stuck list: tickets whose first answer has not arrived."""
    async with wire.bot.records() as database, database.read() as tx:
        return await tx.doubts.unheard(datetime.now(UTC))


async def test_a_question_answered_meanwhile_is_cancelled_and_not_sent(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        wire.control.hang(WEBHOOK, 30)
        await wire.say(OWNER, "我要反映问题")
        await until(lambda: wire.bot.count("delivery", "state = 'sending'"))
        await wire.say(OWNER, "厂门口的路灯坏了两个月没人修，希望尽快修好。")
        await wire.bot.kill()
        await wire.bot.start()
        await wire.hears(OWNER, "谁能看到", within=OWED_WITHIN)
        await wire.quiet()
        assert wire.bot.rows("SELECT state FROM delivery ORDER BY id") == [
            ("cancelled",),
            ("sent",),
        ]
        assert len(wire.told(OWNER)) == 1


async def test_a_doubtful_answer_is_sent_again_and_counted(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        wire.control.hang(WEBHOOK, 30, executed=True)
        await wire.say(OWNER, "菜单")
        await until(lambda: wire.told(OWNER))
        await wire.bot.kill()
        await wire.bot.start()
        await until(lambda: len(wire.told(OWNER)) == 2, within=OWED_WITHIN)
        await wire.quiet()
        assert wire.bot.rows("SELECT state, attempts, resends FROM delivery") == [("sent", 2, 1)]


async def test_a_doubtful_notice_to_a_group_is_not_sent_again(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        wire.control.hang("/v1.0/robot/groupMessages/send", 30, executed=True)
        await wire.say(OWNER, "厂门口的路灯坏了两个月没人修，希望尽快修好。")
        await wire.hears(OWNER, "谁能看到")
        await wire.say(OWNER, "确认")
        await until(lambda: wire.control.sent(place=STAFF_GROUP))
        await wire.bot.kill()
        await wire.bot.start()
        await wire.quiet()
        assert wire.bot.count("delivery", "door = 'staff_group' AND state = 'unknown'") == 1
        assert len(wire.control.sent(place=STAFF_GROUP)) == 1


async def test_a_doubtful_card_is_sent_again_and_stands_once(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        wire.control.hang("/v1.0/card/instances/createAndDeliver", 30, executed=True)
        await wire.say(OWNER, "菜单")
        await until(lambda: wire.told(OWNER))
        await wire.bot.kill()
        await wire.bot.start()
        await wire.quiet()
        assert wire.bot.rows("SELECT state, via FROM delivery") == [("sent", "card")]
        assert len(wire.told(OWNER)) == 1
