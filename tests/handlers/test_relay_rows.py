"""The doubtful rows of a 接龙: asked together, answered several in a line, and never lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.registration.registration import Registration
from handlers.ports import Button
from tests.flows.registration.relay_list import KNOWN, WHOLE
from tests.handlers.attending import labels, publish, roll
from tests.handlers.relaying import relay_office
from tests.handlers.story import CLERK, HEAD, OWNER, heard
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
WANG, PAN = KNOWN[5], KNOWN[8]
AFTER_THE_CLOSE = timedelta(days=7, hours=4)  # 13:00, an hour before it starts


async def pasted(play: Stage, text: str = WHOLE) -> str:
    """Publish an activity, paste a list for it and return what was said."""
    await publish(play, "名额200人")
    return heard(play, await play.say(CLERK, text), CLERK)


async def on_list(play: Stage) -> dict[str, Registration]:
    """Return who is on the list, by name."""
    return {one.name: one for one in (await roll(play)).registrations.values() if one.live}


def doubtful(count: int) -> str:
    """Write a list of rows that nobody can sign up as they are."""
    rows = "\n".join(f"{n}. 第{n}号机械配件厂 {n % 9 + 1}人" for n in range(1, count + 1))
    return f"#接龙 政商面对面 12月1日\n{rows}"


async def test_several_rows_are_answered_in_one_line(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play)
        done = await play.say(CLERK, f"1={WANG} 2=3人 3=跳过")
        told = heard(play, done, CLERK)
        assert "2 行已报：王总、潘总" in told
        assert "跳过 1 行，以后再贴也不问：“宏达 戚总 1人”" in told
        assert "待定" not in told
        assert "名单" in labels(play, done, CLERK)
        placed = await on_list(play)
        assert (placed["王总"].enterprise, placed["潘总"].enterprise) == (WANG, PAN)
        assert placed["潘总"].party == 3
        again = heard(play, await play.say(CLERK, WHOLE), CLERK)
        assert "已有 29 行，没有变化" in again
        assert "上次跳过的 1 行：“宏达 戚总 1人”" in again
        assert "待定" not in again


async def test_the_first_rows_have_buttons(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        asked = await play.say(CLERK, WHOLE)
        offered = labels(play, asked, CLERK)
        assert {f"1={WANG}", "2=3人", "3=宏达"} <= set(offered)
        asked = await play.press(CLERK, f"1={WANG}")
        told = heard(play, asked, CLERK)
        assert f"已报：{WANG} 王总，1 人" in told
        assert "待定 2 行" in told
        assert "2. “东海" in told  # a row keeps its number


async def test_the_last_row_is_answered_without_its_number(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play)
        asked = await play.say(CLERK, "1=跳过 2=跳过")
        assert "宏达" in labels(play, asked, CLERK)
        done = heard(play, await play.say(CLERK, "跳过这一行"), CLERK)
        assert "跳过了“宏达 戚总 1人”" in done
        assert (await roll(play)).event.doubtful == ()


async def test_what_does_not_answer_a_row_is_named_and_the_rest_is_done(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play)
        told = heard(play, await play.say(CLERK, "2=随便 1=跳过 77=新"), CLERK)
        assert "没看懂：“2=随便”，那一行是“东海 潘总 3人 2人”" in told
        assert "没看懂：“77=新”" in told
        assert "跳过了“华立 王总 1人”" in told
        assert "待定 2 行" in told
        unread = heard(play, await play.say(CLERK, "不知道"), CLERK)
        assert "请写行号和答案" in unread
        assert "待定 2 行" in unread


async def test_what_is_left_in_doubt_of_a_row_is_asked_next(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        told = await pasted(play, "#接龙 政商面对面 12月1日\n1. 恒通 2人 待定\n2. 甬江轴承厂")
        assert "1. “恒通 2人 待定” 没看出姓名" in told
        told = heard(play, await play.say(CLERK, "1=李总"), CLERK)
        assert "1. “恒通 2人 待定” 有没看懂的字" in told
        await play.say(CLERK, "1=照写 2=吴秀英")
        assert sorted(await on_list(play)) == ["吴秀英", "李总"]


async def test_of_a_hundred_doubtful_rows_none_is_lost_and_a_message_stays_short(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        told = await pasted(play, doubtful(100))
        assert "100 行待定" in told
        assert "还有 88 行，答完这些接着给" in told
        assert len(told) < 1_200
        assert "1. “第1号机械配件厂 2人” 没看出单位、没看出姓名" in told
        await play.say(CLERK, "1-12=跳过")
        asked = heard(play, await play.say(CLERK, "13=宁波第十三机械厂 吴秀英"), CLERK)
        assert "14. “第14号机械配件厂" in asked
        assert len((await roll(play)).event.doubtful) == 87


async def test_rows_that_were_put_aside_are_brought_back_by_a_word(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play)
        aside = heard(play, await play.say(CLERK, "取消"), CLERK)
        assert "接龙余下" in aside
        assert "待定 3 行" in heard(play, await play.say(HEAD, "接龙余下"), HEAD)
        await play.say(HEAD, "1=跳过 2=跳过")
        assert "“宏达 戚总 1人”" in heard(play, await play.say(CLERK, "接龙余下"), CLERK)
        await play.say(CLERK, "跳过")
        assert "没有待定的行" in heard(play, await play.say(CLERK, "接龙余下"), CLERK)


async def test_the_button_to_skip_several_rows_only_puts_them_aside(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play)
        aside = heard(play, await play.press(CLERK, "跳过"), CLERK)
        assert "接龙余下" in aside
        assert len((await roll(play)).event.doubtful) == 3


async def test_pasting_again_asks_the_same_rows_under_the_same_numbers(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play)
        await play.say(CLERK, "1=跳过")
        again = heard(play, await play.say(CLERK, WHOLE), CLERK)
        assert "2. “东海 潘总 3人 2人”" in again
        assert "3. “宏达 戚总 1人”" in again
        assert len((await roll(play)).event.doubtful) == 2


async def test_somebody_who_may_be_on_the_list_already_is_asked_again(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play, "#接龙 政商面对面 12月1日\n1. 恒通 李明\n2. 恒通 2人\n3. 甬江轴承厂")
        told = heard(play, await play.say(CLERK, "1=李总"), CLERK)
        assert "可能和名单上的是同一个人" in told
        assert "李总" not in await on_list(play)
        await play.say(CLERK, "1=新")
        assert {"李明", "李总"} <= set(await on_list(play))


async def replaced(play: Stage) -> str:
    """Ask about a row that a colleague then settles before another waits; return its button."""
    await publish(play, "名额60人")
    asked = await play.say(CLERK, "#接龙 政商面对面 12月1日\n1. 恒通 李明\n2. 恒通 李总")
    await play.say(HEAD, "接龙余下")
    await play.say(HEAD, "跳过")
    await play.say(HEAD, "#接龙 政商面对面 12月1日\n1. 天成 谢芳\n2. 天成 谢总")
    options = [option for letter in asked for option in letter.message.options]
    return next(option.action for option in options if option.label == "照写")


async def test_a_number_that_was_typed_for_a_settled_row_answers_no_other(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await replaced(play)
        told = await play.say(CLERK, "1=新")
        assert "没看懂“1=新”" in heard(play, told, CLERK)
        assert sorted(await on_list(play)) == ["李明", "谢芳"]


async def test_the_button_of_a_settled_row_answers_no_other(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        button = await replaced(play)
        told = await play.say(CLERK, button=Button(button, "card"))
        assert "没看懂" in heard(play, told, CLERK)
        assert sorted(await on_list(play)) == ["李明", "谢芳"]


async def test_rows_that_wait_are_for_who_runs_activities(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play)
        for who in ("钱进", OWNER):
            told = heard(play, await play.say(who, "接龙余下"), who)
            assert "由活动专员或受理员来贴" in told
            assert "华立" not in told


async def test_rows_that_a_colleague_settled_meanwhile_are_not_asked_any_more(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play)
        await play.say(HEAD, "接龙余下")
        await play.say(HEAD, "1-3=跳过")
        told = heard(play, await play.say(CLERK, "1=新"), CLERK)
        assert "没有待定的行" in told
        assert "待定 0 行" not in told


async def test_after_the_close_rows_are_passed_over_and_nothing_else(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play)
        await play.say(CLERK, "取消")
        await play.wait(AFTER_THE_CLOSE)
        asked = heard(play, await play.say(CLERK, "接龙余下"), CLERK)
        assert "这些行只能跳过" in asked
        assert "待定 3 行" in asked
        before = await on_list(play)
        refused = heard(play, await play.say(CLERK, f"1={WANG} 2=跳过"), CLERK)
        assert "这些行只能跳过" in refused
        assert "待定 3 行" in refused
        assert await on_list(play) == before
        passed = heard(play, await play.say(CLERK, "1-3=跳过"), CLERK)
        assert "跳过 3 行" in passed
        assert (await roll(play)).event.doubtful == ()
