"""What one process does of the whole: everything, or its part beside others."""

from collections.abc import Collection
from enum import StrEnum

from bot.settings import Settings, UnusableSettings


class Duty(StrEnum):
    """A part of the work; `run --role` names it."""

    GATEWAY = "gateway"  # hears the platform
    WORKER = "worker"  # answers, sends, fetches, keeps time and house
    WEB = "web"  # pages


ALL = frozenset(Duty)


def duties(given: Collection[str], settings: Settings) -> frozenset[Duty]:
    """Say what this process does; nothing given = everything. Raises UnusableSettings."""
    chosen = frozenset(map(Duty, given)) or ALL
    if chosen != ALL and settings.on_sqlite:
        raise UnusableSettings(
            (
                "--role needs a database that several processes share: set QINQING_DATABASE_URL "
                "to a PostgreSQL address, or run without --role.",
            )
        )
    return chosen
