"""Once each, in order, however often and however fast it comes."""

import asyncio
from pathlib import Path

import pytest

from bot.simulator.chat import Bubble
from tests.wire.bot import until
from tests.wire.chat import OWNER, STAFF_GROUP, Wire, actions, crowd, wired
from tests.wire.story import report

pytestmark = pytest.mark.usefixtures("engine")

PEOPLE = 200
FAST = 70
PROBLEM = "厂门口的路灯坏了两个月没人修，希望尽快修好。"


async def acknowledged(wire: Wire, msg_id: str, times: int) -> None:
    """Wait until every push of a message was acknowledged."""
    delivery = wire.control.delivery(msg_id)
    await until(lambda: len([ack for ack in delivery.acks if ack.ok]) == times)


def latest(wire: Wire, user: str) -> str:
    """Give what somebody was told last."""
    return "".join(wire.told(user)[-1:])


async def test_a_frame_delivered_three_times_is_one_effect_and_one_answer(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        started = await wire.control.say(OWNER, PROBLEM)
        await wire.control.redeliver(started.msg_id, 2)
        await wire.hears(OWNER, "谁能看到")
        confirmed = await wire.control.say(OWNER, "确认")
        await wire.control.redeliver(confirmed.msg_id, 1)
        await wire.hears(OWNER, "已登记")
        await wire.control.redeliver(confirmed.msg_id, 1)
        await acknowledged(wire, started.msg_id, 3)
        await acknowledged(wire, confirmed.msg_id, 3)
        await wire.quiet()
        assert len(wire.told(OWNER)) == 2
        assert len(wire.control.sent(place=STAFF_GROUP)) == 1
        assert wire.bot.count("arrival") == 2
        assert len(await wire.tickets()) == 1


async def test_a_press_delivered_three_times_is_one_effect(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        await wire.say(OWNER, PROBLEM)
        await wire.hears(OWNER, "谁能看到")
        (card,) = (b for b in wire.control.sent(user=OWNER) if b.out_track_id)
        assert card.out_track_id is not None
        confirm = next(a for a in actions(wire.control.card(card.out_track_id)))
        press = await wire.control.press(OWNER, card.out_track_id, confirm["id"])
        await wire.control.redeliver(press.callback_id, 2)
        await acknowledged(wire, press.callback_id, 3)
        await wire.hears(OWNER, "已登记")
        await wire.quiet()
        assert len(await wire.tickets()) == 1


async def test_two_answers_at_once_by_each_of_many_people_make_as_many_right_forms(
    tmp_path: Path,
) -> None:
    people = crowd(PEOPLE)
    async with wired(tmp_path, cards=False, others=people, qps=None) as wire:
        numbers = {user.user_id: n for n, user in enumerate(people)}

        async def one(user: str, *texts: str) -> None:
            for text in texts:
                await wire.control.say(user, text)

        async def everybody(words: str, *texts: str) -> None:
            async with asyncio.TaskGroup() as group:
                for user, n in numbers.items():
                    group.create_task(one(user, *(text.format(n=n) for text in texts)))
            await until(lambda: all(words in latest(wire, user) for user in numbers), within=30)

        await everybody("企业、联系人、电话", PROBLEM)
        await everybody("谁能看到", "企业：镇海第{n}机械厂，联系人：王小二", "1380000{n:04}")
        await everybody("第二句", "第一句{n}。", "第二句{n}。")
        await everybody("已登记", "确认")
        tickets = {ticket.enterprise: ticket for ticket in await wire.tickets()}
        assert len(tickets) == wire.bot.count("ticket") == PEOPLE
        for n in range(PEOPLE):
            ticket = tickets[f"镇海第{n}机械厂"]
            assert ticket.phone == f"1380000{n:04}"
            assert ticket.contact == "王小二"
            assert ticket.body == f"{PROBLEM}\n第一句{n}。\n第二句{n}。"
        assert wire.bot.count("arrival") == PEOPLE * 6
        assert wire.bot.count("arrival", "state = 'failed'") == 0
        assert set(wire.states()) <= {"sent", "cancelled", "ready", "sending"}
        assert not [text for user in numbers for text in wire.told(user) if "抱歉" in text]


async def test_one_person_who_writes_too_fast_is_asked_to_slow_down_and_loses_nothing(
    tmp_path: Path,
) -> None:
    async with wired(tmp_path, cards=False) as wire:
        said: list[Bubble] = [await wire.control.say(OWNER, "进度") for _ in range(FAST)]
        for bubble in said:
            await wire.control.wait_for_ack(bubble.msg_id)
        await until(lambda: len(wire.told(OWNER)) >= FAST, within=60)
        asked = [text for text in wire.told(OWNER) if "发得太快" in text]
        assert len(asked) == 1
        assert "60 条" in asked[0]
        assert wire.bot.count("arrival", "state = 'done'") == FAST
        assert len(wire.told(OWNER)) == FAST
        assert await report(wire)
