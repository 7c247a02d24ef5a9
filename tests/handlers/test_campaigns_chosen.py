"""Places of which nobody knows, or that failed: sent again or noted as reached, one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Letter
from bot.config import load_config
from flows.campaigns.again import Again, places
from flows.campaigns.campaign import Stage as Sending
from handlers.campaigns.naming_places import WORDS, typed
from handlers.ports import Button, Group
from tests.engines import address, rows
from tests.handlers.campaigning import (
    CLERK,
    GROUP,
    HEAD,
    NUMBER,
    OWNER,
    approved,
    sent,
    stored,
    tally,
    texts,
    written,
)
from tests.stage import Stage

SECOND_GROUP, THIRD_GROUP = "骆驼商会群", "蛟川商会群"


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office on each engine: one place was reached, one failed, of one nobody knows."""
    async with play.database.begin() as tx:
        for name in (SECOND_GROUP, THIRD_GROUP):
            await tx.people.set_group(Group(name, name, "enterprise"))
    await approved(play)
    await sent(play)
    await ends(play, SECOND_GROUP, "failed", "310000")
    await ends(play, THIRD_GROUP, "unknown", "no_answer")
    return play


async def ends(play: Stage, chat: str, state: str, code: str) -> None:
    """Let what a group was sent have ended otherwise."""
    url = await address(play.folder / "stage.db")
    update = "UPDATE delivery SET state = ?, code = ?, sent_at = NULL WHERE dedupe = ?"
    rows(url, update, state, code, f"c:{NUMBER}:g:{chat}")


async def say(play: Stage, text: str, who: str = CLERK) -> str:
    """Type something and return what is answered."""
    return "\n".join(texts(play, await play.say(who, text), who))


async def press(play: Stage, act: str) -> list[Letter]:
    """Let the clerk press a button of the campaign."""
    return await play.say(CLERK, button=Button(f"c:{act}:{NUMBER}", "card"))


async def place(play: Stage, chat: str) -> int:
    """Return the number by which a place is chosen."""
    async with play.database.read() as tx:
        keys = [one.key for one in await tx.campaigns.fates(NUMBER)]
    return keys.index(f"g:{chat}") + 1


async def test_b2_only_the_chosen_place_is_sent_it_again_and_it_counts_once(play: Stage) -> None:
    unknown, failed = await place(play, THIRD_GROUP), await place(play, SECOND_GROUP)
    told = await say(play, f"看结果 {NUMBER}")
    assert f"{unknown}. {THIRD_GROUP}（平台没有回音）" in told
    assert f"{failed}. {SECOND_GROUP}（310000）" in told
    letters = await play.say(CLERK, f"补发 {NUMBER} {unknown}")
    assert len(texts(play, letters, THIRD_GROUP)) == 1
    assert texts(play, letters, SECOND_GROUP) == texts(play, letters, GROUP) == []
    assert THIRD_GROUP in texts(play, letters, CLERK)[0]
    found = await tally(play)
    assert (found.sent, found.failed, found.unknown, found.total) == (2, 1, 0, 3)
    url = await address(play.folder / "stage.db")
    query = "SELECT count(*) FROM delivery WHERE campaign = ?"
    assert rows(url, query, NUMBER) == [(3,)]


async def test_b2_who_sent_it_again_stands_in_the_history(play: Stage) -> None:
    n = await place(play, THIRD_GROUP)
    await say(play, f"补发 {NUMBER} {n}")
    async with play.database.read() as tx:
        me = await tx.people.find("dingtalk", play.staff_id(CLERK))
        (line,) = [x for x in await tx.history.entries(f"campaign:{NUMBER}") if x.act == "resend"]
        assert await tx.history.first_bad(f"campaign:{NUMBER}") is None
    assert me is not None
    assert (line.actor, dict(line.public)) == (me.id, {"places": str(n), "count": "1"})


async def test_b2_what_was_sent_again_is_not_sent_a_third_time(play: Stage) -> None:
    n = await place(play, THIRD_GROUP)
    await say(play, f"补发 {NUMBER} {n}")
    letters = await play.say(CLERK, f"补发 {NUMBER} {n}")
    assert texts(play, letters, THIRD_GROUP) == []
    assert "已经送达，不用再办" in texts(play, letters, CLERK)[0]


async def test_b2_two_buttons_pressed_at_once_send_it_once(play: Stage) -> None:
    n = await place(play, THIRD_GROUP)
    await press(play, "report")
    letters = await play.press(CLERK, f"补发 {n}")
    letters += await play.press(CLERK, f"补发 {n}")
    assert len(texts(play, letters, THIRD_GROUP)) == 1


async def test_b2_what_somebody_saw_is_marked_as_arrived_and_a_failure_is_not(
    play: Stage,
) -> None:
    unknown, failed = await place(play, THIRD_GROUP), await place(play, SECOND_GROUP)
    told = await say(play, f"标记已达 {NUMBER} {unknown}、{failed}")
    assert f"{failed}. {SECOND_GROUP}：没有发成" in told
    assert f"{THIRD_GROUP}（{CLERK} 标记）" in told
    found = await tally(play)
    assert (found.sent, found.failed, found.unknown) == (2, 1, 0)


async def test_b2_without_a_number_the_places_are_named_and_nothing_is_sent(play: Stage) -> None:
    letters = await play.say(CLERK, f"补发 {NUMBER}")
    assert texts(play, letters, THIRD_GROUP) == []
    assert "哪几个" in texts(play, letters, CLERK)[0]
    assert THIRD_GROUP in texts(play, letters, CLERK)[0]


