"""What the tests of the workers share: a real database, a fake channel, a clock by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.channels.base import (
    Delivered,
    FetchFault,
    Health,
    Letter,
    Manner,
    Receipt,
    SendFault,
    SendUnknown,
    Take,
    Window,
)
from bot.keys import Keys
from bot.outbox import Outbox
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from bot.texts import Texts
from flows.office import Content, Door, Exposure, Shown
from handlers.ports import (
    Answered,
    Arrival,
    Filed,
    Incoming,
    Place,
    Post,
    ReplyPath,
    Sender,
    Text,
    ToArrival,
)
from handlers.reception import Outcome
from tests.engines import address

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
KEYS = Keys("a secret text for the tests of this program")
OPEN = Exposure({(content, door): Shown.FULL for content in Content for door in Door})
TEXTS = Texts(
    {
        "engine.title": "亲清助手",
        "engine.apology": "出错了",
        "exposure.login": "请单聊查看",
        "echo": "收到：${x}",
        "door.private.numbers": "回复数字：",
        "door.group.numbers": "＠我回复数字：",
        "door.private.typed": "${label}：回复「${typed}」",
        "act.view": "查看",
        "act.typed.view": "查看 ${number}",
        "notice.undelivered": "${number} 没送到${whom}",
        "notice.whom.group": "工作群",
        "notice.whom.staff": "承办人",
        "notice.whom.reporter": "企业",
        "file.too_big": "${name} 超过 ${limit} MB",
        "file.forbidden": "不收 ${name}，只收 ${limit}",
        "file.gone": "${name} 取不到",
        "file.kind.picture": "图片",
        "file.kind.file": "文件",
    }
)


@dataclass(slots=True)
class HandClock:
    """A clock that stands until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def arrival(
    msg_id: str, text: str = "你好", *, who: str = "staff-1", files: Sequence[Incoming] = ()
) -> Arrival:
    return Arrival(
        channel="fake",
        robot="robot",
        msg_id=msg_id,
        sender=Sender(who, f"union-{who}", None),
        place=Place(True, f"chat-{who}"),
        at=START,
        text=text,
        files=tuple(files),
        reply_path=ReplyPath("https://example.com/reply", START + timedelta(minutes=90)),
    )


def echo(filed: Filed) -> Post:
    return Post(
        to=ToArrival(),
        content=Content.PROGRESS,
        parts=(Text("echo", {"x": filed.arrival.text}),),
        dedupe=f"echo:{filed.id}",
        arrival=filed.id,
    )


@dataclass(slots=True)
class EchoReception:
    """Answers each arrival with its own text; keeps the batches it was given."""

    batches: list[list[str]] = field(default_factory=list)
    before: Callable[[Sequence[Filed]], None] = lambda batch: None
    defects: dict[str, str] = field(default_factory=dict)

    async def receive(self, tx: Transaction, batch: Sequence[Filed]) -> Outcome:
        self.batches.append([filed.arrival.msg_id for filed in batch])
        self.before(batch)
        failed = {
            f.id: self.defects[f.arrival.msg_id] for f in batch if f.arrival.msg_id in self.defects
        }
        good = [filed for filed in batch if filed.id not in failed]
        await tx.post([echo(filed) for filed in good], {filed.id: filed for filed in batch})
        answered = {filed.id: Answered(Text("echo", {"x": "1"})) for filed in good}
        return Outcome(answered, failed)


@dataclass(slots=True)
class FakeChannel:
    """Delivers into a list; what it is told to do first comes first."""

    name: str = "fake"
    manner: Manner = field(default_factory=Manner)
    sent: list[Letter] = field(default_factory=list)
    script: list[Exception | asyncio.Event] = field(default_factory=list)
    files: dict[str, bytes | FetchFault] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)  # by recipient
    batches: bool = False
    calls: list[list[str]] = field(default_factory=list)  # the recipients of each batch
    refused: dict[str, SendFault] = field(default_factory=dict)  # by recipient of a batch, once
    never: dict[str, SendFault] = field(default_factory=dict)  # by recipient, each time
    standing: dict[str, str] = field(default_factory=dict)  # by recipient, why it stays
    active: int = 0
    most_active: int = 0

    async def run(self, take: Take) -> None:
        await asyncio.Event().wait()

    async def send(self, letter: Letter) -> Receipt:
        self.active += 1
        self.most_active = max(self.most_active, self.active)
        try:
            step = self.script.pop(0) if self.script else None
            if isinstance(step, asyncio.Event):
                await step.wait()
            elif step is not None:
                if isinstance(step, SendUnknown):
                    self.sent.append(letter)
                raise step
            if letter.to in self.never:
                raise self.never[letter.to]
            self.sent.append(letter)
            await asyncio.sleep(0)
            return Receipt(f"key-{letter.id}-{letter.attempt}")
        finally:
            self.active -= 1

    def window(self, letter: Letter) -> Window | None:
        return self.windows.get(letter.to)

    def batch(self, letter: Letter) -> str:
        return letter.message.text if self.batches and letter.door is Door.PRIVATE else ""

    async def send_batch(self, letters: Sequence[Letter]) -> Mapping[int, Receipt | SendFault]:
        self.calls.append([letter.to for letter in letters])
        step = self.script.pop(0) if self.script else None
        if isinstance(step, SendUnknown):
            self.sent += letters
        if isinstance(step, Exception):
            raise step
        taken = [letter for letter in letters if letter.to not in self.refused]
        self.sent += taken
        receipts = {letter.id: Receipt(f"batch-{len(self.calls)}") for letter in taken}
        return receipts | {x.id: self.refused.pop(x.to) for x in letters if x.to in self.refused}

    async def recall(self, sent: Sequence[Delivered]) -> Mapping[int, str]:
        return {one.id: self.standing.get(one.to, "") for one in sent}

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        found = self.files.get(code, FetchFault("unknown_code", None))
        if isinstance(found, FetchFault):
            raise found
        return found

    def health(self) -> Health:
        return Health(True)

    async def stop(self) -> None:
        return

    @property
    def texts(self) -> list[str]:
        return [letter.message.text for letter in self.sent]


@asynccontextmanager
async def database(folder: Path, clock: HandClock) -> AsyncIterator[Database]:
    outbox = Outbox(TEXTS, OPEN, clock, channel="fake", robot="robot", cards=True)
    url = await address(folder / "test.db")
    opened = Database(url, KEYS, clock, outbox, steady=clock)
    await opened.open()
    try:
        yield opened
    finally:
        await opened.close()


async def states(db: Database) -> dict[str, int]:
    async with db.read() as tx:
        return dict(await tx.ledger.counts())


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something happened elsewhere, at most ninety seconds.

    Tests that push have one quiet minute, the last of the day: it passes meanwhile.
    """
    async with asyncio.timeout(90):
        while not condition():  # noqa: ASYNC110 - what happens there sets no event
            await asyncio.sleep(0.005)
