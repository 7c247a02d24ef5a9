"""Files that people send: kept by their hash, or refused with the limit; papers that they get."""

import hashlib
import io
from pathlib import Path

import docx
import pytest

from tests.wire.bot import until
from tests.wire.chat import CLERK, OWNER, wired

pytestmark = pytest.mark.usefixtures("engine")

DOWNLOAD = "/v1.0/robot/messageFiles/download"
PROBLEM = "厂门口的路灯坏了两个月没人修，希望尽快修好。"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


async def test_good_files_are_kept_by_their_hash_and_bad_ones_refused_with_the_limit(
    tmp_path: Path,
) -> None:
    async with wired(tmp_path, cards=False) as wire:
        await wire.say(OWNER, PROBLEM)
        await wire.hears(OWNER, "谁能看到")
        await wire.control.send_picture(OWNER, PNG)
        await wire.hears(OWNER, "共 1 个附件")
        await wire.control.send_file(OWNER, "程序.png", b"MZ\x90\x00" + b"\0" * 512)
        assert "jpg" in await wire.hears(OWNER, "“程序.png”这种文件不能收")
        await wire.control.send_file(OWNER, "大图.pdf", b"%PDF-1.4\n" + b"\0" * (20 * 1024 * 1024))
        assert "20 MB" in await wire.hears(OWNER, "“大图.pdf”太大了")
        await wire.say(OWNER, "确认")
        await wire.hears(OWNER, "已登记")
        name = hashlib.sha256(PNG).hexdigest()
        kept = [path for path in (wire.bot.data / "files").rglob("*") if path.is_file()]
        assert [path.name for path in kept] == [name]
        assert PNG not in kept[0].read_bytes()
        assert kept[0].stat().st_mode & 0o077 == 0
        rows = wire.bot.rows("SELECT id, state, sha256, reason FROM attachment ORDER BY arrival")
        assert [row[1:] for row in rows] == [
            ("stored", name, None),
            ("refused", None, "forbidden"),
            ("refused", None, "too_big"),
        ]
        (ticket,) = await wire.tickets()
        assert ticket.files == (rows[0][0],)


async def test_a_file_that_cannot_be_fetched_at_first_is_fetched_later(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        wire.control.fail(DOWNLOAD, 503, {"code": "system.busy"})
        await wire.control.send_picture(OWNER, PNG)
        await until(lambda: wire.bot.count("attachment", "state = 'stored'"), within=60)


async def test_a_file_whose_code_died_is_asked_for_again(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        wire.control.hang("/v1.0/oauth2/accessToken", 1)
        await wire.control.send_picture(OWNER, PNG)
        wire.control.expire_downloads()
        await wire.hears(OWNER, "没取到，请再发一次")
        assert wire.bot.count("attachment", "state = 'refused' AND reason = 'gone'") == 1


async def test_a_paper_arrives_as_a_file_that_opens_and_stays_nowhere(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        await wire.say(OWNER, PROBLEM)
        await wire.hears(OWNER, "谁能看到")
        await wire.say(OWNER, "确认")
        await wire.hears(OWNER, "已登记")
        await wire.say(CLERK, "受理 1")
        await wire.hears(CLERK, "接着交办")
        await wire.say(CLERK, "供电公司 协办无")
        await wire.hears(CLERK, "办理期限")
        await wire.say(CLERK, "确认")
        await wire.hears(CLERK, "主办")
        await wire.say(CLERK, "交办单 1")
        await wire.hears(CLERK, "打印后用")
        place = wire.control.place_of(CLERK)
        sent = await until(
            lambda: [
                bubble.content
                for bubble in wire.control.sent(user=CLERK, place=place)
                if "media" in bubble.content
            ],
            within=60,
        )
        assert [file["name"].partition("-")[0] for file in sent] == ["交办单"]
        document = docx.Document(io.BytesIO(wire.control.media(sent[0]["media"])))
        cells = [cell.text for cell in document.tables[0].columns[1].cells]
        assert PROBLEM in cells
        assert not [path for path in (wire.bot.data / "files").rglob("*") if path.is_file()]
