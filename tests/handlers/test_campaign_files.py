"""Attachments of a campaign (推送附件): written, shown, approved, sent behind their message."""

from __future__ import annotations

from bot.channels.base import Hook, Letter
from flows.campaigns.campaign import Stage as Campaigning
from handlers.ports import Button, Group
from tests.engines import address, rows
from tests.handlers.calming import PEOPLE
from tests.handlers.campaigning import (
    CLERK,
    GROUP,
    HEAD,
    NUMBER,
    OWNER,
    TEXT,
    sent,
    stored,
    tally,
    texts,
)
from tests.sending import send_file
from tests.stage import Stage

AGENDA, LIST = "议程.pdf", "名单.pdf"
OUTSIDE = "webhook:蛟川"
GONE = "UPDATE attachment SET state = 'refused'"


async def drafted(
    play: Stage, *names: str, to: str = "全部企业群", mime: str = "application/pdf"
) -> str:
    """Let the clerk write a campaign with files; return what the preview says."""
    await play.say(CLERK, TEXT)
    await play.say(CLERK, to)
    for name in names or (AGENDA,):
        await send_file(play, CLERK, name, b"%PDF-1.7")
        await play.fetched(mime=mime)
    return "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))


async def approved(play: Stage, *names: str, to: str = "全部企业群") -> None:
    """Let it be written with files, submitted and approved."""
    await drafted(play, *names, to=to)
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")


def shown(play: Stage, letters: list[Letter], who: str) -> list[str]:
    """Return what somebody sees, in order: the names of files, and "text" for words."""
    mine = [x.message for x in letters if play.where(x) == who and not x.update]
    return [one.file.name if one.file else "text" for one in mine]


async def change(play: Stage, statement: str, *given: object) -> None:
    """Let the ledger be otherwise."""
    rows(await address(play.folder / "stage.db"), statement, *given)


async def ended(play: Stage, part: str, state: str, code: str = "") -> None:
    """Let what every target was sent as one part ("" = the message, "/f1") have ended so."""
    update = "UPDATE delivery SET state = ?, code = ?, due_at = NULL WHERE dedupe LIKE ?"
    like = f"c:{NUMBER}:%=={part}" if part != "" else f"c:{NUMBER}:%="
    await change(play, update, state, code, like)


async def report(play: Stage) -> str:
    """Return how the campaign stands, as the clerk reads it."""
    return "\n".join(texts(play, await play.say(CLERK, f"看结果 {NUMBER}"), CLERK))


async def test_a_file_that_came_while_the_form_is_open_is_named_with_its_size(play: Stage) -> None:
    await play.say(CLERK, TEXT)
    await play.say(CLERK, "全部企业群")
    review = "\n".join(texts(play, await send_file(play, CLERK, AGENDA, b"%PDF"), CLERK))
    assert "附件：议程.pdf" in review
    await play.fetched(mime="application/pdf")
    preview = "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))
    assert "附件：议程.pdf（300 KB）" in preview
    assert len((await stored(play)).draft.files) == 1


async def test_a_file_is_taken_out_again_and_the_others_stay(play: Stage) -> None:
    await play.say(CLERK, TEXT)
    await play.say(CLERK, "全部企业群")
    await send_file(play, CLERK, AGENDA, b"%PDF")
    await send_file(play, CLERK, LIST, b"%PDF")
    await play.fetched(mime="application/pdf")
    await play.say(CLERK, "去掉附件")
    review = "\n".join(texts(play, await play.press(CLERK, f"去掉 {AGENDA}"), CLERK))
    assert "附件：名单.pdf" in review
    await play.say(CLERK, "确认")
    assert len((await stored(play)).draft.files) == 1
    await play.say(CLERK, button=Button(f"c:edit:{NUMBER}", "card"))
    told = "\n".join(texts(play, await play.say(CLERK, "附件：都去掉"), CLERK))
    assert "附件：不带" in told
    await play.say(CLERK, "确认")
    assert (await stored(play)).draft.files == ()


async def test_more_files_than_may_go_out_are_refused_before_the_draft_is_kept(play: Stage) -> None:
    told = await drafted(play, "1.pdf", "2.pdf", "3.pdf", "4.pdf")
    assert "附件最多 3 个，现在 4 个" in told
    await play.press(CLERK, "去掉 2.pdf")
    await play.say(CLERK, "确认")
    assert len((await stored(play)).draft.files) == 3


async def test_who_decides_gets_the_files_and_so_does_who_tries_it_out(play: Stage) -> None:
    await drafted(play)
    tried = await play.press(CLERK, "试发给自己")
    assert AGENDA in shown(play, tried, CLERK)
    letters = await play.press(CLERK, "提交审批")
    assert shown(play, letters, HEAD) == ["text", AGENDA]
    assert "附件：议程.pdf（300 KB）" in texts(play, letters, HEAD)[0]


async def test_a_group_gets_the_message_and_then_its_files(play: Stage) -> None:
    await approved(play, AGENDA, LIST)
    assert shown(play, await sent(play), GROUP) == ["text", AGENDA, LIST]
    found = await tally(play)
    assert (found.sent, found.total) == (1, 1)
    assert (await stored(play)).stage is Campaigning.DONE


async def test_a_person_gets_the_message_and_then_its_file(play: Stage) -> None:
    await approved(play, to=PEOPLE)
    assert shown(play, await sent(play), OWNER) == ["text", AGENDA]


async def test_a_copy_keeps_the_files(play: Stage) -> None:
    await approved(play)
    first = (await stored(play)).draft.files
    await sent(play)
    await play.say(CLERK, button=Button(f"c:copy:{NUMBER}", "card"))
    await play.say(CLERK, "确认")
    assert (await stored(play, "TS-2026-002")).draft.files == first


