"""The records as a command sees them beside a bot that may be running."""

import asyncio
import getpass
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.config import BASE, Config, load_config
from bot.keys import Keys, Tampered, WrongKey
from bot.settings import Settings
from bot.storage.database import Database, DatabaseDown
from bot.storage.rows import DeliveryRow
from bot.storage.transaction import Transaction
from bot.terminal import Terminal
from handlers.ports import ArrivalId, Filed, Post, Stale

Work = Callable[[Settings, Config, Terminal], Coroutine[None, None, int]]

_FILE = "sqlite+aiosqlite:///"


class NoRecords(Exception):
    """There is no database yet, or its tables are those of another version."""


class NoKey(Exception):
    """The settings name no key for what is sealed."""


@asynccontextmanager
async def beside(settings: Settings, keys: Keys | None = None) -> AsyncIterator[Database]:
    """Open the records that are there: no folder is taken, nothing is made or migrated.

    Without keys nothing is opened that is sealed, and no key is asked for.
    Raises NoRecords, WrongKey and DatabaseDown.
    """
    if not _there(settings.database):
        raise NoRecords  # looking must not make an empty one
    stand_in = Keys("nothing is sealed or opened with this")
    records = Database(settings.database, keys or stand_in, now, _nothing)
    try:
        async with records.read() as tx:
            if not await tx.vitals.is_current():
                raise NoRecords
            sealed = await tx.vitals.canary()
        if keys is not None and sealed is not None:
            keys.open(sealed, "meta.value")
        yield records
    finally:
        await records.close()


def keys_of(settings: Settings) -> Keys:
    """Take the key of what is sealed from the settings. Raises NoKey."""
    if settings.secret_key is None:
        raise NoKey
    return Keys(settings.secret_key.get_secret_value())


def attended(work: Work) -> int:
    """Work for somebody at a terminal; return the exit code. What cannot be done is a sentence."""
    settings = Settings.load()
    config = load_config(BASE, settings.config_dir)
    terminal = Terminal(config.texts)
    try:
        return asyncio.run(work(settings, config, terminal))
    except NoRecords:
        told = terminal.word("records.none")
    except NoKey:
        told = terminal.word("records.no_key")
    except (WrongKey, Tampered):
        told = terminal.word("records.wrong_key")
    except Stale:
        told = terminal.word("records.busy")
    except DatabaseDown as fault:
        told = terminal.word("records.down", why=fault)
    sys.stderr.write(told + "\n")
    return 1


def who() -> str:
    """Name the person at the terminal for the history, as the machine knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user may have no name
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "?"


def now() -> datetime:
    """Say what time it is."""
    return datetime.now(UTC)


def _there(address: str) -> bool:
    return not address.startswith(_FILE) or Path(address.removeprefix(_FILE)).exists()


async def _nothing(
    tx: Transaction, posts: Sequence[Post], arrivals: Mapping[ArrivalId, Filed]
) -> Sequence[DeliveryRow]:
    raise RuntimeError("nothing is posted beside the bot")
