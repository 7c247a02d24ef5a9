"""A platform that throttles, refuses, breaks off or answers nonsense."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.control import Control
from tests.wire.bot import until
from tests.wire.chat import OWNER, STAFF_GROUP, Wire, crowd, wired

pytestmark = pytest.mark.usefixtures("engine")

WEBHOOK = "/robot/sendBySession"
TO_PERSON = "/v1.0/robot/oToMessages/batchSend"
CARD_CALL = "/v1.0/card/instances/createAndDeliver"
TOKEN = "/v1.0/oauth2/accessToken"
PROBLEM = "厂门口的路灯坏了两个月没人修，希望尽快修好。"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is in the way of one answer, and what becomes of it."""

    order: Callable[[Control, str], None]  # the path is the way the answer takes
    attempts: int = 2
    resends: int = 0
    heard: int = 1
    waits: float = 0  # seconds for which it is not tried again; then it is still ready


def fail(status: int, body: Any) -> Callable[[Control, str], None]:
    return lambda control, path: control.fail(path, status, body)


REPLY_TROUBLES = {
    "busy": Trouble(fail(200, {"errcode": -1, "errmsg": "系统繁忙"})),
    "session gone, the API is taken": Trouble(fail(200, {"errcode": 300001}), attempts=1),
    "5xx, nobody knows": Trouble(fail(502, {"code": "ServiceUnavailable"}), resends=1),
    "torn before": Trouble(lambda c, path: c.cut(path, executed=False), resends=1),
    "torn after": Trouble(lambda c, path: c.cut(path, executed=True), resends=1, heard=2),
    "429": Trouble(fail(429, {"code": "TooManyRequests"}), attempts=1, heard=0, waits=30),
    "too fast, the API is taken": Trouble(fail(200, {"errcode": 130101}), attempts=1),
}
API_TROUBLES = {
    "throttled": Trouble(lambda c, path: c.throttle(path)),
    "busy": Trouble(fail(400, {"code": "system.busy"})),
    "token rejected": Trouble(fail(401, {"code": "InvalidAuthentication"}), attempts=1),
    "5xx, nobody knows": Trouble(fail(500, {"code": "ServiceUnavailable"}), resends=1),
    "torn after": Trouble(lambda c, path: c.cut(path, executed=True), resends=1, heard=2),
}
BANS: Mapping[str, Any] = {"HTML": "<!DOCTYPE html>punish", "1111": {"status": 1111}}


@pytest.mark.parametrize(
    ("path", "troubles"),
    [(WEBHOOK, REPLY_TROUBLES), (TO_PERSON, API_TROUBLES)],
    ids=["by reply", "by API"],
)
async def test_answers_arrive_whatever_is_in_the_way_and_doubles_are_counted(
    path: str, troubles: Mapping[str, Trouble], tmp_path: Path
) -> None:
    people = dict(zip(troubles, crowd(len(troubles)), strict=True))
    async with wired(tmp_path, cards=False, others=list(people.values())) as wire:
        for name, trouble in troubles.items():
            user = people[name].user_id
            if path == TO_PERSON:
                wire.control.forget_webhook(user)
            trouble.order(wire.control, path)
            await wire.say(user, "菜单")
            await until(lambda u=user: tried(wire, u), within=60, what=name)
        for name, trouble in troubles.items():
            user = people[name].user_id
            state = "ready" if trouble.waits else "sent"
            expected = (state, trouble.attempts, trouble.resends)
            await until(lambda u=user, e=expected: fate(wire, u) == e, within=60, what=name)
            assert len(wire.told(user)) == trouble.heard, name
            assert waits(wire, user) >= trouble.waits, name


def fate(wire: Wire, user: str) -> tuple[str, int, int]:
    """Tell what became of the one answer to somebody."""
    ((state, attempts, resends),) = wire.bot.rows(
        'SELECT state, attempts, resends FROM delivery WHERE "to" = ?', user
    )
    return state, attempts, resends


def tried(wire: Wire, user: str) -> bool:
    """Say whether the first attempt ended."""
    return (
        wire.bot.count("delivery", "\"to\" = ? AND attempts > 0 AND state <> 'sending'", user) > 0
    )


