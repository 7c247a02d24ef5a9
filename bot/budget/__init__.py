"""The command `budget`: how much of the month's quota is used, for what, and what happens then."""

import argparse
from typing import Any


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("budget", help="show what the month's quota was used for")
    parser.set_defaults(command=_budget)


def _budget(given: argparse.Namespace) -> int:
    from bot.budget.command import budget  # noqa: PLC0415 - the database takes a while to import

    return budget()
