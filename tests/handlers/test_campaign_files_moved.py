"""Files of a push follow its text to the channel that takes it over, and share its fate there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.channels.base import Letter, SendFault
from bot.config import BASE
from bot.delivery.books import Books
from bot.delivery.late import Late
from bot.storage.asked import Verdict
from handlers.campaigns.records import MESSAGE_FAILED, Fate
from tests.doors import TwoDoors, at, two_doors
from tests.engines import address, rows
from tests.handlers.calming import PEOPLE
from tests.handlers.campaigning import CLERK, HEAD, NUMBER, OWNER, TEXT, sent, tally
from tests.poor import OPEN_FOR
from tests.sending import send_file

pytestmark = pytest.mark.usefixtures("engine")

AGENDA, LIST = "议程.pdf", "名单.pdf"
LATE = OPEN_FOR + timedelta(hours=1)
NOBODY = SendFault("staffId.invalid", None)


async def approved(play: TwoDoors, *names: str, body: str = "") -> None:
    """Let a push with files be approved for the people of the enterprises."""
    await play.say(CLERK, f"{TEXT}{body}")
    await play.say(CLERK, PEOPLE)
    for name in names:
        await send_file(play, CLERK, name, b"%PDF-1.7")
        await play.fetched(mime="application/pdf")
    await play.say(CLERK, "确认")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")


async def followed(play: TwoDoors) -> None:
    """Let the owner have a second account, at which they wrote last, too long ago."""
    await play.link(OWNER)
    await play.write(OWNER, "菜单")
    play.clock.now += LATE


def heard(letters: Sequence[Letter]) -> str:
    """Return everything that was said."""
    return "\n".join(one.message.text for one in letters)


def seen(play: TwoDoors, who: str) -> list[str]:
    """Return what somebody was sent, in order: names of files, and "text" for words."""
    mine = [x.message for x in (*play.rich.sent, *play.poor.sent) if play.where(x) == who]
    return [one.file.name if one.file else "text" for one in mine]


async def fate(play: TwoDoors, key: str) -> Fate:
    """Return what became of the owner."""
    async with play.database.read() as tx:
        (found,) = [one for one in await tx.campaigns.fates(NUMBER) if one.key == key]
    return found


async def owner(play: TwoDoors) -> str:
    """Return the owner's key."""
    async with play.database.read() as tx:
        person = await tx.people.find("dingtalk", play.staff_id(OWNER))
    assert person is not None
    return f"p:{person.id}"


async def test_files_go_behind_their_text_through_the_channel_that_took_it_over(
    tmp_path: Path,
) -> None:
    async with two_doors(tmp_path) as play:
        await followed(play)
        await approved(play, AGENDA, LIST)
        before = len(seen(play, OWNER))
        await sent(play)
        assert seen(play, OWNER)[before:] == ["text", AGENDA, LIST]
        assert AGENDA not in seen(play, at(OWNER))
        assert (await tally(play)).failed == 0
        found = await fate(play, await owner(play))
    assert (found.state, [x.state for x in found.pieces]) == ("sent", ["sent"] * 3)


class Once(dict[str, SendFault]):
    """Refusals, each of the next message alone."""

    def __getitem__(self, to: str) -> SendFault:
        return self.pop(to)


async def test_files_leave_the_channel_that_refused_their_text_though_it_would_take_them(
    tmp_path: Path,
) -> None:
    async with two_doors(tmp_path) as play:
        await play.link(OWNER)
        await approved(play, AGENDA, LIST)
        await play.write(OWNER, "菜单")
        await play.say(OWNER, "菜单")
        play.rich.never = Once({play.staff_id(OWNER): NOBODY})
        before, there = len(seen(play, OWNER)), len(seen(play, at(OWNER)))
        letters = await sent(play)
        assert seen(play, OWNER)[before:] == []
        assert seen(play, at(OWNER))[there:] == ["text", AGENDA, LIST]
        found = await fate(play, await owner(play))
        told = await play.say(CLERK, f"看结果 {NUMBER}")
    assert (found.state, found.in_words) == ("sent", True)
    line = "1 个收到的附件是一句话（写了向谁要），打不开附件"
    assert line in heard(told)
    assert line in heard(letters)


