"""What one channel refuses is tried at another account, and the desk hears when there is none."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.base import CLOSED, SendFault
from bot.deliveries.listing import table
from bot.storage.doubts import Story
from bot.terminal import Terminal
from flows.office import Content
from flows.tickets.case import State
from handlers.ports import Post, Text, ToPerson
from tests.doors import TwoDoors, at, two_doors
from tests.handlers.story import CLERK, HEAD, ONE, OWNER, carry, heard
from tests.poor import LIMIT, OPEN_FOR

pytestmark = pytest.mark.usefixtures("engine")

LATE = OPEN_FOR + timedelta(hours=1)


async def notice(play: TwoDoors, who: str, content: Content = Content.PROGRESS) -> None:
    """Owe somebody a notice about ticket 1."""
    async with play.database.begin() as tx:
        person = await tx.people.find("dingtalk", play.staff_id(who))
        assert person is not None
        told = Text("notice.closed", {"number": ONE})
        await tx.post([Post(ToPerson(person.id), content, (told,), "n1", ticket=ONE)], {})


def of(stories: Sequence[Story], who: str) -> list[tuple[str, str, str]]:
    return [(one.door.value, one.state, one.code) for one in stories if who in one.to]


async def test_a_closed_window_is_got_round_by_the_other_account(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.link(OWNER)
        await play.write(OWNER, "进度")
        play.clock.now += LATE
        await notice(play, OWNER)
        told = await play.send()
        assert "已办结" in heard(play, told, OWNER)
        assert not heard(play, told, at(OWNER))
        last = of(await play.stories(), play.staff_id(OWNER))[-2:]
        assert last == [("official_account", "cancelled", CLOSED), ("private", "sent", "")]
        assert "没送到" not in heard(play, told, CLERK)


async def test_who_has_no_other_account_is_named_to_the_desk(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await play.write("生人", "厂门口的路灯坏了两个月没人修，希望尽快修好。我是宏业铸造厂的王二")
        await play.write("生人", "13957401235")
        await play.write("生人", "确认")
        play.clock.now += LATE
        told = await play.say(CLERK, "受理 1")
        assert not heard(play, told, at("生人"))
        for who in (CLERK, HEAD):
            assert "可能没送到企业，请查看并电话联系" in heard(play, told, who)
        assert of(await play.stories(), "生人")[-1] == ("official_account", "failed", CLOSED)
        async with play.database.read() as tx:
            doubts = await tx.doubts.open()
        terminal = Terminal(play.config.texts)
        assert "对方太久没来信，平台不让先发" in "\n".join(table(doubts, [], terminal))


async def test_a_doubtful_message_is_not_sent_to_another_account(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.link(OWNER)
        await play.write(OWNER, "进度")
        play.clock.now += timedelta(minutes=1)
        play.platform.faults.append("lost")
        await notice(play, OWNER)
        told = await play.send()
        assert not heard(play, told, OWNER)
        assert "已办结" in play.platform.told(play.account(OWNER))


async def test_what_may_not_stand_at_the_other_account_is_withheld_there(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.link(OWNER)
        await play.write(OWNER, "进度")
        play.clock.now += timedelta(minutes=1)
        play.rich.script = [SendFault("staffId.invalid", None)]
        before = len(play.platform.shown)
        await notice(play, OWNER, Content.CONTACT)
        await play.send()
        (shown,) = play.platform.shown[before:]
        assert shown.text == play.config.texts["exposure.login"]
        assert ONE not in shown.text


async def test_a_long_notice_that_moves_is_cut_for_its_new_channel(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.link(OWNER)
        await play.write(OWNER, "进度")
        play.clock.now += timedelta(minutes=1)
        await play.say(OWNER, "进度")
        play.clock.now += timedelta(minutes=1)
        play.rich.script = [SendFault("staffId.invalid", None)]
        before = len(play.platform.shown)
        async with play.database.begin() as tx:
            person = await tx.people.find("dingtalk", play.staff_id(OWNER))
            assert person is not None
            long = Text("notice.closed", {"number": "政" * 1000})
            await tx.post([Post(ToPerson(person.id), Content.PROGRESS, (long,), "n1")], {})
        await play.send()
        parts = [one.text for one in play.platform.shown[before:]]
        assert [part[:5] for part in parts] == ["（1/2）", "（2/2）"]
        assert all(len(part.encode()) <= LIMIT for part in parts)
