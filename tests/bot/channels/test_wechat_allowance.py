"""How many customer-service messages a reader of a 公众号 may be sent, and when one asks again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import CLOSED, SendFault
from bot.channels.wechat import allowance as module
from bot.channels.wechat.allowance import REST, Allowance
from bot.simulator.wechat.api import PUSH, Fault
from tests.tencent import now
from tests.wechat import FIRM, answering, channel_to, line

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SOON = NOW + timedelta(seconds=1)


def spent(allowance: Allowance, times: int, at: datetime = NOW) -> int:
    """Say how many of so many messages may be sent."""
    return sum(allowance.spend(FIRM, at) is not None for _ in range(times))


def test_five_messages_follow_each_of_theirs_for_two_days() -> None:
    allowance = Allowance()
    allowance.heard(FIRM, "message", NOW)
    later = NOW + timedelta(hours=47)
    assert spent(allowance, 6, later) == 5
    allowance.heard(FIRM, "message", later)
    assert allowance.spend(FIRM, later)
    assert not allowance.spend(FIRM, later + timedelta(hours=49))


def test_a_click_allows_three_for_a_minute_besides() -> None:
    allowance = Allowance()
    allowance.heard(FIRM, "message", NOW)
    allowance.heard(FIRM, "event", NOW)
    assert spent(allowance, 9) == 8


def test_a_click_of_somebody_unknown_says_nothing_against_what_they_wrote_before() -> None:
    allowance = Allowance()
    allowance.heard(FIRM, "event", NOW)
    assert allowance.spend(FIRM, NOW + timedelta(minutes=2))


def test_who_follows_for_the_first_time_has_written_nothing() -> None:
    allowance = Allowance()
    allowance.heard(FIRM, "subscription", NOW)
    assert spent(allowance, 9) == 3
    assert not allowance.spend(FIRM, NOW + timedelta(minutes=2))


def test_a_click_after_their_messages_are_used_up_gives_none_back() -> None:
    allowance = Allowance()
    allowance.heard(FIRM, "message", NOW)
    assert spent(allowance, 5) == 5
    allowance.heard(FIRM, "event", NOW)
    assert spent(allowance, 9) == 3


def test_what_was_refused_costs_nothing() -> None:
    allowance = Allowance()
    allowance.heard(FIRM, "message", NOW)
    for _ in range(7):
        push = allowance.spend(FIRM, NOW)
        assert push
        allowance.give_back(push)


def test_where_the_platform_said_no_it_is_asked_again_after_a_minute() -> None:
    allowance = Allowance()
    push = allowance.spend(FIRM, NOW)
    assert push
    allowance.over(push, NOW)
    assert not allowance.spend(FIRM, SOON)
    assert allowance.spend(FIRM, NOW + REST)


def test_a_refusal_says_nothing_of_what_was_written_meanwhile() -> None:
    allowance = Allowance()
    allowance.heard(FIRM, "message", NOW - timedelta(days=1))
    push = allowance.spend(FIRM, NOW)
    assert push
    allowance.heard(FIRM, "message", NOW)
    allowance.over(push, NOW)
    assert spent(allowance, 6, SOON) == 5


def test_who_follows_no_more_is_written_to_no_more_until_they_come_back() -> None:
    allowance = Allowance()
    before = allowance.spend(FIRM, NOW)  # nobody knows: the platform will say
    assert before
    allowance.heard(FIRM, "message", NOW)
    allowance.left(FIRM)
    allowance.over(before, NOW)
    assert not allowance.spend(FIRM, NOW + timedelta(days=1))
    allowance.heard(FIRM, "subscription", NOW)
    assert allowance.spend(FIRM, NOW)


@pytest.mark.parametrize("how", ["heard", "left", "over"])
def test_however_many_there_are_no_more_are_known_than_may_be(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KNOWN", 3)
    allowance = Allowance()
    for n in range(9):
        push = allowance.spend(f"o{n}", NOW)
        assert push
        if how == "heard":
            allowance.heard(f"o{n}", "message", NOW)
        elif how == "left":
            allowance.left(f"o{n}")
        else:
            allowance.over(push, NOW)
    assert len(allowance._known) == 3


@pytest.mark.parametrize("code", [45015, 45047, 43004])
async def test_a_process_that_hears_nobody_asks_again_after_a_while(code: int) -> None:
    ahead = [timedelta()]
    async with line() as gateway:
        _, arrival = await gateway.said("菜单")
        worker = channel_to(gateway.platform, clock=lambda: now() + ahead[0])
        gateway.platform.api.script.once[PUSH].append(Fault(code=code))
        refused = []
        for n in (1, 2):
            with pytest.raises(SendFault) as told:
                await worker.send(answering("进展", arrival, n))
            refused.append(told.value.code)
        assert refused == ["43004" if code == 43004 else CLOSED, CLOSED]
        assert gateway.platform.api.calls.count(PUSH) == 1
        ahead[0] = REST
        await worker.send(answering("答复", arrival, 3))
        assert gateway.platform.people.told(FIRM) == ["答复"]
        await worker.stop()


async def test_who_hears_no_more_counts_on_nothing_that_it_heard() -> None:
    async with line() as there:
        brought, arrival = await there.said("菜单")
        for n in range(1, 7):
            await there.channel.send(answering(f"第{n}条", arrival, n))
        await brought.is_over.wait()
        there.channel._stopped.set()
        while there.channel.health().ready:
            await there.platform.caller.get({})
        there.platform.people.wrote(FIRM)  # another process heard it
        await there.channel.send(answering("答复", arrival, 9))
        assert "答复" in there.platform.people.told(FIRM)
