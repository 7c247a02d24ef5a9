"""The command `wecom group create`: a group of 企业微信 that the app makes and may write into."""

import argparse
import random
import sys
from hashlib import sha256
from typing import Any

from bot.beside import attended, beside, now
from bot.config import Config
from bot.settings import Settings
from bot.terminal import Terminal
from handlers.ports import Group

CHANNEL = "wecom"
KINDS = ("enterprise", "staff", "department", "leader")
_THERE = "86215"
"""The platform has a group with this chat id (会话ID已经存在, path/90313): it was made before, and
its answer was lost."""
_LEAST = 2  # members, the owner among them (path/90245)


def add(acts: Any) -> None:
    """Register the command below `wecom`."""
    groups = acts.add_parser("group", help="groups that the app makes")
    made = groups.add_subparsers(required=True, metavar="ACT")
    create = made.add_parser("create", help="make one of members of the organisation")
    create.add_argument("name", help="of the group")
    create.add_argument("owner", help="user id of its owner, a member")
    create.add_argument("members", nargs="+", metavar="MEMBER", help="user ids")
    create.add_argument("--kind", choices=KINDS, required=True, help="who sits in it")
    create.add_argument("--unit", default="", help="department id, for the kind department")
    create.set_defaults(command=_create)


def _create(given: argparse.Namespace) -> int:
    unit = given.unit if given.kind == "department" else ""
    members = list(dict.fromkeys([given.owner, *given.members]))

    async def make(settings: Settings, config: Config, terminal: Terminal) -> int:
        if not settings.wecom.is_set:
            return _refused(terminal, "wecom.menu.none")
        if len(members) < _LEAST:
            return _refused(terminal, "robot_group.members")
        if given.kind == "department" and unit not in config.departments:
            return _refused(terminal, "webhooks.unit_needed")
        async with beside(settings) as records:  # before anything is made that nobody knows
            code = await _made(settings, given.name, given.owner, members)
            if code is None or code:
                key = "robot_group.doubtful" if code is None else "robot_group.refused"
                sys.stderr.write(terminal.word(key, code=code) + "\n")
                return 1
            chat = chat_of(given.name)
            async with records.begin() as tx:
                group = Group(chat, given.name, given.kind, unit, channel=CHANNEL)
                await tx.people.set_group(group)
        terminal.say("robot_group.created", name=given.name, chat=chat)
        return 0

    return attended(make)


def chat_of(name: str) -> str:
    """Return the chat id of a group that the app makes: whoever makes it twice gets the same.

    At most 32 characters of 0-9a-zA-Z, and no two groups have one (path/90245).
    """
    return sha256(name.encode()).hexdigest()[:32]


async def _made(settings: Settings, name: str, owner: str, members: list[str]) -> str | None:
    """Make it, unless it is there; how that was refused, "" = it was not, None = nobody knows."""
    # Every command loads this module; most need no HTTP client.
    from bot.channels.base import SendFault, SendUnknown  # noqa: PLC0415
    from bot.channels.tencent.wire import Wire  # noqa: PLC0415
    from bot.channels.wecom.client import Client  # noqa: PLC0415
    from bot.channels.wecom.groups import CREATE  # noqa: PLC0415
    from bot.organisation import access_of  # noqa: PLC0415

    async with Wire(now, random.Random()) as wire:  # noqa: S311
        client = Client(access_of(settings.wecom), wire)
        try:
            body = {"name": name, "owner": owner, "userlist": members, "chatid": chat_of(name)}
            await client.api.call(CREATE, body, known={_THERE})
        except SendFault as told:
            return told.code
        except SendUnknown:
            return None
        finally:
            await client.close()
    return ""


def _refused(terminal: Terminal, key: str) -> int:
    sys.stderr.write(terminal.word(key) + "\n")
    return 2
