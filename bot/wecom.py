"""The command `wecom`: the menu below the chat of the app in 企业微信, and its groups."""

import argparse
import asyncio
import random
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot import wecom_groups
from bot.config import BASE, load_config
from bot.settings import Settings
from bot.terminal import Terminal
from bot.wechat import menu_of


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("wecom", help="set up the app in 企业微信")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    menu = acts.add_parser("menu", help="put the menu below its chat")
    menu.set_defaults(command=_menu)
    wecom_groups.add(acts)


def _menu(given: argparse.Namespace) -> int:
    settings = Settings.load()
    config = load_config(BASE, settings.config_dir)
    terminal = Terminal(config.texts)
    if not settings.wecom.is_set:
        sys.stderr.write(terminal.word("wecom.menu.none") + "\n")
        return 1
    code = asyncio.run(put_menu(settings, menu_of(config.texts)))
    if code:
        sys.stderr.write(terminal.word("wecom.menu.refused", code=code) + "\n")
        return 1
    terminal.say("wecom.menu.set")
    return 0


async def put_menu(settings: Settings, menu: Mapping[str, Any]) -> str:
    """Put it there; say how that was refused, empty = it was not."""
    # Every command loads this module; most need no HTTP client.
    from bot.channels.base import SendFault  # noqa: PLC0415
    from bot.channels.http import open_session  # noqa: PLC0415
    from bot.channels.wecom.client import Client  # noqa: PLC0415
    from bot.organisation import access_of  # noqa: PLC0415

    async with open_session() as session:
        access = access_of(settings.wecom)
        client = Client(access, lambda: session, _now, random.Random())  # noqa: S311
        try:
            await client.set_menu(menu)
        except SendFault as told:
            return told.code
        finally:
            await client.close()
    return ""


def _now() -> datetime:
    return datetime.now(UTC)
