"""Print what the month's quota was used for."""

import sys

from bot.beside import attended, beside, now
from bot.budget.report import look, report
from bot.config import Config
from bot.settings import Settings
from bot.terminal import Terminal


def budget() -> int:
    """Print it."""

    async def run(settings: Settings, config: Config, terminal: Terminal) -> int:
        at = now()
        async with beside(settings) as records, records.read() as tx:
            found = await look(tx, at)
        for line in report(found, settings, config, at):
            sys.stdout.write(line + "\n")
        return 0

    return attended(run)
