"""Whose place staff mean who do not say it for certain, and what is left after the beginning."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.registration.registration import Standing
from tests.handlers.attending import EVENT, labels, place, press, publish, roll, sign_up
from tests.handlers.relaying import relay_office
from tests.handlers.story import CLERK, OWNER, heard
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

LATER = "HD-2026-002"
BEGUN = timedelta(days=7, hours=5)  # 14:00, as it starts
NAMES = ["赵明", "钱亮", "孙伟", "李强", "周芳", "吴刚", "郑杰", "王磊", "冯涛", "陈静"]


async def pasted(play: Stage, *rows: str, head: str = "政商面对面 12月1日") -> None:
    """Paste a list for an activity."""
    lines = "\n".join(f"{n}. {row}" for n, row in enumerate(rows, 1))
    await play.say(CLERK, f"#接龙 {head}\n{lines}")


async def published_twice(play: Stage) -> None:
    """Publish two activities for which the same two people are signed up."""
    await publish(play, "名额60人")
    await play.say(
        CLERK,
        "建活动 政商面对面：用工专场\n系列：座谈会\n时间：12月8日14:00-16:30\n"
        "地点：区行政中心3号楼\n每人可带：4\n名额：60",
    )
    await play.press(CLERK, "确认")
    await play.press(CLERK, "发布")
    for head in ("新材料专场", "用工专场"):
        await pasted(play, "恒通 李明 13805740009", "天成 谢芳", head=head)


async def test_a_place_on_each_of_two_lists_is_told_apart_by_its_day(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await published_twice(play)
        asked = await play.say(CLERK, "代取消 李明 来电说出差")
        shown = labels(play, asked, CLERK)
        assert [one[:8] for one in shown[:2]] == ["12月1日 李明", "12月8日 李明"]
        await play.press(CLERK, shown[1])
        await play.press(CLERK, "确认")
        assert (await place(play, 1)).standing is Standing.CONFIRMED
        assert (await roll(play, LATER)).registrations[1].standing is Standing.CANCELLED


async def test_more_people_than_buttons_are_asked_for_by_name(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        await pasted(play, *(f"恒通 {name}" for name in NAMES))
        asked = await play.say(CLERK, "代取消 恒通 来电说出差")
        assert "“恒通”在名单上有 10 位，请写姓名或电话" in heard(play, asked, CLERK)
        again = await play.say(CLERK, "恒通")
        assert "请写姓名或电话" in heard(play, again, CLERK)
        review = heard(play, await play.say(CLERK, "陈静"), CLERK)
        assert "替陈静取消" in review
        assert "原因：来电说出差" in review


async def test_somebody_who_was_not_offered_is_taken_by_their_name(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        await pasted(play, "恒通 李明", "恒通 周芳", "天成 谢芳")
        await play.say(CLERK, "代取消 恒通 来电说出差")
        review = heard(play, await play.say(CLERK, "天成 谢芳"), CLERK)
        assert "替谢芳取消" in review
        assert "恒通" not in review
        await play.press(CLERK, "确认")
        assert (await place(play, 3)).standing is Standing.CANCELLED


async def test_somebody_who_is_on_no_list_is_asked_for_again(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        await pasted(play, "恒通 李明", "恒通 周芳")
        await play.say(CLERK, "代取消 恒通 来电说出差")
        again = await play.say(CLERK, "王麻子")
        assert "写他的企业和姓名" in heard(play, again, CLERK)
        assert len(labels(play, again, CLERK)) == 2


async def test_one_more_is_not_one_in_all(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        await pasted(play, "恒通 李明 2人", "天成 谢芳")
        asked = await play.say(CLERK, "代改人数 李明 来电说多带一位")
        assert "李明现在报 2 人。改成一共几个人" in heard(play, asked, CLERK)
        again = await play.say(CLERK, "多带1位")
        assert "不是人数" in heard(play, again, CLERK)
        review = heard(play, await play.say(CLERK, "三位"), CLERK)
        assert "人数：3" in review
        assert "原因：来电说多带一位" in review


async def test_after_the_beginning_more_people_are_let_in_at_the_door(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额5人")
        await sign_up(play, OWNER)
        await play.wait(BEGUN)
        for told in (
            await play.say(CLERK, f"代改人数 {EVENT} 陈建国 3人 多带两位"),
            await play.say(CLERK, "代改人数"),
            await press(play, CLERK, "party_for"),
        ):
            assert "已经开始，人数不能再改。多来的人请用“现场加报”" in heard(play, told, CLERK)
            assert labels(play, told, CLERK) == ["现场加报"]
        listed = await press(play, CLERK, "names")
        assert "代改人数" not in labels(play, listed, CLERK)


async def test_what_was_begun_before_the_beginning_is_not_done_after_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额5人")
        await sign_up(play, OWNER)
        await play.say(CLERK, f"代改人数 {EVENT} 陈建国 3人 多带两位")
        play.clock.now += BEGUN
        told = await play.say(CLERK, "确认")
        assert "现场加报" in heard(play, told, CLERK)
        assert (await place(play, 1)).party == 1


async def test_the_list_that_has_not_begun_is_meant_where_another_has(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await published_twice(play)
        await play.wait(BEGUN)
        review = await play.say(CLERK, "代改人数 李明 3人 来电")
        assert "用工专场" in heard(play, review, CLERK)
        await play.press(CLERK, "确认")
        assert (await roll(play, LATER)).registrations[1].party == 3
