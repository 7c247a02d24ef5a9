"""E15 and E16 at the door: two phones, one list; what is forged, repeated or over capacity."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from flows.registration.registration import Standing
from handlers.ports import Role
from tests.bot.pages.door import NONCE, hall, said, token_in
from tests.handlers.attending import EVENT, place, press, roll
from tests.handlers.story import CLERK, HEAD, OWNER, heard, history, known
from tests.stage import Stage

pytestmark = pytest.mark.usefixtures("engine")


async def refusals(play: Stage) -> list[str]:
    return [
        one.public["why"]
        for one in await history(play, f"event:{EVENT}")
        if one.act == "door_refused"
    ]


async def test_e15_two_doors_scan_the_same_code_at_once_and_one_lets_in(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        doors = [await there.door(CLERK), await there.door(HEAD)]
        there.play.clock.now += timedelta(minutes=1)
        ticket = await there.ticket(1)
        forms = [(await one.get(f"/in/{ticket}")).form for one in doors]
        answers = await asyncio.gather(
            *(
                one.post(f"/in/{ticket}", {"form": form})
                for one, form in zip(doors, forms, strict=True)
            )
        )
        told = sorted(said(one) for one in answers)
        assert ["已签到 13:01" in one for one in told].count(True) == 1
        assert ["已于 13:01 签到" in one for one in told].count(True) == 1
        came = (await roll(there.play)).standing(Standing.ARRIVED)
        assert [one.seq for one in came] == [1]
        lines = [one.act for one in await history(there.play, f"event:{EVENT}")]
        assert lines.count("check_in") == 1
        assert await refusals(there.play) == ["arrived"]


async def test_e15_a_forged_code_is_refused_and_logged(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        door, ticket = await there.door(), await there.ticket(1)
        forged = ticket.replace(".1.", ".2.")
        shown = await door.scan(forged)
        assert "不是我们发的" in said(shown)
        typed = await door.act("in", text=forged)
        assert "不是我们发的" in said(typed)
        assert await refusals(there.play) == ["forged", "forged"]
        assert not (await roll(there.play)).standing(Standing.ARRIVED)


async def test_e15_a_code_of_another_activity_is_refused_and_logged(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        door = await there.door()
        elsewhere = await there.ticket(1, "HD-2026-002")
        assert "另一场活动" in said(await door.scan(elsewhere))
        assert "另一场活动" in said(await door.act("in", text=elsewhere))
        assert await refusals(there.play) == ["elsewhere", "elsewhere"]


async def test_e15_a_place_that_was_cancelled_is_refused_and_logged(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        door, code = await there.door(), await there.code(1)
        there.play.clock.now -= timedelta(days=1)
        await press(there.play, "来宾1", "cancel", 1)
        await there.play.press("来宾1", "确认")
        there.play.clock.now += timedelta(days=1)
        assert (await place(there.play, 1)).standing is Standing.CANCELLED
        assert "已取消报名" in said(await door.scan(await there.ticket(1)))
        assert "已取消报名" in said(await door.act("in", text=code))
        assert await refusals(there.play) == ["cancelled", "cancelled"]


async def test_e15_the_same_nonce_again_gets_the_same_answer(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        door = await there.door()
        code = await there.code(1)
        first = await door.act("in", text=code, nonce=NONCE + "a")
        there.play.clock.now += timedelta(minutes=5)
        again = await door.act("in", text=code, nonce=NONCE + "a")
        other = await door.act("in", text=code, nonce=NONCE + "b")
        assert "已签到 13:00" in said(first)
        assert said(again) == said(first)
        assert "已于 13:00 签到" in said(other)
        lines = [one.act for one in await history(there.play, f"event:{EVENT}")]
        assert lines.count("check_in") == 1


async def test_e15_a_refusal_is_repeated_too_whatever_happened_since(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        one, two = await there.door(CLERK), await there.door(HEAD)
        code = await there.code(1)
        await one.act("in", text=code)
        refused = await two.act("in", text=code, nonce=NONCE + "a")
        await one.act("out", seq="1")
        again = await two.act("in", text=code, nonce=NONCE + "a")
        assert "已于" in said(refused)
        assert said(again) == said(refused)


async def test_a_name_offers_whom_it_may_mean_and_a_tap_lets_in(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        door = await there.door()
        shown = await door.act("in", text="机械厂")
        assert shown.body.count('name="seq"') == 2
        assert not (await roll(there.play)).standing(Standing.ARRIVED)
        done = await door.act("in", seq="2")
        assert "已签到" in said(done)
        assert "已到 1 / 应到 2 人" in done.text


async def test_a_check_in_that_was_a_mistake_is_taken_back(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        door = await there.door()
        await door.act("in", seq="2")
        assert "签到已撤销" in said(await door.act("out", seq="2"))
        assert (await place(there.play, 2)).standing is Standing.CONFIRMED
        assert (await place(there.play, 2)).arrived_at is None


async def test_e16_who_comes_beyond_the_seats_needs_a_word_and_is_logged(tmp_path: Path) -> None:
    async with hall(tmp_path, more="名额2人") as there:
        door = await there.door()
        told = {"f.enterprise": "镇海立达模具厂", "f.name": "沈师傅"}
        asked = await door.act("add", **told)
        assert asked.status == 422
        assert "名额 2 个已占 2 个。仍要加吗？会记下是您放行的。" in asked.text
        assert 'value="沈师傅"' in asked.body
        assert 3 not in (await roll(there.play)).registrations
        done = await door.act("add", **told, **{"f.anyway": "yes"})
        assert "沈师傅" in said(done)
        new = await place(there.play, 3)
        assert (new.standing, new.walk_in) == (Standing.ARRIVED, True)
        (line,) = [
            one for one in await history(there.play, f"event:{EVENT}") if one.act == "over_capacity"
        ]
        assert line.public["over"] == "1"
        assert line.actor == new.let_in_by


async def test_e16_in_chat_too(tmp_path: Path) -> None:
    async with hall(tmp_path, more="名额2人") as there:
        play = there.play
        await press(play, CLERK, "walk_in")
        asked = await play.say(CLERK, "镇海立达模具厂 沈师傅")
        assert "会记下是您放行的" in heard(play, asked, CLERK)
        await play.press(CLERK, "仍要这样")
        assert (await place(play, 3)).walk_in
        acts = [one.act for one in await history(play, f"event:{EVENT}")]
        assert acts.count("over_capacity") == 1


async def test_a_door_opens_on_one_phone_only(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        mine = await there.door()
        other = there.phone()
        assert "另一部手机" in (await other.get(mine.door)).text
        refused = await other.post(f"{mine.door}/act", {"act": "in", "seq": "1", "form": "x"})
        assert refused.status == 403
        assert (await mine.get(mine.door)).status == 200


async def test_a_new_link_ends_the_one_before_and_a_link_is_taken_back(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        old = await there.door()
        new = await there.door()
        assert (await old.get(old.door)).status == 410
        assert (await new.get(new.door)).status == 200
        await press(there.play, CLERK, "door_off")
        assert (await new.get(new.door)).status == 410
        refused = await new.post(f"{new.door}/act", {"act": "in", "seq": "1", "form": "x"})
        assert "再要一个" in refused.text


async def test_a_door_shuts_when_its_keeper_may_not_run_activities_any_more(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path) as there:
        door = await there.door()
        form = (await door.get(door.door)).form
        keeper = (await known(there.play, CLERK)).id
        async with there.play.database.begin() as tx:
            await tx.people.revoke(keeper, Role.CLERK, "", None)
        assert (await door.get(door.door)).status == 410
        refused = await door.post(f"{door.door}/act", {"act": "in", "seq": "1", "form": form})
        assert refused.status == 410
        assert not (await roll(there.play)).standing(Standing.ARRIVED)


async def test_a_door_shuts_hours_after_the_end(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        door = await there.door()
        there.play.clock.now += timedelta(hours=3.5 + 12, seconds=-1)
        assert (await door.get(door.door)).status == 200
        there.play.clock.now += timedelta(seconds=1)
        assert "活动已经结束" in (await door.get(door.door)).text


async def test_away_from_a_door_a_scan_shows_the_participants_page_and_lets_nobody_in(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path) as there:
        shown = await there.phone().get(f"/in/{await there.ticket(1)}")
        assert "请工作人员按“签到”" in shown.text
        assert 'data-testid="press"' not in shown.body
        refused = await there.phone().post(f"/in/{await there.ticket(1)}", {"form": "x"})
        assert refused.status == 404
        assert not (await roll(there.play)).standing(Standing.ARRIVED)


async def test_who_does_not_run_activities_gets_no_door_but_their_own_code(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        play = there.play
        told = heard(play, await play.say("来宾1", "签到"), "来宾1")
        assert await there.code(1) in told
        assert "/door/" not in told
        letters = await press(play, OWNER, "door")
        assert "由活动专员或受理员来办" in heard(play, letters, OWNER)


async def test_staff_check_in_by_chat_and_take_it_back(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        play, code = there.play, await there.code(1)
        told = heard(play, await play.say(CLERK, f"签到 {code}"), CLERK)
        assert "已签到 13:00" in told
        assert "已到 1 / 应到 2 人" in told
        again = heard(play, await play.say(CLERK, f"签到{code}"), CLERK)
        assert "已于 13:00 签到" in again
        await play.press(CLERK, "撤销签到")
        assert (await place(play, 1)).standing is Standing.CONFIRMED
        await play.say(CLERK, "签到 第2机械厂")
        assert "没有找到" in heard(play, await play.say(CLERK, "签到 000000"), CLERK)


async def test_the_door_is_a_button_from_the_eve_on(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        play = there.play
        for back, offered in ((timedelta(days=2), False), (timedelta(days=1), True)):
            play.clock.now -= back
            letters = await press(play, CLERK, "view")
            labels = [o.label for one in letters for o in one.message.options]
            assert ("签到" in labels) is offered
            play.clock.now += back


async def test_a_link_that_was_opened_in_a_chat_program_says_to_use_the_browser(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path) as there:
        token = token_in(there.play, await there.play.say(CLERK, "签到"), CLERK)
        phone = there.phone()
        inside = await phone.get(f"/door/{token}", **{"User-Agent": "x DingTalk/7"})
        assert "在浏览器打开" in inside.text
        assert "在浏览器打开" not in (await phone.get(f"/door/{token}")).text
