"""Doubts: deliveries that wait for a person's decision, and what was decided."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from bot.channels.base import Delivered
from bot.keys import Tampered, WrongKey
from bot.storage.dropping import dropped_along
from bot.storage.history import History
from bot.storage.ledger import ASIDE, free
from bot.storage.letters import named_anew, opened
from bot.storage.meters import IS_HELD, RELEASED, Meters
from bot.storage.session import Session
from bot.storage.tables import KEPT, chat_group, delivery
from bot.storage.unheard import unheard
from flows.office import Door
from handlers.campaigns.records import FILE_LEFT
from handlers.ports import Entry

STUCK_AFTER = timedelta(minutes=10)

Why = Literal["unknown", "failed", "stuck", "held", "asked"]
Act = Literal["resend", "arrived", "drop", "recall", "release"]
Chosen = Literal["resend", "arrived", "drop"]
"""What is decided for chosen deliveries, without the platform."""
Done = Literal["done", "no_such", "not_now", "erased", "too_late"]
"""How a decision ended: carried out; or the delivery is not there, is not in doubt any more (or
on its way right now), its words were erased, or the platform would not know any more that it had
it already."""

_DECIDABLE: Mapping[Act, tuple[str, ...]] = {
    "resend": ("unknown", "failed"),
    "arrived": ("unknown", "asked"),
    "drop": ("unknown", "failed", "ready"),
    "recall": ("sent", "asked", "unknown"),
}
_AFTER: Mapping[Chosen, str] = {"resend": "ready", "arrived": "sent", "drop": "cancelled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What people may know of a delivery; nothing of what it says."""

    id: int
    since: datetime  # written down
    door: Door
    to: str
    group: str  # its name, where it is known
    content: str
    ticket: str | None
    code: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt(Known):
    """A delivery that somebody should look at."""

    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Story(Known):
    """What became of a delivery so far."""

    state: str
    via: str  # webhook, api, card; empty = it was not sent
    shared: int  # others of the same call, which are taken back together
    attempted_at: datetime | None  # steady time
    sent_at: datetime | None  # steady time
    read_at: datetime | None  # by the one person it went to


