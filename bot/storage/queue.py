"""Queue: what goes out next, and what a process left half sent."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Row,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from bot.keys import Tampered, WrongKey
from bot.presence import nobody_has
from bot.storage.enclosed import waiting_behind, without_message
from bot.storage.leases import Leases
from bot.storage.ledger import BEHIND, Kind, earliest, end, free, open_of
from bot.storage.letters import opened
from bot.storage.rows import Claimed, Judged, Settlement, Start, is_keyed
from bot.storage.session import Session
from bot.storage.tables import conversation, delivery
from flows.office import Door
from handlers.campaigns.records import MESSAGE_FAILED

log = logging.getLogger(__name__)

TRIES = 6
SAVED = "quota.saved"  # the code of a row that was given up to save the quota
PACED = "paced"  # of one that waits for its window to open
NO_ANSWER = "no_answer"  # of one of which nobody knows whether it arrived
GRACE = timedelta(seconds=5)
"""How long an own row may be `sending` before its process knows of it: the way of a commit."""

_ASIDE = "w:"  # how a lane begins whose letters let others pass
_LOCK = 0x71696E67  # any number that nothing else in this database locks
_WAITING = ("ready", "unknown")


@dataclass(frozen=True, slots=True)
class Heads:
    """The first rows that are due, one a lane, and whether there may be more."""

    letters: Sequence[Claimed]
    more: bool


class Queue:
    """Finds the due head of each lane; a row that must wait is not looked at again till then."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def lock(self) -> None:
        """Keep other processes from claiming and ending until this transaction is over.

        Without it a lane's next row could be missed, and two processes could fill one window.
        SQLite lets one transaction write at a time anyway.
        """
        if self._session.connection.dialect.name == "postgresql":
            await self._session.connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))

    async def heads(self, kind: Kind, limit: int) -> Heads:
        """Look through at most `limit` due rows, the longest due first.

        A question that was answered meanwhile is cancelled; a row that cannot be read has failed,
        and so has a file whose message did. What another try could double stays in doubt.
        """
        now = self._session.steady()
        result = await self._session.connection.execute(_due(kind, now, limit))
        found = result.all()
        await self._put_behind([row.id for row in found if row.behind])
        order = {row.id: place for place, row in enumerate(found) if not row.behind}
        result = await self._session.connection.execute(_WHOLE, {"numbers": list(order)})
        rows = result.all()
        lonely = await without_message(self._session, rows)
        letters: list[Claimed] = []
        stale: list[Row[Any]] = []
        broken: list[Row[Any]] = []
        alone: list[Row[Any]] = []
        doubled: list[Row[Any]] = []
        clock = self._session.clock()
        for row in rows:
            letter = None if row.stale or row.id in lonely else self._opened(row)
            if letter is not None and letter.may_double(clock):
                doubled.append(row)
            elif letter is not None:
                letters.append(letter)
            else:
                (alone if row.id in lonely else stale if row.stale else broken).append(row)
        await self._close(stale, "cancelled", "")
        await self._close(alone, "failed", MESSAGE_FAILED)
        await self._close(broken, "failed", "unreadable")
        await self._close(doubled, "unknown", NO_ANSWER)
        closed = bool(stale or broken or alone or doubled)
        letters.sort(key=lambda letter: order[letter.id])
        return Heads(letters, more=len(found) == limit or closed)

    async def start(self, starts: Sequence[Start], owner: str, at: datetime | None = None) -> None:
        """Note that heads of this transaction are about to be sent, all at the same moment.

        So they leave their window together, and the next ones need not go one by one.
        """
        if starts:
            same = {"who": owner, "now": at or self._session.steady()}
            await self._session.connection.execute(
                _START,
                [
                    {"number": one.id, "rate": one.window, "together": one.call, **same}
                    for one in starts
                ],
            )

    async def put_off(self, numbers: Sequence[int], due_at: datetime, code: str = "") -> None:
        """Let heads of this transaction wait; their lanes wait with them."""
        if numbers:
            await self._session.connection.execute(
                update(delivery)
                .where(delivery.c.id.in_(numbers))
                .values(due_at=due_at, **({"code": code} if code else {}))
            )

    async def let_pass(self, letters: Sequence[Claimed]) -> bool:
        """Set these aside and let what waits behind them in their lanes go past; say if any does.

        Whoever does not wait any more, as it was called off or taken over, stays where it is.
        """
        if not letters:
            return False
        lanes = {one.lane for one in letters}
        await self._session.connection.execute(
            update(delivery)
            .where(
                delivery.c.id.in_([one.id for one in letters]),
                delivery.c.lane.in_(lanes),
                delivery.c.due_at.is_not(None),
                delivery.c.state.in_(_WAITING),
            )
            .values(lane=_ASIDE + delivery.c.lane)
        )
        return await free(self._session, lanes)

    async def set_aside(self, lanes: Collection[str]) -> frozenset[str]:
        """Return those of these lanes some of whose letters were set aside and are open still."""
        result = await self._session.connection.execute(
            select(delivery.c.lane)
            .where(delivery.c.due_at.is_not(None), delivery.c.lane.in_([_ASIDE + x for x in lanes]))
            .distinct()
        )
        return frozenset(lane.removeprefix(_ASIDE) for lane in result.scalars())

    async def cancel(self, letters: Sequence[Claimed], code: str) -> None:
        """Give up heads of this transaction."""
        await self._close(letters, "cancelled", code)

    async def behind(self, letters: Sequence[Claimed]) -> Sequence[Claimed]:
        """Return what waits to follow these letters, the rest of a message and its files."""
        rows = await waiting_behind(self._session, {x.dedupe for x in letters if x.campaign})
        return [letter for row in rows if (letter := self._opened(row)) is not None]

    async def next_due(self) -> datetime | None:
        """Return when the next row becomes due that is not yet."""
        now = self._session.steady()
        return await earliest(self._session, delivery.c.due_at > now)

    async def judge(
        self,
        owner: str,
        in_hand: Collection[int],
        doubtful: Collection[int],
        *,
        alone: bool = False,
        has_ended: Callable[[str], bool] = nobody_has,
    ) -> Judged:
        """Say what became of rows that nobody is sending any more; `alone` = no other process is.

        `has_ended` knows of owners that they are certainly dead, whatever their leases say; it is
        asked on the thread that writes, and so has to be quick. Answers to one person go out again,
        and so does what the platform knows by its key; what went to a group stays unknown. An own
        row that is neither in hand nor doubtful was never sent.
        """
        result = await self._session.connection.execute(
            select(*(delivery.c[name] for name in _JUDGED))
            .where(delivery.c.state == "sending")
            .with_for_update(skip_locked=True)
        )
        rows = [row for row in result if row.owner != owner or row.id not in in_hand]
        others = set() if alone else {row.owner for row in rows if row.owner != owner}
        leased = await Leases(self._session).living(others) if others else ()
        living = {one for one in leased if not has_ended(one)}
        now = self._session.steady()
        lost = [r for r in rows if r.owner not in living and (r.owner != owner or r.id in doubtful)]
        unsent = [
            r
            for r in rows
            if r.owner == owner and r.id not in doubtful and r.attempted_at <= now - GRACE
        ]
        endings = [(row.owner, _lost(row, now)) for row in lost]
        endings += [(row.owner, _unsent(row, now)) for row in unsent]
        if endings:
            await end(self._session, endings)
        again = sum(
            ending.state == "unknown" and ending.due_at is not None for _, ending in endings
        )
        return Judged(again, len(lost) - again, len(unsent), _untold(lost))

    async def free_all(self) -> None:
        """Make every lane's first row due that waits for an older one which is not there."""
        result = await self._session.connection.execute(
            select(delivery.c.lane).where(delivery.c.due_at == BEHIND).distinct()
        )
        lanes = list(result.scalars())
        for start in range(0, len(lanes), 500):
            await free(self._session, set(lanes[start : start + 500]))

    async def _put_behind(self, numbers: Sequence[int]) -> None:
        if numbers:
            await self._session.connection.execute(
                update(delivery)
                .where(delivery.c.id.in_(numbers), delivery.c.state.in_(_WAITING))
                .values(due_at=BEHIND)
            )

    async def _close(self, rows: Sequence[Row[Any] | Claimed], state: str, code: str) -> None:
        if rows:
            await self._session.connection.execute(
                update(delivery)
                .where(delivery.c.id.in_([row.id for row in rows]))
                .values(state=state, due_at=None, code=code)
            )
            await free(self._session, {row.lane for row in rows})

    def _opened(self, row: Row[Any]) -> Claimed | None:
        """Open a row; one that cannot be read costs only itself."""
        try:
            return opened(self._session, row)
        except (Tampered, WrongKey, ValueError, LookupError, TypeError) as error:
            about = {"delivery": row.id, "arrival": row.arrival}
            log.error("delivery cannot be read: %s", type(error).__name__, extra=about)
            return None


