"""The command `ledger`: 台账 as a spreadsheet; in chat it is asked for with its own word."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("ledger", help="write the ledger (台账) as a spreadsheet")
    parser.set_defaults(command=_ledger)
    parser.add_argument("file", type=Path, help="which does not exist yet, e.g. ledger.xlsx")
    parser.add_argument("--since", type=date.fromisoformat, help="first day; else 1 January")
    parser.add_argument("--until", type=date.fromisoformat, help="last day; else today")
    parser.add_argument(
        "--full", action="store_true", help="name enterprises and numbers (noted in the history)"
    )


def _ledger(given: argparse.Namespace) -> int:
    from bot.ledger.command import ledger  # noqa: PLC0415 - the database takes a while to import

    return ledger(given)
