"""接龙: staff paste the list of a group, and its rows become places on the list (U7)."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from flows.registration.registration import Registration, Standing
from tests.flows.registration.relay_list import HEAD, KNOWN, ROWS, WHOLE
from tests.handlers.attending import press, publish, roll
from tests.handlers.relaying import OWNERS, relay_office
from tests.handlers.story import CLERK, LIAISON, heard, history
from tests.handlers.story import HEAD as HEAD_CLERK
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
MINGDA = KNOWN[3]


async def live(play: Stage) -> list[Registration]:
    """Return who is on the list, in the order of coming."""
    return [one for one in (await roll(play)).registrations.values() if one.live]


async def test_u7_of_thirty_rows_27_are_signed_up_and_3_are_asked_and_pasting_again_changes_nothing(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        first = await play.say(CLERK, WHOLE)
        told = heard(play, first, CLERK)
        assert "27 行已报" in told
        assert "其中重复 3 行：王芳、陈国强、赵敏" in told
        assert "3 行待定，见下面" in told
        assert "1. “华立 王总 1人” 几家同名：" in told
        assert "2. “东海 潘总 3人 2人” 人数对不上" in told
        assert "3. “宏达 戚总 1人” 没看出单位" in told
        placed = await live(play)
        assert (len(placed), {one.standing for one in placed}) == (24, {Standing.CONFIRMED})
        assert (await roll(play)).free == 60 - sum(one.party for one in placed)
        chen = next(one for one in placed if one.name == "陈国强")
        assert chen.also_for == (MINGDA,)
        to = [play.where(one) for one in first if "报名" in one.message.text]
        assert Counter(to)["钱进"] == Counter(to)["姜涛"] == 1
        before = await roll(play), len(await history(play, "event:HD-2026-001"))

        again = await play.say(CLERK, WHOLE)
        assert "已有 27 行，没有变化" in heard(play, again, CLERK)
        assert {play.where(one) for one in again} == {CLERK}
        assert (await roll(play), len(await history(play, "event:HD-2026-001"))) == before


async def test_known_people_of_an_enterprise_are_told_once_and_by_name(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        letters = await play.say(CLERK, WHOLE)
        for name in OWNERS:
            assert heard(play, letters, name).count("替您报名") == 1
        by_name = {one.name: one for one in await live(play)}
        assert all(by_name[name].person is not None for name in OWNERS)
        assert by_name["李总"].person is None
        assert {one.by for one in by_name.values()} == {by_name["李总"].by}
        assert by_name["周厂长"].phone == "13800000003"


async def test_a_longer_list_adds_only_what_is_new(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        await play.say(CLERK, HEAD + "\n".join(ROWS.splitlines()[:10]))
        before = await live(play)
        told = heard(play, await play.say(CLERK, WHOLE), CLERK)
        assert "之前已报" in told
        after = await live(play)
        assert [one.model_copy(update={"also_for": ()}) for one in after[: len(before)]] == [
            one.model_copy(update={"also_for": ()}) for one in before
        ]
        assert len(after) == 24


async def test_who_does_not_fit_waits_and_beyond_that_is_named(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额2人\n候补1人")
        told = await play.say(
            CLERK,
            "接龙 政商面对面 12月1日\n1. 恒通 李总\n2. 骆驼机械 张三\n3. 明达 沈工\n4. 天成 谢芳",
        )
        text = heard(play, told, CLERK)
        assert "3 行已报：李总、张三、沈工" in text
        assert "其中候补 1 行：沈工" in text
        assert "没报上：宁波天成软件有限公司 谢芳，1 人：名额和候补都满了" in text
        assert [one.standing for one in await live(play)] == ["confirmed", "confirmed", "waiting"]


async def test_a_limit_for_each_enterprise_holds_for_a_list_too(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人，每家限2人")
        told = heard(play, await play.say(CLERK, WHOLE), CLERK)
        assert "没报上：宁波恒通紧固件有限公司 何平，2 人：这家已报满 2 人" in told


async def test_who_cancelled_is_not_signed_up_again_by_the_old_list(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        await play.say(CLERK, WHOLE)
        seq = next(one.seq for one in await live(play) if one.name == "钱进")
        await press(play, "钱进", "cancel", seq)
        await play.press("钱进", "确认")
        told = heard(play, await play.say(CLERK, WHOLE), CLERK)
        assert "报过又取消的 1 行，没有再报：钱进" in told
        assert "钱进" not in {one.name for one in await live(play)}


async def test_who_signed_up_alone_is_not_on_the_list_twice(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        await press(play, "钱进", "sign_up")
        await play.say("钱进", "13805740009")
        await play.press("钱进", "确认")
        told = heard(play, await play.say(CLERK, WHOLE), CLERK)
        assert "之前已报 1 行：钱进" in told
        assert [one.name for one in await live(play)].count("钱进") == 1


async def test_another_form_of_address_for_somebody_on_the_list_is_asked(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        await press(play, "钱进", "sign_up")
        await play.say("钱进", "13805740009")
        await play.press("钱进", "确认")
        rows = "接龙 政商面对面 12月1日\n1. 甬能新材料 钱总\n2. 恒通 李总"
        asked = await play.say(CLERK, rows)
        assert "可能和名单上的是同一个人" in heard(play, asked, CLERK)
        done = await play.press(CLERK, "照写")
        assert "已报：浙江甬能新材料股份有限公司 钱总" in heard(play, done, CLERK)


async def test_another_number_of_people_is_named_and_changes_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        await play.say(CLERK, "接龙 政商面对面 12月1日\n1. 恒通 李总 1人\n2. 明达 沈工")
        told = await play.say(CLERK, "接龙 政商面对面 12月1日\n1. 恒通 李总 2人\n2. 明达 沈工")
        assert "李总：名单上是 1 人，接龙写 2 人，没有改" in heard(play, told, CLERK)
        assert [one.party for one in await live(play)] == [1, 1]


async def test_a_forwarded_record_is_read_like_a_pasted_list(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        record = [("商会", "#接龙 政商面对面 12月1日"), ("李总", "1. 恒通 李总\n2. 明达 沈工")]
        told = heard(play, await play.say(CLERK, forwarded=record), CLERK)
        assert "2 行已报：李总、沈工" in told


async def test_a_list_that_names_no_activity_is_asked_about(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        asked = await play.say(CLERK, "接龙")
        assert "请把群里整段接龙复制过来" in heard(play, asked, CLERK)
        asked = await play.say(CLERK, "1. 恒通 李总\n2. 明达 沈工\n3. 天成 谢芳 1人")
        assert "是哪一场的" in heard(play, asked, CLERK)
        told = await play.say(CLERK, "1")
        assert "3 行已报：李总、沈工、谢芳" in heard(play, told, CLERK)


async def test_only_staff_paste_lists(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        for who in ("钱进", LIAISON, "生人"):
            told = await play.say(who, "#接龙 政商面对面\n1. 恒通 李总\n2. 明达 沈工")
            assert "由活动专员或受理员来贴" in heard(play, told, who), who
        assert await live(play) == []


async def test_a_problem_in_numbered_lines_is_no_list(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        told = await play.say(CLERK, "企业反映三件事：\n1. 厂区停电三次\n2. 门口积水\n3. 招工困难")
        assert "行已报" not in heard(play, told, CLERK)
        assert "待定" not in heard(play, told, CLERK)
        assert await live(play) == []


async def test_reminders_go_to_those_with_an_account_and_not_thirty_times_to_staff(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        told = heard(play, await play.say(CLERK, WHOLE), CLERK)
        assert "没有账号、收不到通知的 25 行，请在群里说一声：李总、" in told
        play.clock.now += timedelta(days=6)
        letters = await play.wait(timedelta(hours=5))
        reminded = {play.where(one) for one in letters if one.message.text.startswith("提醒")}
        assert reminded == set(OWNERS)


async def test_a_list_in_the_middle_of_another_form_is_left_to_that_form(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        await play.say(CLERK, "建活动")
        await play.say(CLERK, WHOLE)
        assert await live(play) == []


async def test_two_of_the_staff_who_paste_at_once_file_each_row_once(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        told = await asyncio.gather(play.say(CLERK, WHOLE), play.say(HEAD_CLERK, WHOLE))
        said = [one.message.text for letters in told for one in letters]
        assert len([text for text in said if "27 行已报" in text]) == 1
        assert len([text for text in said if "已有 27 行，没有变化" in text]) == 1
        assert len(await live(play)) == 24


async def test_an_activity_that_is_called_off_is_not_told_thirty_times_to_who_pasted(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        await play.say(CLERK, WHOLE)
        await press(play, HEAD_CLERK, "off")
        await play.say(HEAD_CLERK, "台风登陆")
        letters = await play.press(HEAD_CLERK, "确认")
        assert heard(play, letters, CLERK).count("活动取消") == 0
        for name in OWNERS:
            assert heard(play, letters, name).count("活动取消") == 1
