"""The command `webhooks`: groups that are reached through a custom robot of their own."""

import argparse
import asyncio
import getpass
import re
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from yarl import URL

from bot.channels.base import WEBHOOK, Hook
from bot.channels.dingtalk import DingTalkAccess
from bot.channels.dingtalk.origins import Origins
from bot.config import BASE, Config, load_config
from bot.keys import Keys, WrongKey
from bot.settings import Settings, UnusableSettings
from bot.storage.database import Database, DatabaseDown, NewerDatabase
from bot.storage.rows import DeliveryRow
from bot.storage.transaction import Transaction
from bot.storage.webhooks import Registered
from bot.terminal import Terminal
from flows.calendar import OFFICE_ZONE
from handlers.ports import ArrivalId, Filed, Group, Post

ENTERPRISE, DEPARTMENT = "enterprise", "department"
KINDS: Mapping[str, str] = {
    ENTERPRISE: "webhooks.kind.enterprise",
    "staff": "webhooks.kind.staff",
    DEPARTMENT: "webhooks.kind.department",
    "leader": "webhooks.kind.leader",
    "": "webhooks.kind.gone",
}
SECRET_BEGINS = "SEC"  # noqa: S105
SEND_PATH = "/robot/send"
_Work = Callable[[Database], Coroutine[None, None, int]]
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
    settings, config, terminal = _ready()
    unit = given.unit if given.kind == DEPARTMENT else ""
    if not _NAME.fullmatch(given.name):
        return _refused(terminal, "webhooks.bad_name")
    if given.kind == DEPARTMENT and unit not in config.departments:
        return _refused(terminal, "webhooks.unit_needed")
    # Never as arguments: other users of the machine can read those.
    address = _asked(terminal.word("webhooks.address"))
    if not _is_address(address, settings):
        return _refused(terminal, "webhooks.bad_address")
    secret = _asked(terminal.word("webhooks.secret"))
    if secret and not secret.startswith(SECRET_BEGINS):
        return _refused(terminal, "webhooks.bad_secret")

    chat = WEBHOOK + given.name

    async def store(database: Database) -> int:
        async with database.begin() as tx:
            hook = Hook(address=address, secret=secret)
            await tx.webhooks.put(Group(chat, given.name, given.kind, unit), hook)
        kind = terminal.word(KINDS[given.kind])
        terminal.say("webhooks.added", name=given.name, kind=kind, chat=chat)
        return 0

    return _opened(settings, store)


def _list(given: argparse.Namespace) -> int:
    settings, _, terminal = _ready()

    async def show(database: Database) -> int:
        async with database.read() as tx:
            found = await tx.webhooks.all()
        for one in found:
            terminal.say("webhooks.line", **_shown(one, terminal))
        if not found:
            terminal.say("webhooks.none")
        return 0

    return _opened(settings, show)


def _remove(given: argparse.Namespace) -> int:
    settings, _, terminal = _ready()

    async def forget(database: Database) -> int:
        async with database.begin() as tx:
            known = await tx.webhooks.remove(given.name)
        terminal.say("webhooks.removed" if known else "webhooks.unknown", name=given.name)
        return 0 if known else 1

    return _opened(settings, forget)


def _shown(one: Registered, terminal: Terminal) -> Mapping[str, str]:
    at = one.added_at.astimezone(OFFICE_ZONE)
    kind = terminal.word(KINDS.get(one.kind, KINDS[""]))
    return {"chat": WEBHOOK + one.name, "kind": kind, "at": f"{at:%Y-%m-%d}"}


def _ready() -> tuple[Settings, Config, Terminal]:
    settings = Settings.load()
    config = load_config(BASE, settings.config_dir)
    return settings, config, Terminal(config.texts)


def _opened(settings: Settings, work: _Work) -> int:
    """Work beside a bot that may be running: no folder is taken."""

    if settings.secret_key is None:
        raise UnusableSettings(("QINQING_SECRET_KEY is not set.",))
    keys = Keys(settings.secret_key.get_secret_value())

    async def run() -> int:
        database = Database(settings.database, keys, _now, _nothing)
        try:
            await database.open()
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except WrongKey:
        sys.stderr.write("QINQING_SECRET_KEY is not the key of this database.\n")
    except NewerDatabase as fault:
        sys.stderr.write(f"{fault}\n")
    except DatabaseDown as fault:
        sys.stderr.write(f"The database cannot be used: {fault}.\n")
    return 1


def _asked(prompt: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(prompt).strip()
    return sys.stdin.readline().strip()


def _is_address(address: str, settings: Settings) -> bool:
    dingtalk = settings.dingtalk
    access = DingTalkAccess("", "", "", None, dingtalk.api_base, dingtalk.oapi_base)
    if not Origins(access).allows_reply(address):
        return False
    url = URL(address, encoded=True)
    return url.path == SEND_PATH and bool(url.query.get("access_token"))


def _refused(terminal: Terminal, key: str) -> int:
    sys.stderr.write(terminal.word(key) + "\n")
    return 2


def _now() -> datetime:
    return datetime.now(UTC)


async def _nothing(
    tx: Transaction, posts: Sequence[Post], arrivals: Mapping[ArrivalId, Filed]
) -> Sequence[DeliveryRow]:
    raise RuntimeError("nothing is posted beside the bot")
