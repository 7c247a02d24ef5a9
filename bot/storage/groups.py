"""Groups: the group chats the office knows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, and_, delete, exists, literal, select, update

from bot.channels.base import WEBHOOK
from bot.storage.directory import Directory
from bot.storage.session import Session
from bot.storage.tables import chat_group, webhook
from handlers.person import CUSTOMERS, DINGTALK, MASS
from handlers.ports import Group

CONFIG = "config"
# By channel: DingTalk's custom robots send none, a customer group's would each be a task.
_WITHOUT_FILES = {DINGTALK: (MASS, WEBHOOK), "wecom": (MASS, CUSTOMERS)}
# A group that is reached through a custom robot of its own, of which nobody told the address.
_HOOKLESS = and_(
    chat_group.c.chat.startswith(WEBHOOK, autoescape=True),
    ~exists().where(literal(WEBHOOK) + webhook.c.name == chat_group.c.chat),
).label("hookless")
_COLUMNS = ("name", "kind", "unit", "source", "channel")


class Groups:
    """Keeps groups; what was said in chat is not undone by the file."""

    def __init__(self, session: Session, directory: Directory) -> None:
        self._session = session
        self._directory = directory

    async def all(self) -> Sequence[Group]:
        """Return the known groups."""
        page = await self._directory.page()
        if page.groups is None:
            result = await self._session.connection.execute(
                select(chat_group, _HOOKLESS).order_by(chat_group.c.chat)
            )
            page.groups = tuple(
                replace(
                    _group(row),
                    robot=row.robot_gone_at is None and not row.hookless and self._is_here(row),
                    files=not row.chat.startswith(_WITHOUT_FILES.get(row.channel, MASS)),
                    hears=row.channel == DINGTALK and not row.chat.startswith(WEBHOOK),
                )
                for row in result
            )
        return list(page.groups)

    def _is_here(self, row: Row[Any]) -> bool:
        """Say whether this installation has the channel that a group is written to through."""
        channels = self._session.channels
        return channels is None or row.channel in channels

    async def note_robots(self, there: Mapping[str, bool]) -> None:
        """Note in which groups our robot can write, by chat; what was known is not written."""
        if not there:
            return
        page = await self._directory.page()
        if page.robots is None:  # a thousand groups are not gone through with every delivery
            page.robots = {one.chat: one.robot for one in await self.all()}
        known = page.robots
        changed = {chat: is_in for chat, is_in in there.items() if known.get(chat, is_in) != is_in}
        for chat, is_in in sorted(changed.items()):
            await self._session.connection.execute(
                update(chat_group)
                .where(chat_group.c.chat == chat)
                .values(robot_gone_at=None if is_in else self._session.clock())
            )
        if changed:
            await self._directory.changed()

    async def put(self, groups: Sequence[Group], source: str) -> None:
        """Store groups; whoever names one again wants it tried again, should it have been gone."""
        if not groups:
            return
        statement = self._session.insert(chat_group)
        await self._session.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["chat"],
                set_={
                    **{name: statement.excluded[name] for name in _COLUMNS},
                    "robot_gone_at": None,
                },
            ),
            [
                {
                    "chat": one.chat,
                    "name": one.name,
                    "kind": one.kind,
                    "unit": one.unit,
                    "source": source,
                    "channel": one.channel,
                }
                for one in groups
            ],
        )
        await self._directory.changed()

    async def seed(self, wanted: Sequence[Group]) -> None:
        """Make the groups of the file true, except where chat said otherwise.

        Where no event tells that we are back in a group, the file does, whenever it is read.
        """
        result = await self._session.connection.execute(select(chat_group).with_for_update())
        known = {row.chat: row for row in result}
        changed = [
            one
            for one in wanted
            if one.chat not in known
            or (known[one.chat].source == CONFIG and _said(_group(known[one.chat])) != _said(one))
        ]
        heard = {chat for chat, row in known.items() if row.channel == DINGTALK}
        await self.note_robots({x.chat: True for x in wanted if x.chat in known.keys() - heard})
        asked = {one.chat for one in wanted}
        dropped = [c for c, row in known.items() if row.source == CONFIG and c not in asked]
        await self.put(changed, CONFIG)
        await self._note([x for x in wanted if x.chat not in known or _group(known[x.chat]) != x])
        if dropped:
            await self._session.connection.execute(
                delete(chat_group).where(chat_group.c.chat.in_(dropped))
            )
            await self._directory.changed()

    async def _note(self, groups: Sequence[Group]) -> None:
        """Keep what only the file says of groups, also of those whose kind was said in chat."""
        for one in groups:
            await self._session.connection.execute(
                update(chat_group)
                .where(chat_group.c.chat == one.chat)
                .values(
                    chamber=one.chamber,
                    town=one.town,
                    industries="\n".join(one.industries),
                    sandbox=one.sandbox,
                )
            )
        if groups:
            await self._directory.changed()


def _group(row: Row[Any]) -> Group:
    return Group(
        row.chat,
        row.name,
        row.kind,
        row.unit,
        row.chamber,
        row.town,
        tuple(row.industries.splitlines()),
        row.sandbox,
        channel=row.channel,
    )


def _said(one: Group) -> tuple[str, ...]:
    """Return what can be said in chat as well, and through what it is written to."""
    return one.name, one.kind, one.unit, one.channel
