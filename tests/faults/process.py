"""`python -m bot`, started around a clock that a file moves, or with one guard taken out.

    python -m tests.faults.process run [--role …] [--clock FILE] [--without GUARD]

The product has no switch for either: what differs is built here and put in the place of what
`bot.app` would build.
"""

import argparse
import asyncio
import dataclasses
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects import sqlite

from bot import __main__ as program
from bot import app, dingtalk, premises
from bot.channels.base import Letter, Window
from bot.channels.dingtalk import DingTalk, channel
from bot.channels.dingtalk.pacing import Gate
from bot.intake import Intake
from bot.outbox import Outbox
from bot.storage import database, transaction
from bot.storage.backlog import Backlog
from bot.storage.rows import DeliveryRow
from bot.storage.session import Session
from bot.storage.tables import arrival
from handlers.ports import Answered, Arrival, PersonId

SLOW_COMMIT = 0.3  # seconds between an acknowledgement that comes too early and the commit


class MovedClock:
    """The system's clock, and as many seconds as a file says."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> datetime:
        """Say what time it is."""
        return datetime.now(UTC) + timedelta(seconds=float(self._file.read_text() or 0))


class EarlyAnswers(Intake):
    """Acknowledges first and commits later."""

    async def take(self, arrival: Arrival) -> Answered:
        """Return at once."""
        asyncio.get_running_loop().call_later(SLOW_COMMIT, self._take_later, arrival)
        return Answered()

    def _take_later(self, arrival: Arrival) -> None:
        self._late = asyncio.ensure_future(super().take(arrival))


class _PlainInsert(sqlite.Insert):
    """An INSERT to which a conflict is none of its business."""

    inherit_cache = False

    def on_conflict_do_nothing(self, *given: Any, **named: Any) -> "_PlainInsert":
        """Leave the statement as it is."""
        return self


class ForgetfulSession(Session):
    """Does not ask whether an arrival was filed before."""

    __slots__ = ()

    def insert(self, table: Table) -> sqlite.Insert:
        """Begin an INSERT."""
        return _PlainInsert(table) if table is arrival else super().insert(table)


class LooseOutbox(Outbox):
    """Gives every row a lane of its own."""

    async def __call__(self, *given: Any) -> Sequence[DeliveryRow]:
        """Word posts."""
        rows = await super().__call__(*given)
        return [dataclasses.replace(row, lane=f"{row.lane}#{row.dedupe}") for row in rows]


class UnlockedBacklog(Backlog):
    """Takes what waits without asking whether another worker has it."""

    async def lock(self, limit: int) -> Sequence[PersonId]:
        """Name who waits."""
        waiting = arrival.c.state == "waiting"
        result = await self._session.connection.execute(
            select(arrival.c.person).where(waiting).distinct().limit(limit)
        )
        return result.scalars().all()


class HastyDingTalk(DingTalk):
    """Counts nothing that goes out against any window."""

    def window(self, letter: Letter) -> Window | None:
        """Say that it is not limited."""
        return None


class OpenGate(Gate):
    """Lets every call through at once."""

    def turn(self, path: str) -> float:
        """Wait for nothing."""
        return 0.0


# For each guard: where the product takes it from, under which name, and what stands there instead.
GUARDS: Mapping[str, Sequence[tuple[ModuleType, str, object]]] = {
    "commit": [(app, "Intake", EarlyAnswers)],
    "unique": [(database, "Session", ForgetfulSession)],
    "lanes": [(premises, "Outbox", LooseOutbox)],
    "locks": [(transaction, "Backlog", UnlockedBacklog)],
    "windows": [(dingtalk, "DingTalk", HastyDingTalk), (channel, "Gate", OpenGate)],
}


def main() -> int:
    """Put what differs into its place, and go on as the bot."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clock", type=Path)
    parser.add_argument("--without", choices=GUARDS)
    given, rest = parser.parse_known_args()
    if given.clock is not None:
        _put(app, "App", partial(app.App, clock=MovedClock(given.clock)))
    if given.without is not None:
        for place in GUARDS[given.without]:
            _put(*place)
    return program.main(rest)


def _put(module: ModuleType, name: str, stand_in: object) -> None:
    setattr(module, name, stand_in)


if __name__ == "__main__":
    sys.exit(main())
