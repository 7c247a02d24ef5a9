"""并案: several reports handled as one, and nobody learns who else reported."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.tickets.case import Satisfaction, State, Ticket
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LIAISON,
    ONE,
    OWNER,
    SUPPORT,
    buttons,
    carry,
    heard,
    history,
    known,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

OTHER = "沈老板"
TWO = "ZH-2026-0002"
OTHERS_REPORT = (
    "我是宏业铸造厂的沈立群，13957401234。昨天下午三点起我们厂又停电了，跳闸两次，"
    "电炉里的铁水都凝了，希望供电公司尽快查清原因。"
)
OF_OWNER = ("恒通", "陈建国", "陈总", "13805740001", ONE, "料全报废")
OF_OTHER = ("宏业", "沈立群", "13957401234", TWO, "铁水")


async def two(play: Stage) -> None:
    """File the owner's report and, of another enterprise, one like it."""
    await carry(play, State.SUBMITTED)
    await play.say(OTHER, OTHERS_REPORT)
    await play.say(OTHER, "确认")
    assert (await ticket(play, TWO)).state is State.SUBMITTED


async def merged(play: Stage) -> None:
    """Merge the other's report into the owner's."""
    await two(play)
    await play.say(CLERK, "并案 0002 到 0001")
    assert (await ticket(play, TWO)).state is State.MERGED


async def merged_hidden(play: Stage) -> None:
    """Have a case handled into which somebody's was merged who hides from the department."""
    await carry(play, State.SUBMITTED)
    await play.say(OTHER, OTHERS_REPORT)
    await play.say(OTHER, "隐去企业名")
    await play.say(OTHER, "确认")
    await play.say(CLERK, "并案 0002 到 0001")
    await carry(play, State.IN_PROGRESS, since=State.SUBMITTED)


async def corrupt(play: Stage, *changed: Ticket) -> None:
    """Write tickets as no act would leave them."""
    async with play.database.begin() as tx:
        stored = {one.number: one.version for one in changed}
        newer = [one.model_copy(update={"version": one.version + 1}) for one in changed]
        await tx.tickets.save(newer, stored)


def leaks(text: str, secrets: tuple[str, ...]) -> list[str]:
    return [one for one in secrets if one in text]


# The merge ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "并案 0002 到 0001",
        "并案 ZH-2026-0002 并到 ZH-2026-0001",
        "并案 2 到 ZH-2026-0001",
        "并案 2、1",
    ],
)
async def test_one_line_merges_and_the_master_gets_its_own_version_and_history(
    tmp_path: Path, typed: str
) -> None:
    async with stage(tmp_path) as play:
        await two(play)
        before = await ticket(play)
        await play.say(CLERK, typed)
        one, other = await ticket(play), await ticket(play, TWO)
        assert (other.state, other.merged_into) == (State.MERGED, ONE)
        assert (one.state, one.version) == (State.SUBMITTED, before.version + 1)
        assert [member.number for member in one.joined] == [TWO]
        last = (await history(play, f"ticket:{ONE}"))[-1]
        assert (last.act, last.public["member"]) == ("take_in", TWO)
        assert (await history(play, f"ticket:{TWO}"))[-1].act == "merge"


async def test_the_master_is_asked_for_and_a_wrong_one_is_asked_for_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await two(play)
        assert "并到哪一件" in heard(play, await play.say(CLERK, "并案 0002"), CLERK)
        assert "没有 ZH-2026-0009" in heard(play, await play.say(CLERK, "0009"), CLERK)
        assert "不能并到自己" in heard(play, await play.say(CLERK, "0002"), CLERK)
        assert "已并案" in heard(play, await play.say(CLERK, "0001"), CLERK)
        assert (await ticket(play, TWO)).state is State.MERGED


