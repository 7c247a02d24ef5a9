"""Webhooks: the groups that are reached through a custom robot of their own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from bot.channels.base import WEBHOOK, Hook
from bot.storage.directory import Directory
from bot.storage.groups import Groups
from bot.storage.session import Session
from bot.storage.tables import chat_group, webhook
from handlers.person import DINGTALK
from handlers.ports import Group

CONSOLE = "console"  # who named the group: neither people.toml nor somebody in chat


@dataclass(frozen=True, slots=True)
class Registered:
    """A webhook without its secrets."""

    name: str
    kind: str  # of the group; empty when somebody forgot the group
    unit: str
    added_at: datetime
    channel: str = DINGTALK  # of the robot; that of a forgotten group is not known any more


class Webhooks:
    """Keeps addresses and secrets sealed, each with the group that it leads to."""

    def __init__(self, session: Session, directory: Directory, groups: Groups) -> None:
        self._session = session
        self._directory = directory
        self._groups = groups

    async def hooks(self, chats: Collection[str]) -> Mapping[str, Hook]:
        """Return by chat id what the webhooks among these chats are reached through.

        Raises WrongKey or Tampered.
        """
        names = [chat.removeprefix(WEBHOOK) for chat in chats if chat.startswith(WEBHOOK)]
        if not names:
            return {}
        result = await self._session.connection.execute(
            select(webhook.c.name, webhook.c.access).where(webhook.c.name.in_(names))
        )
        return {WEBHOOK + row.name: self._opened(row.name, row.access) for row in result}

    async def put(self, group: Group, hook: Hook) -> None:
        """Register a group whose chat id is `webhook:NAME`, or give it another address."""
        name = group.chat.removeprefix(WEBHOOK)
        access = self._session.seal_json(hook.model_dump(), "webhook.access", name)
        values = {"access": access, "added_at": self._session.clock()}
        statement = self._session.insert(webhook).values(name=name, **values)
        await self._session.connection.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_=values)
        )
        await self._groups.put([group], CONSOLE)
        await self._groups.note_robots({group.chat: True})  # the new address is tried

    async def remove(self, name: str) -> bool:
        """Forget a webhook and its group; False when nobody knows it."""
        result = await self._session.connection.execute(
            delete(webhook).where(webhook.c.name == name)
        )
        await self._session.connection.execute(
            delete(chat_group).where(chat_group.c.chat == WEBHOOK + name)
        )
        await self._directory.changed()
        return result.rowcount > 0

    async def all(self) -> Sequence[Registered]:
        """List the webhooks by name."""
        result = await self._session.connection.execute(
            select(
                webhook.c.name,
                chat_group.c.kind,
                chat_group.c.unit,
                webhook.c.added_at,
                chat_group.c.channel,
            )
            .outerjoin(chat_group, chat_group.c.chat == WEBHOOK + webhook.c.name)
            .order_by(webhook.c.name)
        )
        return [
            Registered(
                row.name, row.kind or "", row.unit or "", row.added_at, row.channel or DINGTALK
            )
            for row in result
        ]

    def _opened(self, name: str, access: bytes) -> Hook:
        return Hook.model_validate(self._session.open_json(access, "webhook.access", name))
