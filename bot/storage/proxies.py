"""Proxies: whom people forbade to act for them on the lists of activities."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from bot.storage.session import Session
from bot.storage.tables import barred_proxy
from handlers.ports import PersonId


class ProxyRows:
    """Keeps one row for each right that was taken back (取消代办权)."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def barred(self, owners: Sequence[PersonId]) -> Sequence[tuple[PersonId, PersonId]]:
        """Return who may not act for these people, as (owner, assistant), the latest first."""
        if not owners:
            return ()
        result = await self._session.connection.execute(
            select(barred_proxy.c.owner, barred_proxy.c.assistant)
            .where(barred_proxy.c.owner.in_(owners))
            .order_by(barred_proxy.c.at.desc(), barred_proxy.c.assistant)
        )
        return [(owner, assistant) for owner, assistant in result]

    async def bar(self, owner: PersonId, assistant: PersonId, at: datetime) -> None:
        """Take the right back; again changes nothing."""
        statement = self._session.insert(barred_proxy)
        await self._session.connection.execute(
            statement.values(owner=owner, assistant=assistant, at=at).on_conflict_do_nothing(
                index_elements=["owner", "assistant"]
            )
        )

    async def trust(self, owner: PersonId, assistant: PersonId) -> None:
        """Give the right again."""
        await self._session.connection.execute(
            delete(barred_proxy).where(
                barred_proxy.c.owner == owner, barred_proxy.c.assistant == assistant
            )
        )
