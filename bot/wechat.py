"""The command `wechat`: put the menu below the chats of the official account.

Once the platform calls us, menus made in its console stop working (wechat documents, 服务器配置).
"""

import argparse
import asyncio
import random
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.config import BASE, load_config
from bot.settings import Settings
from bot.terminal import Terminal

# The keys of what stands on a button and of what it says.
TOP = (
    ("wechat.menu.report.name", "wechat.menu.report.says"),
    ("wechat.menu.events.name", "wechat.menu.events.says"),
)
MORE = (
    ("wechat.menu.progress.name", "wechat.menu.progress.says"),
    ("wechat.menu.policy.name", "wechat.menu.policy.says"),
    ("wechat.menu.callback.name", "wechat.menu.callback.says"),
    ("wechat.menu.human.name", "wechat.menu.human.says"),
)


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("wechat", help="set up the official account")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    menu = acts.add_parser("menu", help="put the menu below its chats")
    menu.set_defaults(command=_menu)


def menu_of(texts: Mapping[str, str]) -> Mapping[str, Any]:
    """Word the menu: two buttons, and the others below a third."""

    def buttons(named: Sequence[tuple[str, str]]) -> list[Mapping[str, str]]:
        return [{"type": "click", "name": texts[name], "key": texts[says]} for name, says in named]

    more = {"name": texts["wechat.menu.more.name"], "sub_button": buttons(MORE)}
    return {"button": [*buttons(TOP), more]}


def _menu(given: argparse.Namespace) -> int:
    settings = Settings.load()
    config = load_config(BASE, settings.config_dir)
    terminal = Terminal(config.texts)
    if not settings.wechat.is_set:
        sys.stderr.write(terminal.word("wechat.menu.none") + "\n")
        return 1
    code = asyncio.run(put_menu(settings, menu_of(config.texts)))
    if code:
        sys.stderr.write(terminal.word("wechat.menu.refused", code=code) + "\n")
        return 1
    terminal.say("wechat.menu.set")
    return 0


async def put_menu(settings: Settings, menu: Mapping[str, Any]) -> str:
    """Put it there; say how that was refused, empty = it was not."""
    # Every command loads this module; most need no HTTP client.
    from bot.channels.base import SendFault  # noqa: PLC0415
    from bot.channels.http import open_session  # noqa: PLC0415
    from bot.channels.wechat.client import Client  # noqa: PLC0415
    from bot.tencent import access_of  # noqa: PLC0415

    async with open_session() as session:
        access = access_of(settings.wechat)
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
