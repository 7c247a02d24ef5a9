"""Conversations: what each person is in the middle of."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Executable, bindparam, select

from bot.storage.prepared import Insert, Prepared
from bot.storage.session import Session
from bot.storage.tables import conversation
from handlers.ports import Conversation, PersonId

PAGE = 500  # people of one transaction

_LOCKED = Prepared(
    lambda _: (
        select(conversation.c.person, conversation.c.body)
        .where(conversation.c.person.in_(bindparam("persons", expanding=True)))
        .order_by(conversation.c.person)
        .with_for_update()
    )
)
_ADDED = Prepared(
    lambda insert: insert(conversation).on_conflict_do_nothing(index_elements=["person"])
)


def _saving(insert: Insert) -> Executable:
    statement = insert(conversation)
    fresh = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["person"],
        set_={"question": fresh.question, "body": fresh.body, "updated_at": fresh.updated_at},
    )


_SAVED = Prepared(_saving)


class ConversationRows:
    """Locks, loads and stores conversations."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def lock(self, persons: Sequence[PersonId]) -> Mapping[PersonId, Conversation]:
        """Lock in key order, missing rows inserted first so that a first message is locked too."""
        ordered = sorted(set(persons))
        if not ordered:
            return {}
        if self._session.connection.dialect.name == "sqlite":
            # Nobody else writes meanwhile: most rows are there, and need not be inserted first.
            found = await self._select(ordered)
            missing = [one for one in ordered if one not in found]
            await self._insert(missing)
            return found | dict.fromkeys(missing, Conversation())
        await self._insert(ordered)
        return await self._select(ordered)

    async def _insert(self, persons: Sequence[PersonId]) -> None:
        if persons:
            now = self._session.clock()
            await self._session.run(
                _ADDED,
                [{"person": one, "question": 0, "updated_at": now} for one in persons],
            )

    async def _select(self, persons: Sequence[PersonId]) -> dict[PersonId, Conversation]:
        result = await self._session.run(_LOCKED, {"persons": persons})
        return {one: self._loaded(one, body) for one, body in result}

    async def prune(self, before: datetime, after: PersonId) -> PersonId | None:
        """Forget the forms that people put aside before then; return the last person looked at.

        None = nobody is left.
        """
        result = await self._session.connection.execute(
            select(conversation.c.person)
            .where(conversation.c.person > after, conversation.c.body.is_not(None))
            .order_by(conversation.c.person)
            .limit(PAGE)
        )
        people: list[PersonId] = list(result.scalars())
        if not people:
            return None
        changed = {}
        for one, kept in (await self._select(people)).items():
            fresh = tuple(frame for frame in kept.aside if frame.touched >= before)
            if fresh != kept.aside:
                changed[one] = kept.model_copy(update={"aside": fresh})
        await self.save(changed)
        return people[-1]

    async def save(self, conversations: Mapping[PersonId, Conversation]) -> None:
        """Store what changed."""
        if not conversations:
            return
        now = self._session.clock()
        await self._session.run(
            _SAVED,
            [
                {
                    "person": one,
                    "question": conversations[one].question,
                    "body": self._session.seal(
                        conversations[one].model_dump_json(), "conversation.body", one
                    ),
                    "updated_at": now,
                }
                for one in sorted(conversations)
            ],
        )

    def _loaded(self, one: PersonId, body: bytes | None) -> Conversation:
        if body is None:
            return Conversation()
        plain = self._session.open(body, "conversation.body", one)
        return Conversation.model_validate_json(plain)
