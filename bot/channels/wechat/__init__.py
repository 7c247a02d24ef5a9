"""A WeChat official account (公众号) as a channel."""

from bot.channels.wechat.access import NAME, Pace, WeChatAccess
from bot.channels.wechat.channel import MANNER, WeChat

__all__ = ["MANNER", "NAME", "Pace", "WeChat", "WeChatAccess"]
