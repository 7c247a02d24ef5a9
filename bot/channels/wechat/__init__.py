"""A WeChat official account (公众号) as a channel."""

from bot.channels.tencent.pace import Pace
from bot.channels.wechat.access import NAME, WeChatAccess
from bot.channels.wechat.channel import MANNER, WeChat

__all__ = ["MANNER", "NAME", "Pace", "WeChat", "WeChatAccess"]
