"""The command `campaigns`: which there are, and how one leaves, beside a running bot."""

import argparse
from typing import Any


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("campaigns", help="list campaigns, watch one leave")
    parser.set_defaults(command=_listed)
    acts = parser.add_subparsers(metavar="ACT")
    watch = acts.add_parser("watch", help="show how far one is until it is over")
    watch.add_argument("number", help="of the campaign, e.g. TS-2026-001")
    watch.set_defaults(command=_watched)


def _listed(given: argparse.Namespace) -> int:
    from bot.campaigns import command  # noqa: PLC0415 - the database takes a while to import

    return command.listed()


def _watched(given: argparse.Namespace) -> int:
    from bot.campaigns import command  # noqa: PLC0415

    return command.watched(given.number)
