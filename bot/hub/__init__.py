"""What processes tell each other: wake-ups, short-lived copies, who fetches a token.

Nothing in here is a record. Everything may be forgotten at any moment; that costs latency only.
"""

from pydantic import SecretStr

from bot.hub.base import Hear, Hub, UnusableHub
from bot.hub.local import LocalHub

__all__ = ["Hear", "Hub", "LocalHub", "UnusableHub", "hub_of"]


def hub_of(redis_url: SecretStr | None) -> Hub:
    """Build the hub: this process is alone unless a Redis is named. Raises UnusableHub."""
    if redis_url is None:
        return LocalHub()
    from bot.hub.redis import RedisHub  # noqa: PLC0415 - memory that most installations save

    return RedisHub(redis_url.get_secret_value())