async def test_files_are_not_sent_where_their_text_failed_at_the_other_channel_too(
    tmp_path: Path,
) -> None:
    async with two_doors(tmp_path) as play:
        await followed(play)
        await approved(play, AGENDA)
        play.rich.never[play.staff_id(OWNER)] = NOBODY
        before = len(seen(play, OWNER))
        await sent(play)
        assert seen(play, OWNER)[before:] == []
        assert AGENDA not in seen(play, at(OWNER))
        found = await fate(play, await owner(play))
    assert (found.state, found.code) == ("failed", "staffId.invalid")
    assert [x.code for x in found.pieces] == ["staffId.invalid", MESSAGE_FAILED]


async def test_the_rest_of_a_long_text_goes_along_before_its_files(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await followed(play)
        await approved(play, AGENDA, body="请各企业知悉。" * 150)  # some 3,000 bytes
        before = len(seen(play, OWNER))
        await sent(play)
        assert seen(play, OWNER)[before:] == ["text", "text", AGENDA]
        found = await fate(play, await owner(play))
    assert found.state == "sent"


async def test_a_file_that_the_first_channel_refused_goes_alone_and_the_text_stays(
    tmp_path: Path,
) -> None:
    async with two_doors(tmp_path) as play:
        await play.link(OWNER)
        await approved(play, AGENDA)
        await play.write(OWNER, "菜单")
        play.platform.pushed[play.account(OWNER)] = 4  # one message is left
        before = len(seen(play, OWNER))
        await sent(play)
        assert seen(play, at(OWNER))[-1:] == ["text"]
        assert seen(play, OWNER)[before:] == [AGENDA]
        found = await fate(play, await owner(play))
    assert found.state == "sent"


async def test_what_the_platform_refuses_late_takes_along_the_files_that_still_wait(
    tmp_path: Path,
) -> None:
    async with two_doors(tmp_path) as play:
        await play.link(OWNER)
        await approved(play, AGENDA)
        await play.write(OWNER, "菜单")
        await sent(play)
        name = f"c:{NUMBER}:{await owner(play)}"
        url = await address(tmp_path / "stage.db")
        again = "state = 'ready', due_at = created_at, attempts = 0, code = ''"
        before = len(seen(play, OWNER))
        async with play.database.begin() as tx:
            await tx.queue.lock()
            ready = text(f"UPDATE delivery SET {again} WHERE dedupe = '{name}/f1'")  # noqa: S608
            await tx._session.connection.execute(ready)
            books = Books(play.database, play.clock, "w", lambda: 0.5, play.outbox.elsewhere)
            ((number,),) = rows(url, "SELECT id FROM delivery WHERE dedupe = ?", name)
            refused = {number: Verdict("failed", "blocked.by_reader")}
            await Late(books, play.clock).settle(tx, refused)
        await play.send()
        assert seen(play, OWNER)[before:] == ["text", AGENDA]
        found = await fate(play, await owner(play))
    assert found.state == "sent"


async def test_no_file_follows_to_a_door_at_which_no_more_than_a_hint_may_stand(
    tmp_path: Path,
) -> None:
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    front, notice = (BASE / "exposure.toml").read_text("utf-8").split("[notice]")
    notice = notice.replace('official_account = "full"', 'official_account = "login"', 1)
    (overlay / "exposure.toml").write_text(f"{front}[notice]{notice}", "utf-8")
    async with two_doors(tmp_path, overlay) as play:
        await play.link(OWNER)
        await approved(play, AGENDA, LIST)
        await play.write(OWNER, "菜单")
        play.rich.never[play.staff_id(OWNER)] = NOBODY
        before = len(play.platform.shown)
        await sent(play)
        (shown,) = play.platform.shown[before:]
        assert shown.text == play.config.texts["exposure.login"]
        found = await fate(play, await owner(play))
    assert (found.state, found.is_hint, len(found.pieces)) == ("sent", True, 1)
