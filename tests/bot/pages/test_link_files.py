"""Files on a page: sent along with an act, kept as those of the chat, given back safely."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from flows.tickets.case import State
from tests.bot.pages.phone import Answer, answer_of, office
from tests.bot.pages.sending import PDF, PNG, Sent, opened, send
from tests.engines import address, rows
from tests.handlers.story import ANSWER, CLERK, ONE, carry, history, ticket

pytestmark = pytest.mark.usefixtures("engine")


async def test_a_signed_draft_goes_with_the_answer_and_the_office_can_open_it(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        phone, token = await opened(desk)
        page = await send(
            phone, token, "reply", [("签批.png", PNG), ("稿.pdf", PDF)], text=ANSWER, outcome="A"
        )
        assert "等审核" in page.text
        found = await ticket(desk.play)
        note = found.notes[-1]
        assert (found.state, note.kind, len(note.files)) == (State.REPLIED, "enclosed", 2)
        async with desk.play.database.read() as tx:
            known = await tx.attached(note.files)
        assert [(one.state, one.name, one.mime) for one in known.values()] == [
            ("stored", "签批.png", "image/png"),
            ("stored", "稿.pdf", "application/pdf"),
        ]
        assert [desk.vault.read(one.sha256) for one in known.values()] == [PNG, PDF]
        letters = await desk.play.say(CLERK, "看附件 1")
        enclosed = [one.message.file for one in letters if one.message.file]
        assert [one.name for one in enclosed] == ["签批.png", "稿.pdf"]
        assert (await phone.get(token)).body.count(f"/l/{token}/file/") == 2
        theirs = desk.phone()
        other = await theirs.open(await desk.link(CLERK, "1 经信局"))
        assert "/file/" not in other.body, "a signed draft is the lead department's own"


@pytest.mark.parametrize(
    ("word", "fields", "state"),
    [
        ("contact", {"text": "到现场看过了"}, State.IN_PROGRESS),
        ("note", {"text": "备件已到"}, State.IN_PROGRESS),
        ("stage", {"text": f"{ANSWER}正在换", "next_on": "11月27日"}, State.IN_PROGRESS),
        ("return", {"basis": "属于企业自有资产", "suggested": "jxj"}, State.RETURN_REVIEW),
    ],
)
async def test_each_act_of_the_department_may_bring_a_file(
    tmp_path: Path, word: str, fields: dict[str, str], state: State
) -> None:
    async with office(tmp_path) as desk:
        phone, token = await opened(desk)
        page = await send(phone, token, word, [("a.png", PNG)], **fields)
        found = await ticket(desk.play)
        assert (found.state, len(found.all_files)) == (state, 1), page.text


async def test_a_supporting_departments_opinion_may_bring_a_file(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await carry(desk.play, State.IN_PROGRESS)
        token = await desk.link(CLERK, "1 经信局")
        phone = desk.phone()
        await phone.open(token)
        await send(phone, token, "opinion", [("意见.pdf", PDF)], text="同意供电公司的意见")
        assert len((await ticket(desk.play)).all_files) == 1


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("会议纪要.jpg", b"MZ" + b"\0" * 64)], "“会议纪要.jpg”这种文件不能收"),
        ([("a.png", PNG)] * 10, "附件最多 9 个"),
        ([("大.png", PNG + b"\0" * (20 * 1024 * 1024))], "“大.png”太大了"),
    ],
    ids=["another type by its content", "too many", "too large"],
)
async def test_a_file_that_is_not_wanted_is_refused_at_its_field_and_nothing_is_done(
    tmp_path: Path, files: list[Sent], said: str
) -> None:
    async with office(tmp_path) as desk:
        phone, token = await opened(desk)
        before = await ticket(desk.play)
        page = await send(phone, token, "reply", files, text=ANSWER, outcome="A")
        assert page.status == 422
        assert said in page.text
        assert ANSWER in page.text, "what was typed stays"
        assert await ticket(desk.play) == before
        assert rows(await address(tmp_path / "stage.db"), "SELECT * FROM attachment") == []
        page = await send(phone, token, "reply", [("a.png", PNG)], text=ANSWER, outcome="A")
        assert "等审核" in page.text


async def test_who_corrects_a_field_is_told_to_pick_the_files_again(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        phone, token = await opened(desk)
        page = await send(phone, token, "reply", [("a.png", PNG)], text="太短", outcome="A")
        assert page.status == 422
        assert "请再选一次" in page.text
        assert rows(await address(tmp_path / "stage.db"), "SELECT * FROM attachment") == []


async def test_a_form_without_a_file_is_sent_as_before(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        phone, token = await opened(desk)
        page = await send(phone, token, "note", [], text="备件已到")
        assert page.status == 200
        assert (await ticket(desk.play)).notes[-1].files == ()


async def test_a_harmful_name_becomes_a_harmless_one(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        phone, token = await opened(desk)
        await send(phone, token, "note", [("..\\..\\签\u202e批<b>.exe", PNG)], text="备件已到")
        (file,) = (await ticket(desk.play)).all_files
        url = f"{desk.address}/l/{token}/file/{file}"
        async with phone.session.get(url) as response:
            assert await response.read() == PNG
            named = response.headers["Content-Disposition"]
            assert response.headers["Content-Type"] == "image/png"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert named == "attachment; filename*=UTF-8''%E7%AD%BE%E6%89%B9_b_.exe.png"


async def test_nobody_uploads_without_the_page_of_an_open_case(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        _, token = await opened(desk)
        stranger = desk.phone()
        page = await send(stranger, token, "note", [("a.png", PNG)], text="备件已到")
        assert page.status in {403, 410}
        assert not (tmp_path / "files").exists()
        assert (await ticket(desk.play)).all_files == ()


async def test_pressed_twice_a_form_keeps_its_files_once(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        phone, token = await opened(desk)
        fixed = await phone.get(token)

        async def press() -> Answer:
            form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
            for name, text in (("form", fixed.form), ("word", "note"), ("f.text", "备件已到")):
                form.add_field(name, text)
            form.add_field("files", PNG, filename="a.png")
            async with phone.session.post(f"{desk.address}/l/{token}/act", data=form) as response:
                return await answer_of(response)

        for _ in range(2):
            assert (await press()).status == 200
        assert len((await ticket(desk.play)).all_files) == 1
        assert len(rows(await address(tmp_path / "stage.db"), "SELECT * FROM attachment")) == 1


async def test_what_was_sent_along_is_not_for_the_enterprise(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        phone, token = await opened(desk)
        await send(phone, token, "reply", [("签批.png", PNG)], text=ANSWER, outcome="A")
        await desk.play.say("周岚", "审核通过 1")
        letters = await desk.play.say("陈建国", "看附件 1")
        assert not any(one.message.file for one in letters)


async def test_the_history_names_no_file(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        phone, token = await opened(desk)
        await send(phone, token, "note", [("王五的身份证.png", PNG)], text="备件已到")
        lines = await history(desk.play, f"ticket:{ONE}")
        assert "身份证" not in str(lines)
