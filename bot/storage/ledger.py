"""Ledger: what is to be delivered, and what became of it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol

from sqlalchemy import (
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    null,
    select,
    update,
)

from bot.storage.letters import letter_of, sealed
from bot.storage.prepared import Prepared
from bot.storage.rows import Claimed, DeliveryRow, Settlement
from bot.storage.session import Session
from bot.storage.tables import Moment, delivery

BEHIND = datetime(9999, 1, 1, tzinfo=UTC)
"""When a row is due that waits for an older one of its lane."""
ASIDE = datetime(9998, 1, 1, tzinfo=UTC)
"""When a row is due that waits for somebody to let it go on."""
CALLED_OFF = "called.off"
"""The code of a row on its way that is not tried again when it lands, whatever became of it."""


Kind = Literal["replies", "notices"]
"""Answers to one person each, or everything else."""

KINDS: tuple[Kind, ...] = ("replies", "notices")


class Express(Protocol):
    """A sender that takes answers along before they are committed, as many as it has room for."""

    owner: str

    def wants(self, letter: Claimed) -> bool:
        """Say whether it may go out as soon as it is committed; one that may takes a place."""

    def board(self, letter: Claimed) -> None:
        """Keep a letter, which has its number now, until the commit."""


class Ledger:
    """One row per recipient and message; a lane is sent in order, one row at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.express: Express | None = None
        self.left = False
        """Whether rows were written or freed that are due and that nobody takes along."""

    async def add(self, rows: Sequence[DeliveryRow]) -> None:
        """Write rows; a known dedupe key is left alone."""
        if not rows:
            return
        values = [sealed(self._session, row) for row in rows]
        boarding = await self._boarding(rows)
        self.left |= any(row.state == "ready" and n not in boarding for n, row in enumerate(rows))
        for position, letter in boarding.items():
            values[position] |= self._sending(letter)
        if not boarding or self.express is None:
            await self._session.run(_ADDED, values)
            return
        result = await self._session.run(_NUMBERED, values)
        numbers = {row.dedupe: row.id for row in result}
        for position, letter in boarding.items():
            number = numbers.pop(rows[position].dedupe, None)
            if number is not None:
                self.express.board(letter.model_copy(update={"id": number}))

    async def settle(self, owner: str, settlements: Sequence[Settlement]) -> None:
        """Note what became of an owner's attempts; what is somebody else's by now stays so."""
        if settlements:
            self.left |= await end(self._session, [(owner, one) for one in settlements])

    async def called_off(self, numbers: Sequence[int]) -> frozenset[int]:
        """Return those of these rows, which are on their way, that nothing is to follow."""
        if not numbers:
            return frozenset()
        result = await self._session.connection.execute(
            select(delivery.c.id).where(delivery.c.id.in_(numbers), delivery.c.code == CALLED_OFF)
        )
        return frozenset(result.scalars())

    async def receipts(self, keys: Collection[str]) -> Mapping[str, str]:
        """Return under which keys the platforms took what was sent, by the rows' own keys."""
        result = await self._session.connection.execute(
            select(delivery.c.dedupe, delivery.c.receipt).where(
                delivery.c.dedupe.in_(keys), delivery.c.state == "sent"
            )
        )
        return {row.dedupe: row.receipt or "" for row in result}

    async def counts(self) -> Mapping[str, int]:
        """Return how many rows are in each state."""
        result = await self._session.connection.execute(
            select(delivery.c.state, func.count()).group_by(delivery.c.state)
        )
        return Counter({row[0]: row[1] for row in result})

    async def _boarding(self, rows: Sequence[DeliveryRow]) -> dict[int, Claimed]:
        """Choose which rows go out with the express: first of their lane, if it has no other."""
        if self.express is None:
            return {}
        first: dict[str, int] = {}
        for position, row in enumerate(rows):
            first.setdefault(row.lane, position)
        chosen = {lane: n for lane, n in first.items() if _boards(rows[n])}
        if not chosen:
            return {}
        open_ = await self._session.run(_OPEN, {"lanes": list(chosen)})
        for lane in open_.scalars():
            chosen.pop(lane, None)
        letters = {position: letter_of(rows[position]) for position in chosen.values()}
        return {n: letter for n, letter in letters.items() if self.express.wants(letter)}

    def _sending(self, letter: Claimed) -> dict[str, object]:
        return {
            "state": "sending",
            "attempts": letter.attempt,
            "attempted_at": self._session.steady(),
            "owner": self.express.owner if self.express else "",
        }