async def test_b2_a_place_that_is_not_there_is_said_to_be_so(play: Stage) -> None:
    assert "没有第 9 个，一共 3 个" in await say(play, f"补发 {NUMBER} 9")


async def test_b2_a_doubt_outlasts_a_second_attempt_that_is_refused(play: Stage) -> None:
    n = await place(play, THIRD_GROUP)
    await say(play, f"补发 {NUMBER} {n}")
    url = await address(play.folder / "stage.db")
    name = f"c:{NUMBER}:g:{THIRD_GROUP}"
    assert rows(url, "SELECT resends FROM delivery WHERE dedupe = ?", name) == [(1,)]


async def test_b2_what_was_taken_back_is_not_sent_again(play: Stage) -> None:
    await press(play, "recall")
    n = await place(play, THIRD_GROUP)
    letters = await play.say(CLERK, f"补发 {NUMBER} {n}")
    assert texts(play, letters, THIRD_GROUP) == []
    assert "已经撤回" in texts(play, letters, CLERK)[0]
    assert "已经撤回" in await say(play, f"标记已达 {NUMBER} {n}")


async def test_b2_what_is_too_late_is_not_sent_again_but_may_be_marked(play: Stage) -> None:
    one = await stored(play)
    draft = one.draft.model_copy(update={"expires_at": play.clock.now + timedelta(minutes=1)})
    async with play.database.begin() as tx:
        await tx.campaigns.save(one.model_copy(update={"draft": draft}))
    await play.wait(timedelta(minutes=2))
    n = await place(play, THIRD_GROUP)
    assert "过时不发" in await say(play, f"补发 {NUMBER} {n}")
    assert "记为已收到" in await say(play, f"标记已达 {NUMBER} {n}")


async def test_b2_at_night_it_waits_for_the_morning(play: Stage) -> None:
    play.clock.now = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # 22:00 in Ningbo
    n = await place(play, THIRD_GROUP)
    letters = await play.say(CLERK, f"补发 {NUMBER} {n}")
    assert texts(play, letters, THIRD_GROUP) == []
    assert "11月25日 08:00 发" in texts(play, letters, CLERK)[0]
    morning = datetime(2026, 11, 25, 0, 0, tzinfo=UTC) - play.clock.now
    assert len(texts(play, await play.wait(morning), THIRD_GROUP)) == 1


@pytest.mark.parametrize("who", [OWNER, "李强"])
async def test_b2_who_writes_no_campaigns_sends_nothing_again(play: Stage, who: str) -> None:
    n = await place(play, THIRD_GROUP)
    letters = await play.say(who, f"补发 {NUMBER} {n}")
    assert texts(play, letters, THIRD_GROUP) == []
    assert "工商联工作人员" in texts(play, letters, who)[0]


async def test_b2_who_approved_it_may_do_so(play: Stage) -> None:
    n = await place(play, THIRD_GROUP)
    letters = await play.say(HEAD, f"补发 {NUMBER} {n}")
    assert len(texts(play, letters, THIRD_GROUP)) == 1


async def test_b2_before_anything_left_there_is_nothing_to_send_again(play: Stage) -> None:
    await written(play)
    assert "还没开始发" in await say(play, "补发 TS-2026-002 1")


@pytest.mark.parametrize(
    ("text", "action"),
    [
        (f"补发 {NUMBER} 1、3", f"c:resend:{NUMBER}:1,3"),
        ("补发ts-2026-001 3 1，3", f"c:resend:{NUMBER}:3,1"),
        (f"补发 {NUMBER} 第2号 5-7", f"c:resend:{NUMBER}:2,5,6,7"),
        (f"标记已达 {NUMBER} 2", f"c:arrived:{NUMBER}:2"),
        (f"补发 {NUMBER}", f"c:resend:{NUMBER}:"),
        (f"补发 {NUMBER} 那家没收到", None),
        ("补发 ZH-2026-0001 1", None),
    ],
)
def test_places_are_typed_as_people_write_them(text: str, action: str | None) -> None:
    assert typed(text, "ZH") == action


def test_a_range_that_never_ends_is_cut() -> None:
    assert len(places("1-99999")) == 1001


def test_what_a_button_says_is_what_is_typed() -> None:
    labels = load_config().texts
    assert {labels[f"campaign.button.{what.value}"]: what for what in WORDS.values()} == WORDS


async def test_b2_what_waits_to_be_sent_again_survives_a_pause(play: Stage) -> None:
    n = await place(play, THIRD_GROUP)
    one = await stored(play)
    async with play.database.begin() as tx:
        await tx.campaigns.save(one.model_copy(update={"stage": Sending.SENDING}))
        found = (await tx.campaigns.fates(NUMBER))[n - 1].delivery
        await tx.campaigns.decide(NUMBER, Again.RESEND, [found])
        await tx.campaigns.draw_back(NUMBER)
        await tx.campaigns.put_off(NUMBER, None)
    await press(play, "pause")
    assert texts(play, await play.wait(timedelta(hours=1)), THIRD_GROUP) == []
    assert "现在是暂停" in await say(play, f"补发 {NUMBER} {n}")
    assert len(texts(play, await press(play, "resume"), THIRD_GROUP)) == 1
    assert (await tally(play)).total == 3