async def test_another_class_is_not_merged(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(
            OTHER,
            "我是宏业铸造厂的沈立群，13957401234。"
            "上个月起招不到操作工，订单干不出来，缺三十个人，希望区里帮忙招工",
        )
        await play.say(OTHER, "确认")
        told = heard(play, await play.say(CLERK, "并案 0002 到 0001"), CLERK)
        assert "不是同一类" in told
        assert (await ticket(play, TWO)).state is State.SUBMITTED
        assert [one.act for one in await history(play, f"ticket:{ONE}")] == ["file"]


async def test_nobody_but_the_desk_merges(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await two(play)
        for who in (OWNER, OTHER, LIAISON):
            await play.say(who, "并案 0002 到 0001")
        assert (await ticket(play, TWO)).state is State.SUBMITTED


async def test_a_merge_into_a_merged_ticket_goes_to_the_end_of_the_chain(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await merged(play)
        await play.say("丁", OTHERS_REPORT.replace("宏业铸造厂的沈立群", "大洋轴承厂的丁一平"))
        await play.say("丁", "确认")
        await play.say(CLERK, "并案 0003 到 0002")
        assert (await ticket(play, "ZH-2026-0003")).merged_into == ONE
        assert "不能并到自己" in heard(play, await play.say(CLERK, "并案 0001 到 0003"), CLERK)


# Scenario 9 --------------------------------------------------------------------------------------


async def test_scenario_9_neither_enterprise_learns_of_the_other(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await merged(play)
        named = "镇海恒通紧固件有限公司和宏业铸造厂都由13805740021张工负责，请陈总、沈立群留意。"
        answer = f"{ANSWER}{named}"
        for who, text in (
            (CLERK, "受理 1"),
            (CLERK, "供电公司 协办无"),
            (CLERK, "确认"),
            (LIAISON, "签收 1"),
            (LIAISON, "首联 1 打过电话了"),
            (OTHER, "补充 2 铁水又凝了一炉"),
            (LIAISON, f"答复 1 {answer}"),
            (LIAISON, "A"),
            (HEAD, "审核通过 1"),
        ):
            await play.say(who, text)
        assert (await ticket(play)).state is State.CALLBACK
        for who, secrets in ((OWNER, OF_OTHER), (OTHER, OF_OWNER)):
            for line in ("进度", "查看 1", "查看 2", "进度 1", "进度 2", "看附件 1", "看附件 2"):
                await play.say(who, line)
            said = heard(play, play.seen, who)
            typed = ("没有找到您可以查看的 ZH-2026-0001", "没有找到您可以查看的 ZH-2026-0002")
            for echo in typed:  # the number they typed themselves
                said = said.replace(echo, "")
            assert leaks(said, secrets) == []
            assert "13805740021" in said  # the department's own number stays


async def test_scenario_9_the_answer_goes_to_both_and_both_are_asked(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await merged(play)
        await carry(play, State.REPLIED, since=State.SUBMITTED)
        told = await play.say(HEAD, "审核通过 1")
        for who in (OWNER, OTHER):
            assert "支线开关老化" in heard(play, told, who)
            assert buttons(play, told, who)[:3] == ["满意", "基本满意", "不满意"]
        await play.press(OTHER, "基本满意")
        case = await ticket(play)
        assert case.state is State.CALLBACK
        assert [one.satisfaction for one in case.joined] == [Satisfaction.MOSTLY]
        await play.say(OWNER, "满意")
        done = await ticket(play)
        assert (done.state, done.satisfaction) == (State.CLOSED, Satisfaction.SATISFIED)


async def test_the_department_reads_the_merged_reports_together(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await merged(play)
        await carry(play, State.IN_PROGRESS, since=State.SUBMITTED)
        told = heard(play, await play.say(LIAISON, "查看 1"), LIAISON)
        assert "料全报废" in told
        assert "铁水" in told


async def test_who_wants_to_be_hidden_from_the_department_stays_hidden_in_the_merged_view(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await merged_hidden(play)
        await play.say(OTHER, "补充 2 宏业铸造厂的铁水又凝了，找沈立群")
        await play.say(LIAISON, "查看 1")
        said = heard(play, play.seen, LIAISON) + heard(play, play.seen, SUPPORT)
        assert "铁水" in said
        assert leaks(said, ("宏业", "沈立群", "13957401234")) == []


async def test_who_was_merged_hears_how_it_goes_on_under_the_own_number(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await two(play)
        told = heard(play, await play.say(CLERK, "并案 0002 到 0001"), OTHER)
        assert "ZH-2026-0002 与同类问题一并办理" in told
        for line in ("受理 1", "供电公司 协办无", "确认"):
            sent = await play.say(CLERK, line)
        assert "ZH-2026-0002 有新进展" in heard(play, sent, OTHER)
        assert "国网镇海供电公司" in heard(play, await play.say(OTHER, "进度"), OTHER)
        assert "没有找到" in heard(play, await play.say(OTHER, "进度 1"), OTHER)


# Scenario 21 -------------------------------------------------------------------------------------


async def test_scenario_21_words_to_the_old_card_land_on_the_master(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await merged(play)
        await carry(play, State.IN_PROGRESS, since=State.SUBMITTED)
        told = await play.say(OTHER, "不满意 2 还是没解决")
        assert "ZH-2026-0002 已与同类问题一并办理" in heard(play, told, OTHER)
        note = (await ticket(play)).notes[-1]
        other = await known(play, OTHER)
        assert (note.kind, note.text, note.by) == ("supplement", "还是没解决", other.id)
        assert "还是没解决" in heard(play, told, LIAISON)
        assert (await ticket(play, TWO)).notes == ()


async def test_scenario_21_the_old_cards_button_opens_the_masters_form(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await two(play)
        await play.say(CLERK, "请补充 2 在哪条路上")
        await play.say(OTHER, "在兴海路")
        await play.say(CLERK, "并案 0002 到 0001")
        await play.press(OTHER, "补充")
        await play.say(OTHER, "还是没解决")
        told = heard(play, await play.say(OTHER, "完成"), OTHER)
        assert "已补充到 ZH-2026-0002" in told
        assert ONE not in told
        assert (await ticket(play)).notes[-1].text == "还是没解决"


async def test_scenario_21_words_to_a_closed_master_are_kept_and_looked_at(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await merged(play)
        await carry(play, State.CLOSED, since=State.SUBMITTED)
        told = await play.say(OTHER, "补充 2 还是没解决")
        case = await ticket(play)
        assert (case.state, case.notes[-1].text) == (State.CLOSED, "还是没解决")
        assert "转给受理员" in heard(play, told, OTHER)
        assert "企业又有补充" in heard(play, told, "工作群")


async def test_scenario_21_a_circle_neither_loops_nor_drops(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await merged(play)
        one = await ticket(play)
        circle = {"state": State.MERGED, "merged_into": TWO, "merged_at": play.clock.now}
        await corrupt(play, one.model_copy(update=circle))
        told = await play.say(OTHER, "补充 2 还是没解决")
        assert (await ticket(play, TWO)).notes[-1].text == "还是没解决"
        assert "转给受理员" in heard(play, told, OTHER)
        assert "绕了圈" in heard(play, told, "工作群")
        assert "已并入" in heard(play, await play.say(OTHER, "进度 2"), OTHER)


async def test_scenario_21_a_master_that_is_gone_drops_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await merged(play)
        lost = {"merged_into": "ZH-2026-0777"}
        await corrupt(play, (await ticket(play, TWO)).model_copy(update=lost))
        await play.say(OTHER, "补充 2 还是没解决")
        assert (await ticket(play, TWO)).notes[-1].text == "还是没解决"


# Scenario 22 -------------------------------------------------------------------------------------


async def test_scenario_22_a_merge_undone_after_five_hours_leaves_both_clocks_as_they_were(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await two(play)
        before = [(await ticket(play, number)).deadlines for number in (ONE, TWO)]
        await play.say(CLERK, "并案 0002 到 0001")
        play.clock.now += timedelta(hours=5)
        told = await play.say(CLERK, "撤销并案 0002")
        one, other = await ticket(play), await ticket(play, TWO)
        assert [one.deadlines, other.deadlines] == before
        assert (other.state, other.merged_into) == (State.SUBMITTED, "")
        assert (one.joined, one.relations) == ((), ())
        assert "ZH-2026-0002 恢复单独办理" in heard(play, told, OTHER)
        assert leaks(heard(play, play.seen, OTHER), OF_OWNER) == []
        assert (await history(play, f"ticket:{ONE}"))[-1].act == "let_go"


async def test_scenario_22_after_a_day_it_is_refused(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await merged(play)
        play.clock.now += timedelta(hours=24, minutes=1)
        told = heard(play, await play.say(CLERK, "撤销并案 0002"), CLERK)
        assert "超过 24 小时" in told
        assert (await ticket(play, TWO)).state is State.MERGED
        assert (await history(play, f"ticket:{TWO}"))[-1].act == "merge"


async def test_undoing_a_merge_takes_those_along_whom_it_had_brought(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await two(play)
        await play.say("丁", OTHERS_REPORT.replace("宏业铸造厂的沈立群", "大洋轴承厂的丁一平"))
        await play.say("丁", "确认")
        await play.say(CLERK, "并案 0003 到 0002")
        await play.say(CLERK, "并案 0002 到 0001")
        assert len((await ticket(play)).joined) == 2
        await play.say(CLERK, "撤销并案 0002")
        assert (await ticket(play)).joined == ()
        assert [one.number for one in (await ticket(play, TWO)).joined] == ["ZH-2026-0003"]


# When the first one gives it up ------------------------------------------------------------------


async def test_what_followed_a_withdrawn_ticket_stands_for_itself_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await merged(play)
        play.clock.now += timedelta(days=3)
        await play.say(OWNER, "撤回 1")
        told = await play.say(OWNER, "确认")
        other = await ticket(play, TWO)
        assert (other.state, other.merged_into) == (State.SUBMITTED, "")
        assert "恢复单独办理" in heard(play, told, OTHER)
        assert TWO in heard(play, told, "工作群")


async def test_who_joined_may_not_withdraw_the_others_report(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await merged(play)
        for line in ("撤回 1", "撤回 2", "确认"):
            await play.say(OTHER, line)
        assert (await ticket(play)).state is State.SUBMITTED


async def test_what_was_added_while_merged_goes_back_with_the_ticket(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await merged(play)
        await play.say(OTHER, "补充 2 铁水又凝了一炉")
        assert (await ticket(play)).notes[-1].text == "铁水又凝了一炉"
        await play.say(CLERK, "撤销并案 2")
        assert (await ticket(play)).notes == ()
        assert [note.text for note in (await ticket(play, TWO)).notes] == ["铁水又凝了一炉"]
        assert leaks(heard(play, await play.say(OWNER, "查看 1"), OWNER), OF_OTHER) == []
