"""The DingTalk channel."""

from bot.channels.dingtalk.access import DingTalkAccess, Pace
from bot.channels.dingtalk.channel import DingTalk

__all__ = ["DingTalk", "DingTalkAccess", "Pace"]