_JUDGED = (
    "id",
    "owner",
    "channel",
    "door",
    "card",
    "to",
    "lane",
    "ticket",
    "attempts",
    "attempted_at",
    "updates_card",
)


def _again(row: Row[Any]) -> bool:
    keyed = is_keyed(row.channel, row.card, row.to)
    return bool(row.attempts < TRIES) and (Door(row.door).is_one or keyed)


def _untold(lost: Sequence[Row[Any]]) -> tuple[str, ...]:
    """Name the tickets of notices that may have reached nobody and do not go out again."""
    told = (row for row in lost if not row.updates_card and not _again(row))
    return tuple(sorted({row.ticket for row in told if row.ticket}))


def _lost(row: Row[Any], now: datetime) -> Settlement:
    due_at = now if _again(row) else None
    return Settlement(row.id, row.attempts, row.lane, "unknown", "crash", due_at)


def _unsent(row: Row[Any], now: datetime) -> Settlement:
    return Settlement(row.id, row.attempts, row.lane, "ready", "", now, counts=False)


_OTHER = delivery.alias()
_OLDER = and_(_OTHER.c.due_at.is_not(None), _OTHER.c.id < delivery.c.id)
_IS_BEHIND = or_(
    exists().where(_OTHER.c.lane == delivery.c.lane, _OLDER),
    exists().where(_OTHER.c.lane == delivery.c.lane, _OTHER.c.state == literal_column("'sending'")),
).label("behind")


