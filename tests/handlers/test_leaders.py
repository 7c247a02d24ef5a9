"""Leaders and the ladder: digests, letters that a telephone call stops, 领办, 批示, calms."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.base import Letter
from bot.housekeeping import leaders
from bot.schedules import Schedules
from flows.calendar import OFFICE_ZONE
from flows.tickets.case import Satisfaction, State
from flows.tickets.state import Tier
from handlers.digests import Digests
from handlers.strikes import Strikes
from tests.engines import address, rows
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    ONE,
    OWNER,
    buttons,
    carry,
    heard,
    history,
    known,
    people,
    person,
    texts,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

SECRETARY, INSPECTOR = "吴倩", "林峰"
LABOUR = "从上个月起我们厂一直招工难，缺熟练工三十人，希望人社局帮忙对接职校。"
WORDS = "请供电局本周解决，不许再拖到厂里来闹"


async def at(play: Stage, moment: str) -> list[Letter]:
    """Move the clock there and let it strike."""
    then = datetime.fromisoformat(moment).replace(tzinfo=OFFICE_ZONE)
    assert then >= play.clock.now
    return await play.wait(then - play.clock.now)


async def morning(play: Stage) -> list[Letter]:
    """Do what the office does by itself at nine."""
    office = play.reception.office
    await Schedules(play.database, [leaders(office)], play.clock, wake=lambda: None).turn()
    return await play.send()


async def assigned(play: Stage) -> None:
    """Lead an ordinary case to the department: five working days, until the 1st of December."""
    await carry(play, State.ACCEPTED)
    await play.say(CLERK, "交办 1 供电公司 协办无 一般")
    await play.say(CLERK, "确认")
    assert (await ticket(play)).due_on == date(2026, 12, 1)


async def working(play: Stage) -> None:
    """Have the department sign it and call the enterprise."""
    await assigned(play)
    await play.say(LIAISON, "签收 1")
    await play.say(LIAISON, "首联 1 打过电话了")


async def hard(play: Stage) -> None:
    """Lead a 疑难 case to the department, the head of the desk assigning it."""
    await carry(play, State.ACCEPTED)
    await play.say(HEAD, "交办 1 供电公司 协办无 疑难")
    await play.say(HEAD, "确认")
    assert (await ticket(play)).tier is Tier.HARD


# The digests --------------------------------------------------------------------------------


async def test_a_reminder_comes_in_the_digest_with_what_moves_the_case(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        told = await at(play, "2026-11-27 09:00")
        assert "【提醒】ZH-2026-0001 办理，12月1日 17:30 到期" in heard(play, told, LIAISON)
        assert "申请延期" in buttons(play, told, LIAISON)
        assert not texts(play, told, OWNER)
        assert "恒通" not in heard(play, told, LIAISON)


async def test_a_missed_date_is_urged_in_the_digests_of_the_department_and_the_desk(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        await at(play, "2026-11-27 09:00")
        await at(play, "2026-12-01 09:00")
        told = await at(play, "2026-12-02 09:00")
        for who in (LIAISON, CLERK, HEAD):
            assert "【催办】ZH-2026-0001 办理已到期" in heard(play, told, who)
        for who in (OWNER, LEADER, INSPECTOR, "工作群"):
            assert not texts(play, told, who)


async def test_what_was_done_before_its_digest_is_not_told(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await assigned(play)
        await at(play, "2026-11-24 14:30")  # nobody signed: it counts as signed and is urged
        await play.say(LIAISON, "签收 1")
        told = await at(play, "2026-11-24 15:00")
        assert not texts(play, told, LIAISON)


async def test_scenario_10_who_never_signed_is_urged_and_a_leader_hears(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await assigned(play)
        due = (await ticket(play)).handling
        await at(play, "2026-11-24 14:30")
        told = await at(play, "2026-11-24 15:00")
        for who in (LIAISON, CLERK, LEADER):
            assert "【催办】ZH-2026-0001 签收已到期" in heard(play, told, who), who
        after = await ticket(play)
        assert (after.auto_signed, after.handling) == (True, due)


async def test_scenario_2_nobody_is_urged_in_the_spring_festival(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        play.clock.now = datetime(2026, 2, 13, 10, tzinfo=OFFICE_ZONE)
        await play.say(OWNER, LABOUR)
        await play.say(OWNER, "确认")
        for day in range(15, 24):
            told = await at(play, f"2026-02-{day} 10:00")
            assert told == []
        told = await at(play, "2026-02-24 09:00")
        assert "【催办】ZH-2026-0001 受理已到期（2月14日 17:30）" in heard(play, told, CLERK)


async def test_scenario_4_nobody_is_woken_by_a_report_of_the_night(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        play.clock.now = datetime(2026, 11, 28, 23, 50, tzinfo=OFFICE_ZONE)  # Saturday
        await play.say(OWNER, LABOUR)
        await play.say(OWNER, "确认")
        accept = (await ticket(play)).deadline("accept")
        assert accept is not None
        for moment in ("2026-11-29 00:30", "2026-11-29 09:00", "2026-11-30 08:00"):
            assert await at(play, moment) == []


async def several(play: Stage, count: int) -> None:
    """Put more tickets like the first into the records, each with its clock."""
    async with play.database.begin() as tx:
        (one,) = await tx.tickets.load([ONE], ())
        more = [
            one.model_copy(update={"number": f"ZH-2026-{n:04d}", "version": 1})
            for n in range(2, count + 1)
        ]
        await tx.tickets.save(more, {})
        timers = await tx.timers.due(play.clock.now + timedelta(days=90), 100, ("case",))
        (timer,) = [one for one in timers if one.subject == ONE]
        await tx.timers.set(
            [type(timer)("case", new.number, timer.due_at, f"case:{new.number}") for new in more]
        )


async def test_scenario_27_a_stop_over_a_weekend_makes_one_digest_a_person(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        await several(play, 40)
        told = await at(play, "2026-12-02 10:00")  # due on the 1st; nobody looked since the 24th
        for who in (LIAISON, CLERK, HEAD):
            (digest,) = texts(play, told, who)
            assert "要盯的 40 件" in digest
            assert "【提醒】" not in digest
        assert not texts(play, await at(play, "2026-12-02 15:00"), LIAISON)
        told = await at(play, "2026-12-03 09:00")
        assert len(texts(play, told, "工作群")) == 40  # each letter may be called off
        assert not texts(play, told, LIAISON)
        told = await at(play, "2026-12-03 09:30")
        assert len([text for text in texts(play, told, LIAISON) if "督办单" in text]) == 40


async def test_a_second_digest_within_a_slot_waits_for_the_next(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        await at(play, "2026-11-27 09:00")
        await several(play, 2)
        async with play.database.begin() as tx:
            await tx.timers.set(
                [
                    type(d)(d.kind, "ZH-2026-0002", play.clock.now, "case:ZH-2026-0002")
                    for d in await tx.timers.due(play.clock.now + timedelta(days=9), 1, ("case",))
                ]
            )
            (two,) = await tx.tickets.load(["ZH-2026-0002"], ())
            fresh = two.model_copy(update={"supervisions": (), "version": two.version + 1})
            await tx.tickets.save([fresh], {two.number: two.version})
        assert not texts(play, await at(play, "2026-11-27 10:00"), LIAISON)
        assert "ZH-2026-0002" in heard(play, await at(play, "2026-11-27 15:00"), LIAISON)


async def test_a_crash_while_a_digest_is_written_neither_loses_nor_doubles_it(
    tmp_path: Path,
) -> None:
    class Crash(Exception):
        pass

    async with stage(tmp_path) as play:
        await working(play)
        play.clock.now = datetime(2026, 11, 27, 9, tzinfo=OFFICE_ZONE)
        office = play.reception.office
        async with play.database.begin() as tx:
            dues = await tx.timers.due(play.clock.now, 10, ("case",))
            await Strikes(office, play.clock).tick(tx, dues)
            await tx.timers.done(dues)
        for crashes in (True, False):
            with suppress(Crash):
                async with play.database.begin() as tx:
                    dues = await tx.timers.due(play.clock.now, 10, ("digest",))
                    await Digests(office, play.clock).tick(tx, dues)
                    await tx.timers.done(dues)
                    if crashes:
                        raise Crash
        assert len(texts(play, await play.send(), LIAISON)) == 1
        assert await at(play, "2026-11-27 09:05") == []


# Letters ------------------------------------------------------------------------------------


async def overdue(play: Stage) -> list[Letter]:
    """Let a case come to its 督办单, which leaves half an hour later."""
    await working(play)
    for moment in ("2026-11-27 09:00", "2026-12-01 09:00", "2026-12-02 09:00"):
        await at(play, moment)
    return await at(play, "2026-12-03 09:00")


async def test_u30_the_desk_sees_a_letter_half_an_hour_before_the_department(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        told = await overdue(play)
        assert "ZH-2026-0001 要发督办" in heard(play, told, "工作群")
        assert "先打个电话" in buttons(play, told, "工作群")
        assert "先打个电话" in buttons(play, told, HEAD)
        assert not texts(play, told, LIAISON)
        assert not texts(play, await at(play, "2026-12-03 09:29"), LIAISON)
        assert "督办单" not in heard(play, await play.say(LIAISON, "查看 1"), LIAISON)
        assert "没有发过督办单" in heard(play, await play.say(LIAISON, "督办单 1"), LIAISON)
        told = await at(play, "2026-12-03 09:30")
        assert "督办单 2026-0001（内部流水号）：ZH-2026-0001 办理已超期" in heard(
            play, told, LIAISON
        )
        assert "恒通" not in heard(play, told, LIAISON)
        assert not texts(play, told, OWNER)
        assert not texts(play, await at(play, "2026-12-03 10:30"), LIAISON)
        (letter,) = [one for one in (await ticket(play)).supervisions if one.rung == 2]
        assert letter.number == "2026-0001"
        acts = [entry.act for entry in await history(play, f"ticket:{ONE}")]
        assert acts.count("letter") == 1


async def test_u30_a_call_takes_a_letter_back_before_anybody_reads_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await overdue(play)
        await at(play, "2026-12-03 09:10")
        told = await play.say(CLERK, "撤下 1 已电话李强，下午三点前答复")
        assert "这一次不发督办" in heard(play, told, CLERK)
        assert not texts(play, told, LIAISON)
        for moment in ("2026-12-03 09:30", "2026-12-03 15:00"):
            assert "督办" not in heard(play, await at(play, moment), LIAISON)
        assert "督办前电话" not in heard(play, await play.say(LIAISON, "查看 1"), LIAISON)
        assert "督办前电话：已电话李强" in heard(play, await play.say(HEAD, "查看 1"), HEAD)
        told = await play.say(CLERK, "撤下 1 再撤一次")
        assert "不能撤下了" in heard(play, told, CLERK)
        await at(play, "2026-12-07 09:00")  # the next rung comes all the same
        told = await at(play, "2026-12-07 09:30")
        for who in (LIAISON, INSPECTOR):
            assert "督办函 2026-0001" in heard(play, told, who)


async def test_a_letter_that_was_answered_by_the_reply_in_time_does_not_leave(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await overdue(play)
        await play.say(LIAISON, f"答复 1 {ANSWER}")
        await play.say(LIAISON, "A")
        assert (await ticket(play)).state is State.REPLIED
        assert not texts(play, await at(play, "2026-12-03 09:30"), LIAISON)
        async with play.database.read() as tx:
            assert await tx.urging.waiting([(await known(play, LIAISON)).id]) == {}


async def test_the_answer_to_a_letter_is_read_by_whoever_it_came_from(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await overdue(play)
        await at(play, "2026-12-03 09:30")
        told = await play.say(LIAISON, "督办回复 1 开关已到货，12月4日前换好")
        assert "已收到 ZH-2026-0001 的督办回复" in heard(play, told, LIAISON)
        assert "有督办回复" in heard(play, told, HEAD)
        assert not texts(play, told, INSPECTOR)
        assert "回复：开关已到货" in heard(play, await play.say(HEAD, "查看 1"), HEAD)
        assert "开关已到货" not in heard(play, await play.say(OWNER, "查看 1"), OWNER)
        told = await play.say(LIAISON, "督办回复 1 再回一次")
        assert "没有等回复的督办" in heard(play, told, LIAISON)


async def test_letters_climb_to_the_inspector_and_the_leaders(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await overdue(play)
        await at(play, "2026-12-03 09:30")
        await at(play, "2026-12-07 09:00")
        told = await at(play, "2026-12-07 09:30")
        for who in (LIAISON, INSPECTOR):
            assert "督办函 2026-0001" in heard(play, told, who)
        assert "督办函" not in heard(play, told, OWNER)
        await at(play, "2026-12-09 09:00")
        told = await at(play, "2026-12-09 09:30")
        for who in (LEADER, INSPECTOR):
            assert "会商议题 2026-0001" in heard(play, told, who)
        assert not texts(play, told, LIAISON)


async def test_an_unhappy_rating_by_night_sends_no_letter_before_the_morning(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        play.clock.now = datetime(2026, 11, 24, 22, tzinfo=OFFICE_ZONE)
        await play.say(OWNER, "不满意 1 还是停电")
        for moment in ("2026-11-24 22:30", "2026-11-25 08:29", "2026-11-25 09:00"):
            assert "督办单" not in heard(play, await at(play, moment), LIAISON)
        assert "督办单" in heard(play, await at(play, "2026-11-25 09:30"), LIAISON)


# A calm -------------------------------------------------------------------------------------


async def test_u30_in_a_calm_nobody_is_urged_and_afterwards_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        due = (await ticket(play)).handling
        told = await play.say(HEAD, "缓催 到12月7日 防汛三级响应")
        assert "到12月7日（周一）（含）不发催办" in heard(play, told, HEAD)
        assert "到12月7日" in heard(play, told, INSPECTOR)
        for day in ("11-27", "12-01", "12-02", "12-03", "12-07"):
            for hour in ("09:00", "09:30", "15:00"):
                assert await at(play, f"2026-{day} {hour}") == [], (day, hour)
        assert (await ticket(play)).handling == due
        told = await at(play, "2026-12-08 09:00")
        assert not texts(play, told, LIAISON)
        told = await at(play, "2026-12-08 09:30")
        (letter,) = texts(play, told, LIAISON)
        assert "督办函" in letter  # the highest rung, and nothing below it
        (said,) = [entry for entry in await history(play, "office") if entry.act == "calm"]
        assert said.public["until"] == "2026-12-07"


async def test_a_letter_that_waits_when_the_calm_begins_waits_until_it_is_over(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await overdue(play)
        await play.say(HEAD, "缓催 到12月4日")
        assert not texts(play, await at(play, "2026-12-03 09:30"), LIAISON)
        await at(play, "2026-12-07 09:00")
        told = [*await at(play, "2026-12-07 09:30"), *await at(play, "2026-12-07 10:00")]
        (letter,) = texts(play, told, LIAISON)
        assert "督办函" in letter


async def test_a_calm_that_is_ended_early_is_over_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        await play.say(HEAD, "缓催 到12月20日")
        await at(play, "2026-12-02 10:00")
        assert "已恢复" in heard(play, await play.say(HEAD, "恢复催办"), HEAD)
        told = await at(play, "2026-12-02 10:01")
        assert "【催办】" in heard(play, told, LIAISON)


@pytest.mark.parametrize("who", [CLERK, LIAISON, OWNER, LEADER])
async def test_nobody_else_decides_on_a_calm(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path) as play:
        assert "由受理负责人或管理员定" in heard(play, await play.say(who, "缓催 到12月7日"), who)
        async with play.database.read() as tx:
            assert await tx.urging.calm() is None


async def test_a_calm_needs_a_day_that_is_near(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        for text in ("缓催", "缓催 到昨天", "缓催 到11月20日"):
            assert "请写到哪天" in heard(play, await play.say(HEAD, text), HEAD), text
        assert "最多 30 天" in heard(play, await play.say(HEAD, "缓催 到2027年3月1日"), HEAD)


# Leaders ------------------------------------------------------------------------------------


async def test_a_hard_case_gets_its_leader_by_the_rule(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        case = await ticket(play)
        assert case.leader == (await known(play, LEADER)).id
        assert f"由{LEADER}领办" in heard(play, play.seen, LIAISON)
        assert "区工商联领导领办" in heard(play, play.seen, OWNER)
        assert LEADER not in heard(play, play.seen, OWNER)
        told = await at(play, "2026-11-25 09:00")
        for who in (LEADER, SECRETARY):
            assert "ZH-2026-0001 请您领办" in heard(play, told, who)


async def test_the_head_of_the_desk_names_a_leader_and_nobody_else_does(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        for who in (CLERK, LIAISON, LEADER):
            assert "不归您办" in heard(play, await play.say(who, "领办 1 郑伟民"), who)
        assert (await ticket(play)).leader is None
        told = await play.say(HEAD, "领办 1")
        assert LEADER in buttons(play, told, HEAD)
        await play.press(HEAD, LEADER)
        assert (await ticket(play)).leader == (await known(play, LEADER)).id


TWO = (
    person("周岚", '["clerk", "supervisor", "admin"]')
    + person("李强", '["liaison"]', 'unit = "gdj"')
    + person("郑伟民", '[{ role = "leader", until = 2026-11-30 }]')
    + person("方明", '["leader"]')
    + person("吴倩", '["secretary"]', 'serves = "id-郑伟民"')
)


async def led(play: Stage) -> None:
    """Let 郑伟民 lead a case of the department."""
    await play.say(
        OWNER, "我是宏业铸造厂的陈建国，13805740001。昨天起我们厂又停电了，跳闸三次，希望修好"
    )
    await play.say(OWNER, "确认")
    for text in ("受理 1", "取消", "交办 1 供电公司 协办无", "确认", "领办 1 郑伟民"):
        await play.say(HEAD, text)
    assert (await ticket(play)).leader == (await known(play, LEADER)).id


async def test_scenario_23_a_leader_hands_over_and_has_no_say_any_more(tmp_path: Path) -> None:
    async with stage(tmp_path, people(tmp_path, TWO)) as play:
        await led(play)
        told = await play.say(LEADER, "移交领办 1 方明")
        assert "已移交领办" in heard(play, told, LEADER)
        case = await ticket(play)
        assert case.leader == (await known(play, "方明")).id
        assert [one.handed_from for one in case.leaders if one.open] == [
            (await known(play, LEADER)).id
        ]
        told = await play.say(LEADER, "移交领办 1 郑伟民")
        assert "不归您办" in heard(play, told, LEADER)
        assert (await ticket(play)) == case


async def test_scenario_23_a_post_that_ends_leaves_no_case_without_a_leader(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, people(tmp_path, TWO)) as play:
        await led(play)
        await at(play, "2026-12-01 09:00")  # the day after the last of the post
        told = await morning(play)
        assert "郑伟民 不再任领导" in heard(play, told, HEAD)
        assert "ZH-2026-0001 改由 方明 领办" in heard(play, told, HEAD)
        case = await ticket(play)
        assert case.leader == (await known(play, "方明")).id
        for text in ("查看 1", "移交领办 1 郑伟民", "批示 1 请供电局本周解决"):
            told = await play.say(LEADER, text)
            assert "没有找到您可以查看的" in heard(play, told, LEADER), text
        told = await play.say(SECRETARY, "口头批示 1 郑伟民 请供电局本周解决")
        assert "没有找到您可以查看的" in heard(play, told, SECRETARY)
        assert (await ticket(play)) == case
        assert not [letter for letter in await morning(play) if "不再任" in letter.message.text]


async def test_scenario_23_a_right_taken_away_hands_over_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path, people(tmp_path, TWO)) as play:
        await led(play)
        told = await play.say(HEAD, "收回授权 id-郑伟民 领导")
        assert "改由 方明 领办" in heard(play, told, HEAD)
        assert (await ticket(play)).leader == (await known(play, "方明")).id


async def test_without_another_leader_the_head_is_asked_to_name_one(tmp_path: Path) -> None:
    alone = TWO.replace(person("方明", '["leader"]'), "")
    async with stage(tmp_path, people(tmp_path, alone)) as play:
        await led(play)
        told = await play.say(HEAD, "收回授权 id-郑伟民 领导")
        assert "还没有接手的领导" in heard(play, told, HEAD)


async def test_talks_and_meetings_are_kept_with_their_day(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        await play.say(HEAD, "协调会 1 11月23日供电、经信参加，定了先换开关")
        await play.say(LIAISON, "面商 1 在厂里和陈总谈了赔偿")
        met = [(one.kind, one.on) for one in (await ticket(play)).meetings]
        assert met == [("meeting", date(2026, 11, 23)), ("talk", date(2026, 11, 24))]
        assert "面商（11月24日（周二））：在厂里" in heard(
            play, await play.say(HEAD, "查看 1"), HEAD
        )
        assert "先换开关" not in heard(play, await play.say(OWNER, "查看 1"), OWNER)
        assert "不归您办" in heard(play, await play.say(OWNER, "面商 1 谈过了"), OWNER)


# Instructions -------------------------------------------------------------------------------


async def test_u22_the_secretary_writes_down_what_the_leader_said(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        told = await play.say(SECRETARY, f"口头批示 1 郑伟民 {WORDS}")
        assert "已记下 ZH-2026-0001 的批示" in heard(play, told, SECRETARY)
        (said,) = (await ticket(play)).instructions
        (errand,) = said.errands
        assert (errand.who, errand.by_when) == ("gdj", date(2026, 11, 27))
        assert said.recorded_by == (await known(play, SECRETARY)).id
        entry = [e for e in await history(play, f"ticket:{ONE}") if e.act == "instruct"][-1]
        assert entry.role == "secretary"
        assert (entry.personal["oral"], entry.personal["recorded_by"]) == (LEADER, SECRETARY)
        assert "请在 11月27日（周五）前办好" in heard(play, told, LIAISON)
        assert f"有{LEADER}的批示" in heard(play, told, HEAD)


async def test_u22_a_secretary_neither_rates_nor_closes(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        await play.say(HEAD, "领办 1 郑伟民")
        before = await ticket(play)
        for text in ("满意 1", "代评 1 满意 电话里说好的", "不满意 1 不行", "审核通过 1"):
            assert "不归您办" in heard(play, await play.say(SECRETARY, text), SECRETARY), text
        after = await ticket(play)
        assert after == before
        assert after.satisfaction is not Satisfaction.SATISFIED


async def test_u22_a_secretary_speaks_for_no_other_leader_and_not_after_leaving(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, people(tmp_path, TWO)) as play:
        await led(play)
        told = await play.say(SECRETARY, "口头批示 1 方明 请供电局本周解决")
        assert "或您服务的领导" in heard(play, told, SECRETARY)
        before = await ticket(play)
        await play.say(HEAD, "收回授权 id-吴倩 秘书 郑伟民")
        told = await play.say(SECRETARY, "口头批示 1 郑伟民 请供电局本周解决")
        assert "没有找到您可以查看的" in heard(play, told, SECRETARY)
        assert await ticket(play) == before
        assert before.instructions == ()


async def test_a_leader_is_asked_who_and_by_when(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        told = await play.say(LEADER, "批示 1 抓紧查清原因")
        assert "请哪个部门办" in heard(play, told, LEADER)
        told = await play.press(LEADER, "国网镇海供电公司")
        assert "哪天前办好" in heard(play, told, LEADER)
        await play.press(LEADER, "下周五")
        (said,) = (await ticket(play)).instructions
        assert said.recorded_by is None
        assert said.errands[0].by_when == date(2026, 12, 4)


async def test_u23_the_words_of_an_instruction_leave_through_no_door(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        await play.say(SECRETARY, f"口头批示 1 郑伟民 {WORDS}")
        await play.say(LEADER, "批示 1")
        await play.say(LEADER, WORDS)
        for who in (LEADER, SECRETARY, HEAD, CLERK, LIAISON, INSPECTOR, OWNER):
            for text in ("查看 1", "看批示 1", "进度 1", "清单", "领办清单"):
                await play.say(who, text)
            await play.say(who, "查看 1", group="工作群")
        await at(play, "2026-11-25 09:00")
        await play.say(LIAISON, "批示办结 1 开关已换好")
        await at(play, "2026-11-30 09:00")
        await morning(play)
        shown = "\n".join(
            f"{one.message.title}{one.message.text}{one.message.status}{one.message.options}"
            for one in play.seen
        )
        assert "不许再拖" not in shown
        url = await address(tmp_path / "stage.db")
        ((count,),) = rows(url, "SELECT count(*) FROM delivery")
        assert count == len(play.seen)  # nothing else was written to go out


async def test_an_office_may_let_the_words_through_to_three_people(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    shipped = Path(__file__).parents[2] / "config" / "exposure.toml"
    head, tail = shipped.read_text("utf-8").split("[instruction]")
    opened = tail.replace('private = "login"', 'private = "full"', 1)
    (overlay / "exposure.toml").write_text(f"{head}[instruction]{opened}", "utf-8")
    async with stage(tmp_path, overlay) as play:
        await hard(play)
        await play.say(SECRETARY, f"口头批示 1 郑伟民 {WORDS}")
        for who in (LEADER, SECRETARY, HEAD):
            told = heard(play, await play.say(who, "看批示 1"), who)
            assert f"口头：{LEADER}；代录：{SECRETARY}" in told
            assert "不许再拖" in told
        for who in (CLERK, LIAISON, INSPECTOR, OWNER):
            told = heard(play, await play.say(who, "看批示 1"), who)
            assert "没有批示" in told


async def test_an_errand_is_ticked_off_and_the_leader_hears(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        await play.say(SECRETARY, f"口头批示 1 郑伟民 {WORDS}")
        told = await play.say(LIAISON, "批示办结 1 开关已换好，企业已送电")
        assert "批示事项已办结" in heard(play, told, HEAD)
        assert "已办结" in heard(play, await at(play, "2026-11-25 09:00"), LEADER)
        told = await play.say(LIAISON, "批示办结 1 再办一次")
        assert "没有等办的批示事项" in heard(play, told, LIAISON)


# What leaders see ---------------------------------------------------------------------------


async def test_leaders_hear_once_a_day_of_what_is_not_red(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        before = len(play.seen)
        await play.say(LIAISON, "面商 1 在厂里和陈总谈了赔偿")
        await play.say(SECRETARY, f"口头批示 1 郑伟民 {WORDS}")
        await play.say(LIAISON, "批示办结 1 开关已换好")
        await at(play, "2026-11-24 15:00")
        assert not texts(play, play.seen[before:], LEADER)
        (digest,) = texts(play, await at(play, "2026-11-25 09:00"), LEADER)
        for line in ("请您领办", "面商", "秘书记下了", "批示事项已办结"):
            assert line in digest


async def test_leaders_get_one_page_on_the_first_working_day_of_the_week(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        await play.say(SECRETARY, f"口头批示 1 郑伟民 {WORDS}")
        await at(play, "2026-11-27 09:00")
        assert "本周领办" not in heard(play, await morning(play), LEADER)
        await at(play, "2026-11-30 09:00")
        told = await morning(play)
        for who in (LEADER, SECRETARY):
            (page,) = texts(play, told, who)
            assert "本周领办 1 件，红 1 件" in page  # what the 批示 asked for is overdue
            assert "批示事项：国网镇海供电公司" in page
            assert "恒通" not in page
        assert not texts(play, await morning(play), LEADER)


@pytest.mark.parametrize(
    ("who", "says"), [(LEADER, "领办 1 件"), (SECRETARY, "领办 1 件"), (HEAD, "领办 1 件")]
)
async def test_the_list_of_what_is_led(tmp_path: Path, who: str, says: str) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        assert says in heard(play, await play.say(who, "领办清单"), who)


@pytest.mark.parametrize("who", [CLERK, LIAISON, OWNER, INSPECTOR])
async def test_the_list_is_for_leaders_alone(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        told = heard(play, await play.say(who, "领办清单"), who)
        assert "给领导、秘书和受理负责人看" in told
