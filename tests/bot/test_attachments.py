"""How files are fetched, checked and kept, and what people hear when they are not."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import filetype
import pytest

from bot.attachments import (
    LONGEST_NAME,
    TRIES,
    Fetcher,
    Limits,
    Refusal,
    Vault,
    safe_name,
    type_of,
)
from bot.channels.base import FetchFault, NoFile
from bot.config import load_config
from bot.extensions import extension_of
from bot.listed import MIMES
from bot.storage.database import Database, DatabaseDown
from flows.engine.flow import State
from handlers.ports import Conversation, Frame, Incoming
from tests import outbox
from tests.bot.runtime import KEYS, FakeChannel, HandClock, arrival, database
from tests.engines import address, rows

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(64)
JPG = b"\xff\xd8\xff\xe0" + bytes(64)
PDF = b"%PDF-1.7\n" + bytes(64)
EXE = b"MZ" + bytes(128)
LIMITS = Limits(types=("png", "jpg", "pdf", "docx", "amr", "mp4"), megabytes=1)


def office(folder: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(f"{folder}document.xml", "<x/>")
        archive.writestr("[Content_Types].xml", "<Types/>")
    return made.getvalue()


class Desk:
    """A database with one file that waits, a channel and a fetcher over both."""

    def __init__(self, db: Database, clock: HandClock, folder: Path) -> None:
        self.db = db
        self.clock = clock
        self.channel = FakeChannel()
        self.vault = Vault(folder / "files", KEYS, LIMITS)
        self.woken = 0
        self.fetcher = Fetcher(
            db, {"fake": self.channel}, self.vault, LIMITS, clock, wake=self.wake
        )

    def wake(self) -> None:
        self.woken += 1

    async def comes(self, *files: Incoming) -> tuple[str, ...]:
        async with self.db.begin() as tx:
            (filed,) = await tx.admit([arrival("m1", files=files)])
        assert filed is not None
        return filed.files

    async def kept(self, names: tuple[str, ...]) -> list[str]:
        async with self.db.read() as tx:
            return list(await tx.stored_files(names))

    async def told(self) -> list[str]:
        async with self.db.begin() as tx:
            return [letter.message.text for letter in await outbox.claim(tx)]


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    clock = HandClock()
    async with database(folder, clock) as db:
        yield Desk(db, clock, folder)


PICTURE = Incoming("code", "picture")


@pytest.mark.usefixtures("engine")
async def test_a_file_is_kept_encrypted_under_its_hash(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        names = await d.comes(PICTURE)
        d.channel.files = {"code": PNG}
        assert await d.fetcher.turn() == 1
        assert await d.fetcher.turn() == 0
        assert await d.kept(names) == list(names)
        (path,) = [p for p in (tmp_path / "files").rglob("*") if p.is_file()]
        assert path.parent.name == path.name[:2]
        assert PNG not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0
        assert d.vault.read(path.name) == PNG
        assert await d.told() == []


@pytest.mark.usefixtures("engine")
async def test_the_same_file_is_kept_once(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        await d.comes(PICTURE, Incoming("again", "picture"))
        d.channel.files = {"code": PNG, "again": PNG}
        await d.fetcher.turn()
        assert len([p for p in (tmp_path / "files").rglob("*") if p.is_file()]) == 1


@pytest.mark.usefixtures("engine")
async def test_a_forbidden_type_is_refused_with_its_name(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        names = await d.comes(Incoming("code", "file", "报表.pdf"))
        d.channel.files = {"code": EXE}
        await d.fetcher.turn()
        assert await d.kept(names) == []
        assert await d.told() == ["不收 报表.pdf，只收 png、jpg、pdf、docx、amr、mp4"]
        assert d.woken == 1


@pytest.mark.usefixtures("engine")
async def test_a_refused_file_is_taken_out_of_what_its_sender_fills_in(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        good, bad = await d.comes(PICTURE, Incoming("worse", "file", "装.exe"))
        d.channel.files = {"code": PNG, "worse": EXE}
        open_form = Frame(state=State(flow="report", files=(good, bad)), touched=d.clock())
        async with d.db.begin() as tx:
            await tx.conversations.lock([1])
            await tx.conversations.save({1: Conversation(stack=(open_form,))})
        await d.fetcher.turn()
        async with d.db.begin() as tx:
            left = (await tx.conversations.lock([1]))[1]
        assert left.stack[0].state.files == (good,)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    "answer",
    [PNG + bytes(1024 * 1024), FetchFault("too.large", None)],
    ids=["ours", "the channel's"],
)
async def test_a_large_file_is_refused_with_the_limit(
    tmp_path: Path, answer: bytes | FetchFault
) -> None:
    async with desk(tmp_path) as d:
        names = await d.comes(PICTURE)
        d.channel.files = {"code": answer}
        await d.fetcher.turn()
        assert await d.kept(names) == []
        assert await d.told() == ["图片 超过 1 MB"]


@pytest.mark.usefixtures("engine")
async def test_a_code_that_expired_is_told(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        await d.comes(PICTURE)
        await d.fetcher.turn()
        assert await d.told() == ["图片 取不到"]


@pytest.mark.usefixtures("engine")
async def test_a_fetch_that_failed_is_tried_again_and_given_up_in_the_end(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        await d.comes(PICTURE)
        d.channel.files = {"code": FetchFault("busy", 3.0)}
        for _ in range(TRIES):
            assert await d.fetcher.turn() == 1
            assert await d.fetcher.turn() == 0
            d.clock.forward(100)
        assert await d.fetcher.turn() == 0
        assert await d.told() == ["图片 取不到"]


@pytest.mark.usefixtures("engine")
async def test_a_fetch_succeeds_at_a_later_try(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        names = await d.comes(PICTURE)
        d.channel.files = {"code": FetchFault("busy", 3.0)}
        await d.fetcher.turn()
        d.channel.files = {"code": JPG}
        d.clock.forward(3)
        await d.fetcher.turn()
        assert await d.kept(names) == list(names)
        assert await d.told() == []


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (PNG, "png"),
        (JPG, "jpg"),
        (PDF, "pdf"),
        (b"#!AMR\n" + bytes(32), "amr"),
        (office("word/"), "docx"),
        (office("xl/"), "xlsx"),
        (office("ppt/"), "pptx"),
        (office("other/"), "zip"),
        (EXE, "exe"),
        (b"just words", ""),
        (b"", ""),
        (b"PK\x03\x04" + bytes(64), "zip"),
    ],
)
def test_a_type_is_told_by_content(data: bytes, extension: str) -> None:
    assert type_of(data)[0] == extension


def test_a_write_that_was_cut_off_leaves_no_file(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "files", KEYS, LIMITS)
    kept = vault.keep(PNG)
    path = vault.path(kept.sha256)
    path.with_name(f"{path.name}.0000.tmp").write_bytes(b"half")
    assert vault.read(kept.sha256) == PNG


def test_words_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="forbidden"):
        Vault(tmp_path, KEYS, LIMITS).keep(b"just words")


def test_the_extension_of_every_type_we_keep_is_known_from_what_was_stored() -> None:
    known = {kind.extension: kind.mime for kind in filetype.TYPES} | MIMES
    types = load_config().office.attachments.types
    assert {e: extension_of(known[e]) for e in types} == {e: e for e in types}
    assert extension_of("application/x-unheard-of") == ""


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("合同 最终版.pdf", "合同 最终版.pdf"),
        ("IMG_1.PDF", "IMG_1.pdf"),
        ("图片", "图片.pdf"),
        ("报表.exe", "报表.exe.pdf"),
        ("../../etc/passwd", "_.._etc_passwd.pdf"),
        ("..", "_.pdf"),
        ("", "_.pdf"),
        (r"C:\a<b>|c?.pdf", "C__a_b__c_.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("a\x00\n\ud800b.pdf", "ab.pdf"),
        ("字" * 300, "字" * LONGEST_NAME + ".pdf"),
    ],
)
def test_a_name_is_made_safe_and_says_what_the_content_is(name: str, safe: str) -> None:
    assert safe_name(name, "pdf") == safe


def test_a_file_that_is_gone_or_was_changed_cannot_be_read(tmp_path: Path) -> None:
    vault = Vault(tmp_path, KEYS, LIMITS)
    with pytest.raises(NoFile, match="FileNotFoundError"):
        vault.read("ab" * 32)
    kept = vault.keep(PNG)
    vault.path(kept.sha256).write_bytes(vault.path(kept.sha256).read_bytes()[:-1] + b"x")
    with pytest.raises(NoFile, match="Tampered"):
        vault.read(kept.sha256)


@pytest.mark.usefixtures("engine")
async def test_a_row_that_cannot_be_read_costs_only_itself(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        names = await d.comes(Incoming("bad", "picture"), PICTURE)
        d.channel.files = {"code": PNG}
        rows(
            await address(tmp_path / "test.db"),
            "UPDATE attachment SET source = ? WHERE position = 0",
            b"\0",
        )
        assert await d.fetcher.turn() == 2
        assert await d.kept(names) == [names[1]]
        assert await d.told() == ["图片 取不到"]


@pytest.mark.usefixtures("engine")
async def test_a_turn_ends_when_all_its_files_have(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        await d.comes(Incoming("gone", "picture"), PICTURE)
        arrived = asyncio.Event()
        ended: list[str] = []

        class Slow(FakeChannel):
            async def fetch(self, robot: str, code: str, limit: int) -> bytes:
                if code == "gone":
                    raise FetchFault("gone", None)
                await arrived.wait()
                ended.append(code)
                return PNG

        class Away:
            shared = False

            def read(self) -> Any:
                return d.db.read()

            def begin(self) -> Any:
                if not arrived.is_set():
                    arrived.set()
                    raise DatabaseDown("away")
                return d.db.begin()

        fetcher = Fetcher(
            cast("Database", Away()), {"fake": Slow()}, d.vault, LIMITS, d.clock, wake=d.wake
        )
        with pytest.raises(DatabaseDown):
            await fetcher.turn()
        assert ended == ["code"]
        async with d.db.read() as tx:
            assert [one.code for one in await tx.attachments.pending(9)] == ["gone"]
