"""Files on their way out: uploaded once, shown as documented, or told of in words."""

import asyncio
import json
import logging

import pytest
from aiohttp import web

from bot.channels import media as media_module
from bot.channels.base import Enclosure, Letter, Message, Receipt, SendFault
from bot.channels.dingtalk.payloads import MEDIA_LIMIT, media_type, shows
from bot.channels.media import Media
from tests.bot.channels.conftest import KEPT, Make, open_file
from tests.bot.channels.platform import TOKEN_PATH, Platform
from tests.bot.channels.test_dingtalk_send import GROUP, PRIVATE, TO_GROUP, TO_PERSON, same

UPLOAD = "/media/upload"
UPLOADED = {"errcode": 0, "errmsg": "ok", "media_id": "@lAzSample", "created_at": 1, "type": "file"}
PICTURE = Enclosure(sha256="aa", name="图片.png", extension="png", mime="image/png", size=16)
PAPER = Enclosure(sha256="bb", name="合同.pdf", extension="pdf", mime="application/pdf", size=14)
TOLD = "“合同.pdf”打不开"


def showing(file: Enclosure, letter: Letter = PRIVATE) -> Letter:
    return letter.model_copy(update={"message": Message(title="t", text=TOLD, file=file)})


@pytest.mark.parametrize(
    ("file", "kind", "name"),
    [(PICTURE, "image", "picture_to_person"), (PAPER, "file", "file_to_person")],
)
async def test_a_file_is_uploaded_and_shown_as_documented(
    ding: Platform, make: Make, file: Enclosure, kind: str, name: str
) -> None:
    ding.answer(UPLOAD, UPLOADED)
    assert await make().send(showing(file)) == Receipt("pqk", "api")
    assert same(ding.sent(TO_PERSON)[0], name)
    (upload,) = [seen for seen in ding.seen if seen.path == UPLOAD]
    assert upload.query == {"access_token": "token-1", "type": kind}
    assert upload.body == {"media": (f"attachment.{file.extension}", file.mime, KEPT[file.sha256])}


async def test_a_second_look_uploads_nothing(ding: Platform, make: Make) -> None:
    channel = make()
    ding.answer(UPLOAD, UPLOADED)
    await channel.send(showing(PICTURE))
    await channel.send(showing(PICTURE.model_copy(update={"name": "另一张.png"})))
    assert len(ding.sent(UPLOAD)) == 1
    assert len(ding.sent(TO_PERSON)) == 2


async def test_many_who_look_at_once_wait_for_one_upload(ding: Platform, make: Make) -> None:
    channel = make()
    ding.answer(UPLOAD, UPLOADED)
    await asyncio.gather(*(channel.send(showing(PICTURE)) for _ in range(10)))
    assert len(ding.sent(UPLOAD)) == 1
    assert len(ding.sent(TO_PERSON)) == 10


@pytest.mark.parametrize(
    "file",
    [
        *(
            PAPER.model_copy(update={"extension": extension})
            for extension in ("webp", "heic", "xls", "ppt", "pptx", "amr", "mp4", "mov", "")
        ),
        PAPER.model_copy(update={"size": MEDIA_LIMIT + 1}),
        PAPER.model_copy(update={"size": 0}),
    ],
    ids=lambda file: f"{file.extension or 'unknown'}-{file.size}",
)
async def test_what_cannot_be_shown_is_told_of(ding: Platform, make: Make, file: Enclosure) -> None:
    await make().send(showing(file))
    assert ding.sent(UPLOAD) == []
    assert json.loads(ding.sent(TO_PERSON)[0]["msgParam"])["text"] == TOLD


def test_what_the_platform_documents_is_shown() -> None:
    for extension in ("jpg", "png", "gif", "bmp", "xlsx", "pdf", "zip", "rar", "doc", "docx"):
        assert shows(PAPER.model_copy(update={"extension": extension}))


async def test_a_file_never_leaves_for_a_group(ding: Platform, make: Make) -> None:
    await make().send(showing(PICTURE, GROUP))
    assert ding.sent(UPLOAD) == []
    assert ding.sent(TO_GROUP)[0]["msgKey"] == "sampleMarkdown"


def approved(file: Enclosure, letter: Letter = GROUP) -> Letter:
    """Make it what a campaign sends: nothing may stand for it where it is refused."""
    message = Message(title="t", text=TOLD, file=file, instead=False)
    return letter.model_copy(update={"message": message})


@pytest.mark.parametrize(
    ("file", "name"), [(PICTURE, "picture_to_group"), (PAPER, "file_to_group")]
)
async def test_what_was_approved_for_a_group_is_shown_there_as_documented(
    ding: Platform, make: Make, file: Enclosure, name: str
) -> None:
    channel = make()
    ding.answer(UPLOAD, UPLOADED)
    window = channel.window(approved(file))
    assert window is not None
    assert window.key.endswith(TO_GROUP)
    assert (await channel.send(approved(file))).via == "api"
    assert same(ding.sent(TO_GROUP)[0], name)


