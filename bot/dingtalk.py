"""The DingTalk channel, with everything that this installation gives it."""

import asyncio
import random

from bot.channels.base import Channel, Count, Enclosure, NoteRead
from bot.channels.dingtalk import DingTalk, DingTalkAccess
from bot.hub import Hub
from bot.premises import Office
from handlers.ports import Text


def dingtalk(office: Office, hub: Hub, *, read: NoteRead, count: Count) -> Channel:
    """Build the channel. Raises ValueError without credentials."""
    settings = office.settings.dingtalk
    if settings.client_id is None or settings.client_secret is None:
        raise ValueError("there are no DingTalk credentials")
    access = DingTalkAccess(
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        robot_code=settings.robot_code or settings.client_id,
        card_template_id=settings.card_template_id,
        api_base=settings.api_base,
        oapi_base=settings.oapi_base,
    )

    async def open_file(file: Enclosure) -> bytes:
        if file.paper is not None:
            # Ten megabytes that a bot without papers need not hold.
            from bot.papers.drawing import draw  # noqa: PLC0415

            return await asyncio.to_thread(draw, file.paper)
        return await asyncio.to_thread(office.vault.read, file.sha256)

    return DingTalk(
        access,
        office.texts.render,
        office.clock,
        random.Random(),  # noqa: S311 - spreads reconnects, guards nothing
        open_file=open_file,
        read=read,
        count=count,
        steady=office.database.steady,
        hub=hub,
        keys=office.keys,
        withdrawn=office.texts.render(Text("card.withdraw")),
    )