def _due(kind: Kind, now: datetime, limit: int) -> Any:
    """Select what is due; a row is behind while an older one is open, or another on its way."""
    return (
        select(delivery.c.id, _IS_BEHIND)
        .where(
            *open_of(kind),
            delivery.c.due_at <= now,
            delivery.c.state.in_(_WAITING),
        )
        .order_by(delivery.c.due_at, delivery.c.id)
        .limit(limit)
    )


_IS_STALE = and_(
    delivery.c.question.is_not(None),
    conversation.c.question.is_not(None),
    conversation.c.question > delivery.c.question,
).label("stale")
# Built once: it takes longer to build than the database takes to answer.
_WHOLE = (
    select(delivery, _IS_STALE)
    .outerjoin(conversation, conversation.c.person == delivery.c.person)
    .where(delivery.c.id.in_(bindparam("numbers", expanding=True)), delivery.c.state.in_(_WAITING))
    .with_for_update(of=delivery, skip_locked=True)
)

_START = (
    update(delivery)
    .where(delivery.c.id == bindparam("number"))
    .values(
        state="sending",
        attempts=delivery.c.attempts + 1,
        resends=delivery.c.resends + case((delivery.c.state == "unknown", 1), else_=0),
        attempted_at=bindparam("now"),
        owner=bindparam("who"),
        window=bindparam("rate"),
        call=bindparam("together"),
    )
)
