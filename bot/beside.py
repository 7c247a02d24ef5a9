"""The records as a command sees them beside a bot that may be running: read, without its key."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.keys import Keys
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.rows import DeliveryRow
from bot.storage.transaction import Transaction
from handlers.ports import ArrivalId, Filed, Post

_FILE = "sqlite+aiosqlite:///"


class NoRecords(Exception):
    """There is no database yet, or its tables are those of another version."""


@asynccontextmanager
async def beside(settings: Settings) -> AsyncIterator[Database]:
    """Open the records that are there. Raises NoRecords, DatabaseDown."""
    if not _there(settings.database):
        raise NoRecords  # looking must not make an empty one
    # Nothing is opened that is sealed, so that no key is asked for.
    records = Database(
        settings.database, Keys("nothing is sealed or opened with this"), _now, _nothing
    )
    try:
        async with records.read() as tx:
            if not await tx.vitals.is_current():
                raise NoRecords
        yield records
    finally:
        await records.close()


def _there(address: str) -> bool:
    return not address.startswith(_FILE) or Path(address.removeprefix(_FILE)).exists()


def _now() -> datetime:
    return datetime.now(UTC)


async def _nothing(
    tx: Transaction, posts: Sequence[Post], arrivals: Mapping[ArrivalId, Filed]
) -> Sequence[DeliveryRow]:
    raise RuntimeError("nothing is posted beside the bot")
