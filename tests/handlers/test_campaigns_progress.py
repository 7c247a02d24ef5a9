"""进度卡片: one card in the 工作群, changed in place while a campaign leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Letter
from flows.office import Content, Door, Exposure
from handlers.ports import Button, Group
from tests.engines import address, rows
from tests.handlers.campaigning import CLERK, HEAD, NUMBER, approved, sent, texts
from tests.stage import Stage

STAFF = "工作群"
GROUPS = 40
EVERY = timedelta(seconds=15)


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office on each engine, with many groups of enterprises."""
    async with play.database.begin() as tx:
        for n in range(1, GROUPS):
            await tx.people.set_group(Group(f"cid{n}==", f"第{n}群", "enterprise"))
    return play


def cards(play: Stage, letters: Sequence[Letter], where: str = STAFF) -> list[Letter]:
    """Return the cards about how far it is that go to a place, and their changes."""
    return [one for one in letters if play.where(one) == where and NUMBER in one.message.text]


async def press(play: Stage, act: str) -> list[Letter]:
    """Let the clerk press a button of the campaign."""
    return await play.say(CLERK, button=Button(f"c:{act}:{NUMBER}", "card"))


async def half(play: Stage, count: int = GROUPS // 2) -> None:
    """Let so many messages wait again, as if a robot were slow."""
    url = await address(play.folder / "stage.db")
    some = f"SELECT id FROM delivery WHERE campaign = ? ORDER BY id DESC LIMIT {count}"  # noqa: S608
    slow = f"UPDATE delivery SET state = 'sending', due_at = NULL WHERE id IN ({some})"  # noqa: S608
    rows(url, slow, NUMBER)


async def arrive(play: Stage) -> None:
    """Let everything arrive."""
    url = await address(play.folder / "stage.db")
    rows(url, "UPDATE delivery SET state = 'sent' WHERE campaign = ?", NUMBER)


async def begun(play: Stage) -> list[Letter]:
    """Let a campaign begin of which half has not arrived yet."""
    await approved(play)
    letters = await play.wait(timedelta(seconds=61))
    await half(play)
    return letters


async def test_those_who_watch_get_one_card_with_what_can_be_done(play: Stage) -> None:
    letters = await begun(play)
    (card,) = cards(play, letters)
    assert f"发送中 0/{GROUPS} · 失败 0 · 不明 0" in card.message.text
    assert [x.label for x in card.message.options] == ["暂停", "取消发送", "看结果"]
    assert not card.update
    assert cards(play, letters, CLERK) == cards(play, letters, HEAD) == []


async def test_the_card_is_changed_in_place_and_not_before_it_is_time(play: Stage) -> None:
    (card,) = cards(play, await begun(play))
    assert cards(play, await play.wait(EVERY - timedelta(seconds=1))) == []
    (change,) = cards(play, await play.wait(timedelta(seconds=1)))
    assert (change.update, change.card) == (True, card.card)
    assert f"发送中 {GROUPS // 2}/{GROUPS} · 失败 0 · 不明 0 · 不到 1 分钟" in change.message.text


async def test_where_nothing_changed_the_card_is_left_alone(play: Stage) -> None:
    await begun(play)
    await play.wait(EVERY)
    for _ in range(4):
        assert cards(play, await play.wait(EVERY)) == []


async def test_in_the_end_it_says_so_and_there_is_one_message_beside(play: Stage) -> None:
    (card,) = cards(play, await begun(play))
    await play.wait(EVERY)
    await arrive(play)
    letters = await play.wait(timedelta(seconds=1))
    (change,) = cards(play, letters)
    assert (change.update, change.card) == (True, card.card)
    assert f"已发完 {GROUPS}/{GROUPS}" in change.message.text
    assert [x.label for x in change.message.options] == ["看结果"]
    (told,) = texts(play, letters, CLERK)
    assert f"发完了：共 {GROUPS}" in told


async def test_paused_it_says_who_did_so_and_goes_on_in_place(play: Stage) -> None:
    await begun(play)
    (change,) = cards(play, await press(play, "pause"))
    assert f"已暂停（{CLERK} 暂停）{GROUPS // 2}/{GROUPS}" in change.message.text
    assert [x.label for x in change.message.options] == ["继续发", "取消发送", "看结果"]
    (again,) = cards(play, await press(play, "resume"))
    assert "发送中" in again.message.text
    assert again.card == change.card


async def test_what_stops_by_itself_says_why(play: Stage) -> None:
    await begun(play)
    url = await address(play.folder / "stage.db")
    last = "SELECT max(id) FROM delivery WHERE campaign = ?"
    failed = f"UPDATE delivery SET state = 'failed', code = '310000' WHERE id < ({last})"  # noqa: S608
    rows(url, f"{failed} AND state = 'sending'", NUMBER)
    (change,) = cards(play, await play.wait(timedelta(seconds=1)))
    assert "已暂停（连着没发成，自动暂停：310000）" in change.message.text


async def test_cancelled_it_says_so(play: Stage) -> None:
    await begun(play)
    (change,) = cards(play, await press(play, "cancel"))
    assert "已取消" in change.message.text


async def test_b12_at_night_it_says_when_it_goes_on(play: Stage) -> None:
    play.clock.now = datetime(2026, 11, 24, 12, 58, 30, tzinfo=UTC)
    await begun(play)
    (change,) = cards(play, await play.wait(timedelta(seconds=31)))
    assert "11月25日 08:00 接着发" in change.message.text


async def test_without_a_group_of_the_office_each_concerned_has_the_card(play: Stage) -> None:
    async with play.database.begin() as tx:
        await tx.people.set_group(Group(play.chat(STAFF), "从前的工作群", "enterprise"))
    letters = await begun(play)
    for who in (CLERK, HEAD):
        (card,) = cards(play, letters, who)
        assert "发送中" in card.message.text


async def test_a_card_in_a_group_says_nothing_of_who_gets_it(play: Stage) -> None:
    (card,) = cards(play, await begun(play))
    assert "群" not in card.message.text.replace(STAFF, "")


async def test_the_table_of_exposure_lets_the_card_into_the_group_of_the_office(
    play: Stage,
) -> None:
    exposure: Exposure = play.config.exposure
    assert exposure.shown(Content.PROGRESS, Door.STAFF_GROUP).value == "full"


async def test_a_small_campaign_has_its_card_too_and_ends_it(play: Stage) -> None:
    await approved(play, to="镇海民营企业交流群")
    letters = await sent(play)
    first, last = cards(play, letters)
    assert (first.update, last.update) == (False, True)
    assert "已发完 1/1" in last.message.text
