"""不带附件发 holds: what was left behind does not leave later; and each file is read once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.attachments import Vault
from bot.channels.base import Letter
from bot.looking import Looking
from bot.storage.ledger import BEHIND
from flows.campaigns.campaign import Stage as Campaigning
from handlers.ports import Button
from tests.counting import Counting
from tests.handlers.campaigning import CLERK, HEAD, NUMBER, sent, stored, tally
from tests.handlers.test_campaign_files import AGENDA, GONE, LIST, change, ended, report
from tests.handlers.test_campaign_files_unfit import allow, approved, damage, drafted, told
from tests.stage import Stage, stage

EVERYBODY = "全部企业群和全部企业的负责人"
WITHOUT = "不带附件发"
UNTRIED = "code = '', attempts = 0, attempted_at = NULL"
BUSY = "code = 'busy', attempts = 1"


@pytest.fixture
def vault(tmp_path: Path) -> Counting:
    return Counting.at(tmp_path)


@pytest.fixture
async def play(engine: str, tmp_path: Path, vault: Counting) -> AsyncIterator[Stage]:
    """Open the office on each engine, with files on a disk."""
    async with stage(tmp_path, holds=Looking(vault)) as opened:
        yield opened


def limit(play: Stage, **sending: Any) -> None:
    """Let the clock of campaigns have other limits."""
    office = play.reception.office
    rules = replace(office.campaigns.sending, **sending)
    campaigns = replace(office.campaigns, sending=rules)
    play.reception = replace(play.reception, office=replace(office, campaigns=campaigns))


async def pass_by(play: Stage, seconds: int = 20, times: int = 6) -> list[Letter]:
    letters: list[Letter] = []
    for _ in range(times):
        letters += await play.wait(timedelta(seconds=seconds))
    return letters


def files(letters: list[Letter]) -> list[str]:
    return [one.message.file.name for one in letters if one.message.file]


async def waits(play: Stage, part: str, at: int, done: str) -> None:
    """Let what was sent as one part wait again till then."""
    sets = f"state = 'ready', due_at = ?, sent_at = NULL, receipt = NULL, via = NULL, {done}"
    await change(play, f"UPDATE delivery SET {sets} WHERE dedupe LIKE ?", at, part)  # noqa: S608


async def half_way(play: Stage, vault: Vault) -> Path:
    """Let the first place have its text, and the file fail there; return where it lies."""
    await approved(play, AGENDA, to=EVERYBODY)
    limit(play, run=1, ahead=1)
    await play.wait(timedelta(seconds=61))
    path = await damage(play, vault)
    await ended(play, "/f1", "failed", "file.unreadable")
    await play.wait(timedelta(seconds=1))
    assert (await stored(play)).stage is Campaigning.PAUSED
    return path


async def test_a_file_behind_a_text_that_is_tried_again_stays_behind(play: Stage) -> None:
    await approved(play, AGENDA, to=EVERYBODY)
    limit(play, ahead=1)
    await play.wait(timedelta(seconds=61))
    later = play.clock.now + timedelta(seconds=40)
    await waits(play, f"c:{NUMBER}:%=", round(later.timestamp() * 1_000_000), BUSY)
    await waits(play, f"c:{NUMBER}:%/f1", round(BEHIND.timestamp() * 1_000_000), UNTRIED)
    allow(play, "docx")
    limit(play, ahead=9)
    await pass_by(play, 1, 3)
    letters = await play.press(HEAD, WITHOUT)
    letters += await pass_by(play)
    assert (await stored(play)).stage is Campaigning.DONE
    assert files(letters) == []
    found = await tally(play)
    assert found.sent == found.total - found.skipped


async def test_who_wrote_it_cannot_send_the_file_after_all(play: Stage, vault: Counting) -> None:
    path = await half_way(play, vault)
    await play.press(HEAD, WITHOUT)
    letters = await pass_by(play)
    said = await report(play)
    assert "没有带" in said
    assert "附件没发成" not in said
    assert "补发" not in said
    path.unlink()
    vault.keep(b"%PDF-1.7 " + AGENDA.encode())
    letters += await play.say(CLERK, f"补发 {NUMBER} 1")
    assert files(letters + await pass_by(play)) == []


async def test_a_file_that_lands_after_the_decision_does_not_stop_it_again(
    play: Stage, vault: Counting
) -> None:
    await half_way(play, vault)
    await play.press(HEAD, WITHOUT)
    late = round((play.clock.now + timedelta(seconds=1)).timestamp() * 1_000_000)
    sets = "state = 'failed', code = 'file.unreadable', attempted_at = ?"
    await change(play, f"UPDATE delivery SET {sets} WHERE dedupe LIKE '%/f1'", late)  # noqa: S608
    await pass_by(play)
    assert (await stored(play)).stage is Campaigning.DONE


async def test_where_the_disk_is_back_it_still_says_in_words_why_it_stopped(
    play: Stage, vault: Counting
) -> None:
    await approved(play, AGENDA, to=EVERYBODY)
    limit(play, run=1, ahead=1)
    await play.wait(timedelta(seconds=61))
    await ended(play, "/f1", "failed", "file.unreadable")
    letters = await play.wait(timedelta(seconds=1))
    said = "\n".join(one.message.text for one in letters)
    assert "连着几个没发成（附件存坏了，读不出来）" in said
    assert "file.unreadable" not in said


async def test_looking_at_a_draft_reads_no_file_whole(play: Stage, vault: Counting) -> None:
    await drafted(play, AGENDA, LIST)
    vault.read_whole = 0
    await play.say(CLERK, button=Button(f"c:view:{NUMBER}", "card"))
    assert vault.read_whole == 0


async def test_from_the_submission_to_the_end_each_file_is_read_once(
    play: Stage, vault: Counting
) -> None:
    await drafted(play, AGENDA, LIST)
    vault.read_whole = 0
    await play.press(CLERK, "提交审批")
    assert vault.read_whole == 2
    await play.press(HEAD, "通过")
    await sent(play)
    assert vault.read_whole == 2


async def test_a_file_that_is_still_on_its_way_is_not_left_behind(
    play: Stage, vault: Counting
) -> None:
    await approved(play, AGENDA, LIST)
    await damage(play, vault)
    await sent(play)
    pending = "UPDATE attachment SET state = 'pending' WHERE id = ?"
    kept = (await stored(play)).draft.files[1]
    await change(play, pending, kept)
    await play.press(HEAD, WITHOUT)
    assert list((await stored(play)).files.values()) == [kept]


async def test_only_who_may_approve_sees_the_button_and_who_wrote_it_reads_their_name(
    play: Stage, vault: Counting
) -> None:
    await approved(play, AGENDA)
    await damage(play, vault)
    letters = await sent(play)
    assert "由审批人（周岚）选“不带附件发”" in told(play, letters, CLERK)
    letters += await play.say(CLERK, button=Button(f"c:view:{NUMBER}", "card"))
    offered = {play.where(x) for x in letters if WITHOUT in {o.label for o in x.message.options}}
    assert offered == {HEAD}


async def test_it_is_refused_where_somebody_paused_it_for_another_reason(
    play: Stage, vault: Counting
) -> None:
    await approved(play, AGENDA, to=EVERYBODY)
    limit(play, ahead=1)
    await play.wait(timedelta(seconds=61))
    await play.say(CLERK, f"暂停 {NUMBER}")
    await damage(play, vault)
    assert "不是因为附件停的" in told(play, await play.say(HEAD, f"{WITHOUT} {NUMBER}"), HEAD)
    assert (await stored(play)).stage is Campaigning.PAUSED


async def test_where_a_file_keeps_it_from_going_on_who_may_approve_has_a_way(play: Stage) -> None:
    await approved(play, AGENDA, to=EVERYBODY)
    limit(play, ahead=1)
    await play.wait(timedelta(seconds=61))
    await play.say(CLERK, f"暂停 {NUMBER}")
    await change(play, GONE)
    assert "没有了" in told(play, await play.say(HEAD, f"继续发 {NUMBER}"), HEAD)
    await play.press(HEAD, WITHOUT)
    assert files(await pass_by(play)) == []
    assert (await stored(play)).stage is Campaigning.DONE
