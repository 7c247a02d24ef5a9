"""The command `webhooks`: groups that are reached through a custom robot of their own."""

import argparse
import getpass
import re
import sys
from collections.abc import Mapping
from typing import Any

from yarl import URL

from bot.beside import attended, beside, keys_of
from bot.channels.base import WEBHOOK, Hook
from bot.channels.dingtalk import DingTalkAccess
from bot.channels.dingtalk.origins import Origins
from bot.channels.wecom_robot import NAME as WECOM_ROBOT
from bot.channels.wecom_robot import is_robot
from bot.config import Config
from bot.settings import Settings
from bot.storage.webhooks import Registered
from bot.terminal import Terminal
from flows.calendar import OFFICE_ZONE
from handlers.person import DINGTALK
from handlers.ports import Group

ENTERPRISE, DEPARTMENT = "enterprise", "department"
KINDS: Mapping[str, str] = {
    ENTERPRISE: "webhooks.kind.enterprise",
    "staff": "webhooks.kind.staff",
    DEPARTMENT: "webhooks.kind.department",
    "leader": "webhooks.kind.leader",
    "": "webhooks.kind.gone",
}
PLATFORMS: Mapping[str, str] = {
    DINGTALK: "robot_group.platform.dingtalk",
    WECOM_ROBOT: "robot_group.platform.wecom_robot",
}
SECRET_BEGINS = "SEC"  # noqa: S105
SEND_PATH = "/robot/send"
_NAME = re.compile(r"[\w.-]{1,40}")


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("webhooks", help="register custom robots of groups")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    added = acts.add_parser("add", help="register one; asks for its address and its secret")
    added.add_argument("name", help="of the group, as you call it")
    added.add_argument("--kind", choices=[kind for kind in KINDS if kind], default=ENTERPRISE)
    added.add_argument("--unit", default="", help="department id, for the kind department")
    added.set_defaults(command=_add)
    acts.add_parser("list", help="list them").set_defaults(command=_list)
    removed = acts.add_parser("remove", help="forget one")
    removed.add_argument("name")
    removed.set_defaults(command=_remove)


def _add(given: argparse.Namespace) -> int:
    unit = given.unit if given.kind == DEPARTMENT else ""
    chat = WEBHOOK + given.name

    async def store(settings: Settings, config: Config, terminal: Terminal) -> int:
        if not _NAME.fullmatch(given.name):
            return _refused(terminal, "webhooks.bad_name")
        if given.kind == DEPARTMENT and unit not in config.departments:
            return _refused(terminal, "webhooks.unit_needed")
        async with beside(settings, keys_of(settings)) as records:
            # Never as arguments: other users of the machine can read those.
            address = _asked(terminal.word("robot_group.address"))
            channel = _channel_of(address, settings)
            if not channel:
                return _refused(terminal, "robot_group.bad_address")
            # The key in its address is all that a robot of 企业微信 has.
            secret = _asked(terminal.word("webhooks.secret")) if channel == DINGTALK else ""
            if secret and not secret.startswith(SECRET_BEGINS):
                return _refused(terminal, "webhooks.bad_secret")
            async with records.begin() as tx:
                hook = Hook(address=address, secret=secret)
                group = Group(chat, given.name, given.kind, unit, channel=channel)
                await tx.webhooks.put(group, hook)
        kind = terminal.word(KINDS[given.kind])
        terminal.say("webhooks.added", name=given.name, kind=kind, chat=chat)
        return 0

    return attended(store)


def _list(given: argparse.Namespace) -> int:
    async def show(settings: Settings, config: Config, terminal: Terminal) -> int:
        async with beside(settings) as records, records.read() as tx:
            found = await tx.webhooks.all()
        for one in found:
            terminal.say("robot_group.line", **_shown(one, terminal))
        if not found:
            terminal.say("webhooks.none")
        return 0

    return attended(show)


def _remove(given: argparse.Namespace) -> int:
    async def forget(settings: Settings, config: Config, terminal: Terminal) -> int:
        async with beside(settings, keys_of(settings)) as records, records.begin() as tx:
            known = await tx.webhooks.remove(given.name)
        terminal.say("webhooks.removed" if known else "webhooks.unknown", name=given.name)
        return 0 if known else 1

    return attended(forget)


def _shown(one: Registered, terminal: Terminal) -> Mapping[str, str]:
    at = one.added_at.astimezone(OFFICE_ZONE)
    kind = terminal.word(KINDS.get(one.kind, KINDS[""]))
    platform = terminal.word(PLATFORMS[one.channel])
    told = {"chat": WEBHOOK + one.name, "kind": kind, "at": f"{at:%Y-%m-%d}"}
    return {**told, "platform": platform}


def _asked(prompt: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(prompt).strip()
    return sys.stdin.readline().strip()


def _channel_of(address: str, settings: Settings) -> str:
    """Say which platform's robot has an address; empty = none's."""
    if is_robot(address, settings.wecom.api_base):
        return WECOM_ROBOT
    return DINGTALK if _is_dingtalks(address, settings) else ""


def _is_dingtalks(address: str, settings: Settings) -> bool:
    dingtalk = settings.dingtalk
    access = DingTalkAccess("", "", "", None, dingtalk.api_base, dingtalk.oapi_base)
    if not Origins(access).allows_reply(address):
        return False
    url = URL(address, encoded=True)
    return url.path == SEND_PATH and bool(url.query.get("access_token"))


def _refused(terminal: Terminal, key: str) -> int:
    sys.stderr.write(terminal.word(key) + "\n")
    return 2
