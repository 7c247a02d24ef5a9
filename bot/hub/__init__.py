"""What processes tell each other: wake-ups, short-lived copies, who fetches a token.

Nothing in here is a record. Everything may be forgotten at any moment; that costs latency only.
"""

from bot.hub.base import Hear, Hub, UnusableHub
from bot.hub.local import LocalHub

__all__ = ["Hear", "Hub", "LocalHub", "UnusableHub"]
