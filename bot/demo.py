"""The demo: simulated platforms with the people of people.toml, and the bot in front of them."""

import asyncio
import hashlib
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot import demo_doors, demo_events, demo_policies
from bot.app import App
from bot.config import Config
from bot.config.people import GroupKind, Person, RoleName
from bot.demo_doors import Doors
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
from bot.simulator.trace import (
    CardTrace,
    InboundTrace,
    QueryKeyTrace,
    TraceQuery,
    WebhookReplyTrace,
)
from bot.simulator.world import Group, User, World
from bot.storage.database import Database
from bot.storage.rows import Trace

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
_STATES = {
    "done": "已处理",
    "ready": "待发送",
    "sending": "发送中",
    "asked": "待平台确认",
    "sent": "已送达",
    "failed": "失败",
    "unknown": "不确定是否送达",
    "cancelled": "已取消",
}
_WAYS = {"webhook": "会话回复", "api": "接口", "card": "卡片", "task": "群发任务"}


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
        app = App(settings, config)
        doors.call(settings)
        traces.database = app.office.database
        announcing = asyncio.create_task(_announce(app, simulator.base_url, doors))
        try:
            return await app.serve(stop)
        finally:
            announcing.cancel()
    finally:
        await simulator.stop()


class Traces:
    """Tell the chat page which rows a bubble became."""

    def __init__(self) -> None:
        self.database: Database | None = None

    async def __call__(self, query: TraceQuery) -> Mapping[str, Any] | None:
        """Look the rows up and word them."""
        if self.database is None:
            return None
        async with self.database.read() as tx:
            match query:
                case InboundTrace(msg_id=msg_id, channel=channel):
                    found = await tx.trace.by_arrival(channel, msg_id)
                case WebhookReplyTrace(msg_id=msg_id, nth=nth):
                    found = _nth_reply(await tx.trace.by_arrival("dingtalk", msg_id), nth)
                case QueryKeyTrace(key=key):
                    found = await tx.trace.by_receipt(key)
                case CardTrace(out_track_id=card):
                    found = await tx.trace.by_card(card)
        return _worded(found) if found is not None else None


def _nth_reply(trace: Trace | None, nth: int) -> Trace | None:
    if trace is None:
        return None
    replies = [one for one in _deliveries(trace) if one["via"] == "webhook"]
    return {**trace, "deliveries": replies[nth - 1 : nth]}


def _worded(trace: Trace) -> Mapping[str, Any]:
    rows: dict[str, Any] = {}
    came = trace["arrival"]
    if isinstance(came, Mapping):
        rows["来信"] = f"第 {came['id']} 条 · {_STATES.get(came['state'], came['state'])}"
    tickets = trace["tickets"]
    if isinstance(tickets, Sequence) and tickets:
        rows["工单"] = "、".join(tickets)
    for one in _deliveries(trace):
        parts = [_STATES.get(one["state"], one["state"]), f"第 {one['attempts']} 次"]
        parts += [_WAYS.get(one["via"], one["via"])] if one["via"] else []
        parts += [one["code"]] if one["code"] else []
        rows[f"投递 {one['id']}"] = " · ".join(parts)
    return rows


def _deliveries(trace: Trace) -> Sequence[Mapping[str, Any]]:
    found = trace["deliveries"]
    return found if isinstance(found, Sequence) else ()


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
