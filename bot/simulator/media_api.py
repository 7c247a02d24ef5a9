"""Files: the robot fetches what people sent, and uploads what it will send."""

import mimetypes

from aiohttp import BodyPartReader, hdrs, web

from bot.simulator.attachments import Attachment
from bot.simulator.errors import ApiError, OapiError
from bot.simulator.openapi import Body, new_call, text
from bot.simulator.platform import Platform
from bot.simulator.wire import milliseconds

MEGABYTE = 1024 * 1024
LARGEST = {
    "image": 20 * MEGABYTE,
    "voice": 2 * MEGABYTE,
    "video": 20 * MEGABYTE,
    "file": 20 * MEGABYTE,
}
# By the name's ending, as the document lists them.
ACCEPTED = {
    "image": {"jpg", "gif", "png", "bmp"},
    "voice": {"amr", "mp3", "wav"},
    "video": {"mp4"},
    "file": {"doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "pdf", "rar"},
}
UPLOAD_PATH = "/media/upload"


class MediaApi:
    """Files on the wire."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def routes(self) -> list[web.RouteDef]:
        """List the addresses."""
        return [
            new_call(
                self._platform,
                hdrs.METH_POST,
                "/v1.0/robot/messageFiles/download",
                self._download,
            ),
            web.get("/download/{attachment_id}", self._file),
            web.post(UPLOAD_PATH, self._upload),
        ]

    async def _download(self, body: Body) -> Body:
        attachment = self._platform.attachments.by_code(text(body, "downloadCode"))
        if attachment is None or body.get("robotCode") != self._platform.app.robot_code:
            raise ApiError(400, "invalidParameter.robotCode.downloadCode", "下载码无效或已过期")
        expires = milliseconds(self._platform.clock()) // 1000 + 3600
        url = (
            f"{self._platform.base_url}/download/{attachment.attachment_id}.file?Expires={expires}"
        )
        return {"downloadUrl": url}

    async def _file(self, request: web.Request) -> web.Response:
        attachment_id = request.match_info["attachment_id"].removesuffix(".file")
        attachment = self._platform.attachments.get(attachment_id)
        if attachment is None:
            return web.Response(status=403, text="Request has expired")
        return _as_download(attachment)

    async def _upload(self, request: web.Request) -> web.Response:
        self._platform.access.admit_old(
            UPLOAD_PATH, request.query.get("access_token"), exempt=False
        )
        kind = request.query.get("type", "")
        if kind not in LARGEST:
            raise OapiError(40004, "不合法的媒体文件类型")
        name, data = await self._part(request, LARGEST[kind])
        if name.rpartition(".")[2].lower() not in ACCEPTED[kind]:
            raise OapiError(40005, "不合法的文件类型")
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        attachment = self._platform.attachments.store(name, data, content_type)
        return web.json_response(
            {
                "errcode": 0,
                "errmsg": "ok",
                "media_id": self._platform.attachments.media_for(attachment),
                "created_at": milliseconds(attachment.stored_at),
                "type": kind,
            }
        )

    async def _part(self, request: web.Request, largest: int) -> tuple[str, bytes]:
        if not request.content_type.startswith("multipart/"):
            raise OapiError(41005, "缺少多媒体文件数据")
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "media":
                data = bytearray()
                while chunk := await part.read_chunk(65536):
                    data.extend(chunk)
                    if len(data) > largest:
                        raise OapiError(40006, "不合法的文件大小")
                return part.filename or "media", bytes(data)
        raise OapiError(41005, "缺少多媒体文件数据")


def _as_download(attachment: Attachment) -> web.Response:
    return web.Response(
        body=attachment.data,
        content_type="application/octet-stream",
        headers={"X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment"},
    )
