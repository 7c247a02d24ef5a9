"""是您本人吗 is open, and something else comes that wants an answer, too: which one is meant."""

from __future__ import annotations

import pytest

from flows.tickets.case import State
from tests.handlers.linking import MANNERS, WECHAT, coded, filed, owner, writes
from tests.handlers.story import CLERK, HEAD, ONE, OWNER, REPORT, carry, history, ticket
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)
CALLER = "小周"
TOLD = f"我是镇海华昌机械有限公司的周小燕，13987654321。{REPORT}"


async def asked_then_recorded(play: Stage) -> None:
    """Ask a caller whether an account is theirs; then staff write their report down."""
    await writes(play, CALLER, "请给我回电话 13987654321", WECHAT)
    code = await coded(play, OWNER)
    for line in ("代录 1", TOLD):
        await play.say(CLERK, line)
    assert "是您本人吗" in await writes(play, CALLER, f"关联 {code}")
    told = [one.message.text for one in await play.say(CLERK, "确认")]
    assert any("对就选“对”" in one for one in told)


async def apart(play: Stage) -> bool:
    """Say whether the two are still two."""
    return (await owner(play, CALLER, WECHAT)).id != (await owner(play, OWNER)).id


@pytest.mark.parametrize("line", ["对", "对的。", "没错", "1"])
async def test_a_yes_as_the_report_asks_for_it_confirms_the_report(play: Stage, line: str) -> None:
    await asked_then_recorded(play)
    await writes(play, CALLER, line)
    assert [one.act for one in await history(play, f"ticket:{ONE}")].count("right") == 1
    assert await apart(play)


async def test_a_no_as_the_report_asks_for_it_leaves_the_linking_open(play: Stage) -> None:
    await asked_then_recorded(play)
    await writes(play, CALLER, "不对")
    assert await apart(play)
    assert "关联好了" in await writes(play, CALLER, "是我")


@pytest.mark.parametrize("line", ["是", "确认", "不是"])
async def test_a_word_that_may_mean_either_is_asked_about(play: Stage, line: str) -> None:
    await asked_then_recorded(play)
    told = await writes(play, CALLER, line)
    assert "您回的是哪一条" in told
    assert [label in told for label in ("1 对", "2 补充", "3 是我", "4 不是")] == [True] * 4
    assert await apart(play)


async def test_after_that_each_has_its_own_word(play: Stage) -> None:
    await asked_then_recorded(play)
    await writes(play, CALLER, "是")
    await writes(play, CALLER, "对")
    assert "right" in [one.act for one in await history(play, f"ticket:{ONE}")]
    assert await apart(play)
    assert "关联好了" in await writes(play, CALLER, "是我")


async def test_the_word_of_the_linking_alone_is_never_unclear(play: Stage) -> None:
    await asked_then_recorded(play)
    assert "关联好了" in await writes(play, CALLER, "是我")


async def test_beside_a_question_of_the_desk_a_yes_is_asked_about(play: Stage) -> None:
    await filed(play)
    code = await coded(play, OWNER)
    assert "是您本人吗" in await writes(play, OWNER, f"关联 {code}")
    for line in ("请补充 1 停电的是整个厂区吗", "确认"):
        await play.say(CLERK, line)
    told = await writes(play, OWNER, "是")
    assert ["您回的是哪一条" in told, "1 补充" in told] == [True, True]
    assert (await owner(play, OWNER, WECHAT)).id != (await owner(play, OWNER)).id


async def test_beside_a_rating_a_yes_is_asked_about_and_the_numbers_rate(play: Stage) -> None:
    await filed(play)
    await carry(play, State.REPLIED, since=State.SUBMITTED)
    code = await coded(play, OWNER)
    assert "是您本人吗" in await writes(play, OWNER, f"关联 {code}")
    await play.say(HEAD, "审核通过 1")
    assert "您回的是哪一条" in await writes(play, OWNER, "对")
    await writes(play, OWNER, "1")
    assert (await ticket(play)).state is State.CLOSED
    assert (await owner(play, OWNER, WECHAT)).id != (await owner(play, OWNER)).id
