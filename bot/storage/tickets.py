"""Tickets: the cases."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zlib import crc32

from sqlalchemy import ColumnElement, Select, bindparam, delete, insert, or_, select, update

from bot.keys import Tampered, WrongKey
from bot.storage.grams import Grams
from bot.storage.prepared import Prepared
from bot.storage.session import Session
from bot.storage.tables import counter, ticket, ticket_unit
from flows.tickets.case import ENDED, State, Ticket
from flows.tickets.desk import shares, waiting
from flows.tickets.parts import is_serious
from flows.tickets.searching import searchable
from flows.tickets.state import RUNNING
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
    "tier",
    "urgent",
    "emergency",
    "merged_into",
    "clerk",
    "leader",
)
_DERIVED = (
    "serial",
    "serious",
    "answered_by",
    "handling_due",
    "waits",
    "due_at",
    "since",
    "source_ref",
)

AT_ONCE = 500  # tickets that are opened before the next are fetched

_LEFT = Prepared(
    lambda _: delete(ticket_unit).where(
        ticket_unit.c.unit == bindparam("u"), ticket_unit.c.ticket == bindparam("t")
    )
)
_NAMED = Prepared(lambda _: _asked())
_ALL_RUNNING = Prepared(
    lambda _: _asked(ticket.c.state.not_in([state.value for state in ENDED])),
)


class TicketRows:
    """Loads and stores tickets, and counts their numbers."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._grams = Grams(session)
        self._loaded: dict[str, Ticket] = {}  # as they are stored
        self._unreadable: dict[str, PersonId] = {}

    @property
    def unreadable(self) -> Mapping[str, PersonId]:
        """Return which tickets were looked up and cannot be read, and who reported them."""
        return self._unreadable

    async def load(
        self, numbers: Sequence[str], reporters: Sequence[PersonId], *, running: bool = False
    ) -> Sequence[Ticket]:
        """Return tickets by number, all of the given reporters, and (running) all not ended.

        Here as everywhere else one that cannot be read is left out and kept in `unreadable`.
        """
        if not (numbers or reporters or running):
            return ()
        result = await self._session.run(
            _ALL_RUNNING if running else _NAMED,
            {"numbers": list(numbers), "reporters": list(reporters)},
        )
        return self._readable(result)

    async def hold(self, numbers: Sequence[str]) -> None:
        """Hold tickets still until the commit: what is read from here on is what stays."""
        await self._held(numbers)

    async def running(self, after: str, limit: int) -> Sequence[Ticket]:
        """Return running tickets by number, those after `after`; fewer than `limit` = the last."""
        found: list[Ticket] = []
        while True:
            asked = limit - len(found)
            result = await self._session.connection.execute(
                _sealed()
                .where(
                    ticket.c.number > after,
                    ticket.c.state.not_in([state.value for state in ENDED]),
                )
                .order_by(ticket.c.number)
                .limit(asked)
            )
            rows = result.all()
            found += self._readable(rows)
            if len(rows) < asked or len(found) == limit:
                return found
            after = rows[-1].number

    async def broken(self) -> Sequence[str]:
        """Try to read every ticket that there is; return the numbers of those that cannot be."""
        after, found = "", list[str]()
        while True:
            result = await self._session.connection.execute(
                _sealed().where(ticket.c.number > after).order_by(ticket.c.number).limit(AT_ONCE)
            )
            rows = result.all()
            if not rows:
                return found
            found += [row.number for row in rows if self._opened(row) is None]
            after = rows[-1].number
            self._loaded.clear()

    async def followed_by(self, reporter: PersonId) -> Sequence[Ticket]:
        """Return every ticket that one of this person's own follows, however far up (并案).

        A circle in the records ends by itself: each number is looked at once.
        """
        into = ticket.c.merged_into
        own = select(into.label("number")).where(ticket.c.reporter == reporter, into != "")
        up = own.cte("up", recursive=True)
        further = select(into).join(up, ticket.c.number == up.c.number).where(into != "")
        above = select(up.union(further).c.number)
        result = await self._session.connection.execute(
            _sealed().where(ticket.c.number.in_(above)).order_by(ticket.c.year, ticket.c.seq)
        )
        return self._readable(result)

    async def alike(self, category: str, limit: int) -> Sequence[Ticket]:
        """Return the latest running tickets of a class."""
        result = await self._session.connection.execute(
            _sealed()
            .where(
                ticket.c.category == category,
                ticket.c.state.in_([state.value for state in RUNNING]),
            )
            .order_by(ticket.c.year.desc(), ticket.c.seq.desc())
            .limit(limit)
        )
        return self._readable(result)

    async def closed(self, since: datetime, leads: Sequence[str]) -> Sequence[Ticket]:
        """Return tickets closed since then, of these 主办 departments; none named = of all."""
        theirs = (ticket.c.lead_unit.in_(leads),) if leads else ()
        result = await self._session.connection.execute(
            _sealed()
            .where(ticket.c.state == State.CLOSED.value, ticket.c.closed_at >= since, *theirs)
            .order_by(ticket.c.year, ticket.c.seq)
        )
        return self._readable(result)

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
        before = {one.number: await self._stored(one.number) for one in old}
        if new:
            await self._session.connection.execute(insert(ticket), new)
        if old:
            await self._lock(old, known)
            statement = self._session.insert(ticket)
            columns = (*_PLAIN, *_DERIVED, "body")
            await self._session.connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["number"],
                    set_={name: statement.excluded[name] for name in columns},
                ),
                [self._row(one) for one in old],
            )
        await self._index([(before.get(one.number), one) for one in changed])
        self._loaded.update((one.number, one) for one in changed)

    async def fill(self, most: int) -> bool:
        """Fill what rows lack that were written before there were desks; say whether any did."""
        names = (*_PLAIN, *_DERIVED)
        result = await self._session.connection.execute(
            _sealed()
            .add_columns(ticket.c.year, ticket.c.seq)
            .where(ticket.c.serial.is_(None))
            .limit(most)
            .with_for_update()
        )
        lacking = result.all()
        filled = [one for row in lacking if (one := await self._fillable(row)) is not None]
        rows = [
            {"of_number": one.number, **{n: plain[n] for n in names}}
            for one in filled
            for plain in [self._row(one)]
        ]
        if rows:
            await self._session.connection.execute(
                update(ticket)
                .where(ticket.c.number == bindparam("of_number"))
                .values({name: bindparam(name) for name in names}),
                rows,
            )
            await self._index([(None, one) for one in filled])
        return len(lacking) == most

    async def _fillable(self, row: Any) -> Ticket | None:
        """Open a ticket; one that cannot be read is passed over, or no start would ever succeed."""
        one = self._opened(row)
        if one is None:
            await self._session.connection.execute(
                update(ticket)
                .where(ticket.c.number == row.number)
                .values(serial=serial_of(row.number, row.year, row.seq))
            )
        return one

    async def _index(self, changes: Sequence[tuple[Ticket | None, Ticket]]) -> None:
        """Keep whose tickets they are and what is found in them, where that changed."""
        await self._grams.change(
            [
                (_serial(now), self._words(before) if before else "", self._words(now))
                for before, now in changes
            ]
        )
        moved = [(before, now) for before, now in changes if _units(before) != _units(now)]
        gone = [row for before, _ in moved for row in _units(before)]
        if gone:
            await self._session.run(_LEFT, [{"u": r["unit"], "t": r["ticket"]} for r in gone])
        rows = [row for _, now in moved for row in _units(now)]
        if rows:
            await self._session.connection.execute(insert(ticket_unit), rows)

    def _words(self, one: Ticket) -> str:
        return searchable(one, self._session.classes.get(one.category, ""))

    async def _stored(self, number: str) -> Ticket:
        """Return a ticket as it stands in the records before it is written."""
        if number not in self._loaded:
            await self.load([number], ())
        return self._loaded[number]

    async def _held(self, numbers: Sequence[str]) -> Mapping[str, int]:
        """Hold rows still, in the order in which all do; return their versions."""
        result = await self._session.connection.execute(
            select(ticket.c.number, ticket.c.version)
            .where(ticket.c.number.in_(numbers))
            .order_by(ticket.c.number)
            .with_for_update()
        )
        return {row.number: row.version for row in result}

    async def _lock(self, changed: Sequence[Ticket], known: Mapping[str, int]) -> None:
        """Check versions; PostgreSQL does not count the rows of a batch of updates."""
        stored = await self._held([one.number for one in changed])
        for one in changed:
            if stored.get(one.number) != known[one.number]:
                raise Stale(f"ticket {one.number} was changed meanwhile")
            if one.version <= known[one.number]:
                raise ValueError(f"ticket {one.number} was changed without a new version")

    def _readable(self, rows: Iterable[Any]) -> list[Ticket]:
        return [one for row in rows if (one := self._opened(row)) is not None]

    def _opened(self, row: Any) -> Ticket | None:
        """Open a ticket; None = it cannot be read, which is kept and stops nobody else."""
        number: str = row.number
        try:
            one = Ticket.model_validate_json(self._session.open(row.body, "ticket.body", number))
        except (Tampered, WrongKey, ValueError) as error:
            self._session.unreadable.met(number, error)
            self._unreadable[number] = row.reporter
            return None
        self._session.unreadable.mended(number)
        self._loaded[number] = one
        return one

    def _row(self, one: Ticket) -> dict[str, object]:
        _, year, seq = one.number.rsplit("-", 2)
        waits = waiting(one)
        return {
            "number": one.number,
            "year": int(year),
            "seq": int(seq),
            **{name: getattr(one, name) for name in _PLAIN},
            "urgent": one.urgent or one.emergency,
            "serial": _serial(one),
            "serious": is_serious(one),
            "answered_by": (one.reply.behind or one.reply.by) if one.reply else None,
            "handling_due": one.handling.due_at if one.handling else None,
            "waits": waits.waits if waits else None,
            "due_at": waits.due_at if waits else None,
            "since": waits.since if waits else None,
            "source_ref": f"{one.source}:{one.source_ref}" if one.source_ref else None,
            "body": self._session.seal(one.model_dump_json(), "ticket.body", one.number),
        }


