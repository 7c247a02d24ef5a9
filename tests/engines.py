"""The engines that the records run on, opened for a test."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.channels.base import Message
from bot.keys import Keys
from bot.settings import Settings
from bot.storage.database import Database, Transaction
from bot.storage.rows import DeliveryRow
from bot.storage.tables import metadata
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
from tests import servers
from tests.ground import new_folder

ENGINES = ("sqlite", "postgresql")
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


class _Given:
    """The engine of the running test, and the databases that it has on PostgreSQL."""

    def __init__(self) -> None:
        self.engine = ""
        self.stack = AsyncExitStack()
        self.urls: dict[Path, str] = {}


_given = _Given()


@asynccontextmanager
async def given(engine: str) -> AsyncIterator[str]:
    """Let a test have its databases on this engine; the fixture `engine` does it."""
    async with AsyncExitStack() as stack:
        _given.engine, _given.stack, _given.urls = engine, stack, {}
        try:
            yield engine
        finally:
            _given.engine = ""


async def _file(file: Path) -> str:
    """Lay a migrated file there, unless there is one or no folder for it."""
    if not file.exists() and file.parent.exists():  # noqa: ASYNC240
        shutil.copyfile(await _migrated(), file)
    return f"sqlite+aiosqlite:///{file}"


async def _migrated() -> Path:
    """Migrate a file once for the whole run: it takes longer than most tests do."""
    if not _template:
        file = new_folder() / "template.db"
        url = f"sqlite+aiosqlite:///{file}"
        database = Database(url, Keys(SECRET), Hands(), dispatch)
        await database.open()
        await database.close()
        rows(url, "DELETE FROM meta")  # the canary of the key
        _template.append(file)
    return _template[0]


_template: list[Path] = []


async def address(file: Path) -> str:
    """Say where the records are that SQLite would keep in this file; the same file, the same.

    A test that asks uses the fixture `engine`, so that it runs on every one.
    """
    assert _given.engine, "a test that opens a database uses the fixture `engine`"
    if _given.engine == "sqlite":
        return await _file(file)
    if file not in _given.urls:
        _given.urls[file] = await _given.stack.enter_async_context(servers.database())
    return _given.urls[file]


async def on_engine(settings: Settings) -> Settings:
    """Let a program have its records on the engine of the running test."""
    url = await address(settings.data_dir / "qinqing.db")
    return settings.model_copy(update={"database_url": SecretStr(url)})


def rows(url: str, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Run one statement beside whoever else is at the database; `?` stands for a value."""
    if not url.startswith("sqlite"):
        return servers.rows(url, query, *values)
    file = url.removeprefix("sqlite+aiosqlite:///")
    with closing(sqlite3.connect(file, timeout=60)) as database, database:
        return database.execute(query, values).fetchall()


@asynccontextmanager
async def held(url: str) -> AsyncIterator[None]:
    """Keep everybody else from storing messages."""
    if url.startswith("sqlite"):
        file = url.removeprefix("sqlite+aiosqlite:///")
        with closing(sqlite3.connect(file, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            yield
            database.execute("ROLLBACK")
        return
    async with servers.holding(url, "LOCK TABLE arrival IN EXCLUSIVE MODE"):
        yield


def everything(url: str) -> bytes:
    """Return all that is stored: SQLite's files as they lie on the disk, PostgreSQL's rows."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite+aiosqlite:///"))
        return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    return "\n".join(
        repr(row)
        for name in metadata.tables
        for row in rows(url, f'SELECT * FROM "{name}"')  # noqa: S608
    ).encode()


@asynccontextmanager
async def opened(engine: str, folder: Path, secret: str = SECRET) -> AsyncIterator[Opened]:
    """Open an empty database on one engine."""
    async with AsyncExitStack() as stack:
        if engine == "sqlite":
            url = await _file(folder / "records.db")
        else:
            url = await stack.enter_async_context(servers.database())
        clock = Hands()
        database = Database(url, Keys(secret), clock, dispatch, steady=clock)
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
    reach = {who: found[0] for who, found in (await tx.reach(persons)).items()}
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
                campaign=post.campaign,
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
