"""The files that go out with messages: from our keeping, or drawn when they are sent."""

import asyncio

from bot.channels.base import Enclosure, OpenFile
from bot.premises import Office


def opening(office: Office) -> OpenFile:
    """Say how an office's files are read."""

    async def open_file(file: Enclosure) -> bytes:
        if file.paper is not None:
            # Ten megabytes that a bot without papers need not hold.
            from bot.papers.drawing import draw  # noqa: PLC0415

            return await asyncio.to_thread(draw, file.paper)
        return await asyncio.to_thread(office.vault.read, file.sha256)

    return open_file
