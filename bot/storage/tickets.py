"""Tickets: the cases."""

from collections.abc import Mapping, Sequence

from sqlalchemy import false, insert, or_, select

from bot.storage.session import Session
from bot.storage.tables import counter, ticket
from flows.tickets.case import ENDED, Ticket
from handlers.ports import PersonId, Stale

_PLAIN = (
    "state",
    "version",
    "reporter",
    "category",
    "lead_unit",
    "created_at",
    "due_on",
    "closed_at",
)


class TicketRows:
    """Loads and stores tickets, and counts their numbers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def load(
        self, numbers: Sequence[str], reporters: Sequence[PersonId], *, running: bool = False
    ) -> Sequence[Ticket]:
        """Return tickets by number, all of the given reporters, and (running) all not ended."""
        if not (numbers or reporters or running):
            return ()
        ended = [state.value for state in ENDED]
        result = await self._session.connection.execute(
            select(ticket.c.number, ticket.c.body)
            .where(
                or_(
                    ticket.c.number.in_(numbers),
                    ticket.c.reporter.in_(reporters),
                    ticket.c.state.not_in(ended) if running else false(),
                )
            )
            .order_by(ticket.c.year, ticket.c.seq)
        )
        return [self._open(number, body) for number, body in result]

    async def promised(self, after: str, limit: int) -> Sequence[Ticket]:
        """Return running tickets with a date, by number, those after `after`."""
        result = await self._session.connection.execute(
            select(ticket.c.number, ticket.c.body)
            .where(
                ticket.c.number > after,
                ticket.c.due_on.is_not(None),
                ticket.c.state.not_in([state.value for state in ENDED]),
            )
            .order_by(ticket.c.number)
            .limit(limit)
        )
        return [self._open(number, body) for number, body in result]

    async def next_number(self, prefix: str, year: int, count: int) -> int:
        """Reserve `count` serial numbers of a year, return the first."""
        result = await self._session.connection.execute(
            self._session.insert(counter)
            .values(prefix=prefix, year=year, last=count)
            .on_conflict_do_update(
                index_elements=["prefix", "year"], set_={"last": counter.c.last + count}
            )
            .returning(counter.c.last)
        )
        last: int = result.scalar_one()
        return last - count + 1

    async def save(self, changed: Sequence[Ticket], known: Mapping[str, int]) -> None:
        """Insert new tickets, update others where the stored version is `known[number]`."""
        new = [self._row(one) for one in changed if one.number not in known]
        old = [one for one in changed if one.number in known]
        if new:
            await self._session.connection.execute(insert(ticket), new)
        if old:
            await self._lock(old, known)
            statement = self._session.insert(ticket)
            await self._session.connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["number"],
                    set_={name: statement.excluded[name] for name in (*_PLAIN, "body")},
                ),
                [self._row(one) for one in old],
            )

    async def _lock(self, changed: Sequence[Ticket], known: Mapping[str, int]) -> None:
        """Hold the rows still; PostgreSQL does not count the rows of a batch of updates."""
        result = await self._session.connection.execute(
            select(ticket.c.number, ticket.c.version)
            .where(ticket.c.number.in_([one.number for one in changed]))
            .order_by(ticket.c.number)
            .with_for_update()
        )
        stored = {row.number: row.version for row in result}
        for one in changed:
            if stored.get(one.number) != known[one.number]:
                raise Stale(f"ticket {one.number} was changed meanwhile")
            if one.version <= known[one.number]:
                raise ValueError(f"ticket {one.number} was changed without a new version")

    def _open(self, number: str, body: bytes) -> Ticket:
        return Ticket.model_validate_json(self._session.open(body, "ticket.body", number))

    def _row(self, one: Ticket) -> dict[str, object]:
        _, year, seq = one.number.rsplit("-", 2)
        return {
            "number": one.number,
            "year": int(year),
            "seq": int(seq),
            **{name: getattr(one, name) for name in _PLAIN},
            "body": self._session.seal(one.model_dump_json(), "ticket.body", one.number),
        }
