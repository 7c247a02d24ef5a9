"""The question the morning after: to those who came, and its results as counts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.base import Letter
from flows.registration.arriving import check_in
from flows.registration.roll import Roll
from tests.flows.registration.rolls import rolled
from tests.handlers.attending import EVENT, labels, place, press, publish, roll, sign_up, stranger
from tests.handlers.story import CLERK, OWNER, heard, history
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
GUESTS = [stranger(n) for n in range(1, 7)]
_AFTERNOON = timedelta(days=7, hours=5, minutes=30)  # to half past two of the day
_MORNING = timedelta(hours=18, minutes=30)  # from then to nine


async def let_in(play: Stage, count: int) -> None:
    """Let the first of the list in, as a door does."""
    async with play.database.begin() as tx:
        found: Roll = (await tx.rolls.hold([EVENT]))[EVENT]
        for seq in range(1, count + 1):
            found = rolled(check_in(found, seq, 1, f"n{seq}", play.clock.now)).roll
        await tx.rolls.save([found])


async def held(play: Stage, came: int = 6) -> list[Letter]:
    """Let an activity take place, and the next morning come."""
    await publish(play, "名额9人")
    for who, told in GUESTS:
        await sign_up(play, who, told)
    play.clock.now += _AFTERNOON
    await let_in(play, came)
    await play.wait(timedelta(hours=2))
    return await play.wait(_MORNING - timedelta(hours=2))


async def test_those_who_came_are_asked_the_morning_after_and_nobody_else(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        letters = await held(play, came=5)
        for who, _ in GUESTS[:5]:
            assert labels(play, letters, who) == ["收获大", "一般", "没收获"]
        assert heard(play, letters, GUESTS[5][0]) == ""
        again = await play.wait(timedelta(hours=1))
        assert not any(heard(play, again, who) for who, _ in GUESTS)


async def test_a_tap_counts_and_a_sentence_may_follow(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await held(play)
        await play.press(GUESTS[0][0], "收获大")
        assert (await place(play, 1)).gain == "much"
        await play.say(GUESTS[0][0], "下次想听供应链的")
        one = await place(play, 1)
        assert (one.gain, one.remark) == ("much", "下次想听供应链的")
        await play.press(GUESTS[0][0], "一般")
        assert (await place(play, 1)).gain == "some"


async def test_results_are_counts_and_not_shown_of_fewer_than_five(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await held(play)
        for n, (who, _) in enumerate(GUESTS[:4]):
            await play.press(who, "收获大" if n else "没收获")
        few = heard(play, await press(play, CLERK, "survey"), CLERK)
        assert "满 5 份才显示" in few
        assert "收获大" not in few
        await play.press(GUESTS[4][0], "一般")
        await play.say(GUESTS[4][0], "讲得有点快")
        told = heard(play, await press(play, CLERK, "survey"), CLERK)
        assert "收获大 3，一般 1，没收获 1" in told
        assert "讲得有点快" in told
        assert not any(stranger(n)[1].split()[1][:3] in told for n in range(1, 7))
        refused = heard(play, await press(play, OWNER, "survey"), OWNER)
        assert "由活动专员或受理员来办" in refused


async def test_who_did_not_come_has_no_say(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await held(play, came=5)
        for who, seq in ((GUESTS[5][0], 6), (GUESTS[5][0], 1), (OWNER, 1)):
            told = await press(play, who, "much", seq)
            assert "只问到场的人" in heard(play, told, who)
        assert [one.gain for one in (await roll(play)).registrations.values()] == [""] * 6


async def test_what_was_answered_stands_in_no_history(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await held(play)
        await play.press(GUESTS[0][0], "没收获")
        lines = [one for one in await history(play, f"event:{EVENT}") if one.act == "survey"]
        assert not any("nothing" in str(one) for one in lines)


async def test_after_the_erasure_sentences_are_gone_and_counts_stay(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await held(play)
        await play.press(GUESTS[0][0], "收获大")
        await play.say(GUESTS[0][0], "下次想听供应链的")
        await play.wait(timedelta(days=31))
        one = await place(play, 1)
        assert (one.gain, one.remark) == ("much", "")
        late = await press(play, GUESTS[1][0], "much", 2)
        assert "已经过期" in heard(play, late, GUESTS[1][0])


async def test_an_office_that_was_down_for_days_asks_nobody(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额9人")
        await sign_up(play, *GUESTS[0])
        play.clock.now += _AFTERNOON
        await let_in(play, 1)
        letters = await play.wait(timedelta(days=5))
        assert "您觉得怎么样" not in heard(play, letters, GUESTS[0][0])


async def enter(play: Stage, seq: int) -> list[Letter]:
    """Enter from a paper list that somebody came, and let the clock strike."""
    told = await press(play, CLERK, "in", seq)
    assert "已签到" in heard(play, told, CLERK)
    return await play.wait(timedelta(seconds=1))


async def test_who_is_entered_from_paper_after_that_morning_is_asked_then_and_nobody_else(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await held(play, came=5)
        letters = await enter(play, 6)
        asked = [who for who, _ in GUESTS if "您觉得怎么样" in heard(play, letters, who)]
        assert asked == [GUESTS[5][0]]
        await press(play, CLERK, "out", 6)
        again = await enter(play, 6)
        assert heard(play, again, GUESTS[5][0]) == ""


async def test_who_is_entered_at_night_is_asked_in_the_morning(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await held(play, came=5)
        await play.wait(timedelta(hours=14))  # eleven at night
        assert heard(play, await enter(play, 6), GUESTS[5][0]) == ""
        letters = await play.wait(timedelta(hours=9))
        assert "您觉得怎么样" in heard(play, letters, GUESTS[5][0])
