"""Topics: what people do not want to be sent any more (退订)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, exists, select, update

from bot.storage.session import Session
from bot.storage.tables import person as people
from bot.storage.tables import unsubscription
from handlers.ports import PersonId


class TopicRows:
    """Keeps who left which topic; whoever left none gets all of them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def leave(self, person: PersonId, topic: str, at: datetime) -> bool:
        """Note that somebody wants no more of a topic; False when that was known."""
        result = await self._session.connection.execute(
            self._session.insert(unsubscription)
            .values(person=person, topic=topic, at=at)
            .on_conflict_do_nothing(index_elements=["person", "topic"])
        )
        if result.rowcount:
            return True
        # It may be known of an account of theirs that goes back some day: this wish stays theirs.
        linked = select(people.c.id).where(people.c.merged_into == person)
        await self._session.connection.execute(
            update(unsubscription)
            .where(
                unsubscription.c.person == person, unsubscription.c.topic == topic, exists(linked)
            )
            .values(at=at)
        )
        return False

    async def come_back(self, person: PersonId, topic: str, every: str) -> bool:
        """Let somebody have a topic again; `every` for all of them. False when they had it."""
        which = unsubscription.c.person == person
        if topic != every:
            which &= unsubscription.c.topic.in_((topic, every))
        result = await self._session.connection.execute(delete(unsubscription).where(which))
        return bool(result.rowcount)

    async def left(self) -> Mapping[PersonId, frozenset[str]]:
        """Return who left which topics."""
        result = await self._session.connection.execute(
            select(unsubscription.c.person, unsubscription.c.topic)
        )
        found: dict[PersonId, set[str]] = {}
        for row in result:
            found.setdefault(row.person, set()).add(row.topic)
        return {person: frozenset(topics) for person, topics in found.items()}
