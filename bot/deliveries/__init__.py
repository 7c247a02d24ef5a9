"""The command `deliveries`: what is in doubt, failed, stuck or held, and a person's decision."""

import argparse
from collections.abc import Callable
from typing import Any

ACTS = (
    ("show", "say what became of it"),
    ("resend", "send again"),
    ("arrived", "note that it arrived"),
    ("drop", "do not send it any more"),
    ("recall", "take it back"),
)


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("deliveries", help="list doubtful deliveries, decide on them")
    parser.add_argument("--all", action="store_true", help="list every one, however many")
    parser.set_defaults(command=_command, act="list")
    acts = parser.add_subparsers(metavar="ACT")
    for act, purpose in ACTS:
        chosen = acts.add_parser(act, help=purpose)
        chosen.add_argument("numbers", nargs="+", type=int, metavar="NUMBER")
        chosen.set_defaults(act=act)
    acts.add_parser("release", help="send what the quota holds").set_defaults(act="release")


def _command(given: argparse.Namespace) -> int:
    from bot.deliveries import command  # noqa: PLC0415 - the database takes a while to import

    acts: dict[str, Callable[[argparse.Namespace], int]] = {
        "list": command.listed,
        "show": command.shown,
        "recall": command.recalled,
        "release": command.released,
    }
    return acts.get(given.act, command.decided)(given)
