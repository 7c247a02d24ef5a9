"""The menu below our chats at 公众号 and 企业微信: its words, and how a command puts it there."""

import asyncio
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from bot.beside import now
from bot.config import BASE, load_config
from bot.settings import Settings
from bot.terminal import Terminal

# Every command loads this module; most need no HTTP client.
if TYPE_CHECKING:
    from bot.channels.tencent.wire import Wire

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


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of the command: no account, refused, done."""

    none: str
    refused: str
    done: str


class Account(Protocol):
    """An account of a platform, as far as its menu goes."""

    async def set_menu(self, menu: Mapping[str, Any]) -> None:
        """Show a menu. Raises SendFault."""

    async def close(self) -> None:
        """Give up on what is still awaited."""


Build = Callable[[Settings, "Wire"], Account]
"""Build the client of an account that the settings name."""


def menu_of(texts: Mapping[str, str]) -> Mapping[str, Any]:
    """Word the menu: two buttons, and the others below a third."""

    def buttons(named: Sequence[tuple[str, str]]) -> list[Mapping[str, str]]:
        return [{"type": "click", "name": texts[name], "key": texts[says]} for name, says in named]

    more = {"name": texts["wechat.menu.more.name"], "sub_button": buttons(MORE)}
    return {"button": [*buttons(TOP), more]}


def put_by_command(build: Build, words: Words, is_set: Callable[[Settings], bool]) -> int:
    """Put the menu where the settings say; return the exit code."""
    settings = Settings.load()
    config = load_config(BASE, settings.config_dir)
    terminal = Terminal(config.texts)
    if not is_set(settings):
        sys.stderr.write(terminal.word(words.none) + "\n")
        return 1
    code = asyncio.run(put(build, settings, menu_of(config.texts)))
    if code:
        sys.stderr.write(terminal.word(words.refused, code=code) + "\n")
        return 1
    terminal.say(words.done)
    return 0


async def put(build: Build, settings: Settings, menu: Mapping[str, Any]) -> str:
    """Put a menu there; say how that was refused, empty = it was not."""
    from bot.channels.base import SendFault  # noqa: PLC0415
    from bot.channels.tencent.wire import Wire  # noqa: PLC0415

    async with Wire(now, random.Random()) as wire:  # noqa: S311
        account = build(settings, wire)
        try:
            await account.set_menu(menu)
        except SendFault as told:
            return told.code
        finally:
            await account.close()
    return ""
