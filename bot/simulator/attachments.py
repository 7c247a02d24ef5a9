"""Files that people or the robot sent: kept in memory, found by code, media id or address."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.simulator.identifiers import Identifiers
from bot.simulator.observations import Clock

KEPT_BYTES = 512 * 1024 * 1024
DOWNLOAD_LIFE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file."""

    attachment_id: str
    name: str
    data: bytes
    content_type: str
    stored_at: datetime


class Attachments:
    """The file store of the platform; the oldest fall out when it is full."""

    def __init__(self, clock: Clock, ids: Identifiers) -> None:
        self._clock = clock
        self._ids = ids
        self._files: OrderedDict[str, Attachment] = OrderedDict()
        self._codes: dict[str, str] = {}
        self._media: dict[str, str] = {}
        self._size = 0

    def store(self, name: str, data: bytes, content_type: str) -> Attachment:
        """Keep a file."""
        attachment = Attachment(self._ids.hexadecimal(32), name, data, content_type, self._clock())
        self._files[attachment.attachment_id] = attachment
        self._size += len(data)
        while self._size > KEPT_BYTES and len(self._files) > 1:
            _, oldest = self._files.popitem(last=False)
            self._size -= len(oldest.data)
        return attachment

    def code_for(self, attachment: Attachment) -> str:
        """Make a download code that the robot may redeem."""
        code = self._ids.download_code()
        self._codes[code] = attachment.attachment_id
        return code

    def media_for(self, attachment: Attachment) -> str:
        """Make a media id that the robot may send."""
        media_id = self._ids.media()
        self._media[media_id] = attachment.attachment_id
        return media_id

    def by_code(self, code: str) -> Attachment | None:
        """Redeem a download code."""
        return self._files.get(self._codes.get(code, ""))

    def by_media(self, media_id: str) -> Attachment | None:
        """Look up an uploaded medium."""
        return self._files.get(self._media.get(media_id, ""))

    def get(self, attachment_id: str) -> Attachment | None:
        """Look up a file by its address."""
        return self._files.get(attachment_id)

    def expire_codes(self) -> None:
        """Let every download code die now."""
        self._codes.clear()


PICTURES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM": "image/bmp",
}


def picture_type(data: bytes) -> str | None:
    """Name the picture format by the content's first bytes."""
    for start, content_type in PICTURES.items():
        if data.startswith(start):
            return content_type
    return None
