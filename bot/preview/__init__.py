"""The command `preview`: a template of campaigns as each door shows it, with its bytes."""

import argparse
from typing import Any


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("preview", help="show a template (推送模板) door by door")
    parser.add_argument("template", nargs="?", default="", help="its name; none = list them")
    parser.set_defaults(command=_preview)


def _preview(given: argparse.Namespace) -> int:
    from bot.preview.command import preview  # noqa: PLC0415 - what words a message comes with it

    return preview(given.template)
