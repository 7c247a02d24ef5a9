"""The bot as its own process: started with the listed settings, killed, started again."""

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.config import load_config
from bot.keys import Keys
from bot.outbox import Outbox
from bot.simulator.server import DingTalkSimulator
from bot.storage.database import Database
from bot.texts import Texts
from tests.engines import address, rows
from tests.moved import CLOCK

ROOT = Path(__file__).resolve().parents[2]
KEY = "the key of the tests that run the bot as a process"
CLIENT_ID = "ding0wire0tests"
CLIENT_SECRET = "wire-tests-secret"
CARD = "wire-card.schema"
START_WITHIN = 60.0  # of a machine that others use, too
STOP_WITHIN = 15.0
POLL = 0.02
ADDRESS = "QINQING_DATABASE_URL"
# What a system gives every process; nothing of the one who runs the tests gets in.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "LD_LIBRARY_PATH", *CLOCK)


def now() -> datetime:
    return datetime.now(UTC)


class Bot:
    """One data folder and the process that works on it."""

    def __init__(
        self, folder: Path, platform: str, *, cards: bool = True, extra: Mapping[str, str] = {}
    ) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log_file = folder / "bot.log"
        self._environment = {
            "QINQING_DATA_DIR": str(self.data),
            "QINQING_SECRET_KEY": KEY,
            "QINQING_DINGTALK__CLIENT_ID": CLIENT_ID,
            "QINQING_DINGTALK__CLIENT_SECRET": CLIENT_SECRET,
            "QINQING_DINGTALK__API_BASE": platform,
            "QINQING_DINGTALK__OAPI_BASE": platform,
            "QINQING_HTTP__PORT": "0",  # so that several tests can run beside each other
            **({"QINQING_DINGTALK__CARD_TEMPLATE_ID": CARD} if cards else {}),
            **extra,
        }
        self.process: asyncio.subprocess.Process | None = None
        self.address = ""
        self.started_at = now()
        self._read_to = 0

    async def start(self, *, ready: bool = True) -> None:
        """Start the process; wait until it is ready, or at least listens."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._read_to = self.log_file.stat().st_size if self.log_file.exists() else 0
        self.started_at = now()
        self.process = await self.spawn("run")
        self.address = await self._listening()
        if ready:
            await until(self.is_ready, within=START_WITHIN)

    async def spawn(
        self, command: str, *, without: str = "", piped: bool = False
    ) -> asyncio.subprocess.Process:
        """Run one command with exactly the settings of this bot, in a folder without .env."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        await self._choose_database()
        given = {name: text for name, text in self._environment.items() if name != without}
        environment = {**kept, **given, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        command_line = (sys.executable, "-W", "error::ResourceWarning", *self.program(command))
        if piped:
            pipe = asyncio.subprocess.PIPE
            return await asyncio.create_subprocess_exec(
                *command_line, cwd=self.folder, env=environment, stdout=pipe, stderr=pipe
            )
        with self.log_file.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *command_line, cwd=self.folder, env=environment, stdout=log, stderr=log
            )

    async def _choose_database(self) -> None:
        """Take the engine that the test was given, unless the settings name a database."""
        if ADDRESS not in self._environment:
            self._environment[ADDRESS] = await address(self.database_file)

    def program(self, command: str) -> tuple[str, ...]:
        """Say what Python runs."""
        return "-m", "bot", command

    def log(self) -> str:
        """Return what every process so far wrote to its output."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    async def kill(self) -> None:
        """End the process with SIGKILL, as a power cut would."""
        await self._signal(signal.SIGKILL)

    async def terminate(self) -> tuple[int, float]:
        """End the process with SIGTERM; return its exit code and the seconds it took."""
        began = time.monotonic()
        code = await self._signal(signal.SIGTERM)
        return code, time.monotonic() - began

    async def close(self) -> None:
        """End the process if it still runs."""
        if self.process is not None and self.process.returncode is None:
            await self.kill()

    async def health(self, path: str, within: float = 5) -> tuple[int, Any]:
        """Ask /healthz or /readyz."""
        timeout = aiohttp.ClientTimeout(total=within)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(self.address + path) as answer,
        ):
            return answer.status, await answer.json()

    async def is_ready(self) -> bool:
        """Say whether /readyz is content with a gateway that hears the platform itself."""
        self._must_run()
        # One that stands by is content too: only what it says from now on is about listening.
        if (await self.health("/readyz"))[1]["gateway"] != "listening":
            return False
        return (await self.health("/readyz"))[0] == 200

    async def _signal(self, number: signal.Signals) -> int:
        process = self.process
        assert process is not None
        process.send_signal(number)
        async with asyncio.timeout(STOP_WITHIN):
            return await process.wait()

    async def _listening(self) -> str:
        async with asyncio.timeout(START_WITHIN):
            while True:
                self._must_run()
                said = self.log_file.read_bytes()[self._read_to :].decode(errors="replace")
                if found := re.search(r"listening on (http://\S+)", said):
                    return found.group(1)
                await asyncio.sleep(POLL)

    def _must_run(self) -> None:
        process = self.process
        assert process is not None
        assert process.returncode is None, self.log()[-4000:]

    # The records ---------------------------------------------------------------------------

    @property
    def database_url(self) -> str:
        """Say where the records are; known from the first start on."""
        return self._environment[ADDRESS]

    @property
    def database_file(self) -> Path:
        """Say where the records lie."""
        return self.data / "qinqing.db"

    @asynccontextmanager
    async def records(self) -> AsyncIterator[Database]:
        """Open the records beside the bot, with its key."""
        config = load_config()
        outbox = Outbox(
            Texts(config.texts),
            config.exposure,
            now,
            channel="dingtalk",
            robot=CLIENT_ID,
            cards=True,
        )
        database = Database(self.database_url, Keys(KEY), now, outbox)
        try:
            yield database
        finally:
            await database.close()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read plain columns of the records."""
        return rows(self.database_url, query, *values)

    def count(self, table: str, where: str = "true", *values: object) -> int:
        """Count rows."""
        found: int = self.rows(f"SELECT count(*) FROM {table} WHERE {where}", *values)[0][0]  # noqa: S608
        return found


async def until(condition: Any, *, within: float = 5.0, what: str = "") -> Any:
    """Poll until a condition (a function, async or not) holds; return what it said."""
    deadline = time.monotonic() + within
    while True:
        said = condition()
        if asyncio.iscoroutine(said):
            said = await said
        if said:
            return said
        assert time.monotonic() < deadline, f"not within {within} s: {what or condition}"
        await asyncio.sleep(POLL)


def platform(world: Any, **options: Any) -> DingTalkSimulator:
    """Build the platform that the bot of these tests belongs to."""
    return DingTalkSimulator(
        world,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        robot_code=CLIENT_ID,
        card_templates=(CARD,),
        **options,
    )
