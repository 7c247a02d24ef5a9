"""The engines that the records run on, opened for a test."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.channels.base import Message
from bot.keys import Keys
from bot.storage.database import Database, Transaction
from bot.storage.rows import DeliveryRow
from flows.office import Content, Door
from handlers.ports import (
    Arrival,
    ArrivalId,
    Filed,
    Incoming,
    PersonId,
    Place,
    Post,
    Sender,
    Text,
    ToGroup,
    ToPerson,
)

ENGINES = ("sqlite",)
SECRET = "a secret of the tests, long enough"
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


class Hands:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def move(self, **step: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**step)
        return self.now


@dataclass(frozen=True, slots=True)
class Opened:
    """An open database with its clock and its address."""

    database: Database
    clock: Hands
    url: str

    async def person(self, staff_id: str, nick: str = "") -> PersonId:
        """Meet a person."""
        async with self.database.begin() as tx:
            (filed,) = await tx.admit([arrival(f"hello {staff_id}", staff=staff_id, nick=nick)])
        assert filed is not None
        return filed.person


@asynccontextmanager
async def opened(engine: str, folder: Path, secret: str = SECRET) -> AsyncIterator[Opened]:
    """Open an empty database on one engine."""
    url = {"sqlite": f"sqlite+aiosqlite:///{folder / 'records.db'}"}[engine]
    clock = Hands()
    database = Database(url, Keys(secret), clock, dispatch)
    await database.open()
    try:
        yield Opened(database, clock, url)
    finally:
        await database.close()


class _Defect(Exception):
    """What ends a transaction before its time."""


async def roll_back(records: Opened, act: Callable[[Transaction], Awaitable[object]]) -> None:
    """Act in a transaction that a defect ends."""
    with suppress(_Defect):
        async with records.database.begin() as tx:
            await act(tx)
            raise _Defect


async def dispatch(
    tx: Transaction, posts: Sequence[Post], arrivals: Mapping[ArrivalId, Filed]
) -> Sequence[DeliveryRow]:
    """Word posts plainly: 1:1 to the staff id, and everything else to a staff group."""
    persons = [post.to.person for post in posts if isinstance(post.to, ToPerson)]
    reach = await tx.reach(persons)
    rows = []
    for post in posts:
        whom = post.to.person if isinstance(post.to, ToPerson) else None
        chat = post.to.chat if isinstance(post.to, ToGroup) else "staff"
        rows.append(
            DeliveryRow(
                dedupe=post.dedupe,
                channel="dingtalk",
                robot="robot",
                door=Door.PRIVATE if whom else Door.STAFF_GROUP,
                to=(reach[whom].staff_id or "") if whom else chat,
                lane=f"p:{whom}" if whom else f"g:{chat}",
                message=Message(title="title", text=" ".join(part.key for part in post.parts)),
                content=post.content,
                card=post.card or "",
                person=whom,
                question=post.question[1] if post.question else None,
                arrival=post.arrival,
                ticket=post.ticket,
            )
        )
    return rows


def arrival(
    msg_id: str,
    *,
    staff: str | None = None,
    union: str | None = None,
    sender: str | None = None,
    nick: str = "",
    text: str = "",
    files: tuple[Incoming, ...] = (),
    robot: str = "robot",
) -> Arrival:
    """Make an arrival."""
    return Arrival(
        channel="dingtalk",
        robot=robot,
        msg_id=msg_id,
        sender=Sender(staff, union, sender, nick),
        place=Place(private=True, chat="chat"),
        at=NOON,
        text=text,
        files=files,
    )


def post(
    dedupe: str,
    *,
    person: PersonId | None = None,
    group: str = "staff",
    question: int | None = None,
    card: str | None = None,
    arrival: ArrivalId | None = None,
    ticket: str | None = None,
) -> Post:
    """Make a post to a person or a group."""
    return Post(
        to=ToPerson(person) if person else ToGroup(group),
        content=Content.PROGRESS,
        parts=(Text(dedupe),),
        dedupe=dedupe,
        card=card,
        question=(person, question) if person and question else None,
        arrival=arrival,
        ticket=ticket,
    )
