"""Attachments that cannot be sent after all: why is said as it is, and there is a way on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.attachments import Limits, Vault
from bot.channels.base import Letter
from bot.looking import Looking
from flows.campaigns.campaign import Stage as Campaigning
from handlers.ports import Button
from tests.handlers.campaigning import (
    CLERK,
    GROUP,
    HEAD,
    NUMBER,
    TEXT,
    sent,
    stored,
    tally,
    texts,
)
from tests.handlers.test_campaign_files import AGENDA, LIST, ended, report, shown
from tests.sending import fetch_all, send_file
from tests.stage import KEYS, Stage, stage


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """Return the files that are kept."""
    return Vault(tmp_path / "files", KEYS, Limits({"pdf"}, 20))


@pytest.fixture
async def play(engine: str, tmp_path: Path, vault: Vault) -> AsyncIterator[Stage]:
    """Open the office on each engine, with files on a disk."""
    async with stage(tmp_path, holds=Looking(vault)) as opened:
        yield opened


async def drafted(play: Stage, *names: str, to: str = "全部企业群") -> str:
    """Let the clerk write a push with files; return what the preview says."""
    await play.say(CLERK, TEXT)
    await play.say(CLERK, to)
    for name in names:
        await send_file(play, CLERK, name, b"%PDF-1.7 " + name.encode())
        await fetch_all(play)
    return "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))


async def approved(play: Stage, *names: str, to: str = "全部企业群") -> None:
    """Let it be written, submitted and approved."""
    await drafted(play, *names, to=to)
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")


async def damage(play: Stage, vault: Vault, name: str = AGENDA) -> Path:
    """Let the disk lose some of a file; return where it lies."""
    async with play.database.read() as tx:
        found = await tx.attached((await stored(play)).draft.files)
    (digest,) = [one.sha256 for one in found.values() if one.name == name]
    path = vault.path(digest)
    path.write_bytes(path.read_bytes()[:-3])
    return path


def allow(play: Stage, *types: str) -> None:
    """Let the office allow other kinds of files from now on."""
    office = play.reception.office
    luggage = replace(office.campaigns.luggage, types=frozenset(types))
    campaigns = replace(office.campaigns, luggage=luggage)
    play.reception = replace(play.reception, office=replace(office, campaigns=campaigns))


def told(play: Stage, letters: list[Letter], who: str) -> str:
    return "\n".join(texts(play, letters, who))


async def test_a_file_that_cannot_be_read_is_named_before_it_is_submitted(
    play: Stage, vault: Vault
) -> None:
    await drafted(play, AGENDA, LIST)
    await damage(play, vault)
    view = Button(f"c:view:{NUMBER}", "card")
    assert "附件“议程.pdf”存坏了" in told(play, await play.say(CLERK, button=view), CLERK)
    assert "附件“议程.pdf”存坏了" in told(play, await play.press(CLERK, "提交审批"), CLERK)
    assert (await stored(play)).stage is Campaigning.DRAFT


async def test_a_file_that_broke_after_the_submission_is_not_approved(
    play: Stage, vault: Vault
) -> None:
    await drafted(play, AGENDA)
    await play.press(CLERK, "提交审批")
    await damage(play, vault)
    assert "附件“议程.pdf”存坏了" in told(play, await play.press(HEAD, "通过"), HEAD)
    assert (await stored(play)).stage is Campaigning.PENDING


async def test_what_cannot_be_read_is_replaced_by_the_same_file_sent_again(
    play: Stage, vault: Vault
) -> None:
    await drafted(play, AGENDA)
    (await damage(play, vault)).unlink()
    await play.say(CLERK, button=Button(f"c:edit:{NUMBER}", "card"))
    await play.say(CLERK, "去掉附件")
    await play.press(CLERK, f"去掉 {AGENDA}")
    await send_file(play, CLERK, LIST, b"%PDF-1.7 anew")
    await fetch_all(play)
    await play.say(CLERK, "确认")
    await play.press(CLERK, "提交审批")
    await play.press(HEAD, "通过")
    assert shown(play, await sent(play), GROUP) == ["text", LIST]


async def test_the_same_file_sent_once_more_mends_what_broke(play: Stage, vault: Vault) -> None:
    await drafted(play, AGENDA)
    await damage(play, vault)
    await send_file(play, CLERK, AGENDA, b"%PDF-1.7 " + AGENDA.encode())
    await fetch_all(play)
    await play.say(CLERK, button=Button(f"c:submit:{NUMBER}", "card"))
    await play.press(HEAD, "通过")
    assert shown(play, await sent(play), GROUP) == ["text", AGENDA]


async def test_a_file_that_broke_after_the_approval_stops_it_before_anything_leaves(
    play: Stage, vault: Vault
) -> None:
    await approved(play, AGENDA)
    await damage(play, vault)
    letters = await sent(play)
    assert shown(play, letters, GROUP) == []
    assert "附件“议程.pdf”存坏了，读不出来，已自动暂停" in told(play, letters, CLERK)
    assert (await stored(play)).stage is Campaigning.PAUSED


async def test_it_goes_on_when_the_file_was_brought_back_and_not_before(
    play: Stage, vault: Vault
) -> None:
    await approved(play, AGENDA)
    path = await damage(play, vault)
    await sent(play)
    assert "存坏了" in told(play, await play.press(CLERK, "继续发"), CLERK)
    assert (await stored(play)).stage is Campaigning.PAUSED
    path.unlink()
    vault.keep(b"%PDF-1.7 " + AGENDA.encode())
    await play.press(CLERK, "继续发")
    assert shown(play, await sent(play), GROUP) == ["text", AGENDA]


async def test_who_may_approve_sends_it_without_the_file_and_that_is_on_record(
    play: Stage, vault: Vault
) -> None:
    await approved(play, AGENDA, LIST)
    await damage(play, vault)
    await sent(play)
    letters = await play.press(HEAD, "不带附件发")
    assert "不带附件“议程.pdf”发" in told(play, letters, HEAD)
    assert "由 周岚 决定不带附件“议程.pdf”发" in told(play, letters, CLERK)
    assert shown(play, await sent(play), GROUP) == ["text", LIST]
    found = await tally(play)
    assert (found.sent, found.total) == (1, 1)
    assert "附件“议程.pdf”没有带（周岚 决定）" in await report(play)
    async with play.database.read() as tx:
        lines = await tx.history.entries(f"campaign:{NUMBER}")
    assert "without" in [one.act for one in lines]


async def test_who_wrote_it_cannot_take_a_file_out_that_was_approved(
    play: Stage, vault: Vault
) -> None:
    await approved(play, AGENDA)
    await damage(play, vault)
    await sent(play)
    letters = await play.say(CLERK, f"不带附件发 {NUMBER}")
    assert "不带附件发，由审批人定：周岚" in told(play, letters, CLERK)
    assert (await stored(play)).files == {1: (await stored(play)).draft.files[0]}


async def test_without_is_refused_where_every_file_can_be_sent(play: Stage, vault: Vault) -> None:
    await approved(play, AGENDA)
    path = await damage(play, vault)
    await sent(play)
    path.unlink()
    vault.keep(b"%PDF-1.7 " + AGENDA.encode())
    assert "附件都发得出去" in told(play, await play.press(HEAD, "不带附件发"), HEAD)


async def test_a_kind_that_is_allowed_no_more_is_what_stops_it(play: Stage) -> None:
    await approved(play, AGENDA)
    allow(play, "docx")
    letters = await sent(play)
    assert shown(play, letters, GROUP) == []
    said = told(play, letters, CLERK)
    assert "现在不让发了：类型或大小超出规定（只能发 docx，一个不超过 20 MB）" in said
    assert "没有了" not in said
    assert "发不出去：只能发 docx" in told(play, await play.press(CLERK, "继续发"), CLERK)
    allow(play, "docx", "pdf")
    await play.press(CLERK, "继续发")
    assert shown(play, await sent(play), GROUP) == ["text", AGENDA]


async def test_a_file_that_broke_half_way_is_what_those_concerned_hear_of(
    play: Stage, vault: Vault
) -> None:
    await approved(play, AGENDA, to="全部企业群和全部企业的负责人")
    office = play.reception.office
    sending = replace(office.campaigns.sending, run=1, ahead=1)
    campaigns = replace(office.campaigns, sending=sending)
    play.reception = replace(play.reception, office=replace(office, campaigns=campaigns))
    await play.wait(timedelta(seconds=61))
    await damage(play, vault)
    await ended(play, "/f1", "failed", "file.unreadable")
    said = told(play, await play.wait(timedelta(seconds=1)), CLERK)
    assert "附件“议程.pdf”存坏了，读不出来，已自动暂停" in said
    assert "（附件存坏了，读不出来）" in await report(play)


async def test_where_there_is_no_button_it_is_typed(play: Stage, vault: Vault) -> None:
    await approved(play, AGENDA)
    await damage(play, vault)
    await sent(play)
    await play.say(HEAD, f"不带附件发 {NUMBER}")
    assert shown(play, await sent(play), GROUP) == ["text"]
