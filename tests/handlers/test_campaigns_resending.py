"""补发 is judged as the first sending was, stays out of the night, and its end is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Letter
from flows.campaigns.campaign import Stage as Sending
from handlers.ports import Button, Group
from tests.engines import address, rows
from tests.handlers.calming import CLERK, OWNER, pushed
from tests.handlers.campaigning import GROUP, HEAD, NUMBER, stored, tally, texts
from tests.stage import Stage

SECOND = timedelta(seconds=1)
BOTH = "全部企业群和全部企业的负责人"


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office on each engine, with a campaign that is over and failed everywhere."""
    await pushed(play, "用工座谈会", BOTH)
    url = await address(play.folder / "stage.db")
    failed = "UPDATE delivery SET state = 'failed', code = 'busy', sent_at = NULL"
    rows(url, f"{failed} WHERE campaign = ?", NUMBER)
    return play


async def place(play: Stage, name: str) -> int:
    """Return the number by which a place is chosen."""
    key = f"g:{play.chat(GROUP)}" if name == GROUP else f"p:{await person(play, name)}"
    async with play.database.read() as tx:
        return [one.key for one in await tx.campaigns.fates(NUMBER)].index(key) + 1


async def again(play: Stage, name: str) -> list[Letter]:
    """Let the clerk have a place sent again, and the clock look."""
    letters = await play.say(CLERK, f"补发 {NUMBER} {await place(play, name)}")
    return letters + await play.wait(SECOND)


async def waits(play: Stage, until: datetime) -> None:
    """Let what was sent again have been refused, so that it is tried again at a moment."""
    url = await address(play.folder / "stage.db")
    update = "UPDATE delivery SET state = 'ready', attempts = 1, sent_at = NULL, due_at = ?"
    due = round(until.timestamp() * 1e6)
    rows(url, f"{update} WHERE dedupe = ?", due, f"c:{NUMBER}:g:{play.chat(GROUP)}")


async def test_who_has_unsubscribed_meanwhile_is_not_sent_it_again(play: Stage) -> None:
    await play.say(OWNER, "退订")
    letters = await again(play, OWNER)
    assert texts(play, letters, OWNER) == []
    assert f"{OWNER}：已经退订，不补发" in "\n".join(texts(play, letters, CLERK))


async def test_who_is_no_longer_bound_is_not_sent_it_again(play: Stage) -> None:
    url = await address(play.folder / "stage.db")
    rows(url, "UPDATE person SET binding = 'unbound' WHERE id = ?", await person(play, OWNER))
    letters = await again(play, OWNER)
    assert texts(play, letters, OWNER) == []
    assert "已解除绑定，补发不了" in "\n".join(texts(play, letters, CLERK))


async def person(play: Stage, name: str) -> int:
    """Return the number of somebody."""
    async with play.database.read() as tx:
        found = await tx.people.find("dingtalk", play.staff_id(name))
    assert found is not None
    return found.id


async def test_a_group_without_our_robot_is_not_sent_it_again(play: Stage) -> None:
    chat = play.chat(GROUP)
    async with play.database.begin() as tx:
        await tx.people.set_group(Group(chat, GROUP, "enterprise", robot=False))
    url = await address(play.folder / "stage.db")
    rows(url, "UPDATE chat_group SET robot_gone_at = 1 WHERE chat = ?", chat)
    letters = await again(play, GROUP)
    assert texts(play, letters, GROUP) == []
    assert "请把机器人加进群" in "\n".join(texts(play, letters, CLERK))


async def test_whose_week_is_full_meanwhile_is_not_sent_it_again(play: Stage) -> None:
    await pushed(play, "第二件")
    await pushed(play, "第三件")
    letters = await play.say(CLERK, f"补发 {NUMBER} {await place(play, OWNER)}")
    assert texts(play, letters, OWNER) == []
    assert "这周收到的已经够多，不补发" in "\n".join(texts(play, letters, CLERK))


async def test_who_asked_hears_once_how_it_ended(play: Stage) -> None:
    letters = await again(play, GROUP)
    for _ in range(3):
        letters += await play.wait(SECOND)
    told = [text for text in texts(play, letters, CLERK) if "办完了" in text]
    assert len(told) == 1
    assert "补发 1 个，办完了：已送达 1，没发成 0，不明 0" in told[0]
    assert not any("办完了" in text for text in texts(play, letters, HEAD))
    assert (await stored(play)).resent == ()


async def test_the_card_of_a_finished_campaign_shows_what_was_sent_again(play: Stage) -> None:
    letters = await again(play, GROUP)
    (card,) = [one for one in letters if one.update and play.where(one) == "工作群"]
    assert "已发完 2/2 · 失败 1" in card.message.text


async def test_b12_what_is_tried_again_waits_for_the_morning(play: Stage) -> None:
    play.clock.now = datetime(2026, 11, 24, 12, 59, 50, tzinfo=UTC)  # 20:59:50 in Ningbo
    await play.say(CLERK, f"补发 {NUMBER} {await place(play, GROUP)}")
    await waits(play, datetime(2026, 11, 24, 13, 0, 10, tzinfo=UTC))
    letters = []
    for _ in range(40):
        letters += await play.wait(SECOND)
    assert texts(play, letters, GROUP) == []
    await play.wait(datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC) - play.clock.now)
    letters = [*await play.wait(SECOND), *await play.wait(SECOND)]
    assert len(texts(play, letters, GROUP)) == 1


async def test_b12_what_is_tried_again_is_given_up_when_it_is_too_late(play: Stage) -> None:
    one = await stored(play)
    ends = play.clock.now + 10 * SECOND
    draft = one.draft.model_copy(update={"expires_at": ends})
    async with play.database.begin() as tx:
        await tx.campaigns.save(one.model_copy(update={"draft": draft}))
    await play.say(CLERK, f"补发 {NUMBER} {await place(play, GROUP)}")
    await waits(play, ends + 5 * SECOND)
    letters = []
    for _ in range(20):
        letters += await play.wait(SECOND)
    assert texts(play, letters, GROUP) == []
    assert "1 个没有发" in "\n".join(texts(play, letters, CLERK))
    assert (await tally(play)).cancelled == 1
    assert (await stored(play)).stage is Sending.DONE


async def test_b2_what_is_taken_back_is_not_said_to_be_sent_again(play: Stage) -> None:
    await play.say(CLERK, f"补发 {NUMBER} {await place(play, GROUP)}")
    await waits(play, play.clock.now + 5 * SECOND)
    letters = await play.say(CLERK, button=Button(f"c:recall:{NUMBER}", "card"))
    for _ in range(10):
        letters += await play.wait(SECOND)
    assert texts(play, letters, GROUP) == []
    assert not any("办完了" in text for text in texts(play, letters, CLERK))
