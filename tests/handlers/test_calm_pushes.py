"""A week holds so many messages (打扰账): the rest waits for Friday, and is told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.campaigns.audience import Why
from flows.campaigns.campaign import Stage as Campaigning
from handlers.campaigns.digest import CALM, CalmClock
from tests.engines import address, rows
from tests.handlers.calming import (
    FOUNDRY,
    OWNER_OF_FOUNDRY,
    PEOPLE,
    drafted,
    joined,
    pressed,
    pushed,
    released,
)
from tests.handlers.campaigning import CLERK, HEAD, OWNER, sent, stored, tally, texts
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

THIRD = "TS-2026-003"


async def full(play: Stage) -> None:
    """Let 陈建国 be sent as much as a week holds."""
    await pushed(play, "年底用工通知")
    await pushed(play, "安全生产提醒")


async def friday(play: Stage) -> list[str]:
    """Wait for Friday 16:00 and return what 陈建国 is told."""
    due = play.clock.now.replace(hour=8, minute=0, second=0, microsecond=0)
    due += timedelta(days=(4 - due.weekday()) % 7)
    return texts(play, await play.wait(max(due - play.clock.now, timedelta())), OWNER)


async def whys(play: Stage, number: str) -> list[str]:
    """Return why each target of a campaign is left out."""
    async with play.database.read() as tx:
        return [one.why.value if one.why else "" for one in await tx.campaigns.fates(number)]


async def test_u15_the_third_of_a_week_waits_for_the_friday_digest(play: Stage) -> None:
    await full(play)
    told = await drafted(play, "冬季消防检查")
    assert "并入周五摘要：陈建国（1 个）" in told
    await play.press(CLERK, "谁会收到")
    await joined(play, (OWNER_OF_FOUNDRY, FOUNDRY))  # somebody has to get it
    letters = await released(play)
    assert texts(play, letters, OWNER) == []
    assert len(texts(play, letters, OWNER_OF_FOUNDRY)) == 1
    (digest,) = await friday(play)
    code = (await stored(play, THIRD)).code
    assert f"1. {THIRD}《冬季消防检查》 验真码 {code}" in digest
    assert "年底用工" not in digest
    whole = texts(play, await play.press(OWNER, "冬季消防检查"), OWNER)
    assert "冬季消防检查的通知，请看一下。" in whole[0]
    assert whole[1:] == ["上面是《冬季消防检查》的全文。"]
    assert texts(play, await play.say(OWNER, f"看全文 {THIRD}"), OWNER) == whole


async def third(play: Stage, *more: str) -> None:
    """Let a third message be sent, to another person too, and 陈建国 be left to Friday."""
    await full(play)
    await joined(play, (OWNER_OF_FOUNDRY, FOUNDRY))
    assert texts(play, await pushed(play, "冬季消防检查", PEOPLE, *more), OWNER) == []


async def test_u15_a_digest_tells_each_message_once(play: Stage) -> None:
    await third(play)
    assert len(await friday(play)) == 1
    url = await address(play.folder / "stage.db")
    ((told_at,),) = rows(url, "SELECT told_at FROM target WHERE why = 'digest'")
    assert told_at is not None
    await play.wait(timedelta(minutes=1))
    assert await friday(play) == []
    assert texts(play, await play.wait(timedelta(days=7)), OWNER) == []


async def test_what_was_told_and_that_it_was_told_are_one_transaction(play: Stage) -> None:
    await third(play)
    url = await address(play.folder / "stage.db")
    assert len(await friday(play)) == 1
    rows(url, "UPDATE target SET told_at = NULL WHERE why = ?", "digest")  # as if it were not known
    rows(url, "UPDATE timer SET due_at = 0 WHERE kind = ?", "calm")
    assert texts(play, await play.wait(timedelta(seconds=1)), OWNER) == []


async def test_a_digest_of_many_goes_on_behind_those_who_were_told(play: Stage) -> None:
    await joined(play, (OWNER_OF_FOUNDRY, FOUNDRY), ("wu", "甬江化工有限公司"))
    for title in ("年底用工通知", "安全生产提醒", "冬季消防检查"):
        await pushed(play, title)
    play.clock.now = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    clock = CalmClock(play.reception.office, play.clock, at_once=1)
    told: list[str] = []
    for _ in range(4):
        async with play.database.begin() as tx:
            dues = await tx.timers.due(play.clock.now, 9, (CALM,))
            await clock.tick(tx, dues)
            await tx.timers.done(dues)
        told += [play.where(one) for one in await play.send()]
        play.clock.now += timedelta(seconds=1)
    assert sorted(told) == sorted([OWNER, OWNER_OF_FOUNDRY, "wu"])


async def test_a_digest_that_was_missed_by_day_waits_for_the_next_working_morning(
    play: Stage,
) -> None:
    await third(play)
    night = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)  # Friday 22:00: nobody looked before
    assert texts(play, await play.wait(night - play.clock.now), OWNER) == []
    monday = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
    assert len(texts(play, await play.wait(monday - play.clock.now), OWNER)) == 1


async def test_u15_the_next_week_begins_anew(play: Stage) -> None:
    await full(play)
    await play.wait(timedelta(days=6))  # Monday
    assert len(texts(play, await pushed(play, "冬季消防检查"), OWNER)) == 1


async def test_u15_a_mandatory_message_passes_and_counts(play: Stage) -> None:
    await full(play)
    letters = await pushed(play, "台风紧急通知", PEOPLE, "【退订的也发】")
    assert len(texts(play, letters, OWNER)) == 1


async def test_whoever_had_enough_is_let_pass_by_name(play: Stage) -> None:
    await full(play)
    await drafted(play, "冬季消防检查")
    told = texts(play, await play.press(CLERK, "超过次数的也发（署名）"), CLERK)
    assert "这 1 个也会收到，记在 王敏 名下" in told[0]
    assert len(texts(play, await released(play), OWNER)) == 1


async def test_whoever_had_enough_since_the_approval_is_left_to_friday(play: Stage) -> None:
    await pushed(play, "年底用工通知")
    for title in ("安全生产提醒", "冬季消防检查"):
        assert "周五摘要" not in await drafted(play, title)
        await play.press(CLERK, "提交审批")
        await play.press(HEAD, "通过")
        await play.wait(timedelta(seconds=5))
    assert len(texts(play, await sent(play), OWNER)) == 1
    assert await whys(play, THIRD) == [Why.DIGEST.value]
    assert (await tally(play, THIRD)).skipped == 1
    (digest,) = await friday(play)
    assert "冬季消防检查" in digest


async def test_what_was_taken_back_is_in_no_digest(play: Stage) -> None:
    await third(play)
    await pressed(play, CLERK, f"c:recall:{THIRD}")
    assert await friday(play) == []


async def test_what_was_cancelled_half_way_is_in_no_digest(play: Stage) -> None:
    await full(play)
    await joined(play, (OWNER_OF_FOUNDRY, FOUNDRY))
    await drafted(play, "冬季消防检查")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    await play.wait(timedelta(seconds=61))
    await pressed(play, CLERK, f"c:cancel:{THIRD}")
    assert (await stored(play, THIRD)).stage is Campaigning.CANCELLED
    assert await friday(play) == []


async def test_whoever_unsubscribed_meanwhile_is_told_nothing(play: Stage) -> None:
    await third(play)
    await play.say(OWNER, "退订")
    assert await friday(play) == []


async def test_a_message_that_is_too_late_by_friday_is_not_named(play: Stage) -> None:
    await third(play, "过时不发：11月26日上午9点")
    assert await friday(play) == []


async def test_nobody_reads_what_was_not_meant_for_them(play: Stage) -> None:
    await third(play)
    await joined(play, ("wu", "甬江化工有限公司"))
    (told,) = await pressed(play, "wu", f"c:read:{THIRD}")
    assert "没有发给您" in told
    assert "消防" not in told
    await pressed(play, CLERK, f"c:recall:{THIRD}")
    (told,) = await pressed(play, OWNER, f"c:read:{THIRD}")
    assert "已经撤回" in told


async def test_a_digest_names_so_many_and_the_rest_the_next_time(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    shipped = (Path(__file__).parents[2] / "config" / "campaigns.toml").read_text("utf-8")
    changed = shipped.replace("digest_lines = 8", "digest_lines = 1")
    (overlay / "campaigns.toml").write_text(changed, "utf-8")
    async with stage(tmp_path, overlay) as play:
        await full(play)
        for title in ("冬季消防检查", "用电安全检查"):
            await pushed(play, title, f"{PEOPLE}、镇海民营企业交流群")
        (digest,) = await friday(play)
        assert "冬季消防检查" in digest
        assert "还有 1 条，下次再列给您" in digest
        (rest,) = texts(play, await play.wait(timedelta(days=7)), OWNER)
        assert "用电安全检查" in rest


async def test_u15_of_one_text_everybody_is_reminded_once(play: Stage) -> None:
    await joined(play, (OWNER_OF_FOUNDRY, FOUNDRY))
    buttons = ("按钮：收到", "【催一次没回“收到”的】")
    first = await pushed(play, "年底用工通知", f"{FOUNDRY}", *buttons)
    assert len(texts(play, first, OWNER_OF_FOUNDRY)) == 1
    told = await drafted(play, "年底用工通知", PEOPLE, *buttons)
    assert "一样的内容" in told  # 三群同文: whoever had it does not get it again
    await play.press(CLERK, "重复的也发（署名）")
    assert len(texts(play, await released(play), OWNER_OF_FOUNDRY)) == 1
    letters = await play.wait(timedelta(days=1))
    letters += await play.wait(timedelta(minutes=5))
    reminders = [text for text in texts(play, letters, OWNER_OF_FOUNDRY) if "还等您" in text]
    assert len(reminders) == 1
    assert len([text for text in texts(play, letters, OWNER) if "还等您" in text]) == 1


async def test_u15_whoever_confirmed_one_of_a_text_is_not_reminded_of_the_other(
    play: Stage,
) -> None:
    buttons = ("按钮：收到", "【催一次没回“收到”的】")
    await pushed(play, "年底用工通知", PEOPLE, *buttons)
    await play.press(OWNER, "收到")
    await drafted(play, "年底用工通知", PEOPLE, *buttons)
    await play.press(CLERK, "重复的也发（署名）")
    await released(play)
    letters = await play.wait(timedelta(days=1, minutes=5))
    assert [text for text in texts(play, letters, OWNER) if "还等您" in text] == []
