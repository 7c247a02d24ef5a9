"""Tokens that are refused, and what that says of the account until it works again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.channels.base import SendFault
from bot.channels.tencent.api import Standing
from bot.channels.tencent.errors import FATAL_REST, MINUTE, ORGANISATION
from bot.channels.tencent.exchange import Reply
from bot.simulator.tencent.faults import Fault
from bot.simulator.wechat.api import TOKEN as STABLE
from bot.simulator.wecom.api import AGENT, SEND, TOKEN
from tests.bot.channels.accounts import WECHAT, WECOM, Clock, none
from tests.bot.channels.platform import eventually
from tests.wecom import MEMBER, letter

UNDOCUMENTED = ["50003", "41004", "40091", "48002", "99999"]


@pytest.mark.parametrize("code", UNDOCUMENTED)
async def test_no_refusal_of_the_token_loses_a_letter_to_a_member(code: str) -> None:
    clock = Clock()
    async with WECOM.calling(clock) as (platform, channel):
        platform.api.script.always[TOKEN] = Fault(code=int(code))
        for n in range(3):
            told = await WECOM.refused(channel, n)
            assert (told.code, told.breaks) == (code, "robot")
            assert told.retry_after is not None
        assert platform.api.calls == [TOKEN]
        assert channel.trouble.startswith(code)
        del platform.api.script.always[TOKEN]
        clock.now += timedelta(seconds=FATAL_REST + 1)
        await channel.send(letter(n=7))
        assert (channel.trouble, platform.people.told(MEMBER)) == ("", ["您好"])


@pytest.mark.parametrize("code", [*UNDOCUMENTED, "41001"])
async def test_no_refusal_of_the_token_loses_a_letter_to_a_follower(code: str) -> None:
    clock = Clock()
    async with WECHAT.calling(clock) as (platform, channel):
        platform.api.script.always[STABLE] = Fault(code=int(code))
        told = await WECHAT.refused(channel)
        assert (told.code, told.breaks) == (code, "robot")
        assert told.retry_after is not None
        del platform.api.script.always[STABLE]
        clock.now += timedelta(seconds=FATAL_REST + 1)
        await channel.send(WECHAT.letter(n=7))
        assert channel.trouble == ""


async def test_an_answer_without_a_token_lets_everything_rest() -> None:
    async with WECOM.calling() as (platform, channel):
        platform.api.script.always[TOKEN] = Fault(code=0)
        told = await WECOM.refused(channel)
        assert (told.code, told.breaks) == ("token.missing", "robot")
        assert told.retry_after is not None
        assert told.retry_after >= MINUTE


@pytest.mark.parametrize(("code", "says"), [(301002, "same app"), (50003, "disabled")])
async def test_an_app_that_may_not_be_used_rests_and_says_why(code: int, says: str) -> None:
    async with WECOM.calling() as (platform, channel):
        platform.api.script.once[SEND].append(Fault(code=code))
        told = await WECOM.refused(channel)
        assert (told.code, told.breaks) == (str(code), "robot")
        assert says in channel.trouble


async def test_a_token_does_not_hide_that_the_address_is_not_trusted() -> None:
    async with WECOM.calling() as (platform, channel):
        platform.api.script.always[AGENT] = Fault(code=60020)
        run = asyncio.create_task(channel.run(none))
        await eventually(lambda: "60020" in channel.health().reason)
        platform.api.script.once[SEND] += [Fault(code=42001), Fault(code=40003)]
        with pytest.raises(SendFault, match="40003"):
            await channel.send(letter())
        assert platform.api.calls.count(TOKEN) == 2
        assert "60020" in channel.health().reason
        await channel.stop()
        await run


def reply(code: str) -> Reply:
    return Reply(200, b"", {"errcode": int(code)})


@pytest.mark.parametrize(
    ("code", "stays"), [("81013", True), ("45009", True), ("-1", True), ("0", False)]
)
def test_only_what_succeeds_ends_a_trouble(code: str, stays: bool) -> None:
    standing = Standing(ORGANISATION)
    standing.note(reply("60020"))
    standing.note(reply(code))
    assert bool(standing.trouble) is stays


@pytest.mark.parametrize("proves", [True, False])
def test_a_token_ends_a_trouble_of_calls_where_no_call_would(proves: bool) -> None:
    standing = Standing(token_proves=proves)
    standing.note(reply("50002"))
    standing.granted()
    assert bool(standing.trouble) is not proves


def test_a_stranger_s_answer_ends_no_trouble() -> None:
    standing = Standing(ORGANISATION)
    standing.note(reply("60020"))
    standing.note(Reply(200, b"", {"message": "please log in"}))
    assert standing.trouble
