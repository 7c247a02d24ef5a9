"""Calls to the platform of 公众号 whose answer says too little, or that never left."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.base import SendFault, SendUnknown
from bot.channels.tencent.api import Api, Standing
from bot.channels.tencent.exchange import NO_ANSWER, NOT_LEFT, UNSAID, Exchange, Reply
from bot.channels.tencent.stable_token import FORCED_APART, StableToken
from bot.channels.tencent.wire import Wire
from handlers.ports import Clock

START = datetime(2026, 11, 28, tzinfo=UTC)


class Answers(Exchange):
    """Answers what it is told to, and fails once with a call that forces a token."""

    def __init__(self, body: Mapping[str, Any], fails: str = "") -> None:
        self.body = body
        self.fails = fails
        self.forced = 0

    async def __call__(self, method: str, url: object, body: Any = None, **how: Any) -> Reply:
        if not isinstance(body, Mapping) or not body.get("force_refresh"):
            return Reply(200, b"{}", self.body)
        self.forced += 1
        if self.fails:
            code, self.fails = self.fails, ""
            raise SendFault(code, 5.0)
        return Reply(200, b"{}", {**self.body, "access_token": "new"})


class Tokens:
    """Gives one."""

    async def valid(self, rejected: str = "") -> str:
        return "token"

    async def close(self) -> None:
        """Await nothing."""


def over(exchange: Exchange, clock: Clock = lambda: START) -> Wire:
    wire = Wire(clock, random.Random(7))  # noqa: S311
    wire.exchange = exchange
    return wire


def api(answer: Mapping[str, Any]) -> Api:
    return Api("https://x", Tokens(), over(Answers(answer)), Standing())


async def test_a_stranger_s_answer_in_the_platform_s_place_is_no_delivery() -> None:
    with pytest.raises(SendUnknown):
        await api({"message": "please log in"}).call("/send", {})


async def test_a_call_that_may_be_repeated_is_refused_by_a_stranger_s_answer() -> None:
    with pytest.raises(SendFault) as told:
        await api({"message": "please log in"}).call("/menu", {}, repeatable=True)
    assert told.value.code == UNSAID


async def test_what_only_gives_something_need_not_say_that_all_is_well() -> None:
    assert await api({"media_id": "m-1"}).upload("image", "a.png", "image/png", b"x") == "m-1"
    assert await api({"errcode": 0}).call("/send", {}) == {"errcode": 0}


@pytest.mark.parametrize(("fails", "wait"), [(NOT_LEFT, timedelta()), (NO_ANSWER, FORCED_APART)])
async def test_a_token_is_forced_again_where_the_platform_never_heard_of_it(
    fails: str, wait: timedelta
) -> None:
    now = [START]
    answers = Answers({"access_token": "old", "expires_in": 7200}, fails)
    token = StableToken("https://x", "wx", "s", over(answers, lambda: now[0]), Standing())
    assert await token.valid() == "old"
    with pytest.raises(SendFault):
        await token.valid(rejected="old")
    waited = timedelta()
    while answers.forced < 2 and waited <= FORCED_APART:
        now[0] += timedelta(minutes=5)
        waited += timedelta(minutes=5)
        await token.valid(rejected="old")
    assert max(wait, timedelta(minutes=5)) == waited