async def test_another_file_takes_the_approval_away_and_that_is_said(play: Stage) -> None:
    await approved(play)
    await play.say(CLERK, button=Button(f"c:edit:{NUMBER}", "card"))
    await send_file(play, CLERK, LIST, b"%PDF")
    await play.fetched(mime="application/pdf")
    await play.say(CLERK, "确认")
    assert (await stored(play)).approval is None
    told = texts(play, await play.press(CLERK, "提交审批"), HEAD)[0]
    assert "附件和上次审的不一样" in told


async def test_a_group_that_takes_no_file_is_named_and_reads_whom_to_ask(play: Stage) -> None:
    async with play.database.begin() as tx:
        hook = Hook(address="https://oapi.dingtalk.com/robot/send?access_token=a")
        await tx.webhooks.put(Group(OUTSIDE, "蛟川外部群", "enterprise"), hook)
    told = await drafted(play)
    assert "这 1 个群收不到附件" in told
    assert "蛟川外部群" in told
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    letters = await sent(play)
    assert shown(play, letters, OUTSIDE) == ["text"]
    assert "在这个群里发不了，请向" in texts(play, letters, OUTSIDE)[0]
    assert shown(play, letters, GROUP) == ["text", AGENDA]
    assert "发不了" not in texts(play, letters, GROUP)[0]


async def test_a_file_that_is_gone_keeps_it_from_being_approved_by_name(play: Stage) -> None:
    await drafted(play)
    await play.press(CLERK, "提交审批")
    await change(play, GONE)
    assert "附件“议程.pdf”没有了" in texts(play, await play.press(HEAD, "通过"), HEAD)[0]
    assert (await stored(play)).stage is Campaigning.PENDING


async def test_a_file_that_is_still_on_its_way_or_of_no_use_is_not_submitted(play: Stage) -> None:
    assert "发不出去：只能发" in await drafted(play, "会议.pptx", mime="audio/mpeg")
    told = texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]
    assert "发不出去" in told
    await change(play, "UPDATE attachment SET state = 'pending', mime = NULL, size = NULL")
    told = texts(play, await play.press(CLERK, "提交审批"), CLERK)[0]
    assert "还在收" in told
    assert (await stored(play)).stage is Campaigning.DRAFT


async def test_a_file_that_is_gone_when_it_leaves_stops_the_campaign_and_nothing_leaves(
    play: Stage,
) -> None:
    await approved(play)
    await change(play, GONE)
    letters = await sent(play)
    assert shown(play, letters, GROUP) == []
    assert any("“议程.pdf”没有了，已自动暂停" in told for told in texts(play, letters, CLERK))
    assert (await stored(play)).stage is Campaigning.PAUSED


async def test_a_file_that_failed_is_told_of_and_only_it_is_sent_again(play: Stage) -> None:
    await approved(play, AGENDA, LIST)
    await sent(play)
    await ended(play, "/f2", "failed", "invalid.mediaId")
    found = await tally(play)
    assert (found.sent, found.failed, found.total) == (0, 1, 1)
    told = await report(play)
    assert "其中 1 个收到了正文，附件没发成" in told
    assert "invalid.mediaId" in told
    letters = await play.say(CLERK, f"补发 {NUMBER} 1")
    assert shown(play, letters, GROUP) == [LIST]
    found = await tally(play)
    assert (found.sent, found.total) == (1, 1)


async def test_a_file_of_which_nobody_knows_makes_its_place_unknown(play: Stage) -> None:
    await approved(play)
    await sent(play)
    await ended(play, "/f1", "unknown", "no_answer")
    found = await tally(play)
    assert (found.sent, found.unknown) == (0, 1)
    await play.say(CLERK, f"标记已达 {NUMBER} 1")
    assert (await tally(play)).sent == 1


async def test_who_got_the_text_alone_gets_the_correction_too(play: Stage) -> None:
    await approved(play)
    await sent(play)
    await ended(play, "/f1", "failed", "invalid.mediaId")
    await play.say(CLERK, button=Button(f"c:correct:{NUMBER}", "card"))
    await play.say(CLERK, "更正\n时间改为12月2日（周三）下午2点。")
    told = "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))
    assert "1 个群，0 个人" in told


async def test_cancelling_between_the_message_and_its_file_is_counted_as_not_whole(
    play: Stage,
) -> None:
    await approved(play)
    await sent(play)
    like = f"c:{NUMBER}:%/f1"
    await change(
        play, "UPDATE delivery SET state = 'ready', attempts = 0 WHERE dedupe LIKE ?", like
    )
    sets = "due_at = created_at, attempted_at = NULL"
    await change(play, f"UPDATE delivery SET {sets} WHERE dedupe LIKE ?", like)  # noqa: S608
    async with play.database.begin() as tx:
        assert await tx.campaigns.draw_back(NUMBER) == 0
        assert await tx.campaigns.cancel(NUMBER) == 1
    found = await tally(play)
    assert (found.sent, found.cancelled, found.total) == (0, 1, 1)
    assert "附件没发成" in await report(play)


async def test_taking_back_asks_for_the_files_too(play: Stage) -> None:
    await approved(play, AGENDA, LIST)
    await sent(play)
    told = texts(play, await play.say(CLERK, f"撤回 {NUMBER}"), CLERK)
    assert "共 1 个地方" in told[0]
    async with play.database.begin() as tx:
        assert len(await tx.recalls.standing(NUMBER)) == 3
        named = {n for fate in await tx.campaigns.fates(NUMBER) for n in fate.rows}
        assert named == set(await tx.recalls.standing(NUMBER))
