"""The DingTalk channel, with everything that this installation gives it."""

import random

from bot.channels.base import Channel, Count, NoteRead
from bot.channels.dingtalk import DingTalk, DingTalkAccess
from bot.enclosures import opening
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

    return DingTalk(
        access,
        office.texts.render,
        office.clock,
        random.Random(),  # noqa: S311 - spreads reconnects, guards nothing
        open_file=opening(office),
        read=read,
        count=count,
        steady=office.database.steady,
        hub=hub,
        keys=office.keys,
        withdrawn=office.texts.render(Text("card.withdraw")),
    )
