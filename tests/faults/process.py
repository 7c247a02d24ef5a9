"""`python -m bot`, started around a clock that a file moves, or with one guard taken out.

    python -m tests.faults.process run [--role …] [--clock FILE] [--without GUARD]

The product has no switch for either: what differs is built here and put in the place of what
`bot.app` would build.
"""

import argparse
import asyncio
import dataclasses
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import select

from bot import __main__ as program
from bot import app, dingtalk, listening, premises
from bot.channels.base import Letter, Window
from bot.channels.dingtalk import DingTalk, channel
from bot.channels.dingtalk.pacing import Gate
from bot.intake import Intake
from bot.outbox import Outbox
from bot.storage import arrivals, transaction
from bot.storage.backlog import Backlog
from bot.storage.prepared import Prepared
from bot.storage.rows import DeliveryRow
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


FORGETFUL = Prepared(
    lambda insert: insert(arrival).returning(
        arrival.c.id, *(arrival.c[name] for name in ("channel", "robot", "msg_id"))
    )
)
"""Files an arrival without asking whether it was filed before."""


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

    @asynccontextmanager
    async def turn(self, path: str, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for nothing."""
        yield


# For each guard: where the product takes it from, under which name, and what stands there instead.
GUARDS: Mapping[str, Sequence[tuple[ModuleType, str, object]]] = {
    "commit": [(listening, "Intake", EarlyAnswers)],
    "unique": [(arrivals, "_ADDED", FORGETFUL)],
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
