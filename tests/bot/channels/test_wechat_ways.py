"""Which way a letter of a 公众号 goes when its call closes before it leaves."""

from __future__ import annotations

import pytest

from bot.channels.base import SendFault, WayClosed
from bot.channels.wechat import Pace
from bot.simulator.wechat.api import PUSH, Fault
from tests.wechat import FIRM, answering, line

BRIEF = Pace(answer=0.3, stop=1.0)


@pytest.mark.parametrize("code", [40164, 45009])
async def test_what_pushes_are_refused_for_lets_no_answer_rest(code: int) -> None:
    async with line(BRIEF) as there:
        brought, arrival = await there.said("菜单")
        answer = answering("好", arrival)
        assert there.channel.window(answer) is None
        await brought.is_over.wait()
        there.platform.api.script.always[PUSH] = Fault(code=code)
        with pytest.raises(WayClosed) as closed:
            await there.channel.send(answer)
        assert (closed.value.retry_after, closed.value.breaks) == (0.0, "")
        assert PUSH not in there.platform.api.calls
        # Planned anew it leaves in the window that rests with what it is refused for.
        assert there.channel.window(answer) is not None
        with pytest.raises(SendFault, match=str(code)) as told:
            await there.channel.send(answer)
        assert told.value.breaks == "robot"


async def test_an_answer_that_missed_its_call_is_pushed() -> None:
    async with line(BRIEF) as there:
        brought, arrival = await there.said("菜单")
        answer = answering("好", arrival)
        there.channel.window(answer)
        await brought.is_over.wait()
        with pytest.raises(WayClosed):
            await there.channel.send(answer)
        there.channel.window(answer)
        await there.channel.send(answer)
        assert there.platform.people.told(FIRM) == ["好"]
