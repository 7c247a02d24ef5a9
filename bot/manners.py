"""What the channels beside DingTalk can show, as far as the settings name them."""

from collections.abc import Mapping

from bot.channels.base import Manner
from bot.settings import Settings


def manners_of(settings: Settings) -> Mapping[str, Manner]:
    """Say what each can show, by its name."""
    if not settings.wechat.is_set:
        return {}
    # wechatpy brings an HTTP client of its own, which most installations need not load.
    from bot.channels.wechat import MANNER, NAME  # noqa: PLC0415

    return {NAME: MANNER}
