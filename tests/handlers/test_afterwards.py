"""After the end: a problem that is back, a case taken up again, and what is counted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.tickets.case import Satisfaction, State
from tests.handlers.answering import (
    on,
    refused,
)
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    ONE,
    OWNER,
    REPORT,
    SUPPORT,
    buttons,
    carry,
    heard,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

# 又出现了、重启 ---------------------------------------------------------------------------------


async def test_scenario_20_within_thirty_days_the_same_ticket_goes_on(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CLOSED)
        await on(play, 24, 12)
        assert "又出现了" in buttons(play, await play.say(OWNER, "进度 1"), OWNER)
        told = await play.say(OWNER, "又出现了 1 昨天又跳闸两次")
        case = await ticket(play)
        assert (case.state, case.reopened) == (State.IN_PROGRESS, 1)
        assert case.due_on == date(2026, 12, 28)
        assert "昨天又跳闸两次" in heard(play, told, LIAISON)
        assert "重新办理" in heard(play, told, "工作群")
        assert "又跳闸两次" not in heard(play, told, "工作群")
        assert "请先首联" in await refused(play, LIAISON, f"答复 1 {ANSWER}")


async def test_scenario_20_on_day_31_it_is_a_new_ticket_that_names_the_old_one(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CLOSED)
        before = await ticket(play)
        await on(play, 25, 12)
        told = heard(play, await play.say(OWNER, "又出现了 1 昨天又跳闸两次"), OWNER)
        assert "办结超过 30 天" in told
        assert "炉子里的料全报废" in told
        assert "昨天又跳闸两次" in told
        await play.say(OWNER, "确认")
        new = await ticket(play, "ZH-2026-0002")
        assert [(one.kind, one.number) for one in new.relations] == [("relapse_of", ONE)]
        assert (new.state, new.category) == (State.SUBMITTED, before.category)
        assert await ticket(play) == before
        rates = heard(play, await play.say(HEAD, "满意度"), HEAD)
        assert "复发率：100%（1/1），办结后 90 天内又报上来的" in rates
        assert "满意率：100%（1/1）" in rates
        assert "复发率" not in heard(play, await play.say(LIAISON, "满意度"), LIAISON)


async def test_scenario_20_a_case_of_last_year_that_comes_back_counts_this_year(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CLOSED)
        await play.say(OWNER, REPORT)
        await play.say(OWNER, "确认")
        play.clock.now = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
        async with play.database.begin() as tx:
            (other,) = await tx.tickets.load(["ZH-2026-0002"], ())
            closed = {"state": State.CLOSED, "closed_at": play.clock.now, "version": 99}
            await tx.tickets.save([other.model_copy(update=closed)], {other.number: other.version})
        await play.say(OWNER, "又出现了 ZH-2026-0001 昨天又跳闸两次")
        await play.say(OWNER, "确认")
        assert "复发率：100%（1/1）" in heard(play, await play.say(HEAD, "满意度"), HEAD)


async def test_it_is_back_needs_no_number_where_only_one_case_was_closed(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CLOSED)
        await play.say(OWNER, "又出现了，昨天又跳闸两次")
        assert (await ticket(play)).notes[-1].text == "昨天又跳闸两次"
        assert (await ticket(play)).state is State.IN_PROGRESS


async def test_it_is_back_without_any_closed_case_is_a_report(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = heard(play, await play.say(OWNER, f"又出现了，{REPORT}"), OWNER)
        assert "谁能看到" in told


async def test_only_who_reported_says_that_it_is_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CLOSED)
        for who in (LIAISON, CLERK, LEADER):
            assert "不归您办" in await refused(play, who, "又出现了 1 又停了")


async def test_a_leader_takes_a_closed_case_up_whenever_it_was(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CLOSED)
        assert "不归您办" in await refused(play, CLERK, "重启 1 走访时企业说还在跳闸")
        await on(play, 30, 12)
        told = await play.say(LEADER, "重启 1 走访时企业说还在跳闸")
        case = await ticket(play)
        assert (case.state, case.reopened) == (State.IN_PROGRESS, 1)
        assert "走访时企业说" in heard(play, told, LIAISON)
        assert "重新办理" in heard(play, told, OWNER)
        for letters in (told, await play.say(OWNER, "查看 1")):
            assert "走访时企业说" not in heard(play, letters, OWNER)
        assert "走访时企业说" in heard(play, await play.say(CLERK, "查看 1"), CLERK)


# 满意度 -----------------------------------------------------------------------------------------


async def rated_cases(play: Stage, *ratings: Satisfaction) -> None:
    """Let so many cases of the power company have been closed with these ratings."""
    await carry(play, State.CLOSED)
    first = await ticket(play)
    others = [
        first.model_copy(update={"number": f"ZH-2026-{n:04d}", "satisfaction": rating})
        for n, rating in enumerate(ratings, 2)
    ]
    async with play.database.begin() as tx:
        await tx.tickets.save(others, {})


async def test_u12_a_department_sees_its_satisfaction_from_five_ratings_on(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await rated_cases(play, *([Satisfaction.SATISFIED] * 3))
        await on(play, 25)
        told = heard(play, await play.say(LIAISON, "满意度"), LIAISON)
        assert "还不到 5 条" in told
        assert "%" not in told


async def test_u12_five_ratings_are_shown_in_sum_and_name_nobody(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await rated_cases(play, *([Satisfaction.SATISFIED] * 3), Satisfaction.DISSATISFIED)
        await on(play, 25)
        told = heard(play, await play.say(LIAISON, "满意度"), LIAISON)
        assert "80%（4/5）" in told
        assert "ZH-" not in told
        assert "还不到 5 条" in heard(play, await play.say(SUPPORT, "满意度"), SUPPORT)


async def test_the_desk_sees_every_rate_with_its_parts(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await rated_cases(play, Satisfaction.DISSATISFIED, Satisfaction.UNRATED)
        await on(play, 25)
        told = heard(play, await play.say(HEAD, "满意度"), HEAD)
        assert "满意率：50%（1/2）" in told
        assert "评价率：67%（2/3）" in told
        assert "解决率：100%（3/3）" in told


async def test_nobody_else_asks_for_rates(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = heard(play, await play.say(OWNER, "满意度"), OWNER)
        assert "给工作人员看的" in told
