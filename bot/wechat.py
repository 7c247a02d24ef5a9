"""The command `wechat`: put the menu below the chats of the official account.

Once the platform calls us, menus made in its console stop working (wechat documents, 服务器配置).
"""

import argparse
from typing import TYPE_CHECKING, Any

from bot import menus
from bot.settings import Settings

# Every command loads this module; most need no HTTP client.
if TYPE_CHECKING:
    from bot.channels.tencent.wire import Wire

WORDS = menus.Words("wechat.menu.none", "wechat.menu.refused", "wechat.menu.set")


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("wechat", help="set up the official account")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    menu = acts.add_parser("menu", help="put the menu below its chats")
    menu.set_defaults(command=_menu)


def client(settings: Settings, wire: "Wire") -> menus.Account:
    """Build the client of the official account."""
    from bot.channels.wechat.client import Client  # noqa: PLC0415
    from bot.tencent import access_of  # noqa: PLC0415

    return Client(access_of(settings.wechat), wire)


def _menu(given: argparse.Namespace) -> int:
    return menus.put_by_command(client, WORDS, lambda settings: settings.wechat.is_set)
