"""代理: who stands in for a 联络员, who hears then, and how it ends."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.handlers.story import (
    CLERK,
    HEAD,
    LIAISON,
    ONE,
    SUPPORT,
    buttons,
    carry,
    change,
    heard,
    history,
    known,
    people,
    person,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
COLLEAGUE = "钱进"


async def invited(play: Stage, text: str = f"代理 {COLLEAGUE} 到12月3日") -> str:
    """Let the 联络员 ask for somebody unknown; return the code to pass on."""
    said = heard(play, await play.say(LIAISON, text), LIAISON)
    found = re.search(r"邀请码 ([A-Z2-9]{4}-[A-Z2-9]{4})", said)
    assert found, said
    return found[1]


async def standing_in(play: Stage) -> None:
    code = await invited(play)
    said = await play.say(COLLEAGUE, f"邀请码 {code}")
    assert "由您替李强代理国网镇海供电公司" in heard(play, said, COLLEAGUE)
    assert f"{COLLEAGUE}已开始替您代理" in heard(play, said, LIAISON)


async def test_whoever_has_the_code_stands_in_at_once_and_works_with_the_units_rights(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await standing_in(play)
        await play.say(CLERK, "交办 1 供电公司 协办 经信局")
        told = await play.say(CLERK, "确认")
        assert "签收" in buttons(play, told, COLLEAGUE)
        assert heard(play, told, LIAISON) == "", "who is away hears of nothing that is not red"
        await play.say(COLLEAGUE, "签收 1")
        await play.say(COLLEAGUE, "钱进，0574-86270011")
        found = await ticket(play)
        assert (found.state, found.handler) == (State.IN_PROGRESS, COLLEAGUE)
        (line,) = [one for one in await history(play, f"ticket:{ONE}") if one.act == "sign"]
        assert (line.role, line.actor) == ("lead", (await known(play, COLLEAGUE)).id)


async def test_who_is_away_may_act_all_the_same(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        await standing_in(play)
        await play.say(LIAISON, "签收 1")
        assert (await ticket(play)).state is State.IN_PROGRESS


async def test_it_ends_by_itself_after_the_last_day(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        await standing_in(play)
        play.clock.now += timedelta(days=9)  # 12月3日 09:00
        assert (await known(play, COLLEAGUE)).units() == ("gdj",)
        play.clock.now += timedelta(days=1)
        assert (await known(play, COLLEAGUE)).units() == ()
        said = await play.say(COLLEAGUE, "签收 1")
        assert "没有找到" in heard(play, said, COLLEAGUE)
        assert (await ticket(play)).state is State.ASSIGNED


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (LIAISON, "取消代理"),
        (COLLEAGUE, "取消代理"),
        (HEAD, "取消代理 李强"),
        (HEAD, "取消代理 供电公司"),
    ],
)
async def test_it_is_ended_at_once_by_either_and_by_the_desk(
    tmp_path: Path, who: str, words: str
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        await standing_in(play)
        said = await play.say(who, words)
        assert f"{COLLEAGUE}不再替李强代理" in heard(play, said, who)
        others = {LIAISON, COLLEAGUE} - {who}
        assert all("已提前结束" in heard(play, said, other) for other in others)
        assert (await known(play, COLLEAGUE)).units() == ()
        if who != COLLEAGUE:  # who has no office any more only says some words
            assert "没有" in heard(play, await play.say(who, words), who)


async def test_the_desk_sets_it_for_a_department_and_both_hear_of_it(tmp_path: Path) -> None:
    body = (
        person("王敏", '["clerk"]')
        + person("王五", '["liaison"]', 'unit = "jxj"')
        + person("李四", '["liaison"]', 'unit = "jxj"')
    )
    async with stage(tmp_path, people(tmp_path, body)) as play:
        said = await play.say("王敏", "代理 经信局 王五 李四 12月3日")
        assert "已设：李四替王五代理区经信局" in heard(play, said, "王敏")
        assert "由您替王五代理" in heard(play, said, "李四")
        assert "受理员已请李四替您代理" in heard(play, said, "王五")
        lines = await history(play, f"person:{(await known(play, '李四')).id}")
        granted = [one for one in lines if one.act == "role.granted"][-1]
        assert granted.actor == (await known(play, "王敏")).id
        assert granted.public["role"] == "deputy"
        assert granted.public["until"] == "2026-12-03"


async def test_the_one_who_is_away_gets_a_copy_of_red_letters_alone(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        await standing_in(play)
        told = dict.fromkeys((LIAISON, COLLEAGUE), "")
        for _ in range(60):
            for letter in await play.wait(timedelta(hours=2)):
                if (who := play.where(letter)) in told:
                    told[who] += f"{letter.message.text}\n"
            if "督办单" in told[COLLEAGUE]:
                break
        assert "督办单" in told[COLLEAGUE]
        assert "催办" in told[COLLEAGUE]
        assert "督办单" in told[LIAISON]
        assert "催办" not in told[LIAISON].replace("督办", "")


async def test_another_takes_the_place_of_the_first(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await standing_in(play)
        await play.say("孙立", "你好")
        said = await play.say(LIAISON, "代理 孙立 到12月5日")
        assert "已提前结束" in heard(play, said, COLLEAGUE)
        assert (await known(play, COLLEAGUE)).units() == ()
        assert (await known(play, "孙立")).units() == ("gdj",)


async def test_who_lost_the_post_lends_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await standing_in(play)
        await play.say(HEAD, "收回授权 demo-liaison-li 联络员 供电公司")
        assert (await known(play, COLLEAGUE)).units() == ()


@pytest.mark.parametrize(
    ("who", "text", "told"),
    [
        (LIAISON, "代理 钱进", "到哪天"),
        (LIAISON, "代理", "请这样发：代理 李四 到12月3日"),
        (LIAISON, "代理 钱进 到2026年11月20日", "已经过了"),
        (LIAISON, "代理 钱进 到2027年11月20日", "最长 60 天"),
        (LIAISON, "代理 李强 到12月3日", "不能请自己"),
        (LIAISON, "代理 王敏 到12月3日", "王敏是工商联的人"),
        (LIAISON, "代理 沈丽君 到12月3日", "沈丽君是区经信局的联络员"),
        (LIAISON, "代理 demo-owner-chen 到12月3日", "登记的是企业的人"),
        (CLERK, "代理 供电公司 张三 李四 12月3日", "现在的联络员：李强"),
        (CLERK, "代理 李四 12月3日", "请这样发：代理 经信局 王五 李四 12月3日"),
        ("郑伟民", "代理 李四 12月3日", "代理由部门联络员自己设"),
    ],
)
async def test_what_cannot_be_is_refused_with_what_to_do(
    tmp_path: Path, who: str, text: str, told: str
) -> None:
    async with stage(tmp_path) as play:
        await play.say("陈建国", "你好")
        said = await play.say(who, text)
        assert told in heard(play, said, who)
        async with play.database.read() as tx:
            today = play.clock.now.date()
            assert not [one for one in await tx.people.terms(today) if one.role == "deputy"]


async def test_who_stands_in_passes_nothing_on(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await standing_in(play)
        said = heard(play, await play.say(COLLEAGUE, "代理 孙立 到12月3日"), COLLEAGUE)
        assert "不能再转给别人" in said


async def test_a_code_works_once_and_not_after_the_last_day(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        code = await invited(play)
        await play.say(COLLEAGUE, f"邀请码 {code}")
        again = heard(play, await play.say("孙立", f"邀请码 {code}"), "孙立")
        assert "用过" in again
        late = await invited(play, "代理 周新 到明天")
        play.clock.now += timedelta(days=2)
        assert "过期" in heard(play, await play.say("周新", f"邀请码 {late}"), "周新")


async def test_an_enterprise_that_has_the_code_does_not_stand_in(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        code = await invited(play)
        said = heard(play, await play.say("陈建国", f"邀请码 {code}"), "陈建国")
        assert "不能替部门办件" in said


async def test_a_sentence_of_an_enterprise_that_begins_so_is_no_command(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        said = await play.say("陈建国", "代理商一直不给我们发货，影响生产，希望帮忙协调解决")
        assert "从什么时候开始" in heard(play, said, "陈建国")
        said = await play.say("外人", "代理 记账公司乱收费，投诉了没人管，希望帮我们解决")
        assert "请这样发" not in heard(play, said, "外人")


async def test_everybody_reads_what_they_are_until_when(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await standing_in(play)
        mine = heard(play, await play.say(COLLEAGUE, "我是谁"), COLLEAGUE)
        assert "代理（国网镇海供电公司李强），到12月3日" in mine
        theirs = heard(play, await play.say(LIAISON, "我是谁"), LIAISON)
        assert "部门联络员（国网镇海供电公司）" in theirs
        assert f"正由{COLLEAGUE}代理，到12月3日" in theirs
        assert "领导秘书（郑伟民）" in heard(play, await play.say("吴倩", "我是谁"), "吴倩")
        guest = heard(play, await play.say("陈建国", "我是谁"), "陈建国")
        assert "镇海恒通紧固件有限公司" in guest


async def test_what_people_toml_says_holds_for_its_days(tmp_path: Path) -> None:
    body = person("王五", '["liaison"]', 'unit = "jxj"') + person(
        "李四", '[{ role = "deputy", until = 2026-12-03 }]', 'serves = "id-王五"'
    )
    async with stage(tmp_path, people(tmp_path, body)) as play:
        assert (await known(play, "李四")).units() == ("jxj",)
        play.clock.now += timedelta(days=10)
        assert (await known(play, "李四")).units() == ()


async def test_where_the_deputy_has_an_interest_the_other_hears(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await standing_in(play)
        await change(play, reporter=(await known(play, COLLEAGUE)).id)
        await play.say(CLERK, "交办 1 供电公司 协办 经信局")
        told = await play.say(CLERK, "确认")
        assert "签收" in buttons(play, told, LIAISON)
        assert "协办意见" in buttons(play, told, SUPPORT)


async def test_an_invitation_is_void_when_the_absent_one_is_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        code = await invited(play)
        await play.say(LIAISON, "取消代理")
        told = heard(play, await play.say(COLLEAGUE, f"邀请码 {code}"), COLLEAGUE)
        assert "过期" in told


async def test_the_last_invitation_is_the_one_that_counts(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        first = await invited(play)
        second = await invited(play, "代理 周新 到12月3日")
        assert "过期" in heard(play, await play.say(COLLEAGUE, f"邀请码 {first}"), COLLEAGUE)
        assert "代理" in heard(play, await play.say("周新", f"邀请码 {second}"), "周新")
