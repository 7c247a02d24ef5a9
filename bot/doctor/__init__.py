"""The command `doctor`: one line a check, and what to do about each fault."""

import argparse
from typing import Any


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("doctor", help="look for what keeps the bot from working")
    parser.set_defaults(command=_doctor)


def _doctor(given: argparse.Namespace) -> int:
    from bot.doctor.command import doctor  # noqa: PLC0415 - the database takes a while to import

    return doctor()
