"""What really stands of a push with attachments at each door: said before, and counted after."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.base import Message, Receipt
from bot.channels.wechat import MANNER as ACCOUNT
from bot.channels.wecom import manner_of
from bot.channels.wecom_robot import MANNER as ROBOTS_MANNER
from bot.channels.wecom_robot import NAME as ROBOTS
from bot.config import BASE
from bot.delivery.outcome import Landed
from bot.storage.rows import Claimed
from flows.office import Content, Door
from handlers.ports import Group
from tests.engines import address, rows
from tests.handlers.campaigning import CLERK, GROUP, HEAD, NUMBER, TEXT, sent, tally, texts
from tests.handlers.test_campaign_channels import FIRST, HOOK, customers, follow
from tests.handlers.test_campaign_files import AGENDA, report
from tests.sending import send_file
from tests.stage import MORNING, Stage, stage

MANNERS = {ROBOTS: ROBOTS_MANNER, "wechat": ACCOUNT, "wecom": manner_of(plugin=False)}
ALL = "全部企业群和全部企业的负责人"
PDF, PNG = "application/pdf", "image/png"


@pytest.fixture
async def play(engine: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Open the office on each engine, with a group of 企业微信 and somebody who follows."""
    async with stage(tmp_path, beside=MANNERS) as opened:
        async with opened.database.begin() as tx:
            await tx.webhooks.put(Group(FIRST, "甲群", "enterprise", channel=ROBOTS), HOOK)
        await follow(opened)
        yield opened


async def drafted(play: Stage, *files: tuple[str, str], to: str = ALL) -> str:
    """Let the clerk write a push with files of these names and kinds; return the preview."""
    await play.say(CLERK, TEXT)
    await play.say(CLERK, to)
    for name, mime in files:
        await send_file(play, CLERK, name, b"%PDF-1.7")
        await play.fetched(mime=mime)
    return "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))


async def approved(play: Stage) -> str:
    """Let it be submitted and approved; return what whoever decides read."""
    letters = await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    return "\n".join(texts(play, letters, HEAD))


async def ended(play: Stage, part: str, code: str) -> None:
    """Let what was sent to addresses be noted as what stands there."""
    url = await address(play.folder / "stage.db")
    rows(url, f"UPDATE delivery SET code = '{code}' WHERE campaign = '{NUMBER}' AND {part}")  # noqa: S608


async def test_a_file_that_no_follower_can_open_is_said_before_and_counted_after(
    play: Stage,
) -> None:
    said = await drafted(play, (AGENDA, PDF), ("地图.png", PNG))
    line = "附件“议程.pdf”在公众号打不开，这 1 个收到的是一句话，写着向谁要"
    assert line in said
    assert "地图.png”在公众号" not in said
    assert line in await approved(play)
    await sent(play)
    await ended(play, "channel = 'wechat' AND dedupe LIKE '%/f1'", "in.words")
    assert "1 个收到的附件是一句话（写了向谁要），打不开附件" in await report(play)
    found = await tally(play)
    assert (found.sent, found.total) == (4, 4)


async def test_where_every_file_is_shown_nothing_is_said(play: Stage) -> None:
    said = await drafted(play, ("地图.png", PNG))
    assert "打不开" not in said
    await approved(play)
    await sent(play)
    assert "已送达的里面" not in await report(play)


async def test_where_no_file_goes_the_report_counts_who_has_the_text_alone(play: Stage) -> None:
    await customers(play)
    said = await drafted(play, (AGENDA, PDF), to="全部企业群")
    assert "这 1 个群收不到附件，消息里会写向谁要：客户群" in said
    await approved(play)
    await sent(play)
    told = await report(play)
    assert "已送达的里面，1 个那里发不了附件，正文里写了向谁要：客户群" in told


async def test_subscribers_get_no_file_and_are_named_so_before_and_after(play: Stage) -> None:
    async with play.database.begin() as tx:
        await tx.people.set_group(Group("mass:all", "关注者", "enterprise", channel="wechat"))
    assert "这 1 个群收不到附件，消息里会写向谁要：关注者" in await drafted(
        play, (AGENDA, PDF), to="关注者"
    )
    await approved(play)
    letters = await sent(play)
    (message,) = [x.message for x in letters if x.to == "mass:all"]
    assert message.file is None
    assert "附件“议程.pdf”在这个群里发不了，请向" in message.text
    assert "1 个那里发不了附件，正文里写了向谁要：关注者" in await report(play)


async def test_a_file_too_small_for_a_robot_of_wecom_is_said_before(play: Stage) -> None:
    await play.say(CLERK, TEXT)
    await play.say(CLERK, "全部企业群")
    await send_file(play, CLERK, AGENDA, b"%PDF")
    async with play.database.begin() as tx:
        for fetch in await tx.attachments.pending(100):
            await tx.attachments.stored(fetch.id, "aa", PDF, 3)
    said = "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))
    assert "附件“议程.pdf”在那里打不开，这 1 个收到的是一句话，写着向谁要：甲群" in said


@pytest.fixture
async def closed(engine: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Open an office that shows notices nowhere but in 1:1 chats of DingTalk."""
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    whole = (BASE / "exposure.toml").read_text("utf-8")
    front, notice = whole.split("[notice]")
    notice = notice.replace('enterprise_group = "full"', 'enterprise_group = "login"', 1)
    notice = notice.replace('official_account = "full"', 'official_account = "login"', 1)
    (overlay / "exposure.toml").write_text(f"{front}[notice]{notice}", "utf-8")
    async with stage(tmp_path, overlay, beside=MANNERS) as opened:
        await follow(opened)
        yield opened


async def test_where_only_a_hint_may_stand_that_is_said_before_and_counted_after(
    closed: Stage,
) -> None:
    line = "这 2 个只会收到“请登录查看”的提示，正文、附件都不发"
    said = await drafted(closed, (AGENDA, PDF))
    assert line in said
    assert "在公众号打不开" not in said
    assert line in await approved(closed)
    letters = await sent(closed)
    (hint,) = [x.message for x in letters if closed.where(x) == GROUP]
    assert (hint.hint, hint.file) == (True, None)
    await ended(closed, "channel = 'wechat' OR door = 'enterprise_group'", "only.hint")
    told = await report(closed)
    assert "2 个只收到“请登录查看”的提示，正文、附件都没有" in told
    assert "1 个那里发不了附件" not in told


def letter(message: Message) -> Claimed:
    """Make what a worker was handed of a campaign."""
    return Claimed(
        id=1,
        robot="",
        door=Door.PRIVATE,
        to="u1",
        message=message,
        channel="wechat",
        lane="n:1",
        content=Content.NOTICE,
        campaign=NUMBER,
    )


@pytest.mark.parametrize(
    ("message", "receipt", "code"),
    [
        (Message(title="t", text="x", hint=True), Receipt(), "only.hint"),
        (Message(title="t", text="x"), Receipt(in_words=True), "in.words"),
        (Message(title="t", text="x"), Receipt(), ""),
    ],
)
def test_what_was_sent_is_written_down_as_what_stands_there(
    message: Message, receipt: Receipt, code: str
) -> None:
    landed = Landed(letter(message), receipt)
    assert landed.settlement(MORNING, lambda: 0.5).code == code


def test_what_is_of_no_campaign_needs_no_such_note() -> None:
    told = letter(Message(title="t", text="x", hint=True)).model_copy(update={"campaign": None})
    assert Landed(told, Receipt()).settlement(MORNING, lambda: 0.5).code == ""
