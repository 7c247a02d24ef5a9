"""What processes tell each other: wake-ups, short-lived copies, who fetches a token.

Nothing in here is a record. Everything may be forgotten at any moment; that costs latency only.
"""

from bot.hub.base import Hear, Hub

__all__ = ["Hear", "Hub"]
