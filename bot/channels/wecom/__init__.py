"""The app of an organisation in 企业微信 as a channel."""

from bot.channels.tencent.pace import Pace
from bot.channels.wecom.access import NAME, WeComAccess
from bot.channels.wecom.channel import WeCom, manner_of

__all__ = ["NAME", "Pace", "WeCom", "WeComAccess", "manner_of"]
