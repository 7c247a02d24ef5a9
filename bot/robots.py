"""The group robots of 企业微信, as this installation has them: they need no account."""

from __future__ import annotations

import random

from bot.channels.wecom_robot import WeComRobots
from bot.enclosures import opening
from bot.premises import Office


def robots_of(office: Office) -> WeComRobots:
    """Build the channel of every robot whose address was registered."""
    return WeComRobots(
        office.settings.wecom.api_base,
        opening(office),
        random.Random(),  # noqa: S311 - spreads retries, guards nothing
    )