def _asked(*more: ColumnElement[bool]) -> Select[Any]:
    """Query tickets by number, by reporter, and by what else is said."""
    by_number = ticket.c.number.in_(bindparam("numbers", expanding=True))
    by_reporter = ticket.c.reporter.in_(bindparam("reporters", expanding=True))
    return _sealed().where(or_(by_number, by_reporter, *more)).order_by(ticket.c.year, ticket.c.seq)


def _sealed() -> Select[Any]:
    """Begin a query of tickets: what it takes to open each, and whose it is if that fails."""
    return select(ticket.c.number, ticket.c.reporter, ticket.c.body)


def serial_of(number: str, year: int, seq: int) -> int:
    """Make a number that grows as tickets come in, unlike their text: 9999 stands before 10000.

    Where the office changed its prefix within a year, the last bits tell the two series apart.
    """
    series = crc32(number.rpartition("-")[0].encode()) & 0xFFFFF
    return (((year - 2000) * 10**8 + seq) << 20) | series


def _serial(one: Ticket) -> int:
    _, year, seq = one.number.rsplit("-", 2)
    return serial_of(one.number, int(year), int(seq))


def _units(one: Ticket | None) -> list[dict[str, object]]:
    return [
        {
            "unit": share.unit,
            "ticket": one.number,
            "waits": share.waiting.waits if share.waiting else None,
            "due_at": share.waiting.due_at if share.waiting else None,
            "urgent": one.urgent or one.emergency,
            "emergency": one.emergency,
        }
        for share in (shares(one) if one else ())
        if one is not None
    ]
