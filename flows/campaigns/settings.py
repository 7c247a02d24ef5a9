"""What config/campaigns.toml says, as campaigns need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.campaigns.calm import Limits
from flows.campaigns.enclosing import Luggage
from flows.campaigns.hours import Quiet
from flows.campaigns.lengths import Room
from flows.campaigns.mandatory import Mandatory
from flows.campaigns.sending import Sending


@dataclass(frozen=True, slots=True)
class Settings:
    """The office's rules for campaigns."""

    quiet: Quiet
    calm: Limits
    rooms: Mapping[str, Room]  # by door: how long a message may be there
    sending: Sending
    mandatory: Mandatory
    luggage: Luggage
    masses: int = 4  # a month, that a subscriber of the 公众号 may be sent


__all__ = ["Settings"]
