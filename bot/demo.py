"""The demo: simulated platforms with the people of people.toml, and the bot in front of them."""

import asyncio
import hashlib
import socket
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from bot import demo_doors, demo_events, demo_groups, demo_policies
from bot.app import App
from bot.config import Config
from bot.config.people import GroupKind, Person, RoleName
from bot.demo_doors import Doors
from bot.demo_traces import Traces
from bot.settings import (
    DingTalk,
    GivenSettings,
    Http,
    Settings,
    WeChat,
    WeCom,
    demo_secret_key,
)
from bot.simulator.server import DingTalkSimulator
from bot.simulator.world import Group, User, World

DATA = Path("data/demo")
PAGE_PORT = 8701
CLIENT_ID = "demo-robot"
CLIENT_SECRET = "demo-secret"  # noqa: S105 - of a platform that exists on this machine alone
CARD = "demo-card.schema"

_COLOURS = ("#2f6fed", "#0f9d76", "#b45309", "#9333ea", "#be123c", "#0e7490", "#4d7c0f", "#7c2d12")
_ROLES = {
    RoleName.ENTREPRENEUR: "企业家",
    RoleName.SUPERVISOR: "受理负责人",
    RoleName.CLERK: "受理员",
    RoleName.LIAISON: "联络员",
    RoleName.DEPUTY: "代理",
    RoleName.LEADER: "领导",
    RoleName.SECRETARY: "领导秘书",
    RoleName.INSPECTOR: "督办",
    RoleName.ORGANISER: "活动专员",
    RoleName.ADMIN: "管理员",
}
_SITS_IN: Mapping[GroupKind, frozenset[RoleName]] = {
    GroupKind.ENTERPRISE: frozenset(
        {RoleName.ENTREPRENEUR, RoleName.ORGANISER, RoleName.CLERK, RoleName.SUPERVISOR}
    ),
    GroupKind.STAFF: frozenset(
        {RoleName.ORGANISER, RoleName.CLERK, RoleName.SUPERVISOR, RoleName.LEADER}
    ),
    GroupKind.DEPARTMENT: frozenset({RoleName.LIAISON}),
    GroupKind.LEADER: frozenset({RoleName.LEADER, RoleName.SUPERVISOR}),
}


class PageTaken(Exception):
    """Nothing could be bound on 127.0.0.1."""


def demo_settings(
    folder: Path,
    platform: str,
    http_port: int,
    *,
    account: WeChat | None = None,
    organisation: WeCom | None = None,
) -> Settings:
    """Point the bot at simulated platforms; neither environment nor .env is looked at."""
    return GivenSettings(
        wechat=account or WeChat(),
        wecom=organisation or WeCom(),
        data_dir=folder,
        secret_key=demo_secret_key(folder),
        http=Http(port=http_port),
        dingtalk=DingTalk(
            client_id=CLIENT_ID,
            client_secret=SecretStr(CLIENT_SECRET),
            robot_code=CLIENT_ID,
            card_template_id=CARD,
            api_base=platform,
            oapi_base=platform,
        ),
    )


def world_of(config: Config) -> World:
    """Let the people and groups of people.toml live on the simulated platform."""
    people = config.people
    users = [_user(config, person, n) for n, person in enumerate(people.person)]
    groups = [
        Group(
            group.id,
            group.name,
            tuple(p.dingtalk for p in people.person if _sits_in(p, group.kind, group.unit)),
            kind=group.kind.value,
        )
        for group in people.group
    ]
    return World(users, groups)


async def demo(config: Config, folder: Path, port: int, stop: asyncio.Event) -> int:
    """Start everything, print the one ready line, and run until told to stop."""
    async with demo_doors.opened(world_of(config)) as doors:
        return await _played(config, folder, port, stop, doors)


async def _played(
    config: Config, folder: Path, port: int, stop: asyncio.Event, doors: Doors
) -> int:
    traces = Traces()
    simulator = DingTalkSimulator(
        doors.world,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        robot_code=CLIENT_ID,
        card_templates=(CARD,),
        trace=traces,
        doors=doors.chats,
        layouts=doors.layouts(),
    )
    await _listen(simulator, port)
    try:
        settings = demo_settings(
            folder,
            simulator.base_url,
            free_port(),
            account=doors.account(),
            organisation=doors.organisation(),
        )
        app = App(settings, demo_groups.joined(config))
        doors.call(settings)
        traces.database = app.office.database
        announcing = asyncio.create_task(_announce(app, simulator.base_url, doors))
        try:
            return await app.serve(stop)
        finally:
            announcing.cancel()
    finally:
        await simulator.stop()


async def _listen(simulator: DingTalkSimulator, port: int) -> None:
    for candidate in (port, 0):
        try:
            await simulator.start(port=candidate)
        except OSError:
            continue
        return
    raise PageTaken("cannot listen on 127.0.0.1")


def free_port() -> int:
    """Find a port before the start: the addresses of link pages carry it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _announce(app: App, address: str, doors: Doors) -> None:
    await app.connected()
    await doors.furnish(app)
    await demo_groups.furnish(app, doors.wecom)
    await demo_events.furnish(app)
    await demo_policies.furnish(app)
    print(f"演示已就绪：{address}/ （Ctrl-C 结束）", flush=True)  # noqa: T201 - the one ready line


def _user(config: Config, person: Person, position: int) -> User:
    names = {grant.role for grant in person.roles}
    role = next(label for name, label in _ROLES.items() if name in names)
    if person.unit:
        role = f"{config.departments[person.unit].name}{role}"
    union = hashlib.sha256(f"union:{person.dingtalk}".encode()).hexdigest()[:24]
    return User(
        user_id=person.dingtalk,
        union_id=union,
        nick=person.name,
        colour=_COLOURS[position % len(_COLOURS)],
        role=role,
        mobile=person.phone or "",
        is_admin=RoleName.ADMIN in names,
    )


def _sits_in(person: Person, kind: GroupKind, unit: str | None) -> bool:
    names = {grant.role for grant in person.roles}
    return bool(names & _SITS_IN[kind]) and (unit is None or person.unit == unit)
