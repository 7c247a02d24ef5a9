"""One measured process: one bot, one mode, one line of JSON.

python -m tests.bench.child BOT [VARIANT] [--mode w1] [--users 200] ...
"""

import argparse
import asyncio
import importlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.drive import MODES, Load

TOLD = 2000  # characters of its log, when a process fails
PEERS = ("floor", "aiogram", "telegram")


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print the line."""
    given = parser().parse_args(arguments)
    pin(given.core)
    load = Load(given.users, given.turns, given.parked, given.probes)
    if given.folder is not None:
        Path(given.folder).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench", dir=given.folder) as name:
        folder = Path(name)
        with (folder / "log").open("w", encoding="utf-8") as log:
            told = os.dup(2)
            os.dup2(log.fileno(), 2)  # logging is on, and goes to a file as in production
            try:
                line = asyncio.run(measure(given, load, folder))
            except BaseException:
                os.dup2(told, 2)
                sys.stderr.write(_tail(folder / "log"))
                raise
            os.dup2(told, 2)
    what = {"bot": given.bot, "variant": given.variant, "mode": given.mode}
    print(json.dumps({**what, **line}, ensure_ascii=False), flush=True)  # noqa: T201
    return 0


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-TOLD:]


async def measure(given: argparse.Namespace, load: Load, folder: Path) -> dict[str, Any]:
    """Run one mode of one bot."""
    if given.bot == "ours":
        from bot.heap import settle  # noqa: PLC0415 - what the peers' environment lacks
        from bot.logs import set_up  # noqa: PLC0415
        from tests.bench import ours  # noqa: PLC0415

        set_up()
        settle()
        if given.shared:
            from tests.bench import shared  # noqa: PLC0415

            return await shared.measure(load, folder, twice=given.twice)
        return await ours.measure(given.mode, load, folder, twice=given.twice)
    module = importlib.import_module(f"tests.bench.peers.{given.bot}")
    other = 1 - given.core if given.core in (0, 1) else -1
    async with module.peer(given.variant, folder, other) as peer:
        return await MODES[given.mode](peer, load)


def pin(core: int) -> None:
    """Keep this process on one core, where the system can."""
    if core >= 0 and hasattr(os, "sched_setaffinity") and core in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {core})


def parser() -> argparse.ArgumentParser:
    """Describe the options."""
    usual = Load()
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("bot", choices=("ours", *PEERS))
    made.add_argument("variant", nargs="?", default="")
    made.add_argument("--mode", choices=tuple(MODES), default="w1")
    made.add_argument("--users", type=int, default=usual.users)
    made.add_argument("--turns", type=int, default=usual.turns)
    made.add_argument("--parked", type=int, default=usual.parked)
    made.add_argument("--probes", type=int, default=usual.probes)
    made.add_argument("--twice", action="store_true", help="ours: every message comes again")
    made.add_argument("--shared", action="store_true", help="ours: race in several processes")
    made.add_argument("--core", type=int, default=0, help="to run on; -1 = any")
    made.add_argument("--folder", default=None, help="for databases, on the disk to be measured")
    return made


if __name__ == "__main__":
    sys.exit(main())
