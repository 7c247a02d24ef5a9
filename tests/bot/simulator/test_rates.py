"""What the platform notes of its client's pace, and how much of it there may be."""

from bot.simulator.observations import Observations
from bot.simulator.world import Group, World
from tests.bot.simulator.client import GROUP, WORLD, Hands, platform
from tests.bot.simulator.test_webhooks import TEXT, _custom

SEND = "/v1.0/robot/groupMessages/send"
BODY = {
    "robotCode": "dingdemorobot",
    "openConversationId": GROUP,
    "msgKey": "sampleText",
    "msgParam": '{"content": "x"}',
}


def test_the_most_of_any_window_is_kept() -> None:
    clock = Hands()
    notes = Observations(clock)
    for seconds in (0, 30, 29.9, 0.1, 0, 60):
        clock.move(seconds=seconds)
        notes.posted("a")
    # The first left the minute when the fourth came, and so on: never more than four in one.
    assert notes.by_minute.most == {"a": 4}
    notes.posted("b")
    assert notes.by_minute.most == {"a": 4, "b": 1}


async def test_every_call_and_post_counts_also_a_refused_one() -> None:
    clock = Hands()
    async with platform(clock=clock) as bot:
        control = bot.simulator.control
        for _ in range(21):
            await bot.call("POST", SEND, BODY)
            await bot.post(_custom(bot, clock), TEXT)
        clock.move(seconds=1)
        assert (await bot.call("POST", SEND, BODY))[0] == 200
        assert control.most_calls() == {SEND: 21}
        clock.move(minutes=10)
        await bot.post(_custom(bot, clock), TEXT)
        assert control.most_posts() == {GROUP: 21}


def test_each_custom_robot_is_found_by_its_token() -> None:
    groups = [Group(f"cid{n}", f"群{n}", ("ent01",), custom_token=f"t{n}") for n in range(1000)]
    world = World(WORLD.users, [*groups, Group("plain", "群", ("ent01",))])
    found = [world.find_custom_robot(f"t{n}") for n in range(1000)]
    assert [place.place_id for place in found if place] == [f"cid{n}" for n in range(1000)]
    assert world.find_custom_robot("nobody") is None
