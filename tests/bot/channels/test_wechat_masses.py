"""Mass sends: one order however often it is tried, let go by somebody at the platform."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.channels.base import (
    Confirmed,
    Confirming,
    Delivered,
    Letter,
    Message,
    SendFault,
    SendUnknown,
)
from bot.channels.wechat.masses import FAILED, PER_MINUTE, STAYS, TOO_LONG
from bot.simulator.tencent.faults import Fault
from bot.simulator.wechat.broadcasts import MASS, Mass
from bot.simulator.wechat.people import LIMIT, Follower
from bot.storage.rows import KNOWN_FOR
from flows.office import Door
from tests.tencent import now
from tests.wechat import FIRM, Line, into, line

ALL = "mass:all"


def letter(to: str = ALL, text: str = "12月1日开会", key: str = "k1") -> Letter:
    told = Message(title="通知", text=text)
    return Letter(id=1, robot="", door=Door.ENTERPRISE_GROUP, to=to, message=told, key=key)


def delivered(key: str) -> Sequence[Delivered]:
    return [Delivered(1, "", Door.ENTERPRISE_GROUP, ALL, key, via="task")]


def only(there: Line) -> Mass:
    (mass,) = there.platform.api.many.masses.values()
    return mass


async def test_it_is_taken_and_waits_for_the_administrator() -> None:
    async with line() as there:
        receipt = await there.channel.send(letter())
        mass = only(there)
        assert (receipt.key, receipt.via) == (f"mass:{mass.number}", "task")
        assert receipt.awaits
        assert (mass.text, mass.tag, mass.client) == ("12月1日开会", None, "k1")
        assert there.platform.people.shown == []


async def test_followers_with_a_tag_are_named_by_it() -> None:
    async with line() as there:
        await there.channel.send(letter("mass:tag:2"))
        assert only(there).tag == 2


@pytest.mark.parametrize("to", ["mass:", "mass:tag:", "mass:tag:x", "mass:nobody"])
async def test_a_target_that_is_none_reaches_nobody(to: str) -> None:
    async with line() as there:
        with pytest.raises(SendFault) as refused:
            await there.channel.send(letter(to))
        assert (refused.value.code, refused.value.retry_after) == ("mass.target", None)
        assert MASS not in there.platform.api.calls


async def test_an_order_whose_answer_was_lost_is_the_same_when_it_is_tried_again() -> None:
    async with line() as there:
        there.platform.api.script.once[MASS].append(Fault(done=True))
        with pytest.raises(SendUnknown):
            await there.channel.send(letter())
        receipt = await there.channel.send(letter())
        assert receipt.key == f"mass:{only(there).number}"
        assert there.platform.api.many.left == 3


async def test_the_platform_knows_a_name_for_a_day_and_no_longer() -> None:
    moment = now()
    async with line() as there:
        there.platform.people.clock = lambda: moment
        await there.channel.send(letter())
        moment += KNOWN_FOR
        await there.channel.send(letter())
        assert len(there.platform.api.many.masses) == 1
        moment += timedelta(hours=4)
        await there.channel.send(letter())
        assert len(there.platform.api.many.masses) == 2


async def test_what_one_message_has_no_room_for_is_refused_and_never_cut() -> None:
    async with line() as there:
        with pytest.raises(SendFault) as refused:
            await there.channel.send(letter(text="政" * 683))
        assert (refused.value.code, refused.value.retry_after) == (TOO_LONG, None)
        await there.channel.send(letter(text="政" * 682))
        assert len(only(there).text.encode()) == LIMIT - 1


@pytest.mark.parametrize(
    ("code", "retry"), [(45028, None), (45011, 60.0), (45066, 60.0), (48001, None)]
)
async def test_a_refusal_says_whether_it_is_tried_again(code: int, retry: float | None) -> None:
    async with line() as there:
        there.platform.api.script.once[MASS].append(Fault(code=code))
        with pytest.raises(SendFault) as refused:
            await there.channel.send(letter())
        assert refused.value.code == str(code)
        assert (refused.value.retry_after is None) == (retry is None)


async def test_the_fifth_of_a_month_is_refused() -> None:
    async with line() as there:
        for n in range(4):
            await there.channel.send(letter(key=f"k{n}"))
        with pytest.raises(SendFault) as refused:
            await there.channel.send(letter(key="k5"))
        assert refused.value.code == "45028"


async def test_asked_about_it_says_what_became_of_it() -> None:
    async with line() as there:
        receipt = await there.channel.send(letter())
        assert isinstance(there.channel, Confirming)
        assert await there.channel.confirmed(delivered(receipt.key)) == {}
        there.platform.api.many.confirm(only(there).number)
        assert await there.channel.confirmed(delivered(receipt.key)) == {1: Confirmed("sent")}


async def test_what_the_administrator_refused_has_failed() -> None:
    async with line() as there:
        receipt = await there.channel.send(letter())
        there.platform.api.many.deny(only(there).number)
        told = await there.channel.confirmed(delivered(receipt.key))
        assert told == {1: Confirmed("failed", FAILED)}


async def test_of_what_the_platform_gave_no_name_nothing_is_asked() -> None:
    async with line() as there:
        assert await there.channel.confirmed(delivered("")) == {}


async def test_a_text_that_went_out_cannot_be_taken_back_and_that_is_said() -> None:
    async with line() as there:
        receipt = await there.channel.send(letter())
        assert await there.channel.recall(delivered(receipt.key)) == {1: STAYS}


async def test_it_has_a_rate_of_its_own() -> None:
    async with line() as there:
        window = there.channel.window(letter())
        assert window is not None
        assert (window.limit, window.seconds) == (PER_MINUTE, 60.0)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("send success", Confirmed("sent", reached=1)),
        ("send fail", Confirmed("failed", FAILED)),
        ("err(10001)", Confirmed("failed", "err(10001)")),
    ],
)
async def test_what_the_platform_reports_is_written_down_before_it_is_answered(
    status: str, told: Confirmed
) -> None:
    noted: list[tuple[str, str, Confirmed]] = []
    async with line(settled=into(noted)) as there:
        there.platform.people.followers[FIRM] = Follower()
        receipt = await there.channel.send(letter())
        report = {**there.platform.api.many.confirm(only(there).number), "Status": status}
        brought = there.platform.happen(FIRM, "MASSSENDJOBFINISH", **report)
        await brought.is_over.wait()
        assert brought.bodies == [b"success"]
        assert noted == [("wechat", receipt.key, told)]
