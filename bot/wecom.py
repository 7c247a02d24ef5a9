"""The command `wecom`: the menu below the chat of the app in 企业微信, and its groups."""

import argparse
from typing import TYPE_CHECKING, Any

from bot import menus, wecom_groups
from bot.settings import Settings

# Every command loads this module; most need no HTTP client.
if TYPE_CHECKING:
    from bot.channels.tencent.wire import Wire

WORDS = menus.Words("wecom.menu.none", "wecom.menu.refused", "wecom.menu.set")


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("wecom", help="set up the app in 企业微信")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    menu = acts.add_parser("menu", help="put the menu below its chat")
    menu.set_defaults(command=_menu)
    wecom_groups.add(acts)


def client(settings: Settings, wire: "Wire") -> menus.Account:
    """Build the client of the app."""
    from bot.channels.wecom.client import Client  # noqa: PLC0415
    from bot.organisation import access_of  # noqa: PLC0415

    return Client(access_of(settings.wecom), wire)


def _menu(given: argparse.Namespace) -> int:
    return menus.put_by_command(client, WORDS, lambda settings: settings.wecom.is_set)