async def end(session: Session, endings: Sequence[tuple[str, Settlement]]) -> bool:
    """Write down attempts with their owners in one statement, and free their lanes.

    Says whether that made another row due.
    """
    await session.run(
        _END, [_ending(owner, settlement, session.steady()) for owner, settlement in endings]
    )
    return await free(session, {one.lane for _, one in endings})


async def free(session: Session, lanes: set[str]) -> bool:
    """Make the next row of each lane due, now that an older one is done; say if there was one."""
    if not lanes:
        return False
    freed = await session.run(_FREED, {"lanes": list(lanes), "now": session.steady()})
    return freed.rowcount > 0


def open_of(kind: Kind) -> tuple[ColumnElement[bool], ...]:
    """Name the open rows of one kind, spelt like in its index, which is not used otherwise."""
    replies = literal_column("'p:%'", Text)
    lane = delivery.c.lane
    return (
        delivery.c.due_at.is_not(None),
        lane.like(replies) if kind == "replies" else lane.not_like(replies),
    )


async def earliest(session: Session, which: ColumnElement[bool]) -> datetime | None:
    """Return when the first of such open rows is due that wait for no other."""
    found: list[datetime] = []
    for kind in KINDS:
        result = await session.connection.execute(
            select(delivery.c.due_at)
            .where(*open_of(kind), delivery.c.due_at < BEHIND, which)
            .order_by(delivery.c.due_at)
            .limit(1)
        )
        found += result.scalars()
    return min(found, default=None)


def _boards(row: DeliveryRow) -> bool:
    return row.answers and row.state == "ready"


def _ending(owner: str, one: Settlement, now: datetime) -> dict[str, Any]:
    return {
        "number": one.id,
        "who": owner,
        "attempt": one.attempt,
        "becomes": one.state,
        "why": one.code,
        "due": one.due_at,
        "at": one.sent_at,
        "ended": now - timedelta(seconds=one.ago),
        "key": one.receipt.key if one.receipt else None,
        "way": one.receipt.via if one.receipt else None,
        "tries": one.attempt if one.counts else one.attempt - 1,
        "worded": int(one.worded),
    }


_ADDED = Prepared(lambda insert: insert(delivery).on_conflict_do_nothing(index_elements=["dedupe"]))
_NUMBERED = Prepared(
    lambda insert: (
        insert(delivery)
        .on_conflict_do_nothing(index_elements=["dedupe"])
        .returning(delivery.c.id, delivery.c.dedupe)
    )
)
_IN_LANES = delivery.c.due_at.is_not(None), delivery.c.lane.in_(bindparam("lanes", expanding=True))
_OPEN = Prepared(lambda _: select(delivery.c.lane).where(*_IN_LANES))
_HEADS = select(func.min(delivery.c.id)).where(*_IN_LANES).group_by(delivery.c.lane)
_FREED = Prepared(
    lambda _: (
        update(delivery)
        .where(delivery.c.id.in_(_HEADS), delivery.c.due_at == BEHIND)
        .values(due_at=bindparam("now"))
    )
)
_ENDED = bindparam("ended", type_=Moment())
_IS_OFF = delivery.c.code == literal_column(f"'{CALLED_OFF}'", Text)
_BECOMES = bindparam("becomes", type_=Text())
_GIVEN_UP = case((delivery.c.resends > 0, "unknown"), else_="cancelled")
_END = Prepared(
    lambda _: (
        update(delivery)
        .where(
            delivery.c.id == bindparam("number"),
            delivery.c.state == "sending",
            delivery.c.owner == bindparam("who"),
            delivery.c.attempts == bindparam("attempt"),
        )
        .values(
            state=case((and_(_IS_OFF, _BECOMES == "ready"), _GIVEN_UP), else_=_BECOMES),
            due_at=case((_IS_OFF, null()), else_=bindparam("due", type_=Moment())),
            code=bindparam("why"),
            sent_at=bindparam("at"),
            receipt=bindparam("key"),
            via=bindparam("way"),
            attempts=bindparam("tries"),
            card=case((bindparam("worded", type_=Integer()) == 1, ""), else_=delivery.c.card),
            # Up to then it may have arrived: windows count from here. It did not end before it was
            # claimed, whatever the clocks say that measured both.
            attempted_at=case(
                (delivery.c.attempted_at > _ENDED, delivery.c.attempted_at), else_=_ENDED
            ),
        )
    )
)