@pytest.mark.parametrize(("letter", "path"), [(GROUP, TO_GROUP), (PRIVATE, TO_PERSON)])
async def test_no_words_stand_for_a_campaigns_file_that_is_refused(
    ding: Platform, make: Make, letter: Letter, path: str
) -> None:
    ding.answer(UPLOAD, UPLOADED)
    ding.answer(path, {"code": "invalidParameter.mediaId"}, 400)
    with pytest.raises(SendFault, match="mediaId"):
        await make().send(approved(PAPER, letter))
    assert len(ding.sent(path)) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"errcode": 90018, "errmsg": "busy"}, 200, "90018"),
        ({"errcode": -1, "errmsg": "busy"}, 200, "-1"),
        ({"errcode": 0, "errmsg": "ok"}, 200, "media.missing"),
        ({"errcode": 0, "media_id": ["x"]}, 200, "media.missing"),
        ("<html>banned</html>", 200, "html"),
        ("oops", 502, "http.502"),
        ({"code": "system.error"}, 500, "system.error"),
    ],
)
async def test_an_upload_that_failed_delivered_nothing_and_is_tried_again(
    ding: Platform, make: Make, body: object, status: int, code: str
) -> None:
    channel = make()
    ding.answer(UPLOAD, body, status)
    with pytest.raises(SendFault) as fault:
        await channel.send(showing(PAPER))
    assert fault.value.code == code
    assert fault.value.retry_after
    assert ding.sent(TO_PERSON) == []
    ding.answer(UPLOAD, UPLOADED)
    assert (await channel.send(showing(PAPER))).via == "api"


async def test_an_upload_without_an_answer_delivered_nothing(ding: Platform, make: Make) -> None:
    async def drop(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    ding.answers[UPLOAD].append(drop)
    with pytest.raises(SendFault, match=r"no\.answer") as fault:
        await make().send(showing(PAPER))
    assert type(fault.value) is SendFault  # and no doubt about the message


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (UPLOAD, {"errcode": 40006, "errmsg": "不合法的文件大小"}, 200),
        (TO_PERSON, {"code": "invalidParameter.mediaId"}, 400),
    ],
)
async def test_a_file_that_is_not_wanted_is_told_of_and_uploaded_anew_next_time(
    ding: Platform, make: Make, path: str, body: object, status: int
) -> None:
    channel = make()
    if path != UPLOAD:
        ding.answer(UPLOAD, UPLOADED)
    ding.answer(path, body, status)
    await channel.send(showing(PAPER))
    assert json.loads(ding.sent(TO_PERSON)[-1]["msgParam"])["text"] == TOLD
    ding.answer(UPLOAD, UPLOADED)
    await channel.send(showing(PAPER))
    assert ding.sent(TO_PERSON)[-1]["msgKey"] == "sampleFile"


async def test_a_picture_that_the_platform_finds_unsafe_is_not_sent_another_way(
    ding: Platform, make: Make
) -> None:
    ding.answer(UPLOAD, UPLOADED)
    ding.answer(TO_PERSON, {"code": "contain.notAllowed.picture"}, 400)
    with pytest.raises(SendFault, match="notAllowed"):
        await make().send(showing(PICTURE))
    assert len(ding.sent(TO_PERSON)) == 1


async def test_a_file_that_cannot_be_read_is_told_of(ding: Platform, make: Make) -> None:
    await make().send(showing(PAPER.model_copy(update={"sha256": "gone"})))
    assert ding.sent(UPLOAD) == []
    assert json.loads(ding.sent(TO_PERSON)[0]["msgParam"])["text"] == TOLD


async def test_a_rejected_token_is_renewed_for_an_upload(ding: Platform, make: Make) -> None:
    ding.answer(UPLOAD, {"errcode": 40014, "errmsg": "不合法的access_token"})
    ding.answer(UPLOAD, UPLOADED)
    assert (await make().send(showing(PAPER))).via == "api"
    uploads = [seen.query["access_token"] for seen in ding.seen if seen.path == UPLOAD]
    assert uploads == ["token-1", "token-2"]
    assert len(ding.sent(TOKEN_PATH)) == 2


async def test_no_log_names_the_token_the_file_or_its_sender(
    ding: Platform, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for body in ({"errcode": 40014}, {"errcode": 40014}, {"errcode": 40006}, "oops"):
        ding.answer(UPLOAD, body)
        try:
            await make().send(showing(PAPER))
        except SendFault:
            continue
    # The fake platform runs in this process too, and its server logs what it is asked.
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("aiohttp")]
    assert any("/media/upload refused" in line for line in ours)
    assert not [line for line in ours if "token-" in line or "合同" in line]


class Slow:
    """A client whose uploads end when they are told to."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.go = asyncio.Event()
        self.uploads = 0

    async def upload(self, kind: str, name: str, mime: str, content: bytes) -> str:
        self.uploads += 1
        self.begun.set()
        await self.go.wait()
        return f"@{self.uploads}"


async def test_a_slow_upload_goes_on_and_serves_the_next_try() -> None:
    slow = Slow()
    media = Media(slow, open_file, media_type, patience=0.01)
    with pytest.raises(SendFault, match=r"media\.slow") as fault:
        await media.of(PAPER)
    assert fault.value.retry_after
    slow.go.set()
    assert await media.of(PAPER) == "@1"
    assert await media.of(PAPER) == "@1"
    await media.close()


async def test_what_is_still_being_uploaded_ends_with_the_channel() -> None:
    slow = Slow()
    media = Media(slow, open_file, media_type, patience=10)
    waiting = asyncio.create_task(media.of(PAPER))
    await slow.begun.wait()
    await media.close()
    with pytest.raises(SendFault, match=r"channel\.stopped"):
        await waiting


async def test_only_so_many_uploads_are_remembered() -> None:
    slow = Slow()
    slow.go.set()
    media = Media(slow, _anything, media_type)
    for number in range(media_module.MOST + 1):
        await media.of(PAPER.model_copy(update={"sha256": str(number)}))
    await media.of(PAPER.model_copy(update={"sha256": str(media_module.MOST)}))
    assert slow.uploads == media_module.MOST + 1
    await media.of(PAPER.model_copy(update={"sha256": "0"}))
    assert slow.uploads == media_module.MOST + 2


async def _anything(file: Enclosure) -> bytes:
    return b"x"
