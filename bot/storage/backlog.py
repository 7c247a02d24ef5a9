"""Backlog: arrivals that one process filed and another handles, in order for each person."""

from collections.abc import Sequence

from sqlalchemy import func, select, update

from bot.storage.arrivals import Arrivals
from bot.storage.session import Session
from bot.storage.tables import arrival, conversation
from handlers.ports import Answered, ArrivalId, Filed, PersonId, Text

_WAITING = arrival.c.state == "waiting"
_LOOK = 4  # so many times the limit are looked at, because other workers hold the oldest


class Backlog:
    """Hands waiting arrivals to one worker at a time, and answers to who waits for them."""

    def __init__(self, session: Session, arrivals: Arrivals) -> None:
        self._session = session
        self._arrivals = arrivals

    async def make_room(self, persons: Sequence[PersonId]) -> None:
        """Make the rows that `take` locks."""
        now = self._session.clock()
        rows = [{"person": one, "question": 0, "updated_at": now} for one in sorted(set(persons))]
        if rows:
            await self._session.connection.execute(
                self._session.insert(conversation).on_conflict_do_nothing(
                    index_elements=["person"]
                ),
                rows,
            )

    async def take(self, limit: int) -> Sequence[Filed]:
        """Return what the longest waiting persons said, in order; nobody else gets it meanwhile.

        A lock excludes but does not order: only what is read after it is complete, and nothing
        that comes later can be handled by anybody else before the commit.
        """
        persons = await self.lock(limit)
        if not persons:
            return ()
        return await self._arrivals.filed(_WAITING & arrival.c.person.in_(persons), limit)

    async def lock(self, limit: int) -> Sequence[PersonId]:
        """Lock the conversations of persons who wait and whom no other worker holds."""
        oldest = (
            select(arrival.c.person, func.min(arrival.c.id).label("first"))
            .where(_WAITING)
            .group_by(arrival.c.person)
            .order_by(func.min(arrival.c.id))
            .limit(limit * _LOOK)
            .subquery()
        )
        result = await self._session.connection.execute(
            select(conversation.c.person)
            .join(oldest, oldest.c.person == conversation.c.person)
            .order_by(oldest.c.first)
            .limit(limit)
            .with_for_update(of=conversation, skip_locked=True)
        )
        return result.scalars().all()

    async def done(self, arrivals: Sequence[ArrivalId]) -> None:
        """Mark what was handled; what failed meanwhile stays so."""
        if arrivals:
            await self._session.connection.execute(
                update(arrival).where(arrival.c.id.in_(arrivals), _WAITING).values(state="done")
            )

    async def answer(self, number: ArrivalId, answered: Answered) -> None:
        """Keep what a pressed card is to say."""
        status = answered.card_status
        plain = {
            "status": None if status is None else [status.key, dict(status.params)],
            "over": answered.card_over,
        }
        await self._session.connection.execute(
            update(arrival)
            .where(arrival.c.id == number)
            .values(answer=self._session.seal_json(plain, "arrival.answer", number))
        )

    async def answered(self, number: ArrivalId) -> Answered | None:
        """Return what a card is to say; None while the arrival still waits."""
        result = await self._session.connection.execute(
            select(arrival.c.state, arrival.c.answer).where(arrival.c.id == number)
        )
        row = result.one_or_none()
        if row is None or row.state == "waiting":
            return None
        if row.answer is None:
            return Answered()
        plain = self._session.open_json(row.answer, "arrival.answer", number)
        status = plain["status"]
        return Answered(None if status is None else Text(*status), plain["over"])

    async def answered_to(self, channel: str, robot: str, msg_id: str) -> Answered | None:
        """Return what was said to an arrival that is known by its name."""
        result = await self._session.connection.execute(
            select(arrival.c.id).where(
                arrival.c.channel == channel,
                arrival.c.robot == robot,
                arrival.c.msg_id == msg_id,
            )
        )
        number = result.scalar_one_or_none()
        return None if number is None else await self.answered(number)
