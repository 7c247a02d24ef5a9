"""Group robots of 企业微信 (消息推送): each writes into one group, and hears nothing."""

from bot.channels.wecom_robot.channel import MANNER, NAME, WeComRobots
from bot.channels.wecom_robot.origin import is_robot

__all__ = ["MANNER", "NAME", "WeComRobots", "is_robot"]