class Doubts:
    """Lists what is in doubt and carries out decisions; each leaves a line of history.

    Decisions are taken in a transaction that holds the queue.
    """

    def __init__(self, session: Session, history: History) -> None:
        self._session = session
        self._history = history

    async def open(self) -> Sequence[Doubt]:
        """Return what is unknown for good, failed, has waited for long, or is held.

        The quota holds it, or somebody at the platform has to let it go.

        What failed is named as long as its words are kept; a card that was only to be changed
        never.
        """
        steady, clock = self._session.steady(), self._session.clock()
        unknown = and_(delivery.c.state == "unknown", delivery.c.due_at.is_(None))
        failed = and_(delivery.c.state == "failed", KEPT, delivery.c.updates_card.is_(False))
        waits = and_(
            delivery.c.state.in_(("ready", "unknown", "sending")),
            delivery.c.due_at < ASIDE,
            or_(
                delivery.c.due_at <= steady - STUCK_AFTER,
                delivery.c.created_at <= clock - STUCK_AFTER,
            ),
        )
        asked = delivery.c.state == "asked"
        found = or_(unknown, failed, IS_HELD, waits, asked)
        return [_doubt(row) for row in await self._shown(found)]

    async def unheard(self, before: datetime) -> Sequence[str]:
        """Return the tickets filed before then whose reporter has heard nothing of them yet."""
        return await unheard(self._session, before)

    async def story(self, number: int) -> Story | None:
        """Return what is known of one delivery; None = there is none."""
        for row in await self._shown(delivery.c.id == number):
            return Story(
                **_known(row),
                state=row.state,
                via=row.via or "",
                shared=len(await self._sharing([row])),
                attempted_at=row.attempted_at,
                sent_at=row.sent_at,
                read_at=row.read_at,
            )
        return None

    async def decide(self, act: Chosen, numbers: Collection[int], who: str) -> Mapping[int, Done]:
        """Send again, note as arrived, or give up; files are given up with their message."""
        found = await self._found(numbers)
        done: dict[int, Done] = dict.fromkeys(numbers, "no_such")
        chosen: list[Any] = []
        for row in found:
            done[row.id] = self._decidable(act, row)
            if done[row.id] == "done":
                chosen.append(row)
        if act == "drop":
            along = await dropped_along(self._session, chosen)
            done |= {row.id: "done" for row in along}
            chosen += along
        for row in chosen:
            await self._set(row.id, **self._values(act, row))
        await free(self._session, {row.lane for row in chosen if act != "resend"})
        await self._record(act, [(row.id, row.state, _AFTER[act]) for row in chosen], who)
        return done

    async def release(self, who: str) -> int:
        """Let go of what the quota holds; return how many."""
        states = await Meters(self._session).release(code=RELEASED)
        await self._record("release", [(n, state, state) for n, state in states.items()], who)
        return len(states)

    async def recallable(self, numbers: Collection[int]) -> Mapping[int, Delivered | Done]:
        """Return what the platform must know to take messages back, or why it cannot.

        Whoever shared the call of one of them is named as well: they lose the message with it.
        """
        result: dict[int, Delivered | Done] = dict.fromkeys(numbers, "no_such")
        found = await self._found(numbers)
        for row in (*found, *await self._sharing(found)):
            allowed = _allowed("recall", row)
            result[row.id] = (
                Delivered(
                    id=row.id,
                    robot=row.robot,
                    door=Door(row.door),
                    to=row.to,
                    key=row.receipt or "",
                    via=row.via or "api",
                )
                if allowed == "done"
                else allowed
            )
        return result

    async def recalled(self, numbers: Collection[int], who: str) -> None:
        """Note that messages were taken back; one that was not let go yet never left."""
        rows = await self._found(numbers)
        moves: list[tuple[int, str, str]] = []
        for row in rows:
            after = "cancelled" if row.state == "asked" else "recalled"
            at = None if row.state == "asked" else self._session.clock()
            await self._set(row.id, state=after, due_at=None, recalled_at=at)
            moves.append((row.id, row.state, after))
        await free(self._session, {row.lane for row in rows})
        await self._record("recall", moves, who)

    async def _record(self, act: Act, moves: Sequence[tuple[int, str, str]], who: str) -> None:
        """Leave a line of history for each; `who` is the user at the terminal."""
        at = self._session.clock()
        await self._history.record(
            [
                Entry(
                    subject=f"delivery:{number}",
                    act=act,
                    actor=None,
                    role="",
                    channel="command",
                    at=at,
                    before=before,
                    after=after,
                    public={"reason": who},
                )
                for number, before, after in moves
            ]
        )

    async def _found(self, numbers: Collection[int]) -> Sequence[Any]:
        result = await self._session.connection.execute(
            select(delivery).where(delivery.c.id.in_(numbers))
        )
        return result.all()

    async def _sharing(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Return the other deliveries of the calls that went to several people at once."""
        to_people = and_(delivery.c.door == Door.PRIVATE.value, delivery.c.via == "api")
        keys = {row.receipt for row in rows if row.door == Door.PRIVATE and row.via == "api"}
        result = await self._session.connection.execute(
            select(delivery)
            .where(
                delivery.c.receipt.in_(keys - {None, ""}),
                to_people,
                delivery.c.state.in_(_DECIDABLE["recall"]),
                delivery.c.id.not_in([row.id for row in rows]),
            )
            .order_by(delivery.c.id)
        )
        return result.all()

    async def _shown(self, which: ColumnElement[bool]) -> Sequence[Any]:
        result = await self._session.connection.execute(
            select(
                *(delivery.c[name] for name in _SHOWN),
                func.coalesce(chat_group.c.name, "").label("group"),
                IS_HELD.label("held"),
            )
            .outerjoin(chat_group, chat_group.c.chat == delivery.c.to)
            .where(which)
            .order_by(delivery.c.id)
        )
        return result.all()

    def _values(self, act: Chosen, row: Any) -> dict[str, object]:
        match act:
            case "resend":
                # The last attempt lies in the past by every process's clock. Who says so means
                # now: the quota does not hold it.
                due_at = row.attempted_at or self._session.steady()
                # That it may have arrived before is not forgotten.
                resends = row.resends + (row.state == "unknown")
                again = {"state": "ready", "due_at": due_at, "attempts": 0, "resends": resends}
                return {**again, "code": RELEASED, **self._renamed(row)}
            case "arrived":
                return {"state": "sent", "due_at": None, "sent_at": row.attempted_at, "code": ""}
            case _:
                return {"state": "cancelled", "due_at": None, "code": "by_hand"}

    def _decidable(self, act: Chosen, row: Any) -> Done:
        allowed = _allowed(act, row)
        if allowed != "done" or act != "resend" or row.state != "unknown":
            return allowed
        with suppress(*_DAMAGED):
            doubles = opened(self._session, row).may_double(self._session.clock())
            return "too_late" if doubles else allowed
        return allowed

    def _renamed(self, row: Any) -> dict[str, object]:
        with suppress(*_DAMAGED):
            return named_anew(self._session, row)
        return {}

    async def _set(self, number: int, **values: object) -> None:
        await self._session.connection.execute(
            update(delivery).where(delivery.c.id == number).values(**values)
        )


_DAMAGED = (Tampered, WrongKey, ValueError, LookupError, TypeError)
"""What a row makes it raise that cannot be read; that is found out when it is to be sent."""
_SHOWN = (
    "id",
    "state",
    "created_at",
    "door",
    "to",
    "content",
    "ticket",
    "code",
    "attempts",
    "due_at",
    "via",
    "receipt",
    "attempted_at",
    "sent_at",
    "read_at",
)


def _doubt(row: Any) -> Doubt:
    why: Why = "stuck"
    if row.held:
        why = "held"
    elif row.state in ("failed", "asked"):
        why = row.state
    elif row.state == "unknown" and row.due_at is None:
        why = "unknown"
    return Doubt(**_known(row), why=why)


def _known(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "since": row.created_at,
        "door": Door(row.door),
        "to": row.to,
        "group": row.group,
        "content": row.content,
        "ticket": row.ticket,
        "code": row.code,
        "attempts": row.attempts,
    }


def _allowed(act: Act, row: Any) -> Done:
    if row.state not in _DECIDABLE[act] or (act == "resend" and row.code == FILE_LEFT):
        return "not_now"
    if act == "resend" and not row.body:
        return "erased"
    return "done"
