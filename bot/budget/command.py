"""Print what the month's quota was used for, or let go what it holds."""

import argparse
import asyncio
import sys
from datetime import UTC, datetime

from bot.beside import NoRecords, beside
from bot.budget.report import look, report
from bot.config import BASE, load_config
from bot.settings import Settings
from bot.storage.database import DatabaseDown
from bot.terminal import Terminal


def budget(given: argparse.Namespace) -> int:
    """Print it, or send what is held."""
    settings = Settings.load()
    config = load_config(BASE, settings.config_dir)
    terminal = Terminal(config.texts)

    async def run() -> int:
        async with beside(settings) as records:
            if given.release:
                async with records.begin() as tx:
                    terminal.say("budget.released", count=await tx.meters.release())
                return 0
            at = datetime.now(UTC)
            async with records.read() as tx:
                found = await look(tx, at)
        for line in report(found, settings, config, at):
            sys.stdout.write(line + "\n")
        return 0

    try:
        return asyncio.run(run())
    except NoRecords:
        terminal.say("budget.no_records")
    except DatabaseDown as fault:
        sys.stderr.write(f"The database cannot be used: {fault}.\n")
    return 1
