"""What the channels beside DingTalk can show, as far as the settings name them."""

from collections.abc import Mapping

from bot.channels.base import Manner
from bot.settings import Settings


def manners_of(settings: Settings) -> Mapping[str, Manner]:
    """Say what each can show, by its name."""
    found: dict[str, Manner] = {}
    # wechatpy brings an HTTP client of its own, which most installations need not load.
    if settings.wechat.is_set:
        from bot.channels.wechat import MANNER, NAME  # noqa: PLC0415

        found[NAME] = MANNER
    if settings.wecom.is_set:
        from bot.channels import wecom  # noqa: PLC0415

        found[wecom.NAME] = wecom.manner_of(plugin=settings.wecom.plugin)
    return found
