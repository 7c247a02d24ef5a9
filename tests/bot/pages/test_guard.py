"""The guard before every page: whatever is not taken is said in words, and groping gets slow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.pages.guard import GROPES
from bot.pages.posted import Patience
from flows.tickets.case import State
from tests.bot.pages.door import Visitor, hall
from tests.bot.pages.phone import Answer, Phone, answer_of, office
from tests.engines import address, rows
from tests.handlers.story import CLERK, carry

pytestmark = pytest.mark.usefixtures("engine")
SCRIPT = {"Accept": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HASTE = Patience(form=0.5, files=0.5)
NOBODYS = "0123456789abcdef" + "a" * 26
PHONE_NUMBER = "0574-00000000"


async def stalled(phone: Phone | Visitor, path: str, **headers: str) -> Answer:
    """Send the beginning of a form, and nothing more until there is an answer."""
    told = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"form="
        await told.wait()

    url, kind = phone.address + path, {**FORM, **headers}
    async with phone.session.post(url, data=body(), headers=kind) as response:
        answer = await answer_of(response)
        told.set()
        return answer


def said_in(answer: Answer) -> str:
    """Return what a script of ours is told."""
    told = json.loads(answer.body)
    assert told["good"] is False
    return str(told["said"])


@pytest.mark.parametrize(
    ("fields", "headers", "status", "words"),
    [
        ({"text": "1" * 70_000}, {}, 413, "写短一些"),
        ({"text": "1"}, {"Sec-Fetch-Site": "cross-site"}, 403, "不是从我们的网页上"),
    ],
    ids=["too much", "another site"],
)
async def test_a_door_words_what_it_does_not_take_for_people_and_for_its_script(
    tmp_path: Path, fields: dict[str, str], headers: dict[str, str], status: int, words: str
) -> None:
    async with hall(tmp_path) as there:
        door = await there.door()
        page = await door.post(f"{door.door}/act", fields, **headers)
        assert (page.status, words in page.text) == (status, True)
        told = await door.post(f"{door.door}/act", fields, **SCRIPT, **headers)
        assert (told.status, words in said_in(told)) == (status, True)


async def test_a_form_that_comes_too_slowly_is_refused_in_words(tmp_path: Path) -> None:
    async with office(tmp_path, patience=HASTE) as desk:
        await carry(desk.play, State.ASSIGNED)
        token, phone = await desk.link(CLERK), desk.phone()
        await phone.open(token)
        page = await stalled(phone, f"/l/{token}/act")
        assert page.status == 408
        assert "网络太慢" in page.text
        assert PHONE_NUMBER in page.text


async def test_a_door_refuses_a_form_that_comes_too_slowly_too(tmp_path: Path) -> None:
    async with hall(tmp_path, patience=HASTE) as there:
        door = await there.door()
        told = await stalled(door, f"{door.door}/act", **SCRIPT)
        assert told.status == 408
        assert "网络太慢" in said_in(told)


async def test_a_form_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.ASSIGNED)
        token, phone = await desk.link(CLERK), desk.phone()
        await phone.open(token)
        url = f"{phone.address}/l/{token}/act"
        for kind, status in (("text/plain", 415), ("multipart/form-data", 400)):
            headers = {"Content-Type": kind}
            async with phone.session.post(url, data=b"--x", headers=headers) as response:
                page = await answer_of(response)
            assert page.status == status
            assert "没有收全" in page.text


async def test_a_script_is_told_why_a_door_takes_nothing(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        door, stranger = await there.door(), there.phone()
        other = await stranger.post(f"{door.door}/act", {"act": "in", "text": "1"}, **SCRIPT)
        assert other.status == 403
        fields = {"act": "in", "text": "123456", "form": "x"}
        assert "另一部手机" in said_in(await stranger.post(f"{door.door}/act", fields, **SCRIPT))
        assert "放久了" in said_in(await door.post(f"{door.door}/act", fields, **SCRIPT))
        nobodys = await door.post("/door/HD-2026-001.x.y/act", fields, **SCRIPT)
        assert (nobodys.status, "整段复制" in said_in(nobodys)) == (404, True)


async def test_a_script_that_sends_what_is_no_code_is_told_that_it_is_unknown(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path) as there:
        door = await there.door()
        form = (await door.get(door.door)).form
        fields = {"act": "in", "text": "机械厂", "form": form}
        told = await door.post(f"{door.door}/act", fields, **SCRIPT)
        assert told.status == 200
        assert "没有找到“机械厂”" in said_in(told)


async def test_looking_for_links_that_are_none_waits_for_nobody_and_writes_nothing(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        phone = desk.phone()
        async with desk.play.database.begin():  # on SQLite nobody else writes meanwhile
            answers = [
                await phone.get(NOBODYS),
                await phone.get(NOBODYS, "/file/1-1"),
                await phone.post(NOBODYS, "open", {"form": "x"}),
                await phone.post(NOBODYS, "act", {"form": "x"}),
            ]
        assert {one.status for one in answers} == {404}
        url = await address(tmp_path / "stage.db")
        assert rows(url, "SELECT * FROM history WHERE act = 'link_refused'") == []


async def test_a_door_that_is_none_makes_nobody_wait(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        phone = there.phone()
        async with there.play.database.begin():
            page = await phone.post("/door/HD-2026-001.x.y/act", {"act": "in", "text": "123456"})
        assert page.status == 404


@pytest.mark.parametrize("to", ["", "/open", "/act", "/file/1-1"])
async def test_whoever_gropes_for_links_is_slowed_down_whichever_way(
    tmp_path: Path, to: str
) -> None:
    async with office(tmp_path) as desk:
        phone = desk.phone()
        found = []
        for n in range(GROPES + 1):
            token = f"{n:016x}" + "a" * 26
            if to in {"/open", "/act"}:
                found.append((await phone.post(token, to[1:], {"form": "x"})).status)
            else:
                found.append((await phone.get(token, to)).status)
        assert found == [404] * GROPES + [429]


async def test_an_address_that_leads_nowhere_is_worded_too(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        page = await desk.phone().post(NOBODYS, "nothing", {"form": "x"})
        assert (page.status, "整段复制" in page.text) == (404, True)
