"""Processes of the bot that work on the same records, killed and started again."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.wire.bot import Bot

BOT = ("-m", "bot")
EARLY = 0.15  # the share of processes that are killed again while they start


class Process(Bot):
    """One process of a fleet: its output is its own, records and data folder are shared."""

    def __init__(
        self,
        name: str,
        folder: Path,
        platform: str,
        *,
        launcher: Sequence[str] = BOT,
        arguments: Sequence[str] = (),
        cards: bool = False,
        extra: Mapping[str, str] = {},
    ) -> None:
        super().__init__(folder, platform, cards=cards, extra=extra)
        self.name = name
        self.log_file = folder / f"{name}.log"
        self._launcher = tuple(launcher)
        self._arguments = tuple(arguments)

    def program(self, command: str) -> tuple[str, ...]:
        """Say what Python runs: the bot itself, or a launcher of the tests around it."""
        return *self._launcher, command, *self._arguments

    async def begin(self) -> None:
        """Start without waiting for anything."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._read_to = self.log_file.stat().st_size if self.log_file.exists() else 0
        self.process = await self.spawn("run")

    async def up(self) -> None:
        """Wait until it listens."""
        self.address = await self._listening()

    @property
    def lives(self) -> bool:
        """Say whether it runs."""
        return self.process is not None and self.process.returncode is None


@dataclass(slots=True)
class Fleet:
    """The processes of one installation."""

    processes: Sequence[Process]
    kills: int = 0

    def __getitem__(self, name: str) -> Process:
        return next(process for process in self.processes if process.name == name)

    async def start(self) -> None:
        """Start every process, and wait until all of them listen."""
        first, *others = self.processes
        await first.begin()
        await first.up()  # alone, so that one of them makes the tables
        for process in others:
            await process.begin()
        for process in others:
            await process.up()

    async def kill_now_and_then(
        self, times: int, chance: random.Random, pause: tuple[float, float]
    ) -> None:
        """Kill random processes with SIGKILL and start them again, at moments of chance."""
        for number in range(times):
            victim = chance.choice(self.processes)
            await victim.up()
            moment = chance.uniform(*pause)
            await asyncio.sleep(moment)
            await victim.kill()
            self.kills += 1
            print(f"kill {number}: {victim.name} after {moment:.3f} s")  # noqa: T201 - if it fails
            if chance.random() < EARLY:
                await victim.begin()
                await asyncio.sleep(chance.uniform(0, 1.5))
                await victim.kill()
                self.kills += 1
                print("  and again while it started")  # noqa: T201
            await victim.begin()
        for process in self.processes:
            await process.up()

    def logs(self, lines: int = 40) -> str:
        """Give the end of every process's output."""
        ends = []
        for process in self.processes:
            told = process.log().splitlines() if process.log_file.exists() else []
            ends.append("\n".join((f"--- {process.name}", *told[-lines:])))
        return "\n".join(ends)

    async def close(self) -> None:
        """End what still runs."""
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                await process.close()


def alone(
    folder: Path,
    url: str,
    platform: str,
    *,
    launcher: Sequence[str] = BOT,
    arguments: Sequence[str] = (),
) -> Sequence[Process]:
    """Build the one process that has all roles, on one database."""
    extra = {"QINQING_DATABASE_URL": url}
    return [Process("all", folder, platform, launcher=launcher, arguments=arguments, extra=extra)]


def split(
    folder: Path,
    url: str,
    platform: str,
    *,
    gateways: int = 2,
    workers: int = 3,
    redis: str = "",
    cards: bool = False,
    launcher: Sequence[str] = BOT,
    arguments: Sequence[str] = (),
) -> Sequence[Process]:
    """Build gateways and workers on one PostgreSQL database."""
    extra = {"QINQING_DATABASE_URL": url, **({"QINQING_REDIS_URL": redis} if redis else {})}
    roles = [("gateway", n) for n in range(gateways)] + [("worker", n) for n in range(workers)]
    return [
        Process(
            f"{role}{n}",
            folder,
            platform,
            launcher=launcher,
            arguments=("--role", role, *arguments),
            cards=cards,
            extra=extra,
        )
        for role, n in roles
    ]


@asynccontextmanager
async def started(*processes: Process) -> AsyncIterator[Fleet]:
    """Run a fleet."""
    fleet = Fleet(processes)
    try:
        await fleet.start()
        yield fleet
    finally:
        await asyncio.shield(fleet.close())