def waits(wire: Wire, user: str) -> float:
    """Give the seconds between the last attempt, or the start, and the next."""
    ((seconds,),) = wire.bot.rows(
        "SELECT coalesce(due_at - coalesce(attempted_at, created_at), 0) / 1000000.0"
        ' FROM delivery WHERE "to" = ?',
        user,
    )
    return float(seconds)


async def test_somebody_who_is_flow_controlled_is_told_later(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        wire.control.forget_webhook(OWNER)
        wire.control.flow_control(OWNER)
        await wire.say(OWNER, "菜单")
        await until(lambda: tried(wire, OWNER))
        assert fate(wire, OWNER) == ("ready", 1, 0)
        assert waits(wire, OWNER) >= 60
        assert wire.told(OWNER) == []


@pytest.mark.parametrize("body", list(BANS.values()), ids=list(BANS))
async def test_an_address_that_is_banned_rests_and_loses_nothing(body: Any, tmp_path: Path) -> None:
    banned, later = (user.user_id for user in crowd(2))
    async with wired(tmp_path, cards=False, others=crowd(2)) as wire:
        wire.control.fail(WEBHOOK, 200, body)
        await wire.say(banned, "菜单")
        await until(lambda: waits(wire, banned) >= 280, within=60)
        await wire.say(later, "菜单")
        await until(lambda: waits(wire, later) >= 280, within=60)
        assert wire.states() == {"ready": 2}
        assert wire.told(banned) == wire.told(later) == []


async def test_more_than_twenty_calls_a_second_all_arrive(tmp_path: Path) -> None:
    people = crowd(45)
    async with wired(tmp_path, others=people) as wire:
        for user in people:
            await wire.control.say(user.user_id, "菜单")
        await until(lambda: all(wire.told(user.user_id) for user in people), within=30)
        await wire.quiet(within=30)
        assert [len(wire.told(user.user_id)) for user in people] == [1] * len(people)
        assert wire.states() == {"sent": len(people)}
        assert max(wire.control.most_calls().values()) <= 20


async def test_a_webhook_that_expired_is_replaced_by_the_api(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        said = await wire.control.say(OWNER, "菜单")
        wire.control.expire_webhooks()
        await wire.control.wait_for_ack(said.msg_id)
        await wire.hears(OWNER, "亲清助手")
        await wire.quiet()
        assert wire.bot.rows("SELECT state, attempts, via FROM delivery") == [("sent", 1, "api")]


async def test_an_expired_token_is_renewed(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        wire.control.forget_webhook(OWNER)
        for count in (1, 2):
            await wire.say(OWNER, "菜单")
            await until(lambda n=count: len(wire.told(OWNER)) == n)
            wire.control.expire_tokens()
        await wire.quiet()
        assert wire.bot.rows("SELECT state, attempts FROM delivery") == [("sent", 1)] * 2


async def test_a_token_that_is_refused_at_first_delays_and_loses_nothing(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        wire.control.forget_webhook(OWNER)
        wire.control.fail(TOKEN, 503, {"code": "ServiceUnavailable"})
        await wire.say(OWNER, "菜单")
        await wire.hears(OWNER, "亲清助手", within=60)
        await wire.quiet()
        assert len(wire.told(OWNER)) == 1
        assert fate(wire, OWNER) == ("sent", 2, 0)


async def test_a_card_that_cannot_be_made_becomes_numbered_text(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        unpublished = {"code": "param.templateUnpublished", "message": "卡片模板未发布"}
        wire.control.fail(CARD_CALL, 400, unpublished, times=10)
        await wire.say(OWNER, PROBLEM)
        assert "1 确认" in await wire.hears(OWNER, "谁能看到")
        await wire.say(OWNER, "1")
        await wire.hears(OWNER, "已登记")
        await wire.quiet()
        assert set(wire.states()) == {"sent"}


async def test_a_staff_group_that_lost_the_robot_costs_nobody_else_a_message(
    tmp_path: Path,
) -> None:
    async with wired(tmp_path, cards=False) as wire:
        wire.control.block_space(STAFF_GROUP)
        await wire.say(OWNER, PROBLEM)
        await wire.hears(OWNER, "谁能看到")
        await wire.say(OWNER, "确认")
        await wire.hears(OWNER, "已登记")
        await wire.quiet()
        assert wire.bot.count("delivery", "state = 'failed'") == 1
