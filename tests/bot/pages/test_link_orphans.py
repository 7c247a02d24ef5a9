"""A scan that got no row does not stay in the folder, and one that has a row is never lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.pages.posted import Patience
from tests.bot.pages.phone import answer_of, office
from tests.bot.pages.sending import PDF, PNG, opened, send
from tests.engines import address, rows
from tests.handlers.story import ANSWER, HEAD, ticket

pytestmark = pytest.mark.usefixtures("engine")
ANOTHER = PNG + b"another"


def here(folder: Path) -> int:
    """Count the files that are in the folder."""
    return sum(one.is_file() for one in (folder / "files").rglob("*"))


async def test_a_scan_for_a_link_that_was_just_revoked_is_not_even_read(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        phone, token = await opened(desk)
        form = (await phone.get(token)).form
        await desk.play.say(HEAD, "吊销链接 1")
        page = await send(phone, token, "note", [("a.png", PNG)], form=form, text="备件已到")
        assert page.status == 410
        assert "已经收回" in page.text
        assert not (tmp_path / "files").exists()


async def test_a_scan_of_a_form_that_was_given_to_another_link_is_not_kept(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        phone, token = await opened(desk)
        page = await send(phone, token, "note", [("a.png", PNG)], form="0" * 96, text="备件已到")
        assert page.status == 403
        assert "放久了" in page.text
        assert here(tmp_path) == 0


async def test_a_scan_of_a_form_that_is_corrected_is_taken_back(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        phone, token = await opened(desk)
        files = [("a.png", PNG), ("b.pdf", PDF)]
        assert (await send(phone, token, "reply", files, text="太短", outcome="A")).status == 422
        assert here(tmp_path) == 0
        assert (await send(phone, token, "reply", files, text=ANSWER, outcome="A")).status == 200
        assert here(tmp_path) == 2


async def test_a_scan_beside_one_that_is_refused_is_taken_back(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        phone, token = await opened(desk)
        files = [("a.png", PNG), ("b.png", b"MZ" + b"\0" * 64)]
        page = await send(phone, token, "note", files, text="备件已到")
        assert page.status == 422
        assert here(tmp_path) == 0


async def test_what_an_old_form_brings_is_taken_back_and_what_it_brought_first_stays(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        phone, token = await opened(desk)
        form = (await phone.get(token)).form
        for content in (PNG, PNG, ANOTHER):
            await send(phone, token, "note", [("a.png", content)], form=form, text="备件已到")
        (name,) = (await ticket(desk.play)).all_files
        async with desk.play.database.read() as tx:
            stored = (await tx.attached([name]))[name]
        assert desk.vault.read(stored.sha256) == PNG
        assert here(tmp_path) == 1


async def test_a_file_that_another_case_has_stays_when_a_form_is_corrected(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        phone, token = await opened(desk)
        await send(phone, token, "note", [("a.png", PNG)], text="备件已到")
        await send(phone, token, "reply", [("a.png", PNG)], text="太短", outcome="A")
        assert here(tmp_path) == 1


async def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    async with office(tmp_path, patience=Patience(form=30.0, files=0.5)) as desk:
        phone, token = await opened(desk)
        form = (await phone.get(token)).form
        head = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n'
        body = (head % (b"form", b"")) + form.encode() + b"\r\n"
        body += (head % (b"files", b'; filename="a.png"')) + PNG + b"\r\n"
        body += (head % (b"files", b'; filename="b.png"')) + bytes(200_000)
        url = f"{phone.address}/l/{token}/act"
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        kind["Content-Length"] = str(len(body) + 1000)

        told = asyncio.Event()

        async def stalls() -> AsyncIterator[bytes]:
            yield body
            await told.wait()

        async with phone.session.post(url, data=stalls(), headers=kind) as response:
            page = await answer_of(response)
            told.set()
        assert page.status == 408
        assert "网络太慢" in page.text
        assert here(tmp_path) == 0
        assert rows(await address(tmp_path / "stage.db"), "SELECT * FROM attachment") == []
